"""The rule for what is merely named: columns to show or add up, tables whose rows must exist."""

from __future__ import annotations

from agent.drafters.builtin.items import ColumnLink, Item, Mention, TableLink
from agent.drafters.builtin.lexicon import Function
from agent.drafters.builtin.query import AllColumns, Exists, MeasureTerm
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.schema import is_intensive, is_numeric
from agent.drafters.builtin.wording import is_plural, spoken
from agent.errors import NotUnderstoodError


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
    joined = reading.marker(reading.items.index(item) - 1, "conjunction")
    many = reading.fans_out_to(link.table.id)
    if joined and reading.subject and not reading.measures:
        if many:
            raise NotUnderstoodError(
                f"{reading.subject.id} and {link.table.id} in one list are more than I can read",
                "list one of them, or name its columns",
            )
        reading.select += [AllColumns(reading.subject.id), *reading.labels(link.table)]
    reading.use(item)
    if (
        reading.subject
        and reading.fans_out_to(link.table.id)
        and all(measure.table != link.table.id for measure in reading.measures)
    ):
        reading.where.append(Exists(reading.subject.id, link.table.id))


def _column(reading: Reading, item: Item, link: ColumnLink) -> None:
    term = link.term
    reading.require_path(link.table)
    reading.use(item)
    adds_up = is_numeric(link.column) and link.column.name not in link.table.primary_key
    if adds_up and _is_summed(reading, item, link):
        measure = MeasureTerm("sum", link.table.id, term)
        reading.measures.append(measure)
        reading.assume(f"{item.phrase} = {spoken(measure, reading.catalog)}")
        return
    alone = reading.subject is None and not reading.select
    if adds_up and (alone or reading.is_grouped or reading.fans_out_to(link.table.id)):
        function: Function = "avg" if is_intensive(link.column, reading.lexicon) else "sum"
        measure = MeasureTerm(function, link.table.id, term)
        reading.per_subject = reading.subject is not None and not reading.is_grouped
        reading.measures.append(measure)
        reading.assume(f"{item.phrase} = {spoken(measure, reading.catalog)}")
    else:
        reading.select.append(term)


def _is_summed(reading: Reading, item: Item, link: ColumnLink) -> bool:
    """ "the revenue of web orders" is one sum, "the totals of web orders" are many."""
    leads = reading.head is not None and item.start < reading.head.start
    return leads and not is_plural(item.phrase) and not is_intensive(link.column, reading.lexicon)
