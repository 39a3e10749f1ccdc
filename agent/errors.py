"""The errors that reach a user.

    AgentError
    ├── UsageError            the request itself is malformed: an option, a setting, an empty question
    ├── RefusedError          nothing ran, on purpose
    │   ├── UnsafeError       the SQL is not a read-only query over the catalog
    │   ├── NotUnderstoodError  the drafter cannot read the question
    │   └── ChoiceError       the question has several close readings, and nobody chose one
    ├── DatabaseError         the database cannot be opened or did not answer
    │   ├── StatementError    the engine refused the statement, which another one may mend
    │   └── LimitError        the query was stopped at a limit of time or memory
    ├── IndexingError         the index or the embedding model cannot be made or read
    ├── ModelError            the language model cannot be reached or used
    │   └── NoSQLError        it answered, but not with SQL
    └── CancelledError        the user has stopped it

Every one carries a message (what is wrong) and a hint (what to do), each a single line.
"""

from __future__ import annotations


class AgentError(Exception):
    """The base of all errors that are meant to be read by a user."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class UsageError(AgentError):
    """The request itself is malformed."""


class RefusedError(AgentError):
    """Nothing ran, on purpose."""


class UnsafeError(RefusedError):
    """The SQL is not a read-only query over the catalog."""


class NotUnderstoodError(RefusedError):
    """The drafter cannot read the question."""


class ChoiceError(RefusedError):
    """The question has several close readings; `readings` says each in a few words, best first."""

    def __init__(self, message: str, readings: tuple[str, ...], hint: str = "") -> None:
        super().__init__(message, hint)
        self.readings = readings


class DatabaseError(AgentError):
    """The database cannot be opened or did not answer."""


class StatementError(DatabaseError):
    """The engine refused the statement, which another one may mend."""


class LimitError(DatabaseError):
    """The query was stopped at a limit of time or memory."""


class IndexingError(AgentError):
    """The index or the embedding model cannot be made or read."""


class ModelError(AgentError):
    """The language model cannot be reached or used."""


class NoSQLError(ModelError):
    """The language model answered, but not with SQL."""


class CancelledError(AgentError):
    """The user has stopped it."""
