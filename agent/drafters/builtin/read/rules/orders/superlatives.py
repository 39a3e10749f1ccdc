"""Superlatives: "the oldest singer", "with the highest price", "top 3 customers", "the most common status"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.drafters.builtin.lexicon.operators import Aggregate, Function, Superlative
from agent.drafters.builtin.query.query import ColumnTerm, MeasureTerm
from agent.drafters.builtin.read.clues.rated_columns import rated_columns
from agent.drafters.builtin.read.clues.targets import Features, counted, counted_past, extremes, kind_of, targets
from agent.drafters.builtin.read.clues.top_of_many import MANY, top_of_many
from agent.drafters.builtin.read.effects import Fragment, Limit, Rank, RankCount
from agent.drafters.builtin.read.rules.orders.firsts import is_order
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import find_column, is_numeric, is_temporal

_BETWEEN = ("of", "in", "x", "all", "their", "value", "distinct", "has")
_IS = ("is", "value", "in", "all", "with", "of")
# Words of the columns that say when something was.
_CALENDAR = frozenset({"date", "year", "birth"})
_AVERAGE = Aggregate("avg")
_EXTREMES = {"max": Superlative(True), "min": Superlative(False)}


@dataclass(frozen=True, slots=True)
class _Said:
    """A superlative where a fragment `start`s, with how many rows it means; what it ranks by begins at `after`."""

    start: int
    after: int
    operator: Superlative
    limit: int
    how: str

    @property
    def descending(self) -> bool:
        """Whether the highest come first."""
        return self.operator.descending


def superlatives(scene: Scene, start: int) -> Iterator[Fragment]:
    """A superlative with what it ranks by, which may stand before it; a number beside it says how many are meant."""
    yield from _limits(scene, start)
    yield from _behind(scene, start)
    said = _said(scene, start)
    if said is None:
        return
    if said.operator.rows:
        # "the most common status" counts rows; the status itself is shown.
        yield scene.fragment(start, said.after, "rank rows", RankCount(None, said.descending, said.limit), said.how)
        return
    yield from _pointed(scene, said)
    yield from _by(scene, said, scene.skip(said.after, *_BETWEEN, most=3))
    if said.how != "extreme":
        pointing = "pointing" if said.operator.by else "plain"
        effect = RankCount(None, said.descending, said.limit)
        yield scene.fragment(start, said.after, "rank alone", effect, said.how, f"rank alone {pointing}")


def _said(scene: Scene, start: int) -> _Said | None:
    """The superlative at a place: "oldest", "3 oldest", "top 3", "top 3 most expensive", "maximum"."""
    number = _whole(scene, start)
    place = start + 1 if number is not None else start
    if number is None and is_order(scene, place):
        return None
    operator = _superlative(scene, place)
    if operator is None:
        aggregate = scene.items[start].operator
        extreme = _EXTREMES.get(aggregate.function) if isinstance(aggregate, Aggregate) else None
        return _Said(start, start + 1, extreme, 1, "extreme") if extreme else None
    after = place + 1
    if number is None and _whole(scene, after) is not None:
        number, after = _whole(scene, after), after + 1
    second = _superlative(scene, after)
    if number is not None and second is not None:
        operator, after = second, after + 1
    if number is None and top_of_many(scene, place):
        return _Said(start, after, operator, MANY, "many")
    return _Said(start, after, operator, number or 1, "one" if number is None else "limit")


def _superlative(scene: Scene, place: int) -> Superlative | None:
    operator = scene.items[place].operator if place < len(scene.items) else None
    return operator if isinstance(operator, Superlative) else None


def _whole(scene: Scene, place: int) -> int | None:
    """The whole number at a place, where it can bound the rows."""
    number = scene.items[place].number if place < len(scene.items) else None
    return number if isinstance(number, int) and number > 0 else None


def _limits(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "the 3 cities with the most rain", "the top 3 students by score": how many is said before what ranks."""
    place = start + 1 if _superlative(scene, start) else start
    number = _whole(scene, place)
    if number is None or not scene.is_any(place + 1, "T", "C", "V", "x", "distinct"):
        return
    if any(_superlative(scene, later) for later in range(place + 1, len(scene.items))):
        yield scene.fragment(start, place + 1, "limit", Limit(number), f"limit {'top' if place > start else 'alone'}")


def _behind(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "whose age is the highest": the superlative stands behind its column."""
    for found in targets(scene, start):
        place = scene.skip(found.end, *_IS, most=3)
        operator = _superlative(scene, place)
        if operator is not None and not operator.rows:
            effect = Rank(found.link.term, operator.descending, 1)
            more = (f"rank by {kind_of(found.link, scene)}", *found.features)
            yield scene.fragment(start, place + 1, "rank behind", effect, *more)


def _rated(scene: Scene, said: _Said) -> Iterator[Fragment]:
    """ "the worst reviews": by how the rows themselves are rated."""
    if (
        said.operator.by
        or scene.items[said.after - 1].last_word not in scene.lexicon.word_lists["good or bad"]
        or said.after >= len(scene.items)
    ):
        return
    for link in scene.items[said.after].tables[:1]:
        column = find_column(link.table, scene.lexicon.ratings, scene.lexicon)
        if column is not None and is_numeric(column):
            effect = Rank(ColumnTerm(link.table.id, column.name), said.descending, said.limit)
            more = (said.how, "pointed by", "pointed ordered", "pointed table 0")
            yield scene.fragment(said.start, said.after, "rank pointed", effect, *more)


def _pointed_mean(scene: Scene, said: _Said) -> Iterator[Fragment]:
    """ "the best rated brand": by the average of what many rows say of each."""
    for column in rated_columns(scene, said.operator):
        effect = Rank(MeasureTerm("avg", column.table, column), said.descending, said.limit)
        yield scene.fragment(said.start, said.after, "rank pointed mean", effect, said.how)


def _by(scene: Scene, said: _Said, target: int) -> Iterator[Fragment]:
    """What stands behind a superlative: an aggregate, a column, or rows to count."""
    if target >= len(scene.items):
        return
    behind = scene.items[target].operator
    if isinstance(behind, Aggregate):
        yield from _by_aggregate(scene, said, scene.skip(target + 1, *_BETWEEN, most=3), behind.function)
    for found in targets(scene, target):
        if (
            is_temporal(found.link.column)
            and scene.items[said.after - 1].last_word in scene.lexicon.word_lists["much or little"]
        ):
            # "the most work" is no date.
            continue
        effect = Rank(found.link.term, said.descending, said.limit)
        more = (said.how, f"rank by {kind_of(found.link, scene)}", f"rank by {extremes(scene)}", *found.features)
        if said.operator.by and found.link.column.kind == "text":
            # "the best rated brand" is not the last one by the alphabet.
            more = (*more, "rank by text pointing")
        yield scene.fragment(said.start, found.end, "rank by", effect, *more)
    yield from _by_count(scene, said, target, "named")


def _by_aggregate(scene: Scene, said: _Said, over: int, function: Function) -> Iterator[Fragment]:
    if function == "count":
        yield from _by_count(scene, said, over, "said")
    second = scene.items[over].operator if over < len(scene.items) else None
    if isinstance(second, Aggregate):
        # "the highest average number of seats", "the largest number of total points"
        function = second.function if function == "count" else function
        over = scene.skip(over + 1, *_BETWEEN, most=2)
    for found in targets(scene, over):
        if not is_numeric(found.link.column):
            continue
        measure = MeasureTerm("sum" if function == "count" else function, found.link.table.id, found.link.term)
        rule = f"rank by {'counted' if function == 'count' else 'measure'}"
        effect = Rank(measure, said.descending, said.limit)
        yield scene.fragment(said.start, found.end, rule, effect, said.how, *found.features)
        if function == "count" and scene.is_any(found.end, "agg"):
            # "the largest number of seats in total"
            yield scene.fragment(said.start, found.end + 1, rule, effect, said.how, "counted in total", *found.features)
        # "the highest total price" may be a column, and so may "the largest number of pages".
        effect = Rank(found.link.term, said.descending, said.limit)
        whole = f"rank by column {'counted' if function == 'count' else 'measured'}"
        yield scene.fragment(said.start, found.end, "rank by", effect, said.how, whole, *found.features)


def _by_count(scene: Scene, said: _Said, target: int, counts: str) -> Iterator[Fragment]:
    """The number of rows of a table, or of the values of a column."""

    def ranked(table: str, end: int, rule: str, more: Features) -> Fragment:
        effect = RankCount(table, said.descending, said.limit)
        if said.operator.hints and counts == "named" and target == said.after:
            # "the biggest orders" are not those of whoever has most of them.
            more = (*more, "biggest counted")
        return scene.fragment(said.start, end, rule, effect, said.how, f"{rule} {counts}", *more)

    good = scene.items[said.after - 1].last_word in scene.lexicon.word_lists["good or bad"]
    # "the best customers" are not those of whom there are most.
    for table, more in counted(scene, target) if not good or target > said.after else ():
        yield ranked(table.table.id, target + 1, "rank count", more)
    past = counted_past(scene, target)
    if past is not None:
        for table, more in counted(scene, past[0]):
            yield ranked(table.table.id, past[0] + 1, "rank count past", (*more, ("count ahead by", float(past[1]))))
    for found in list(targets(scene, target))[:2]:
        yield ranked(found.link.table.id, found.end, "rank count column", found.features)
    if counts == "said":
        effect = RankCount(None, said.descending, said.limit)
        yield scene.fragment(said.start, target, "rank alone", effect, said.how, "rank alone counted")


def _pointed(scene: Scene, said: _Said) -> Iterator[Fragment]:
    """The columns that the superlative points to by itself: "oldest" to an age or a date of birth."""
    operator = said.operator
    yield from _pointed_mean(scene, said)
    yield from _rated(scene, said)
    rated = set(rated_columns(scene, operator))
    for position, table in enumerate(scene.near_tables(said.start)):
        for words, down, how in (
            (operator.against, not operator.descending, "against"),
            (operator.by, operator.descending, "by"),
            (operator.hints, operator.descending, "hint"),
        ):
            column = find_column(table, words, scene.lexicon) if words else None
            if column is None or column.kind == "other" or (column.kind == "text" and how != "by"):
                continue
            if is_temporal(column) and _CALENDAR.isdisjoint(words):
                # "the fastest", "the longest": no date says how long something takes.
                continue
            effect = Rank(ColumnTerm(table.id, column.name), down, said.limit)
            kind = "text" if column.kind == "text" else "ordered"
            near = f"pointed table {min(position, 3)}"
            more: Features = (said.how, f"pointed {how}", f"pointed {kind}", near)
            if effect.term in rated and table.id not in scene.tables:
                more = (*more, "pointed to one of many")
            yield scene.fragment(said.start, said.after, "rank pointed", effect, *more)
            if is_numeric(column) and said.after < len(scene.items) and scene.items[said.after].operator == _AVERAGE:
                # "which department pays best on average"
                term = MeasureTerm("avg", table.id, ColumnTerm(table.id, column.name))
                mean = Rank(term, down, said.limit)
                yield scene.fragment(said.start, said.after + 1, "rank pointed", mean, *more)
