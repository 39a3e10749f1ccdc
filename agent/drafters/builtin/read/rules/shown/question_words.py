"""Question words that say what is shown: "when was it delivered", "where are our customers", "what expires"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Function, Superlative
from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.question.tokens import stems
from agent.drafters.builtin.read.clues.asked_tables import asked_tables, asked_things
from agent.drafters.builtin.read.clues.moment_kinds import moment_kind
from agent.drafters.builtin.read.effects import Fragment, Measure, Show, ShowRows
from agent.drafters.builtin.read.rules.times.upcoming import is_upcoming
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_temporal, label_columns, moment_columns
from agent.records import Table
from agent.schema_index.words import humanise

# What stands between "what" and what is said of it, where it names no noun.
_VERBS = ("is", "has", "negation", "cmp", "x")
# "the refund when we sent the wrong item" asks for no date.
_ASKING = ("ask", "me", "conjunction", "compute", "if", "x")


def question_words(scene: Scene, start: int) -> Iterator[Fragment]:
    """When: the date of what is asked about; where: its place; what: things of which something is said."""
    match scene.category(start):
        case "when" if start == 0 or scene.is_any(start - 1, *_ASKING):
            yield from _when(scene, start)
        case "what" if not _asks_figure(scene) and (scene.is_any(start + 1, *_VERBS) or _is_event(scene, start + 1)):
            for table, near in asked_things(scene, start):
                kind = f"what has {'a' if _has_name(table, scene) else 'no'} name"
                yield scene.fragment(start, start + 1, "what", ShowRows(table.id), near, kind)
        case _ if (
            scene.clauses[start] == "main"
            and scene.items[start].phrase.casefold() in scene.lexicon.word_lists["anything"]
        ):
            for table, near in asked_things(scene, start):
                yield scene.fragment(start, start + 1, "anything", ShowRows(table.id), near)
        case "where":
            for table, near in asked_tables(scene, start):
                for position, link in enumerate(_places(table, scene)):
                    more = (near, ("place rank", float(position)))
                    yield scene.fragment(start, start + 1, "where", Show(link.term), *more)


def _asks_figure(scene: Scene) -> bool:
    """Whether something computed is asked for, which is no thing: "what is our stock worth"."""
    return any(link.how == "computed" for item in scene.items for link in item.columns[:1])


def _has_name(table: Table, scene: Scene) -> bool:
    """Whether rows have names, as things do; what happened has a number at most."""
    label = label_columns(table, scene.lexicon)[0]
    return stems(humanise(label.name))[-1:] in scene.lexicon.labels[:2]


def _is_event(scene: Scene, place: int) -> bool:
    """Whether the word at a place says what happens, by a date of it: "what expires next month"."""
    links = scene.items[place].columns if scene.is_any(place, "C") else ()
    return bool(links) and is_temporal(links[0].column) and not scene.items[place].tables


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
    for table, near in asked_tables(scene, start):
        for position, column in enumerate(moment_columns(table, scene.lexicon)[:3]):
            link = ColumnLink(table, column, 0.8, "pointed")
            said = any(other.term == link.term for item in scene.items for other in item.columns)
            kind = moment_kind(table, column, scene, start).replace("moment", "when")
            if position == 0 and is_upcoming(table.id, scene):
                kind = "when upcoming"
            more = (near, ("moment rank", float(position)), f"moment {'said' if said else 'unsaid'}", kind)
            yield scene.fragment(start, start + 1, "when", Show(link.term), *more)
    for place in range(start + 1, len(scene.items)):
        # "when did … last order", "when was our first order": the extreme of the date.
        operator = scene.items[place].operator
        if isinstance(operator, Superlative) and "date" in operator.by:
            yield from _extreme(scene, start, place, "max" if operator.descending else "min")


def _extreme(scene: Scene, start: int, place: int, function: Function) -> Iterator[Fragment]:
    for table, near in asked_tables(scene, place):
        for position, column in enumerate(moment_columns(table, scene.lexicon)[:2]):
            effect = Measure(function, table.id, ColumnTerm(table.id, column.name))
            yield scene.fragment(start, start + 1, "when extreme", effect, near, ("moment rank", float(position)))
