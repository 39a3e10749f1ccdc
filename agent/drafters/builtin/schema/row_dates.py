"""What the dates of a table say of its rows: when the event that it is named for happened, or when a row began."""

from __future__ import annotations

from collections.abc import Collection

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.question.tokens import stems
from agent.records import Catalog, Column, Table
from agent.schema_index.per_catalog import per_catalog
from agent.schema_index.words import humanise

_TEMPORAL = ("date", "datetime")
# "admitted" and "admissions" begin alike; so many letters more may the verb have.
_ALIKE, _MORE = 4, 1


def is_own_date(table: Table, column: Column, lexicon: Lexicon) -> bool:
    """Whether a date is named for what the table is: shipped_at of shipments, ordered_at of orders."""
    return is_date_of(column, stems(humanise(table.name)), lexicon)


def is_date_of(column: Column, nouns: Collection[str], lexicon: Lexicon) -> bool:
    """Whether a date is named for an event that one of the nouns (stems) stands for."""
    return any(
        word in nouns or lexicon.forms.get(word) in nouns or any(_begin_alike(word, noun) for noun in nouns)
        for word in lexicon.column_words(column.name)
    )


def begins_row(column: Column, lexicon: Lexicon) -> bool:
    """Whether a date says that a row came to be: created_at, admitted_on, hired_on."""
    return not lexicon.begun.isdisjoint(lexicon.column_words(column.name))


def is_first_known(table: Table, column: Column, lexicon: Lexicon) -> bool:
    """Whether every row has this date, and each may have yet to reach the others."""
    dates = [other for other in table.columns if other.kind in _TEMPORAL and not is_beside(other, lexicon)]
    return len(dates) > 1 and all(other.nullable == (other.name != column.name) for other in dates)


def is_planned(column: Column, lexicon: Lexicon) -> bool:
    """Whether a date says what is to come or lasts until then: due_on, expires_on, follow_up_on."""
    return not lexicon.plans.isdisjoint(lexicon.column_words(column.name))


def is_vital(column: Column, lexicon: Lexicon) -> bool:
    """Whether a date is that of a birth or a death."""
    return not lexicon.vital.isdisjoint(lexicon.column_words(column.name))


def is_beside(column: Column, lexicon: Lexicon) -> bool:
    """Whether a date is only a plan, a birth or a death, so that it does not say when a row happened."""
    return is_planned(column, lexicon) or is_vital(column, lexicon)


def main_event(catalog: Catalog, lexicon: Lexicon) -> Table | None:
    """The table of what happens, where one is the hub of a schema: most others belong to its rows."""
    known = _main_events(catalog)
    if "" not in known:
        known[""] = _busiest(catalog, lexicon)
    return known[""]


@per_catalog
def _main_events(catalog: Catalog) -> dict[str, Table | None]:
    """What has been found."""
    return {}


def _busiest(catalog: Catalog, lexicon: Lexicon) -> Table | None:
    pointed = [key.target for table in catalog.entries for key in table.foreign_keys]
    events = [
        (pointed.count(table.id), len(table.foreign_keys), -place, table)
        for place, table in enumerate(catalog.entries)
        if table.foreign_keys
        and lexicon.persons.isdisjoint(stems(humanise(table.name)))
        and any(column.kind in _TEMPORAL and is_own_date(table, column, lexicon) for column in table.columns)
    ]
    return max(events, key=lambda event: event[:3])[-1] if events else None


def _begin_alike(verb: str, noun: str) -> bool:
    pairs = enumerate(zip(verb, noun, strict=False))
    shared = next((place for place, (one, other) in pairs if one != other), min(len(verb), len(noun)))
    return shared >= _ALIKE and len(verb) - shared <= _MORE
