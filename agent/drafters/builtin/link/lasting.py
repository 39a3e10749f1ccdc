"""How long something takes, as one item that names it like a column: "took more than 5 days", "days between order and
shipment", "how long does it take to ship an order".
"""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.link.days_placed import days_placed, is_extreme, says_time, without_days
from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.question.tokens import stems
from agent.drafters.builtin.schema.row_dates import is_date_of
from agent.drafters.builtin.schema.rows import is_temporal
from agent.drafters.builtin.schema.spans_of_time import span_between, span_of_rows, span_until
from agent.records import Catalog, Column, Table

# From this score on a span names a table or column itself.
_NAMED = 0.9
# Words that may stand between a verb and what it is of: "does it take us", "the longest we ever took".
_GLUE = ("x", "me", "their", "all", "do", "of", "is", "has", "that", "in")
Found = tuple[ColumnTerm, int, int]


def lasting(items: tuple[Item, ...], catalog: Catalog, lexicon: Lexicon) -> tuple[Item, ...]:
    """The items, with those that say how long something takes as one that names the days like a column."""
    for found in (*_between(items, catalog, lexicon), *_taking(items, catalog, lexicon)):
        return tuple(days_placed(items, *found, catalog, lexicon))
    return without_days(items, lexicon)


def _between(items: tuple[Item, ...], catalog: Catalog, lexicon: Lexicon) -> Iterator[Found]:
    """ "days between order and shipment", "the time from order to delivery"."""
    for place, item in enumerate(items[:-3]):
        joined = {"between": ("conjunction",), "from": ("to", "until")}.get(item.category, ())
        before = next(
            (spot for spot in range(place - 1, max(place - 4, -1), -1) if says_time(items[spot], lexicon)), None
        )
        if before is None or items[place + 2].category not in joined:
            continue
        start, end = (_event(items[spot], catalog, lexicon) for spot in (place + 1, place + 3))
        term = span_between(start, end, catalog) if start and end else None
        if term is not None:
            yield term, before, place + 4


def _taking(items: tuple[Item, ...], catalog: Catalog, lexicon: Lexicon) -> Iterator[Found]:
    """ "took more than 5 days", "how long does it take to ship an order", "the longest we took to deliver"."""
    place = next((spot for spot, item in enumerate(items) if item.phrase.casefold() in lexicon.lasting), None)
    if place is None or not any(says_time(item, lexicon) or is_extreme(item) for item in items):
        return
    till = _skip(items, place + 1, (*_GLUE, "agg"), lexicon)
    if till < len(items) and items[till].phrase.casefold() in lexicon.word_lists["till"]:
        yield from _until(items, place, till + 1, catalog, lexicon)
        return
    for table in _named_tables(items):
        term = span_of_rows(table, lexicon)
        if term is not None:
            yield term, place, place + 1


def _until(items: tuple[Item, ...], place: int, event: int, catalog: Catalog, lexicon: Lexicon) -> Iterator[Found]:
    """What it takes to do something: "to ship an order", "until an invoice is paid", "to pay"."""
    passive = _skip(items, event + 1, ("is", "has", "x"), lexicon)
    of = _table(items[event]) if event < len(items) else None
    verb, end = passive, passive + 1
    if of is None or passive == event + 1 or passive >= len(items) or not _event(items[passive], catalog, lexicon):
        of = _table(items[event + 1]) if event + 1 < len(items) else None
        verb, end = event, event + 1 + (of is not None)
    if verb >= len(items):
        return
    found = _event(items[verb], catalog, lexicon)
    if found is None:
        return
    term = span_until(*found, of, catalog, lexicon)
    if term is not None:
        yield term, place, end


def _event(item: Item, catalog: Catalog, lexicon: Lexicon) -> tuple[Table, Column] | None:
    """The date of the event that an item names: by the column, or by the table whose rows are such events."""
    nouns = {form for word in stems(item.phrase) for form in (word, lexicon.forms.get(word, word))}
    links = [link for link in item.columns if is_temporal(link.column) and link.score >= _NAMED and link.of is None]
    best = next((link for link in links if is_date_of(link.column, nouns, lexicon)), links[0] if links else None)
    table = _table(item)
    if table is not None and (best is None or best.table.id != table.id):
        dates = [column for column in table.columns if is_temporal(column)]
        own = [column for column in dates if is_date_of(column, nouns, lexicon)]
        return (table, (own or dates)[0]) if own or dates else None
    return (best.table, best.column) if best else _dated(nouns, catalog, lexicon)


def _dated(nouns: set[str], catalog: Catalog, lexicon: Lexicon) -> tuple[Table, Column] | None:
    """The first date of any table that one of the nouns names."""
    for table in catalog.entries:
        for column in table.columns:
            if is_temporal(column) and is_date_of(column, nouns, lexicon):
                return table, column
    return None


def _table(item: Item) -> Table | None:
    return item.tables[0].table if item.tables and item.tables[0].score >= _NAMED else None


def _named_tables(items: tuple[Item, ...]) -> list[Table]:
    found = [link.table for item in items for link in item.tables[:1] if link.score >= _NAMED]
    found += [link.table for item in items for link in item.columns[:1] if link.score >= _NAMED]
    return list({table.id: table for table in found}.values())


def _skip(items: tuple[Item, ...], place: int, categories: tuple[str, ...], lexicon: Lexicon) -> int:
    """The first place whose item is none of the categories; a superlative with a length of time is passed, too."""
    while place < len(items) and items[place].phrase.casefold() != "to":
        if items[place].category not in (*categories, "sup") and not says_time(items[place], lexicon):
            break
        place += 1
    return place
