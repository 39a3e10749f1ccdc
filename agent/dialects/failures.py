"""What can go wrong with a statement, and the error that a user is told it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.errors import AgentError, DatabaseError, LimitError, StatementError, UnsafeError

if TYPE_CHECKING:
    from agent.dialects.wire import FailureKind
    from agent.records import Limits

ERROR_CHARACTERS = 500


class FailureError(Exception):
    """A statement failed: the kind of failure, and what the engine says of it."""

    def __init__(self, kind: FailureKind, text: str = "") -> None:
        super().__init__(kind, text)
        self.kind = kind
        self.text = text


def error_of(kind: FailureKind, text: str, limits: Limits) -> AgentError:
    """The error of a failed statement; `text` is what the engine says."""
    text = one_line(text)
    match kind:
        case "time":
            return LimitError(
                f"the query ran longer than {limits.seconds:g} s", "raise it with --timeout, or ask for less"
            )
        case "memory":
            megabytes = limits.memory_bytes // (1024 * 1024)
            return LimitError(
                f"the query needed more than {megabytes} MB of memory",
                "raise the setting memory, or ask for less",
            )
        case "busy":
            return DatabaseError("the database is locked by another program", "try again when it has finished")
        case "recovery":
            return DatabaseError(
                "the database has an unfinished write, which a read-only connection cannot recover",
                "open it once with a program that may write to it",
            )
        case "broken":
            return DatabaseError(text, "check the file and the permissions on it")
        case "lost":
            return DatabaseError(f"the database server ended the connection: {text}", "try again")
        case "denied":
            return UnsafeError(f"the read-only connection refused the statement: {text}", "only reading is allowed")
        case "statement":
            return StatementError(f"the database refused the statement: {text}")


def one_line(text: str) -> str:
    """A text from outside without line breaks and control characters, cut to a bearable length."""
    line = " ".join(text.split())[:ERROR_CHARACTERS]
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)
