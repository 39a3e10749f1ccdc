"""Where a question says money: "bring in", "did we make", "how much is owed", each with the kind that is meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.lexicon.operators import Aggregate, Comparison
from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.link.takings import Money
from agent.drafters.builtin.question.tokens import stem, stems
from agent.drafters.builtin.schema.rows import is_numeric
from agent.schema_index.words import humanise

# From this score on a span names something itself.
_NAMED = 0.9
_LONGEST = 3
_COUNT = Aggregate("count")
# What stands behind an amount, and not behind "sales reps".
_BEHIND = frozenset(
    {"by", "grouping", "in", "for", "from", "to", "with", "cmp", "negation", "conjunction", "sup", "has", "is", "me"}
)


@dataclass(frozen=True, slots=True)
class MoneySaid:
    """The items `start` to `end` (not included) say money of a kind."""

    start: int
    end: int
    kind: Money


def money_said(items: tuple[Item, ...], lexicon: Lexicon) -> Iterator[MoneySaid]:
    """The spans that say money, from the left."""
    place = 0
    while place < len(items):
        found = next(filter(None, (_at(items, place, end, lexicon) for end in _ends(items, place))), None)
        if found is not None:
            yield found
        place = found.end if found else place + 1


def _ends(items: tuple[Item, ...], place: int) -> range:
    return range(min(place + _LONGEST, len(items)), place, -1)


def _at(items: tuple[Item, ...], start: int, end: int, lexicon: Lexicon) -> MoneySaid | None:
    said = tuple(" ".join(item.phrase for item in items[start:end]).casefold().split())
    after = items[end].phrase.casefold().split()[:1] if end < len(items) else []
    # "in last year" is one span, and its first word belongs to "bring in" as well.
    shared = after == ["in"] and items[end].window and " ".join(said) not in lexicon.word_lists["take"]
    ways = (said, (*said, *after)) if shared else (said,)
    for kind, phrases in lexicon.money.items():
        if phrases.isdisjoint(ways) or not _is_free(items[start], kind):
            continue
        meant = _meant(items, start, end, kind, said, lexicon)
        if meant:
            return MoneySaid(start, end, meant)
    return MoneySaid(start, end, "sold") if _is_sales(items, start, end, lexicon) else None


def _meant(
    items: tuple[Item, ...], start: int, end: int, kind: str, said: tuple[str, ...], lexicon: Lexicon
) -> Money | None:
    """What the words mean where they stand."""
    ours = start > 0 and items[start - 1].phrase.casefold() in lexicon.word_lists["we"]
    if kind == "made" and end < len(items) and items[end].phrase.casefold() in lexicon.word_lists["us"]:
        # "which brand earns us the most profit"
        return "sold"
    if kind == "made":
        return "sold" if ours and _asks_amount(items, start, end, lexicon) else None
    if kind == "pays":
        return ("pay" if ours else "paid") if _asks_amount(items, start, end, lexicon) else None
    if kind == "owed":
        return (
            "owed"
            if said[-1] != lexicon.owed or (end == len(items) and _asks_amount(items, start, end, lexicon))
            else None
        )
    if kind == "paid":
        # "when did the order come in" asks for no money.
        return "paid" if said[0] in lexicon.word_lists["money"] or _asks_amount(items, start, end, lexicon) else None
    # "what costs us the most money" goes out.
    if any(stem(item.phrase.casefold()) in lexicon.costs for item in items[:start]):
        return None
    return "spent" if ours and said[0] in lexicon.word_lists["spend"] else "sold"


def _asks_amount(items: tuple[Item, ...], start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether an amount is asked for or compared: "how much", "what did we make", "more than 120k"."""
    if any(
        item.operator == Aggregate("sum") or item.phrase.casefold() in lexicon.word_lists["money"]
        for item in items[:start]
    ):
        return True
    if start > 0 and any(_is_payment(link.table.name, lexicon) for link in items[start - 1].values[:1]):
        # "cash taken in May"
        return True
    if any(map(is_amount, items[:start])):
        return True
    before = [item.category for item in items[max(start - 3, 0) : start]]
    if before[:2] == ["what", "do"] and end < len(items) and not (items[end].columns or items[end].tables):
        return True
    compared = end + 1 < len(items) and isinstance(items[end].operator, Comparison)
    return compared and items[end + 1].number is not None


def _is_payment(name: str, lexicon: Lexicon) -> bool:
    return lexicon.money_tables["paid"][0] in stems(humanise(name))


def _is_free(item: Item, kind: str) -> bool:
    """Whether the first word names nothing in the schema but an amount; a verb may be near to a table."""
    columns = [link for link in item.columns[:1] if link.score >= _NAMED and link.how != "vector"]
    tables = [link for link in item.tables[:1] if link.score >= _NAMED and kind not in {"pays", "made"}]
    return not item.values and not tables and all(is_numeric(link.column) or kind == "pays" for link in columns)


def is_amount(item: Item) -> bool:
    """Whether an item names a column with numbers by itself."""
    return bool(item.columns) and item.columns[0].score >= _NAMED and is_numeric(item.columns[0].column)


def _is_sales(items: tuple[Item, ...], start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether "sales" is an amount, and neither a department nor how many there were: "total sales by month"."""
    phrase = " ".join(item.phrase for item in items[start:end])
    if tuple(phrase.casefold().split()) not in lexicon.sales or is_amount(items[start]):
        return False
    before = items[start - 1] if start else None
    if before is not None and (
        before.operator == _COUNT or before.category in {"in", "of", "from"} or phrase[0].isupper()
    ):
        return False
    after = items[end] if end < len(items) else None
    return after is None or after.category in _BEHIND or after.window is not None
