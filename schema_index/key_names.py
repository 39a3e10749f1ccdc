"""Which columns are called as if they pointed to another table's key."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from agent.records import Catalog, Column, ColumnKind, Table
from agent.schema_index.words import name_words, singular, word_list

_NUMERIC: frozenset[ColumnKind] = frozenset({"integer", "number"})
# Words that a key may end in without anything that parts them: `customernumber`.
_ENDINGS = ("id", "code", "key", "number")
# A shorter abbreviation fits too many names.
_ABBREVIATION = 3
# A first word that so many tables share says whose they are, not what their rows are.
_SHARED, _MANY = 0.5, 3

# What the row above another of the same table is called.
_PARENT = "parent"

Words = tuple[str, ...]


class _Fit(IntEnum):
    """How the name of a column fits what a key is called by, best first."""

    WHOLE = 0  # customer_id
    AFTER_ROLE = 1  # billing_customer_id
    TABLE = 2  # customer
    NEAR = 3  # type_id for customer_types.id, billing_customer


class Namesake(IntEnum):
    """How well the name of a key fits the name of its table, best first."""

    WHOLE = 0  # customer_id of customers
    END = 1  # order_id of customer_orders
    SHORT = 2  # stu_id of students
    NONE = 3


@dataclass(frozen=True, slots=True)
class Key:
    """Columns that tell the rows of their table apart: declared so, or called so where nothing is declared."""

    table: Table
    columns: tuple[Column, ...]
    namesake: Namesake
    is_declared: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A key that columns may point to; `is_certain` where the names are enough to say so."""

    key: Key
    is_certain: bool


class KeyNames:
    """The single-column keys of a catalog, to be found by what a column that points to them is called."""

    def __init__(self, catalog: Catalog) -> None:
        # SQLite keeps any value in any column.
        self._is_typed = catalog.dialect != "sqlite"
        # Copies of one table would be namesakes of one another.
        tables = [table for table in catalog.entries if table.kind == "table"]
        self._prefixes = _prefixes(tables)
        self._found: dict[str, list[tuple[_Fit, list[Key]]]] = {}
        self._own = {table.id: tuple(self._keys(table)) for table in tables}
        self._exact: dict[str, list[Key]] = defaultdict(list)
        self._near: dict[str, list[Key]] = defaultdict(list)
        for key in (key for keys in self._own.values() for key in keys):
            exact, *near = self._called(key)
            self._exact[exact].append(key)
            # Of namesakes in several schemas, one is told by its schema: `sales_order_id`.
            self._exact[joined(name_words(key.table.schema)) + exact].extend([key] if key.table.schema else [])
            for name in near:
                self._near[name].append(key)

    def candidates(self, table: Table, column: Column) -> list[list[Candidate]]:
        """The keys that the column may point to, in groups of which an earlier one fits its name better."""
        found = self._found.get(column.name)
        if found is None:
            found = self._found[column.name] = self._find(column.name)
        groups = [self._group(table, column, *one) for one in found]
        if column.name.lower().startswith(_PARENT):
            groups.append(self._parent(table, column))
        return sorted((group for group in groups if group), key=lambda group: not group[0].is_certain)

    def _find(self, name: str) -> list[tuple[_Fit, list[Key]]]:
        """The keys that a column of that name may be called by, whatever its table."""
        words = _unnumbered(name_words(name))
        if not words or _is_generic(words):
            return []
        names = [joined(words[start:]) for start in range(len(words))]
        exact = ((_Fit.AFTER_ROLE if start else _Fit.WHOLE, self._exact.get(one)) for start, one in enumerate(names))
        is_table = _Fit.NEAR if is_generic_end(words) else _Fit.TABLE
        near = ((_Fit.NEAR if start else is_table, self._near.get(one)) for start, one in enumerate(names))
        return [(fit, keys) for fit, keys in (*exact, *near) if keys]

    def _group(self, table: Table, column: Column, fit: _Fit, keys: list[Key]) -> list[Candidate]:
        """Those of the keys that the column of that table may point to and that fit best."""
        own = next((key for key in self._own.get(table.id, ()) if key.columns[0].name == column.name), None)
        if own and (own.is_declared or own.namesake < Namesake.NONE):
            # A table's own key names its rows, unless another table bears that name.
            keys = [key for key in keys if fit is _Fit.WHOLE and key.namesake < own.namesake]
        elif fit is not _Fit.AFTER_ROLE:
            # After a role, as in `parent_category_id`, it may be a key of the table itself.
            keys = [key for key in keys if key.table is not table]
        # A number that is called like a table is no word about it.
        is_certain = fit < _Fit.TABLE or (fit is _Fit.TABLE and column.kind in _NUMERIC)
        group = [
            Candidate(key, is_certain and fits and _is_certain(table, key))
            for key in keys
            if ((fits := same_family(column, key.columns[0])) or not self._is_typed) and not _is_fact(key)
        ]
        # Schemas are often copies of one another.
        group = [one for one in group if one.key.table.schema == table.schema] or group
        best = min((_claim(one.key) for one in group), default=None)
        return [one for one in group if _claim(one.key) == best]

    def _parent(self, table: Table, column: Column) -> list[Candidate]:
        """The table's own key, where the column is called like the key of the row above."""
        words = name_words(column.name)
        return [
            Candidate(key, True)
            for key in self._own.get(table.id, ())
            if words == (_PARENT, *name_words(key.columns[0].name)) and same_family(column, key.columns[0])
        ]

    def is_key(self, name: str) -> bool:
        """Whether a column of that name is called like a key of some table."""
        return joined(name_words(name)) in self._exact

    def _called(self, key: Key) -> Iterator[str]:
        """What a column that points to the key is called, the first surely, the others perhaps."""
        words, owner = name_words(key.columns[0].name), self._owner(key.table)
        if not _is_generic(words):
            yield joined(words)
        else:
            yield joined((*owner, *words))
            yield from (joined((*owner[start:], *words)) for start in range(1, len(owner)))
        yield joined(owner)

    def _keys(self, table: Table) -> Iterator[Key]:
        declared = [columns[0] for columns in (table.primary_key, *table.unique) if len(columns) == 1]
        for name in dict.fromkeys(declared):
            # A name may be all signs, such as `#`.
            if (column := table.column(name)) and name_words(name):
                yield Key(table, (column,), self._namesake(table, column), True)
        if not table.primary_key:
            yield from (key for key in self._undeclared(table) if key.columns[0].name not in declared)

    def _undeclared(self, table: Table) -> Iterator[Key]:
        """The first column that is called like the table's key, or that at least ends like a key."""
        named = [(column, name_words(column.name)) for column in table.columns]
        # Of a table that is no list of names, a plain name is no key.
        called = [column for column, words in named if is_generic_end(words) and words != ("name",)]
        ranked = sorted(((self._namesake(table, column), n) for n, column in enumerate(called)))
        if ranked and (ranked[0][0] < Namesake.NONE or called[0] is table.columns[0]):
            rank, n = ranked[0]
            yield Key(table, (called[n],), rank, False)

    def _owner(self, table: Table) -> Words:
        """The words of a table's name without a prefix that says nothing."""
        words = name_words(table.name)
        return words[1:] if len(words) > 1 and (table.schema, words[0]) in self._prefixes else words

    def _namesake(self, table: Table, column: Column) -> Namesake:
        words, owner = name_words(column.name), self._owner(table)
        if _is_generic(words):
            return Namesake.WHOLE
        stem = _stem(words)
        if joined(stem) == joined(owner):
            return Namesake.WHOLE
        if any(joined(stem) == joined(owner[start:]) for start in range(1, len(owner))):
            return Namesake.END
        return Namesake.SHORT if len(stem) == 1 and _shortens(stem[0], owner) else Namesake.NONE


def _prefixes(tables: list[Table]) -> frozenset[tuple[str, str]]:
    """By schema, the first words of the tables' names that say nothing of a table."""
    sizes = Counter(table.schema for table in tables)
    first = Counter((table.schema, words[0]) for table in tables if len(words := name_words(table.name)) > 1)
    shared = {(schema, word) for (schema, word), n in first.items() if n >= max(_MANY, _SHARED * sizes[schema])}
    known = {(schema, word) for schema in sizes for word in word_list("table_prefixes.txt")}
    return frozenset(shared | known)


def _unnumbered(words: Words) -> Words:
    """The words without the number that tells several columns of one meaning apart: `club_id_2`."""
    return words[:-1] if len(words) > 2 and words[-1].isdecimal() else words


def _claim(key: Key) -> tuple[Namesake, bool]:
    return key.namesake, not key.is_declared


def _is_certain(table: Table, key: Key) -> bool:
    if key.table.schema != table.schema:
        return key.is_declared and key.namesake is Namesake.WHOLE
    return key.namesake < Namesake.NONE or (key.is_declared and _is_called_key(key.columns[0]))


def _is_called_key(column: Column) -> bool:
    return name_words(column.name)[-1].endswith(_ENDINGS)


def _is_fact(key: Key) -> bool:
    """Whether it is a number or a date with a plain name, such as `rank` or `year`.

    It may be the key of one table and a mere fact in all others, whose values are found there by chance.
    """
    [column] = key.columns
    return key.namesake is Namesake.NONE and column.kind != "text" and not _is_called_key(column)


def _stem(words: Words) -> Words:
    """The words of a key's name without those that only say that it is a key."""
    if len(words) > 1 and is_generic_end(words):
        return words[:-1]
    ending = next((ending for ending in _ENDINGS if words[-1].endswith(ending)), "")
    return (*words[:-1], words[-1].removesuffix(ending) or words[-1])


def _shortens(short: str, words: Words) -> bool:
    """Whether it begins like one of the words, or like all together, and has its letters in their order."""
    return len(short) >= _ABBREVIATION and any(_is_within(short, word) for word in (*words, "".join(words)))


def _is_within(short: str, word: str) -> bool:
    letters = iter(word)
    return short[0] == word[0] and all(letter in letters for letter in short)


def _is_generic(words: Words) -> bool:
    return len(words) == 1 and words[0] in word_list("generic_keys.txt")


def is_generic_end(words: Words) -> bool:
    """Whether the words end like the name of a key."""
    return bool(words) and words[-1] in word_list("generic_keys.txt")


def same_family(left: Column, right: Column) -> bool:
    """Whether values of the two can be equal."""
    if left.kind == "other" or right.kind == "other":
        return left.type.lower() == right.type.lower()
    return left.kind == right.kind or {left.kind, right.kind} <= _NUMERIC


@lru_cache(maxsize=1 << 16)
def joined(words: Words) -> str:
    """The words in the singular and without what parts them: `customerid` may be `customer_id`."""
    return "".join(singular(word) for word in words)
