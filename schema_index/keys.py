"""Foreign keys that nobody declared, inferred from names and types."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from agent.records import Catalog, Column, ColumnKind, ForeignKey, Table
from agent.schema_index.words import name_words, singular

# A key of such a name says nothing alone: `id` of every table would point to every other.
_GENERIC = frozenset({"id", "key", "code", "no", "nr", "num", "number", "name", "uuid", "guid", "pk", "rowid"})
_NUMERIC: frozenset[ColumnKind] = frozenset({"integer", "number"})

Words = tuple[str, ...]
Target = tuple[Table, Column]


def infer_foreign_keys(catalog: Catalog) -> Catalog:
    """The catalog with inferred foreign keys (`inferred=True`) added to its tables.

    A column points to the sole primary key of one other table when it is called like the table and its key
    (`customer_id` for `customers.id`, also after a role as in `billing_customer_id`), or like a key that only
    that table has (`customerNumber`). Both have types of one family, no declared foreign key holds the
    column, and a column that fits several tables points to none.
    """
    by_phrase, by_key = _targets(catalog)
    return replace(catalog, tables=tuple(_with_inferred(table, by_phrase, by_key) for table in catalog.tables))


def _targets(catalog: Catalog) -> tuple[dict[Words, list[Target]], dict[Words, list[Target]]]:
    by_phrase: dict[Words, list[Target]] = defaultdict(list)
    by_key: dict[Words, list[Target]] = defaultdict(list)
    for table in catalog.tables:
        key = table.column(table.primary_key[0]) if len(table.primary_key) == 1 else None
        if key is None:
            continue
        key_words = name_words(key.name)
        by_key[key_words].append((table, key))
        if len(key_words) == 1 and key_words[0] in _GENERIC:
            by_phrase[_singular(table.name) + key_words].append((table, key))
        else:
            by_phrase[key_words].append((table, key))
    return by_phrase, by_key


def _singular(name: str) -> Words:
    words = name_words(name)
    return (*words[:-1], singular(words[-1])) if words else ()


def _with_inferred(table: Table, by_phrase: dict[Words, list[Target]], by_key: dict[Words, list[Target]]) -> Table:
    if table.kind == "view":
        return table
    declared = {name for key in table.foreign_keys for name in key.columns}
    # A table's own sole key names its rows; joining it to a namesake would make two tables one.
    declared.update(table.primary_key if len(table.primary_key) == 1 else ())
    inferred = []
    for column in table.columns:
        words = name_words(column.name)
        if column.name in declared or not words or (len(words) == 1 and words[0] in _GENERIC):
            continue
        candidates = [by_key.get(words, []), *(by_phrase.get(words[n:], []) for n in range(len(words) - 1))]
        target = next((one for targets in candidates if (one := _target(table, column, targets))), None)
        if target:
            inferred.append(ForeignKey((column.name,), target[0].id, (target[1].name,), inferred=True))
    return replace(table, foreign_keys=table.foreign_keys + tuple(inferred)) if inferred else table


def _target(table: Table, column: Column, targets: list[Target]) -> Target | None:
    others = [target for target in targets if target[0] is not table and _same_family(column, target[1])]
    # Schemas are often copies of one another, each with its own namesakes.
    others = [target for target in others if target[0].schema == table.schema] or others
    if len(others) > 1:
        # `customers` and `customer_details` may both have the key `customer_id`: the namesake is meant.
        others = [(other, key) for other, key in others if _singular(other.name) == name_words(key.name)[:-1]]
    return others[0] if len(others) == 1 else None


def _same_family(left: Column, right: Column) -> bool:
    return left.kind == right.kind or {left.kind, right.kind} <= _NUMERIC
