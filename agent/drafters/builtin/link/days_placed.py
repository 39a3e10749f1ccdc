"""Where the days that something takes stand among the items: right behind "the longest" or "on average"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.lexicon.operators import Aggregate, Comparison, Marker, Superlative
from agent.drafters.builtin.link.items import ColumnLink, Item
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.schema.rows import is_temporal
from agent.records import Catalog

_HOURS = 24
_MARKS = frozenset({Marker("grouping"), Marker("by")})


def days_placed(
    items: tuple[Item, ...], term: ColumnTerm, start: int, end: int, catalog: Catalog, lexicon: Lexicon
) -> Iterator[Item]:
    """The items with the days in the place of `start` to `end`, behind what asks for them: "the longest"."""
    days = _item(items[start:end], term, catalog)
    before, behind = _in_days(items[:start], lexicon), _without_unit(_in_days(items[end:], lexicon), lexicon)
    inner = [item for item in items[start + 1 : end] if isinstance(item.operator, Aggregate)]
    extreme = next((spot for spot, item in enumerate(before[-4:], max(len(before) - 4, 0)) if is_extreme(item)), None)
    if extreme is not None:
        yield from (*before[:extreme], _by_days(before[extreme]), *inner, days, *behind)
        return
    most = next((item for item in items[start + 1 : end] if isinstance(item.operator, Superlative)), None)
    if most is not None:
        # "takes the most days on average to pay"
        yield from (*before, most, *inner, days, *behind)
        return
    if behind and is_extreme(behind[0]):
        mean = behind[1:2] if len(behind) > 1 and behind[1].category == "agg" else []
        yield from (*before, _by_days(behind[0]), *mean, days, *behind[1 + len(mean) :])
        return
    asked = next((spot for spot in range(len(before)) if _asks_how_long(before, spot, lexicon)), None)
    if asked is None:
        yield from (*before, *inner, days, *behind)
        return
    mean = inner or [item for item in (*before, *behind) if item.operator == Aggregate("avg")][:1]
    kept = [
        item for spot, item in enumerate(before) if not asked <= spot < asked + 2 or not _is_how_long(item, lexicon)
    ]
    kept = [item for item in kept if item not in mean]
    behind = [item for item in behind if item not in mean]
    yield from (*kept[:asked], *(mean or [_average(days)]), days, *kept[asked:], *behind)


def says_time(item: Item, lexicon: Lexicon) -> bool:
    """Whether an item has a word for a length of time."""
    words = item.phrase.casefold().split()
    times = lexicon.durations | lexicon.differences
    return any(word in lexicon.days or word in lexicon.hours or stem(word) in times for word in words)


def is_extreme(item: Item) -> bool:
    """Whether an item says that something takes the most or the least time."""
    return isinstance(item.operator, Superlative) and "time" in (*item.operator.by, *item.operator.against)


def without_days(items: tuple[Item, ...], lexicon: Lexicon) -> tuple[Item, ...]:
    """The items without the unit of something that is in days anyhow: "delivery time in days"."""
    dropped = {
        spot
        for place, item in enumerate(items[:-2])
        if _is_days(item) and items[place + 1].category == "in" and items[place + 2].phrase.casefold() in lexicon.days
        for spot in (place + 1, place + 2)
    }
    return _averaged([item for spot, item in enumerate(items) if spot not in dropped])


def _averaged(items: list[Item]) -> tuple[Item, ...]:
    """The items with the average of the days where they are for groups: "delivery time by carrier"."""
    place = next((spot for spot, item in enumerate(items) if _is_days(item)), None)
    grouped = any(item.operator in _MARKS for item in items)
    chosen = any(isinstance(item.operator, Aggregate | Superlative | Comparison) for item in items)
    if place is None or not grouped or chosen:
        return tuple(items)
    return (*items[:place], _average(items[place]), *items[place:])


def _is_days(item: Item) -> bool:
    """Whether an item names the time from one date to another."""
    for link in item.columns[:1]:
        column = link.table.column(link.of.column) if link.of and link.of.less else None
        return column is not None and is_temporal(column)
    return False


def _average(item: Item) -> Item:
    return replace(item, phrase="on average", category="agg", operator=Aggregate("avg"), columns=())


def _asks_how_long(items: list[Item], place: int, lexicon: Lexicon) -> bool:
    """ "how long", "how many days"."""
    words = items[place].phrase.casefold().split()
    if words[:2] == ["how", "long"]:
        return True
    behind = items[place + 1].phrase.casefold() if place + 1 < len(items) else ""
    return items[place].operator == Aggregate("count") and behind in lexicon.days


def _is_how_long(item: Item, lexicon: Lexicon) -> bool:
    return item.operator == Aggregate("count") or says_time(item, lexicon)


def _without_unit(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """The items without "in days" at their end, with a comma or not."""
    if len(items) > 1 and items[-1].phrase.casefold() in lexicon.days and items[-2].category == "in":
        items = items[:-2]
        return items[:-1] if items and items[-1].category == "conjunction" else items
    return items


def _by_days(item: Item) -> Item:
    """The superlative as one of days: the fastest take the fewest."""
    operator = item.operator
    if not isinstance(operator, Superlative):
        return item
    turned = "time" in operator.against
    return replace(item, operator=Superlative(operator.descending != turned, by=("time",)), columns=(), tables=())


def _item(items: tuple[Item, ...], term: ColumnTerm, catalog: Catalog) -> Item:
    table = catalog.table(term.table)
    column = table.column(term.column) if table else None
    links: tuple[ColumnLink, ...] = ()
    if table is not None and column is not None:
        links = (ColumnLink(table, replace(column, kind="number", synonyms=()), 1.0, "computed", of=term),)
    phrase = " ".join(item.phrase for item in items)
    return Item(items[0].start, items[-1].end, phrase, "C", columns=links)


def _in_days(items: Sequence[Item], lexicon: Lexicon) -> list[Item]:
    """The items, with a length of time as a number of days: "2 weeks", "48 hours", "more than a week"."""
    found: list[Item] = []
    for item in items:
        hours = lexicon.hours.get(item.phrase.casefold())
        last = found[-1] if found else None
        if hours is None or last is None or (last.number is None and not isinstance(last.operator, Comparison)):
            found.append(item)
        elif last.number is not None:
            found[-1] = replace(last, number=_whole(last.number * hours / _HOURS))
        else:
            found.append(Item(item.start, item.end, item.phrase, "N", number=_whole(hours / _HOURS)))
    return found


def _whole(number: float) -> int | float:
    return int(number) if number == int(number) else number
