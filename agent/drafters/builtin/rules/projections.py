"""The rule for what is merely named: columns to show or add up, tables whose rows must exist."""

from __future__ import annotations

from agent.drafters.builtin.items import ColumnLink, Item, Mention, TableLink
from agent.drafters.builtin.lexicon import Function
from agent.drafters.builtin.query import AllColumns, Condition, Exists, MeasureTerm
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.schema import (
    event_of,
    is_calendar,
    is_intensive,
    is_numeric,
    is_temporal,
    keys,
    measure_columns,
)
from agent.drafters.builtin.wording import is_plural, is_verb, spoken
from agent.errors import NotUnderstoodError
from agent.records import Table
from agent.schema_index.words import humanise


def projections(reading: Reading) -> None:
    """What is still unread: columns to show or add up, and tables whose rows must exist."""
    for item in list(reading.items):
        mention = item.meaning if isinstance(item.meaning, Mention) else None
        if mention is None:
            continue
        best = mention.links[0]
        if isinstance(best, TableLink):
            _related(reading, item, best)
        elif isinstance(best, ColumnLink):
            _column(reading, item, best)


def _related(reading: Reading, item: Item, link: TableLink) -> None:
    """ "customers with orders": rows must exist; "orders of customers": they do; "orders and customers": both."""
    reading.require_path(link.table)
    if link.table == reading.subject and item.lead in _BELONGING and _points_to_itself(link.table):
        # "categories of categories" asks for more than the categories.
        return
    many = reading.fans_out_to(link.table.id)
    joined = reading.marker(reading.items.index(item) - 1, "conjunction")
    reading.use(item)
    if reading.subject is None or link.table == reading.subject:
        return
    if joined and (many or reading.measures):
        raise NotUnderstoodError(
            f"{reading.subject.id} and {link.table.id} in one question are more than I can read",
            "ask for one after the other",
        )
    if joined:
        reading.select += [AllColumns(reading.subject.id), *reading.labels(link.table)]
    elif many and all(measure.table != link.table.id for measure in reading.measures):
        reading.where.append(Exists(reading.subject.id, link.table.id))


def _column(reading: Reading, item: Item, link: ColumnLink) -> None:
    if _happened(reading, item, link):
        reading.use(item)
        reading.where.append(Condition(link.term, "null", negated=True))
        reading.assume(f"{item.phrase} = {link.table.id}.{link.column.name} is known")
        return
    if _is_verb(reading, item, link) or (item.lead in _WITHIN and reading.head_before(item)):
        # "products in stock" asks for more than the column.
        return
    reading.require_path(link.table)
    if item.lead in _HAVING and reading.head_before(item) and not reading.fans_out_to(link.table.id):
        _present(reading, item, link)
        return
    reading.use(item)
    adds_up = is_numeric(link.column) and link.column.name not in keys(link.table)
    adds_up = adds_up and not is_calendar(link.column, reading.lexicon)
    telling = is_intensive(link.column, reading.lexicon) or link.column in measure_columns(link.table, reading.lexicon)
    alone = reading.subject is None and not reading.select and telling
    summed = adds_up and _is_summed(reading, item, link)
    if not (summed or (adds_up and (alone or reading.is_grouped or reading.fans_out_to(link.table.id)))):
        reading.select.append(link.term)
        return
    function: Function = "avg" if is_intensive(link.column, reading.lexicon) else "sum"
    measure = MeasureTerm(function, link.table.id, link.term)
    if not summed and reading.subject is not None and not reading.is_grouped:
        reading.per_subject = True
    reading.measures.append(measure)
    reading.assume(f"{item.phrase} = {spoken(measure, reading.catalog)}")


_WITHIN = frozenset({"in", "on", "at"})
_HAVING = frozenset({"with", "have", "has", "having", "had"})
_BELONGING = frozenset({"of", "in", "within", "under", "with"})
_WHO = frozenset({"who", "that"})


def _points_to_itself(table: Table) -> bool:
    return any(key.target == table.id for key in table.foreign_keys)


def _happened(reading: Reading, item: Item, link: ColumnLink) -> bool:
    """ "members who left": those of whom it is known when."""
    own = reading.subject == link.table and reading.head_before(item) and link.column.nullable
    clause = item.lead in _WHO or _is_clause(reading, item, link)
    return own and clause and is_temporal(link.column)


def _is_clause(reading: Reading, item: Item, link: ColumnLink) -> bool:
    """ "how many members left", where the column is left_on."""
    head = reading.head
    return head is not None and head.end == item.start and is_plural(head.phrase) and _is_event(item, link)


def _is_event(item: Item, link: ColumnLink) -> bool:
    return item.phrase.casefold() == event_of(link.column)


def _present(reading: Reading, item: Item, link: ColumnLink) -> None:
    """ "customers with a phone": those where it is known; "orders with customer name": the name beside their own."""
    if link.column.nullable and not link.qualified:
        reading.use(item)
        reading.where.append(Condition(link.term, "null", negated=True))
    elif reading.subject and not is_numeric(link.column):
        reading.use(item)
        reading.select += [*reading.labels(reading.subject), link.term]


def _is_verb(reading: Reading, item: Item, link: ColumnLink) -> bool:
    """ "who paid", where a column is called Pays, and "left members", where it is left_on, say more than the column."""
    word = item.phrase.casefold()
    if item.lead in _WHO and (item.lead == "who" or reading.head_before(item)):
        return True
    if _is_clause(reading, item, link) or (reading.head and reading.head.start == item.end and _is_event(item, link)):
        return True
    named = link.score > 0.9 and word in humanise(link.column.name).casefold().split()
    return is_verb(word, reading.lexicon) and not named


def _is_summed(reading: Reading, item: Item, link: ColumnLink) -> bool:
    """ "the revenue of web orders" is one sum, "the totals of web orders" are many."""
    leads = reading.head is not None and item.start < reading.head.start
    return leads and not is_plural(item.phrase) and not is_intensive(link.column, reading.lexicon)
