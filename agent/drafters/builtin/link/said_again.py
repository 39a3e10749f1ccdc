"""Words of which nothing follows: "in total" behind an amount, "in euros" where nothing else is meant."""

from __future__ import annotations

from dataclasses import replace

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.lexicon.operators import Aggregate, Comparison
from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.schema.rows import is_intensive, is_numeric

# From this score on a span names something itself.
_NAMED = 0.9
_TOTAL = Aggregate("sum")


def said_again(items: tuple[Item, ...], lexicon: Lexicon) -> tuple[Item, ...]:
    """The items without the words that say again what an amount is, or only in which money it is."""
    left = _without_purpose(_without_money(_merged(items), lexicon), lexicon)
    return tuple(item for place, item in enumerate(left) if not _is_again(left, place, lexicon))


def _merged(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items with two words for one column in a row made one: "star rating"."""
    found: list[Item] = []
    for item in items:
        before = found[-1] if found else None
        if before is not None and _is_column(before) and _is_column(item) and _same(before, item):
            found[-1] = replace(item, start=before.start, phrase=f"{before.phrase} {item.phrase}")
        else:
            found.append(item)
    return tuple(found)


def _is_column(item: Item) -> bool:
    return item.category == "C" and item.operator is None and bool(item.columns)


def _same(before: Item, item: Item) -> bool:
    sure = min(before.columns[0].score, item.columns[0].score) >= _NAMED
    return sure and before.columns[0].term == item.columns[0].term and before.end == item.start


def _without_money(items: tuple[Item, ...], lexicon: Lexicon) -> tuple[Item, ...]:
    dropped = set()
    for place, item in enumerate(items):
        if place == 0 or item.phrase.casefold() not in lexicon.currencies or _is_named(item):
            continue
        before = items[place - 1]
        if before.number is not None:
            dropped.add(place)
        elif before.category == "in":
            dropped |= {place - 1, place}
    return tuple(item for place, item in enumerate(items) if place not in dropped)


def _without_purpose(items: tuple[Item, ...], lexicon: Lexicon) -> tuple[Item, ...]:
    """ "cost us more than 300 to buy": a cost is one of having it, whether or not that is said."""
    if len(items) < 2 or items[-2].category != "to" or items[-1].phrase.casefold() not in lexicon.obtains:
        return items
    costs = any(stem(item.phrase.casefold()) in lexicon.costs for item in items[:-2])
    return items[:-2] if costs else items


def _is_named(item: Item) -> bool:
    scores = [link.score for link in item.columns[:1]] + [link.score for link in item.tables[:1]]
    return any(score >= _NAMED for score in scores)


def _is_again(items: tuple[Item, ...], place: int, lexicon: Lexicon) -> bool:
    """Whether a word for the total stands before another aggregate, or behind an amount or a comparison with one."""
    item = items[place]
    if item.operator != _TOTAL or item.phrase.casefold() not in lexicon.in_all:
        return False
    after = items[place + 1] if place + 1 < len(items) else None
    if after is not None and isinstance(after.operator, Aggregate):
        return after.operator.function != "count"
    if after is not None and (after.columns or after.tables):
        return False
    return any(
        other.operator == _TOTAL or isinstance(other.operator, Comparison) or _is_money(other, lexicon)
        for other in items[:place]
    )


def _is_money(item: Item, lexicon: Lexicon) -> bool:
    """Whether an item names a column with numbers that add up."""
    link = item.columns[0] if item.columns else None
    return (
        link is not None and link.score >= _NAMED and is_numeric(link.column) and not is_intensive(link.column, lexicon)
    )
