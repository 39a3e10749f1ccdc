"""Where a query reads a table: one table may stand in FROM more than once, reached by different keys."""

from __future__ import annotations

from dataclasses import dataclass

from agent.schema_index.words import name_words


@dataclass(frozen=True, slots=True)
class Place:
    """A table by id, and the column of the key by which it is reached, empty for the default (as in `ColumnTerm`)."""

    table: str
    via: str = ""

    @property
    def role(self) -> str:
        """What the key makes of the table, as a name: "source" by `source_id` or `Source`; empty by the default key."""
        words = name_words(self.via)
        return "_".join(words[:-1] if len(words) > 1 and words[-1] == "id" else words)
