"""Names that the index does not hold, as those of persons never are: "the doctor Jane Roe", "papers by 'Jane Roe'"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query import ColumnTerm, Condition
from agent.drafters.builtin.read.effects import Filter, Filters, Fragment
from agent.drafters.builtin.read.rules.projections import person_names
from agent.drafters.builtin.read.rules.question_words import is_of_persons
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema import keys, label_columns
from agent.records import Column, Table

# Rows of so many tables may be called so, and so many of their other columns may hold it.
_TABLES, _COLUMNS = 3, 4


def unstored(scene: Scene, start: int) -> Iterator[Fragment]:
    """A text in quotes or capitals that is compared with what the rows of a table near it are called."""
    negated = scene.is_any(start, "negation")
    # "the customer named Jane Roe" may be called so in two columns.
    called = scene.is_any(start, "is") and scene.is_any(start + 1, "P", "Q")
    place = scene.skip(start + 1, "in", "of", "from", "to", "by", most=2) if negated else start + called
    if not scene.is_any(place, "P", "Q") or scene.items[place].values:
        return
    item = scene.items[place]
    text = item.quoted or item.phrase
    how = "in quotes" if item.quoted else "in capitals"
    rule = "not unstored" if negated else "unstored"
    before, after = scene.category(place - 1), scene.category(place + 1)
    for position, table in enumerate(_tables(scene, place)):
        whose = "a person" if is_of_persons(table, scene.lexicon) else "a thing"
        where = (
            f"unstored of {whose}",
            f"unstored {how}",
            f"unstored in table {position}",
            f"unstored {_named(scene, table, place)}",
        )
        for column, kind in _columns(scene, table) if not called else ():
            effect = Filter(Condition(ColumnTerm(table.id, column.name), "in", (text,), negated))
            more = (*where, f"unstored {kind}", f"unstored {kind} after {before}", f"unstored {kind} before {after}")
            yield scene.fragment(start, place + 1, rule, effect, *more)
        if not negated and (conditions := _split(scene, table, text)):
            yield scene.fragment(start, place + 1, "full name", Filters(conditions), *where)


def _tables(scene: Scene, place: int) -> Iterator[Table]:
    """The tables near the text, then those of persons, who are often called by their names alone."""
    near = list(scene.near_tables(place))[:_TABLES]
    found = [scored.table for scored in scene.context.tables[: 2 * _TABLES]]
    # "how many times has Jane Roe ordered": she is who the orders point to.
    pointed = [scene.catalog.table(key.target) for table in near for key in table.foreign_keys]
    persons = {table.id: table for table in (*found, *pointed) if table and is_of_persons(table, scene.lexicon)}
    yield from near
    yield from (table for table in persons.values() if table not in near)


def _named(scene: Scene, table: Table, place: int) -> str:
    """How far from the text its table is named."""
    at = scene.tables.get(table.id)
    return "in no table" if at is None else "beside its table" if 0 < place - at <= 2 else "far from its table"


def _columns(scene: Scene, table: Table) -> Iterator[tuple[Column, str]]:
    """The columns that may hold a text that is not stored, each with what it is."""
    pointers = keys(table)
    labels = label_columns(table, scene.lexicon)
    free = [column for column in table.columns if column.kind == "text" and column.name not in pointers]
    for column in [column for column in free if column in labels] + [c for c in free if c not in labels][:_COLUMNS]:
        kind = "label" if column in labels else "property"
        # Of personal columns nothing is kept, and all values of short ones would have been found.
        yield column, f"{kind} {'sampled' if column.samples else 'unsampled'}"


def _split(scene: Scene, table: Table, text: str) -> tuple[Condition, ...]:
    """A full name as first name and last name, where the table keeps them apart."""
    words = text.split()
    first, last = person_names(table, scene)
    if len(words) < 2 or first is None or last is None:
        return ()
    return (
        Condition(ColumnTerm(table.id, first), "in", (words[0],)),
        Condition(ColumnTerm(table.id, last), "in", (" ".join(words[1:]),)),
    )
