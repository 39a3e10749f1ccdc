"""What tells close readings of one question from each other, in a few words each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.query.dates_in import dates_in
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.query.terms_in import terms_in
from agent.drafters.builtin.rank.keys_taken import keys_taken
from agent.drafters.builtin.rank.namesake import namesake
from agent.drafters.builtin.rank.rank import Reading
from agent.drafters.builtin.read.effects import During, GroupUnit

_NAMES = frozenset({"table", "owner"})


def told_apart(readings: Sequence[Reading]) -> list[str]:
    """For each reading what it says that not all of them say."""
    parts = [list(dict.fromkeys(_parts(reading))) for reading in readings]
    shared = set(parts[0]).intersection(*parts[1:])
    return [", ".join(part for part in each if part not in shared) or "all else" for each in parts]


def _parts(reading: Reading) -> Iterator[str]:
    """What the words stand for, by which dates it is asked, and by which keys rows belong to others."""
    for fragment in reading.cover.fragments:
        catalog = reading.scene.catalog
        names = dict.fromkeys(namesake(name, catalog) or name for name in _names(fragment.effect))
        if names and not isinstance(fragment.effect, During | GroupUnit):
            yield f"{_phrase(reading.scene.items[fragment.start : fragment.end])} is {' and '.join(names)}"
    for term in dict.fromkeys(dates_in(reading.query)):
        yield f"the date is {_name(term)}"
    yield from keys_taken(reading.query, reading.scene.catalog)


def _phrase(items: Sequence[Item]) -> str:
    """The words that name something, or all where none does."""
    return " ".join(item.phrase for item in items if item.tables or item.columns or item.values) or " ".join(
        item.phrase for item in items
    )


def _names(part: object) -> Iterator[str]:
    """The columns of a fragment, and its tables where it has no columns."""
    columns = [_name(term) for term in terms_in(part)]
    yield from columns
    if not columns:
        yield from (value for name in _NAMES if (value := getattr(part, name, None)))


def _name(term: ColumnTerm) -> str:
    return f"{term.table}.{term.column}"
