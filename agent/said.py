"""What is said of one table, column or term, in the form of a file of descriptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.errors import UsageError
from agent.records import Catalog
from agent.schema_index.descriptions import find_column, find_table, lasting_name


@dataclass(frozen=True, slots=True)
class Said:
    """What is said: of a column of a table, of a table, or of a term, which may be about a table or column."""

    table: str = ""
    column: str = ""
    description: str = ""
    synonyms: Sequence[str] = ()
    tags: Sequence[str] = ()
    term: str = ""
    meaning: str = ""

    def as_descriptions(self, catalog: Catalog) -> dict[str, Any]:
        """The same as a file says it, by the names that the catalog has.

        Raises UsageError when nothing is said, something of nothing, or something of what the catalog does not have.
        """
        if self.column and not self.table:
            raise UsageError(f"the column {self.column} is that of no table", "name it with --table")
        table = find_table(catalog, self.table) if self.table else None
        column = find_column(table, self.column) if table and self.column else None
        if self.term or self.meaning:
            return self._as_term(lasting_name(table) if table else "", column.name if column else "")
        if table is None:
            raise UsageError("nothing is named", "name a --table, or a --term")
        facts: dict[str, Any] = {
            "description": _words(self.description),
            "synonyms": list(filter(None, map(_words, self.synonyms))),
            "tags": list(filter(None, map(_words, self.tags))),
        }
        facts = {name: value for name, value in facts.items() if value}
        if not facts:
            raise UsageError("nothing is said", "give a --description, a --synonym or a --tag")
        if column is None:
            return {"tables": {lasting_name(table): facts}}
        # A description alone needs no mapping.
        said = facts["description"] if facts.keys() == {"description"} else facts
        return {"tables": {lasting_name(table): {"columns": {column.name: said}}}}

    @property
    def name(self) -> str:
        """What it is said of."""
        return self.term or (f"{self.table}.{self.column}" if self.column else self.table)

    def _as_term(self, table: str, column: str) -> dict[str, Any]:
        term, meaning = _words(self.term), _words(self.meaning)
        if not term or not meaning:
            raise UsageError("a term needs a meaning, and a meaning a term", "give both --term and --meaning")
        if self.description or self.synonyms or self.tags:
            raise UsageError("a term has a meaning and nothing else", "describe the table or column by itself")
        if not table:
            return {"glossary": {term: meaning}}
        about = {"columns": [f"{table}.{column}"]} if column else {"tables": [table]}
        return {"glossary": {term: {"meaning": meaning, **about}}}


def _words(text: str) -> str:
    return " ".join(text.split())
