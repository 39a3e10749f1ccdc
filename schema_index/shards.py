"""Date-sharded copies of one table, such as a table of events for every day, as one entry of the catalog."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

from agent.records import Catalog, Table
from agent.schema_index.words import name_words

Columns = tuple[tuple[str, str], ...]

# Two tables of a kind may be this and last year's plan; three are a series.
FEWEST = 3

_YEAR, _MONTH, _DAY = r"(?:19|20)\d\d", r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
# The longest first: a day has a month in it.
_DATES = tuple(
    (re.compile(rf"(?<!\d){date}(?![0-9])", re.IGNORECASE), shown)
    for date, shown in (
        (rf"{_YEAR}{_MONTH}{_DAY}", "YYYYMMDD"),
        (rf"{_YEAR}_{_MONTH}_{_DAY}", "YYYY_MM_DD"),
        (rf"{_YEAR}-{_MONTH}-{_DAY}", "YYYY-MM-DD"),
        (rf"{_YEAR}{_MONTH}", "YYYYMM"),
        (rf"{_YEAR}_{_MONTH}", "YYYY_MM"),
        (rf"{_YEAR}-{_MONTH}", "YYYY-MM"),
        (rf"{_YEAR}_?q[1-4]", "YYYY_Q"),
        (_YEAR, "YYYY"),
    )
)


_PLACEHOLDER = re.compile(r"y{4}|m{2}|d{2}|q|y{4}m{2}(d{2})?")


def fold_shards(catalog: Catalog) -> Catalog:
    """The catalog where the newest of at least three tables stands for all whose names differ in a date alone.

    Their columns have the same names and types. Every table stays in the catalog; `Table.shards`, `shard_of` and
    `pattern` tell which belong together. The newest is also called by the name without the date.
    """
    series: dict[tuple[str, str, Columns], list[Table]] = defaultdict(list)
    tables = {table.id: _alone(table) for table in catalog.tables}
    for table in tables.values():
        if table.kind == "table" and (pattern := _pattern(table.name)):
            columns = tuple((column.name, column.type) for column in table.columns)
            series[table.schema, pattern, columns].append(table)
    for (_, pattern, _), copies in series.items():
        if len(copies) >= FEWEST:
            # All but the date is the same, so that names sort by it.
            *others, newest = sorted(copies, key=lambda table: table.name)
            tables |= {other.id: replace(other, shard_of=newest.id) for other in others}
            tables[newest.id] = _standing_for(newest, pattern, others)
    return replace(catalog, tables=tuple(tables.values()))


def _standing_for(newest: Table, pattern: str, others: list[Table]) -> Table:
    # Nobody asks for the events of the newest day by its table's name.
    name = " ".join(word for word in name_words(pattern) if not _PLACEHOLDER.fullmatch(word))
    synonyms = newest.synonyms if name in newest.synonyms else (*newest.synonyms, name)
    return replace(newest, pattern=pattern, shards=tuple(other.id for other in others), synonyms=synonyms)


def _alone(table: Table) -> Table:
    is_folded = table.pattern or table.shard_of
    return replace(table, pattern="", shards=(), shard_of="") if is_folded else table


def _pattern(name: str) -> str:
    """The name with what stands for its date; empty where it has none, or nothing else."""
    for date, shown in _DATES:
        pattern, found = date.subn(shown, name, count=1)
        if found:
            return "" if pattern == shown else pattern
    return ""
