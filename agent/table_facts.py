"""All that a catalog knows of one table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from agent.records import Catalog, ForeignKey, Table, Term
from agent.schema_index.descriptions import find_table


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table with the roles of each of its columns in keys, the keys of other tables that point to it, and terms."""

    table: Table
    keys: dict[str, tuple[str, ...]]
    pointing: tuple[tuple[str, ForeignKey], ...]
    glossary: tuple[Term, ...]

    @property
    def referring(self) -> tuple[str, ...]:
        """The keys that point to the table, a line each."""
        return tuple(_arrow(f"{of}.", key, "") for of, key in self.pointing)

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms that are about the table, a line each."""
        return tuple(f"{term.term}: {term.meaning}" for term in self.glossary)

    @property
    def copies(self) -> str:
        """The tables that this one stands for, or empty."""
        table = self.table
        if not table.shards:
            return ""
        return f"{table.pattern}, {len(table.shards) + 1} tables from {table.shards[0]} to {table.id}"

    def as_dict(self) -> dict[str, Any]:
        """The same for JSON."""
        facts = asdict(self.table) | {"id": self.table.id}
        facts["referenced_by"] = [{"table": of, **asdict(key)} for of, key in self.pointing]
        facts["glossary"] = [asdict(term) for term in self.glossary]
        return facts


def table_facts(catalog: Catalog, name: str) -> TableFacts:
    """What is known of the table of that name; UsageError with the nearest name when there is none."""
    table = find_table(catalog, name)
    pointing = tuple(
        (other.id, key) for other in catalog.tables for key in other.foreign_keys if key.target == table.id
    )
    terms = tuple(term for term in catalog.glossary if table.id in term.tables)
    keys = {column.name: tuple(_roles(table, column.name)) for column in table.columns}
    return TableFacts(table, keys, pointing, terms)


def _roles(table: Table, column: str) -> Iterator[str]:
    if column in table.primary_key:
        yield "primary key"
    if (column,) in table.unique:
        yield "unique"
    yield from (_arrow("", key, f"{key.target}.", column) for key in table.foreign_keys if column in key.columns)


def _arrow(of: str, key: ForeignKey, target: str, column: str = "") -> str:
    """A key as an arrow: of one column of it, or of all."""
    pairs = [pair for pair in zip(key.columns, key.target_columns, strict=True) if column in ("", pair[0])]
    left = "" if column else f"{of}{', '.join(own for own, _ in pairs)} "
    return f"{left}→ {target}{', '.join(other for _, other in pairs)}{' (inferred)' if key.inferred else ''}"
