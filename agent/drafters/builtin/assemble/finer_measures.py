"""Sums that a join would multiply, taken from a finer table: revenue by product from the lines of the orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.drafters.builtin.assemble.parts import Features, Parts, tables_of
from agent.drafters.builtin.query.query import AnyOf, ColumnTerm, Condition, Exists, MeasureTerm, Term
from agent.drafters.builtin.question.tokens import stems
from agent.drafters.builtin.read.effects import Having, Rank
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.line_amount import number_called
from agent.drafters.builtin.schema.paths import multiplies, path_between
from agent.drafters.builtin.schema.rows import is_numeric, keys, measure_columns
from agent.records import Column, Table
from agent.schema_index.words import humanise


def finer_measures(parts: Parts, scene: Scene) -> Iterator[tuple[Parts, Features]]:
    """The parts as they are, and with the sums of a finer table in place of those that would be multiplied."""
    finer = {measure: other for measure in _sums(parts) if (other := _finer(measure, parts, scene)) is not None}
    # What an order is worth in all says little of the one product that is asked about.
    yield parts, {"coarse measure": 1.0} if finer else {}
    if finer:
        yield _with(parts, finer), {"finer measure": 1.0}


def _sums(parts: Parts) -> list[MeasureTerm]:
    terms: list[Term] = [*parts.shows, *(rank.term for rank in parts.ranks if isinstance(rank, Rank))]
    terms += [MeasureTerm(each.function, each.table, each.column) for each in parts.having if each.table]
    return [term for term in terms if isinstance(term, MeasureTerm) and term.function == "sum" and term.column]


def _finer(measure: MeasureTerm, parts: Parts, scene: Scene) -> MeasureTerm | None:
    """The measure that shares a word with the one named, of a table of which a row belongs to one row of each group."""
    coarse, around = measure.table, _around(parts)
    multiplied = [table for table in around if table != coarse and multiplies(scene.catalog, coarse, table)]
    if not multiplied:
        return None
    words = set(stems(humanise(measure.column.column if measure.column else ""))) & set(scene.lexicon.measures)
    for table in scene.catalog.tables:
        if table.id != coarse and _belongs(table, [coarse, *multiplied], scene):
            column = _measure_of(table, words, scene)
            if column is not None:
                return MeasureTerm("sum", table.id, ColumnTerm(table.id, column.name))
    return _of_siblings(coarse, multiplied, scene) if _is_money(measure, scene) else None


def _is_money(measure: MeasureTerm, scene: Scene) -> bool:
    column = measure.column.column if measure.column else ""
    return not {*scene.lexicon.amounts}.isdisjoint(scene.lexicon.column_words(column))


def _of_siblings(coarse: str, multiplied: Sequence[str], scene: Scene) -> MeasureTerm | None:
    """The price of rows that belong to the same as those of the coarse table: treatments and the bill of a visit."""
    table = scene.catalog.table(coarse)
    owners = {key.target for key in table.foreign_keys} if table else set()
    for name in multiplied:
        other = scene.catalog.table(name)
        if other is not None and owners & {key.target for key in other.foreign_keys}:
            price = number_called(other, scene.lexicon.prices[:1], scene.lexicon)
            if price is not None:
                return MeasureTerm("sum", other.id, ColumnTerm(other.id, price.name))
    return None


def _around(parts: Parts) -> list[str]:
    """The tables by which the measure is split or of whose rows it is taken."""
    plain = [term for term in (*parts.shows, *parts.groups) if not isinstance(term, MeasureTerm)]
    named = [*parts.group_rows, *parts.rows, *parts.about]
    return list(dict.fromkeys([*tables_of(plain), *named, *_conditioned(parts.where)]))


def _conditioned(where: Sequence[Condition | AnyOf | Exists]) -> Iterator[str]:
    for part in where:
        if isinstance(part, AnyOf):
            yield from _conditioned(part.conditions)
        elif isinstance(part, Condition) and isinstance(part.term, ColumnTerm):
            yield part.term.table


def _belongs(table: Table, others: Sequence[str], scene: Scene) -> bool:
    """Whether a row of the table belongs to one row of each of the others."""
    paths = [path_between(scene.catalog, table.id, other) for other in others if other != table.id]
    return all(path is not None and not any(join.fans_out for join in path) for path in paths)


def _measure_of(table: Table, words: set[str], scene: Scene) -> Column | None:
    pointers = keys(table)
    for column in measure_columns(table, scene.lexicon):
        if is_numeric(column) and column.name not in pointers and words & set(stems(humanise(column.name))):
            return column
    return None


def _with(parts: Parts, finer: dict[MeasureTerm, MeasureTerm]) -> Parts:
    def other(term: Term) -> Term:
        return finer.get(term, term) if isinstance(term, MeasureTerm) else term

    ranks = [replace(rank, term=other(rank.term)) if isinstance(rank, Rank) else rank for rank in parts.ranks]  # type: ignore[arg-type]
    having = [_having(each, finer) for each in parts.having]
    return replace(parts, shows=[other(term) for term in parts.shows], ranks=list(ranks), having=having)


def _having(each: Having, finer: dict[MeasureTerm, MeasureTerm]) -> Having:
    found = finer.get(MeasureTerm(each.function, each.table, each.column)) if each.table else None
    return replace(each, table=found.table, column=found.column) if found else each
