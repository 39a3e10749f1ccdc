"""Words for money that no column is named by: "how much did we make", "countries that bring in less than 5k"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.lexicon.operators import Comparative, Superlative
from agent.drafters.builtin.link.items import Item, TableLink
from agent.drafters.builtin.link.money_said import MoneySaid, is_amount, money_said
from agent.drafters.builtin.link.takings import Money, takings
from agent.drafters.builtin.question.tokens import stems
from agent.records import Catalog
from agent.schema_index.words import humanise

# From this score on a span names something itself.
_NAMED = 0.9
_AROUND = ("do", "me", "has", "is")


def money(items: tuple[Item, ...], catalog: Catalog, lexicon: Lexicon) -> tuple[Item, ...]:
    """The items, with the words for money as one item that names what it adds up from, as if it were a column."""
    said = list(money_said(items, lexicon))
    if not said:
        return items
    if any(link.how == "computed" for item in items for link in item.columns[:1]):
        # "how much profit did we make"
        dropped = {place for each in said for place in _with_verbs(items, each, lexicon)}
        return tuple(item for place, item in enumerate(items) if place not in dropped)
    first, *others = sorted(said, key=lambda each: _is_ranked(items, each.start), reverse=True)
    kind: Money = next((each.kind for each in said if each.kind != "sold"), "sold")
    if kind == "sold" and _names_payments(items, lexicon):
        kind = "paid"
    named = items[first.start]
    # "how much do we earn" asks for no salary.
    verb = tuple(named.phrase.casefold().split()) in lexicon.money["made"]
    if kind == "owed" or verb or not is_amount(named):
        link = takings(catalog, kind, lexicon)
        if link is None:
            return items
        phrase = " ".join(item.phrase for item in items[first.start : first.end])
        tables = (TableLink(link.table, _NAMED, link.how),) if kind == "owed" else ()
        named = Item(named.start, items[first.end - 1].end, phrase, "C", columns=(link,), tables=tables)
    again = {place for each in others for place in _with_verbs(items, each, lexicon)}
    again |= {*range(first.start + 1, first.end)}
    kept = [named if place == first.start else item for place, item in enumerate(items) if place not in again]
    if kind == "owed":
        # What is owed has not been paid yet.
        kept.insert(kept.index(named), Item(named.start, named.start, lexicon.owed, "x"))
    return tuple(kept)


def _names_payments(items: tuple[Item, ...], lexicon: Lexicon) -> bool:
    """Whether a table of payments is named, or how was paid: "how much did we get from card payments"."""
    named = [link.table.name for item in items for link in item.tables[:1] if link.score >= _NAMED]
    named += [link.table.name for item in items for link in item.values[:1]]
    return any(lexicon.money_tables["paid"][0] in stems(humanise(name)) for name in named)


def _is_ranked(items: tuple[Item, ...], place: int) -> bool:
    """Whether more or most of it is asked for: "brings in the most money"."""
    return place > 0 and isinstance(items[place - 1].operator, Superlative | Comparative)


def _with_verbs(items: tuple[Item, ...], said: MoneySaid, lexicon: Lexicon) -> Iterator[int]:
    """The places of words that say money once more, and of the verbs and pronouns right before them."""
    start = said.start
    still = lexicon.word_lists["still"]
    while start > 0 and (items[start - 1].category in _AROUND or items[start - 1].phrase.casefold() in still):
        start -= 1
    yield from range(start, said.end)
