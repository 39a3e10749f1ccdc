"""What is so or not by a column alone: "discontinued products", "with a phone", "not delivered", "out of stock"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Marker
from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.query.query import Condition
from agent.drafters.builtin.read.clues.link_features import link_features
from agent.drafters.builtin.read.effects import Filter, Fragment
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_numeric, is_temporal, keys

_GLUE = ("of", "in", "x", "all", "has", "is", "to", "for", "their", "me", "been")

# A column that is missing may stand behind so many other items: "did not leave us a phone number".
_FAR = 5
# A word that is no nearer to a name than this may be so by chance.
_CHANCE = 0.5


def presence(scene: Scene, start: int) -> Iterator[Fragment]:
    """A flag, a value that is given or missing, an event that has happened or not, a stock that is used up or not."""
    item = scene.items[start]
    for rank, link in enumerate(item.columns):
        # "invoices we sent" need not be paid, and loyal customers need not be subscribed, however near the words are.
        far = link.how == "vector" and (is_temporal(link.column) or link.score < _CHANCE)
        for condition, rule in _so(link) if not far else ():
            yield scene.fragment(start, start + 1, rule, Filter(condition), *link_features(scene, start, link, rank))
    marked = item.category in {"with", "has", "in"} or item.operator in {Marker("negation"), Marker("exhausted")}
    # "neither a phone number nor an email": both are denied alike.
    listed = (
        ("denied in parallel",)
        if (item.phrase.casefold().split() or [""])[0] in scene.lexicon.word_lists["neither"]
        else ()
    )
    for place in range(start + 1, min(start + _FAR, len(scene.items))) if marked else ():
        gap = ("presence gap", float(place - scene.skip(start + 1, *_GLUE, most=place - start - 1)))
        for rank, link in enumerate(scene.items[place].columns):
            more = (gap, *listed, *link_features(scene, place, link, rank))
            for condition, rule in _marked(item.category, link, scene):
                yield scene.fragment(start, place + 1, rule, Filter(condition), *more)
                if is_temporal(link.column) and _is_date(scene, place + 1):
                    # "with no due date": what is due has a date.
                    yield scene.fragment(start, place + 2, rule, Filter(condition), *more, "presence of date")


def _is_date(scene: Scene, place: int) -> bool:
    return place < len(scene.items) and scene.items[place].last_word in scene.lexicon.word_lists["a date"]


def _so(link: ColumnLink) -> Iterator[tuple[Condition, str]]:
    """What a column says by its name alone."""
    if link.column.kind == "boolean":
        yield Condition(link.term, "=", (True,)), "flag"
    elif is_temporal(link.column) and link.column.nullable:
        yield Condition(link.term, "null", negated=True), "happened"


def _marked(mark: str, link: ColumnLink, scene: Scene) -> Iterator[tuple[Condition, str]]:
    """What the word before the column says of it."""
    amount = is_numeric(link.column) and link.column.name not in keys(link.table)
    if mark == "negation":
        if link.column.kind == "boolean":
            yield Condition(link.term, "=", (False,)), "flag not"
        elif link.column.nullable:
            yield Condition(link.term, "null"), "not happened" if is_temporal(link.column) else "absent"
        if amount:
            yield Condition(link.term, "=", (0,)), "none left"
    elif mark == "exhausted":
        if amount:
            yield Condition(link.term, "=", (0,)), "none left"
    elif mark == "in":
        # "in stock", but not "in minutes".
        if amount and {*scene.lexicon.stocks} & {*scene.lexicon.column_words(link.column.name)}:
            yield Condition(link.term, ">", (0,)), "some left"
    elif link.column.kind == "boolean":
        yield Condition(link.term, "=", (True,)), "flag"
    elif link.column.nullable:
        yield Condition(link.term, "null", negated=True), "present"
