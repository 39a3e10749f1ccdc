"""Random queries over the tables of the corpus, of the parts that trees.yaml lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.validators.corpus import SAFETY

TREES: dict[str, Any] = yaml.safe_load((SAFETY / "trees.yaml").read_text("utf-8"))
KINDS = "ntd"
MAX_DEPTH = 3

_PLACE = re.compile(r"\{(n|t|b|d|rows|one|any)\}")
# What is drawn holds such marks: the kind of the place, and what stands in it.
_MARK = re.compile(r"‹(value|table|tail|with)\|([^‹›]*)›")

_ORDERED = re.compile(r" ORDER BY [\d, ]+(?: LIMIT \d+(?: OFFSET \d+)?)? ‹tail\|›$")

Columns = dict[str, list[str]]
"""For each kind of value the columns, with their qualifiers, that an expression may name."""


def parts(group: str, dialect: str, kind: str) -> list[str]:
    """What trees.yaml has of a kind for all dialects and for this one."""
    return [*TREES[group]["all"].get(kind, ()), *TREES[group][dialect].get(kind, ())]


@cache
def forbidden(dialect: str) -> dict[str, list[tuple[str, str]]]:
    """What must be refused, and how the finding names it, for each kind of mark."""
    every, own = TREES["forbidden"]["all"], TREES["forbidden"][dialect]
    return {kind: list({**every[kind], **own.get(kind, {})}.items()) for kind in every}


def honest(marked: str) -> str:
    """The text of a drawn query without its marks."""
    return _MARK.sub(lambda mark: mark[2], marked)


def is_ordered(marked: str) -> bool:
    """Whether a drawn query orders its rows as a whole."""
    return bool(_ORDERED.search(marked))


def places(marked: str, kind: str) -> range:
    """The numbers of the marks of a kind in a drawn query."""
    return range(marked.count(f"‹{kind}|"))


def planted(marked: str, kind: str, place: int, thing: str) -> str:
    """The text of a drawn query with a thing at one of its places of a kind."""
    mark = [mark for mark in _MARK.finditer(marked) if mark[1] == kind][place]
    if kind == "with":
        thing = f"WITH {thing}" if not mark[2] else f"{mark[2]} {thing},"
    return honest(f"{marked[: mark.start()]}{thing} {marked[mark.end() :]}")


def queries(dialect: str) -> st.SearchStrategy[str]:
    """Whole queries, with their marks."""
    return st.composite(lambda draw: _Drawing(draw, dialect).query(MAX_DEPTH, _no_columns()))()


def _no_columns() -> Columns:
    return {kind: [] for kind in KINDS}


@dataclass(frozen=True)
class _Relation:
    """What stands in FROM, and its columns of each kind by their own names."""

    sql: str
    columns: Columns


class _Drawing:
    """One query in the making: what is drawn at random, and the aliases given so far."""

    def __init__(self, draw: st.DrawFn, dialect: str) -> None:
        self._draw = draw
        self._dialect = dialect
        self._numbers = count(1)

    def query(self, depth: int, outer: Columns) -> str:
        """A whole query, maybe with WITH and set operations; ordered where it is the outermost."""
        kinds = self._some(KINDS, 3)
        common = self._alias() if depth > 1 and self._maybe() else ""
        tables = {}
        head = "‹with|›"
        if common:
            inner = self._kinds(3)
            body, columns = self._select(depth - 1, _no_columns(), inner, {})
            tables[common] = columns
            head = f"‹with|WITH› {common} AS ({body}) "
        selects = [self._select(depth, outer, kinds, tables)[0]]
        while len(selects) < 3 and self._one_in(4):
            selects += [self._pick(TREES["unions"]), self._select(depth, outer, kinds, tables)[0]]
        keys = ", ".join(str(number) for number, _ in enumerate(kinds, 1))
        limit = self._pick(("", f" ORDER BY {keys}", f" ORDER BY {keys} LIMIT 5", f" ORDER BY {keys} LIMIT 3 OFFSET 1"))
        return f"{head}{' '.join(selects)}{limit} ‹tail|›"

    def _select(self, depth: int, outer: Columns, kinds: str, tables: dict[str, Columns]) -> tuple[str, Columns]:
        """A SELECT of values of these kinds, and the columns that it gives."""
        source, seen = self._from(depth, tables)
        within = {kind: seen[kind] + outer[kind] for kind in KINDS}
        where = f" WHERE {self._expression('b', depth, within)}" if self._maybe() else ""
        shape = self._pick((self._plain, self._plain, self._grouped, self._windowed))
        values, rest = shape(depth, within, seen, kinds)
        names = [f"v{number}" for number, _ in enumerate(kinds)]
        distinct = "DISTINCT " if self._one_in(5) else ""
        listed = ", ".join(f"{value} AS {name}" for value, name in zip(values, names, strict=True))
        given = {kind: [name for name, each in zip(names, kinds, strict=True) if each == kind] for kind in KINDS}
        return f"SELECT {distinct}{listed} FROM {source}{where}{rest}", given

    def _plain(self, depth: int, within: Columns, seen: Columns, kinds: str) -> tuple[list[str], str]:
        return [self._expression(kind, depth, within) for kind in kinds], ""

    def _grouped(self, depth: int, within: Columns, seen: Columns, kinds: str) -> tuple[list[str], str]:
        # An aggregate of an outer column would belong to the outer query.
        keys = self._some([column for kind in KINDS for column in seen[kind]], 2)
        grouped = {kind: [column for column in seen[kind] if column in keys] for kind in KINDS}
        values = [
            self._filled(self._pick(TREES["aggregates"]), 1, seen)
            if kind == "n" and self._maybe()
            else self._expression(kind, 1, grouped)
            for kind in kinds
        ]
        having = f" HAVING {self._filled(self._pick(TREES['aggregates']), 0, seen)} > 0" if self._one_in(3) else ""
        return values, f" GROUP BY {', '.join(keys)}{having}"

    def _windowed(self, depth: int, within: Columns, seen: Columns, kinds: str) -> tuple[list[str], str]:
        values, rest = self._plain(depth, within, seen, kinds)
        if "n" in kinds:
            call = self._filled(self._pick(TREES["windows"]), 1, within)
            keys = ", ".join(self._some([column for kind in KINDS for column in seen[kind]], 2))
            partition = f"PARTITION BY {self._expression('t', 1, within)} " if self._maybe() else ""
            values[kinds.index("n")] = f"{call} OVER ({partition}ORDER BY {keys})"
        return values, rest

    def _from(self, depth: int, tables: dict[str, Columns]) -> tuple[str, Columns]:
        """Up to three relations, each joined to those before it by a condition, and their columns."""
        seen = _no_columns()
        source = ""
        for _ in range(1 + self._one_in(2) + self._one_in(4)):
            relation, alias = self._relation(depth, tables), self._alias()
            own = {kind: [f"{alias}.{name}" for name in relation.columns[kind]] for kind in KINDS}
            if source:
                left, right = self._pick(seen["n"]), self._pick(own["n"])
                source += f" {self._pick(self._joins())} {relation.sql} AS {alias} ON {left} = {right}"
            else:
                source = f"{relation.sql} AS {alias}"
            seen = {kind: seen[kind] + own[kind] for kind in KINDS}
        return source, seen

    def _relation(self, depth: int, tables: dict[str, Columns]) -> _Relation:
        if depth > 1 and self._one_in(4):
            body, columns = self._select(depth - 1, _no_columns(), "n" + self._kinds(2), tables)
            return _Relation(f"({body} ‹tail|›)", columns)
        if self._one_in(8):
            values = TREES["values"][self._dialect]
            return _Relation(self._filled(values["sql"], 0, _no_columns()), values["columns"])
        known = {**TREES["tables"], **{name: columns for name, columns in tables.items() if columns["n"]}}
        name = self._pick(list(known))
        return _Relation(f"‹table|{name}›", known[name])

    def _expression(self, kind: str, depth: int, within: Columns) -> str:
        """An expression of a kind over the columns; conditions have no leaves of their own."""
        if kind != "b" and (depth <= 0 or self._maybe()):
            leaves = [*within[kind], *within[kind], *parts("literals", self._dialect, kind)]
            return f"‹value|{self._pick(leaves)}›"
        fitting = [
            form
            for form in parts("expressions", self._dialect, kind)
            if depth > 0 or not re.search(r"\{(b|rows|one|any)\}", form)
        ]
        return self._filled(self._pick(fitting), depth - 1, within)

    def _filled(self, form: str, depth: int, within: Columns) -> str:
        return _PLACE.sub(lambda place: self._fill(place[1], depth, within), form)

    def _fill(self, place: str, depth: int, within: Columns) -> str:
        if place == "any":
            return self._select(depth, within, "n", {})[0]
        if place == "rows":
            return f"{self._select(depth, _no_columns(), 'n', {})[0]} ‹tail|›"
        if place == "one":
            source, seen = self._from(0, {})
            condition = self._expression("b", 0, {kind: seen[kind] + within[kind] for kind in KINDS})
            return f"SELECT max({self._pick(seen['n'])}) FROM {source} WHERE {condition}"
        text = self._expression(place, depth, within)
        # So that a template need not know how tightly the operators in it bind.
        return text if text.startswith("‹") and text.count("‹") == 1 else f"({text})"

    def _joins(self) -> list[str]:
        return [*TREES["joins"]["all"], *TREES["joins"][self._dialect]]

    def _alias(self) -> str:
        return f"a{next(self._numbers)}"

    def _pick(self, options: Sequence[Any]) -> Any:
        return self._draw(st.sampled_from(options))

    def _some(self, options: Sequence[str], most: int) -> Any:
        chosen = self._draw(st.lists(st.sampled_from(options), min_size=1, max_size=most, unique=True))
        return "".join(chosen) if isinstance(options, str) else chosen

    def _kinds(self, most: int) -> str:
        return "".join(self._draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=most)))

    def _maybe(self) -> bool:
        return self._one_in(2)

    def _one_in(self, times: int) -> bool:
        return bool(self._draw(st.integers(0, times - 1)) == 0)
