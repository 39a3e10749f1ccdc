"""Names that the index does not hold, as those of persons never are: "the doctor Jane Roe", "papers by 'Jane Roe'"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.query.query import ColumnTerm, Condition
from agent.drafters.builtin.read.clues.from_named import from_named
from agent.drafters.builtin.read.clues.persons import is_of_persons
from agent.drafters.builtin.read.clues.roles import role
from agent.drafters.builtin.read.effects import Filter, Filters, Fragment
from agent.drafters.builtin.read.rules.shown.projections import person_names
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import keys, label_columns
from agent.records import Column, Table
from agent.schema_index.other_names import other_names
from agent.schema_index.phrases import words_of

# Rows of so many tables may be called so, and so many of their other columns may hold it.
_TABLES, _COLUMNS = 3, 4
# Persons are looked for among so many of the tables that retrieval found.
_FOUND = 12


def unstored(scene: Scene, start: int) -> Iterator[Fragment]:
    """A text in quotes or capitals that is compared with what the rows of a table near it are called."""
    negated = scene.is_any(start, "negation")
    # "the customer named Jane Roe" may be called so in two columns.
    called = scene.is_any(start, "is") and scene.is_any(start + 1, "P", "Q")
    place = scene.skip(start + 1, "in", "of", "from", "to", "by", most=2) if negated else start + called
    if not scene.is_any(place, "P", "Q") or scene.items[place].values or _is_place(scene.items[place]):
        return
    item = scene.items[place]
    text = item.quoted or item.phrase
    texts, end = _listed(scene, place)
    how = "in quotes" if item.quoted else "in capitals"
    rule = "not unstored" if negated else "unstored"
    before, after = scene.category(place - 1), scene.category(place + 1)
    for position, table in enumerate(_tables(scene, place)):
        whose = "a person" if is_of_persons(table, scene.lexicon) else "a thing"
        where = (
            f"unstored of {whose}",
            f"unstored {how}",
            f"unstored in table {min(position, 4)}",
            f"unstored {_named(scene, table, place)}",
            *((f"unstored role {acting}",) if (acting := role(table, scene)) else ()),
            *(_away(table, scene) if whose == "a person" else ()),
        )
        for column, kind in _columns(scene, table) if not called else ():
            effect = Filter(Condition(ColumnTerm(table.id, column.name), "in", texts, negated))
            more = (*where, f"unstored {kind}", f"unstored {kind} after {before}", f"unstored {kind} before {after}")
            listed = ("unstored list",) if len(texts) > 1 else ()
            yield scene.fragment(start, end, rule, effect, *more, *listed)
            named = scene.is_any(place - 1, "is", "T") and kind.startswith("label") and not item.quoted
            if named and len(texts) == 1 and _is_part(table, text, scene):
                # "the customers named Roe", who are stored with their first names.
                part = Filter(Condition(ColumnTerm(table.id, column.name), "contains", texts, negated))
                yield scene.fragment(start, end, rule, part, *more, "unstored part")
        if not negated and (conditions := _split(scene, table, text)):
            yield scene.fragment(start, place + 1, "full name", Filters(conditions), *where)


def _is_place(item: Item) -> bool:
    """Whether an item without quotes is a place that is known by name: nobody is called Norway."""
    return item.quoted is None and any(True for _ in other_names(words_of(item.phrase), frozenset()))


def _away(table: Table, scene: Scene) -> Iterator[tuple[str, float] | str]:
    found = from_named(table, scene)
    if found.apart:
        yield ("unstored apart", float(found.apart))
    if found.may_lack:
        yield "unstored may be missing"


def _listed(scene: Scene, place: int) -> tuple[tuple[str, ...], int]:
    """The texts that "or" joins, and where they end: "Jane Roe or John Doe"."""
    texts: list[str] = []
    end = place
    while scene.is_any(end, "P", "Q") and not scene.items[end].values:
        texts.append(scene.items[end].quoted or scene.items[end].phrase)
        if (
            not scene.is_any(end + 1, "disjunction")
            or not scene.is_any(end + 2, "P", "Q")
            or scene.items[end + 2].values
        ):
            break
        end += 2
    return tuple(texts), end + 1


def _tables(scene: Scene, place: int) -> Iterator[Table]:
    """The tables near the text, then those of persons, who are often called by their names alone."""
    near = list(scene.near_tables(place))[:_TABLES]
    found = [scored.table for scored in scene.context.tables[:_FOUND]]
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


def _is_part(table: Table, text: str, scene: Scene) -> bool:
    """Whether one word is hardly the whole name of what the rows of a table are."""
    first, last = person_names(table, scene)
    return " " not in text and first is None and last is None and is_of_persons(table, scene.lexicon)


def _split(scene: Scene, table: Table, text: str) -> tuple[Condition, ...]:
    """A full name as first name and last name, where the table keeps them apart."""
    typed = text.split()
    words = [word for word in typed if word.casefold().rstrip(".") not in scene.lexicon.titles]
    first, last = person_names(table, scene)
    if not words or first is None or last is None:
        return ()
    if len(words) == 1:
        # "Dr Roe" is called so by her last name.
        return (Condition(ColumnTerm(table.id, last), "in", (words[0],)),) if len(typed) > 1 else ()
    return (
        Condition(ColumnTerm(table.id, first), "in", (words[0],)),
        Condition(ColumnTerm(table.id, last), "in", (" ".join(words[1:]),)),
    )
