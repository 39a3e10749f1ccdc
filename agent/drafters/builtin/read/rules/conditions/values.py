"""Stored values, quoted text and bare numbers that columns are compared with: "in Berlin", "whose status is 'open'"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Comparison, Marker
from agent.drafters.builtin.link.items import ColumnLink, Item, ValueLink
from agent.drafters.builtin.query.query import Condition
from agent.drafters.builtin.read.clues.fits import fits
from agent.drafters.builtin.read.clues.is_head import is_head
from agent.drafters.builtin.read.clues.link_features import link_features
from agent.drafters.builtin.read.clues.value_features import value_features
from agent.drafters.builtin.read.effects import Filter, FilterRows, Fragment
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_numeric, keys

_GLUE = ("is", "of", "in", "to", "value", "x", "has", "with", "from", "for", "that", "all", "which", "by", "than")
_OR = ("disjunction", "conjunction")
MAX_LIST = 6


def values(scene: Scene, start: int) -> Iterator[Fragment]:
    """A value alone, with its column before or behind it, or a list of values."""
    item = scene.items[start]
    negated = item.operator == Marker("negation")
    if negated or (isinstance(item.operator, Comparison) and item.operator.operator == "!="):
        place = scene.skip(start + 1, *_GLUE, most=3)
        if place < len(scene.items):
            yield from _alone(scene, start, place, negated=True)
            yield from _named(scene, start, place, negated=True)
        return
    over = isinstance(item.operator, Comparison) and item.phrase.casefold() == "over"
    if (scene.is_any(start, "by") or over) and start + 1 < len(scene.items):
        # "by card", "over the phone"
        yield from _alone(scene, start, start + 1, negated=False)
    yield from _alone(scene, start, start, negated=False)
    yield from _named(scene, start, start, negated=False)
    yield from _behind(scene, start)


def _alone(scene: Scene, start: int, place: int, negated: bool) -> Iterator[Fragment]:
    """A stored value says by itself which column is meant."""
    item = scene.items[place]
    rule = "value not" if negated else "value" if start == place else "value by"
    for rank, link in enumerate(item.values):
        found, end = _listed(scene, place, link)
        operator = "contains" if link.how == "part" else "in"
        condition = Condition(link.term, operator, tuple(found), negated)
        more = value_features(scene, place, link, rank)
        yield scene.fragment(start, end, rule, Filter(condition), *more, *(("value list",) if len(found) > 1 else ()))
        if rule == "value" and len(found) == 1 and is_head(scene, place, link):
            yield scene.fragment(start, end, "value rows", FilterRows(condition, link.table.id), *more)
        behind = scene.items[end] if end < len(scene.items) else None
        if behind is not None and behind.phrase.casefold() in scene.lexicon.excluded and rule == "value":
            # "orders by channel, web excluded"
            left = Filter(Condition(link.term, "in", tuple(found), negated=True))
            yield scene.fragment(start, end + 1, "value not", left, "value excluded", *more)
        if behind is not None and not behind.values and any(_same(column, link) for column in behind.columns):
            # "the Biology department", "male students": what follows names the column again.
            yield scene.fragment(start, end + 1, rule, Filter(condition), *more, "value named behind")


def _listed(scene: Scene, place: int, link: ValueLink) -> tuple[list[str], int]:
    """The values of one column that stand in a row: "Berlin, Paris or Rome"."""
    found, end = [link.value], place + 1
    while scene.is_any(end, *_OR) and len(found) < MAX_LIST:
        after = scene.skip(end + 1, "disjunction", "conjunction", "is", "in", "of", "from", most=2)
        if after >= len(scene.items):
            break
        others = [other for other in scene.items[after].values if other.term == link.term]
        joined_by_or = any(scene.is_any(later, "disjunction") for later in range(end, min(after + 4, len(scene.items))))
        if not others or not joined_by_or:
            break
        found.append(others[0].value)
        end = after + 1
    return found, end


def _same(column: ColumnLink, value: ValueLink) -> bool:
    return column.term == value.term


def _named(scene: Scene, start: int, place: int, negated: bool) -> Iterator[Fragment]:
    """A column, and behind it what it is: "whose country is France", "with id 3", "status not 'open'"."""
    item = scene.items[place]
    if not item.columns:
        return
    target = scene.skip(place + 1, *_GLUE, most=4)
    if scene.is_any(target, "negation") or (scene.category(target) == "cmp" and _operator(scene.items[target]) == "!="):
        negated = True
        target = scene.skip(target + 1, *_GLUE, most=2)
    if target >= len(scene.items) or target == place:
        return
    rule = "column not value" if negated else "column value"
    gap = ("value gap", float(target - place - 1))
    for rank, link in enumerate(item.columns):
        for value, how, end in _said(scene, target, link):
            condition = Condition(link.term, "in", value, negated)
            yield scene.fragment(
                start, end, rule, Filter(condition), gap, f"{rule} {how}", *link_features(scene, place, link, rank)
            )


def _operator(item: Item) -> str:
    return item.operator.operator if isinstance(item.operator, Comparison) else ""


def _said(scene: Scene, place: int, link: ColumnLink) -> Iterator[tuple[tuple[str | int | float, ...], str, int]]:
    """What the column may be compared with at a place: a stored value of it, a number, quoted or other text."""
    item = scene.items[place]
    stored = [value for value in item.values if value.term == link.term and value.how != "part"]
    numeric = is_numeric(link.column)
    if stored:
        found, end = _listed(scene, place, stored[0])
        yield tuple(found if not numeric else map(_number, found)), "stored", end
        return
    if not fits(item, link):
        return
    if item.number is not None:
        yield (item.number if numeric else item.phrase,), "number" if numeric else "number of text", place + 1
    elif item.quoted is not None:
        yield (item.quoted,), "quoted", place + 1
    elif not numeric and any(_alike(value, link) for value in item.values):
        yield (item.values[0].value,), "stored elsewhere", place + 1
    elif not numeric and item.category == "P" and not _is_owner(scene, place):
        yield (item.phrase,), "as written", place + 1
    elif not numeric and len(item.phrase) == 1 and item.phrase.isalpha() and item.category == "x":
        yield (item.phrase,), "letter", place + 1


def _alike(value: ValueLink, link: ColumnLink) -> bool:
    """Whether a value that is stored in one column may be meant of another, which refers to it or has its name."""
    pointers = keys(link.table)
    return link.column.name in pointers or value.how == "guess" or link.column.name == value.column.name


def _is_owner(scene: Scene, place: int) -> bool:
    """Whether a name is of who has something or did it: "the email of Jane Roe" is not her name."""
    return scene.is_any(place - 1, "of", "by", "for", "from", "to")


def _number(text: str) -> int | float | str:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def _behind(scene: Scene, start: int) -> Iterator[Fragment]:
    """A number or quoted text before its column: "4 star hotels", "the 'open' status"."""
    item = scene.items[start]
    if (item.number is None and item.quoted is None) or start + 1 >= len(scene.items):
        return
    for rank, link in enumerate(scene.items[start + 1].columns):
        numeric = is_numeric(link.column)
        if not fits(item, link):
            continue
        if item.number is not None:
            said, how = (item.number, "number") if numeric else (item.phrase, "number of text")
        elif item.quoted is not None and not numeric:
            said, how = item.quoted, "quoted"
        else:
            continue
        condition = Condition(link.term, "in", (said,))
        more = link_features(scene, start + 1, link, rank)
        yield scene.fragment(start, start + 2, "value column", Filter(condition), f"value column {how}", *more)
