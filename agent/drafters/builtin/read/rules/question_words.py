"""Question words that say what is shown: "who signed up", "when was it delivered", "where are our customers"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon import Function, Lexicon, Superlative
from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.query import ColumnTerm
from agent.drafters.builtin.question.tokens import stem, stems
from agent.drafters.builtin.read.effects import About, Fragment, Measure, Show, ShowRows
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema import label_columns, moment_columns
from agent.records import Table
from agent.schema_index.words import humanise

_TABLES = 6
# Words for persons of any kind.
_ANYONE = frozenset(
    stem(word) for word in ("people", "person", "persons", "anyone", "anybody", "everyone", "everybody")
)


def question_words(scene: Scene, start: int) -> Iterator[Fragment]:
    """Who: rows of persons; when: the date of what is asked about; where: its place."""
    match scene.category(start):
        case "who":
            for table, near in _tables(scene, start):
                kind = "persons" if is_of_persons(table, scene.lexicon) else "others"
                yield scene.fragment(start, start + 1, "who", ShowRows(table.id), f"who are {kind}", near)
        case "when":
            yield from _when(scene, start)
        case "where":
            for table, near in _tables(scene, start):
                for position, link in enumerate(_places(table, scene)):
                    more = (near, ("place rank", float(position)))
                    yield scene.fragment(start, start + 1, "where", Show(link.term), *more)
        case _ if stem(scene.items[start].phrase.casefold()) in _ANYONE:
            for table, near in _tables(scene, start):
                if is_of_persons(table, scene.lexicon):
                    yield scene.fragment(start, start + 1, "people", ShowRows(table.id), near)
                    yield scene.fragment(start, start + 1, "people about", About(table.id), near)


def _tables(scene: Scene, start: int) -> Iterator[tuple[Table, str]]:
    """The tables that the word may ask for, each with how it is named: persons are often not named at all."""
    seen = set()
    for position, table in enumerate(scene.near_tables(start)):
        seen.add(table.id)
        named = table.id in scene.tables
        yield table, "asked of nearest" if named and position == 0 else f"asked of {'named' if named else 'found'}"
    for scored in scene.context.tables[:_TABLES]:
        if scored.table.id not in seen:
            yield scored.table, "asked of found"


def is_of_persons(table: Table, lexicon: Lexicon) -> bool:
    """Whether the rows of a table are people, by what it is called."""
    names = [humanise(table.name), *table.synonyms]
    return any(stems(name)[-1:] and stems(name)[-1] in lexicon.persons for name in names)


def _places(table: Table, scene: Scene) -> list[ColumnLink]:
    order = {word: position for position, word in enumerate(scene.lexicon.places)}
    found = []
    for column in table.columns:
        known = [order[word] for word in stems(humanise(column.name)) if word in order]
        if known and column.kind == "text":
            found.append((min(known), ColumnLink(table, column, 0.8, "pointed")))
    if not found and any(word in order for word in stems(humanise(table.name))):
        # "where" may be a table of its own: the name of the city, the station, the venue.
        return [ColumnLink(table, column, 0.7, "pointed") for column in label_columns(table, scene.lexicon)[:1]]
    return [link for _, link in sorted(found, key=lambda entry: entry[0])][:3]


def _when(scene: Scene, start: int) -> Iterator[Fragment]:
    for table, near in _tables(scene, start):
        for position, column in enumerate(moment_columns(table, scene.lexicon)[:3]):
            link = ColumnLink(table, column, 0.8, "pointed")
            said = any(other.term == link.term for item in scene.items for other in item.columns)
            more = (near, ("moment rank", float(position)), f"moment {'said' if said else 'unsaid'}")
            yield scene.fragment(start, start + 1, "when", Show(link.term), *more)
    for place in range(start + 1, len(scene.items)):
        # "when did … last order", "when was our first order": the extreme of the date.
        operator = scene.items[place].operator
        if isinstance(operator, Superlative) and "date" in operator.by:
            yield from _extreme(scene, start, place, "max" if operator.descending else "min")


def _extreme(scene: Scene, start: int, place: int, function: Function) -> Iterator[Fragment]:
    for table, near in _tables(scene, place):
        for position, column in enumerate(moment_columns(table, scene.lexicon)[:2]):
            effect = Measure(function, table.id, ColumnTerm(table.id, column.name))
            yield scene.fragment(start, start + 1, "when extreme", effect, near, ("moment rank", float(position)))
