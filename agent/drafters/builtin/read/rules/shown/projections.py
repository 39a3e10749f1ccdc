"""Columns that are shown, and tables whose rows are shown or that are only named."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.link.items import ColumnLink, Item
from agent.drafters.builtin.link.names import names
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.question.tokens import stem, stems
from agent.drafters.builtin.read.clues.details import asks_for_details
from agent.drafters.builtin.read.clues.link_features import link_features
from agent.drafters.builtin.read.effects import About, Fragment, Show, ShowRows, Shows
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_temporal
from agent.records import Table

_NAME = stem("name")
# Of so many tables near the words a full name may be; a column is called so from this score on.
_TABLES, _CALLED = 2, 0.9
_DATES = frozenset(stems("date dates day time when year month birthday timestamp since"))
# How a word is linked that names nothing.
_NEAR = frozenset({"vector", "synonym"})


def projections(scene: Scene, start: int) -> Iterator[Fragment]:
    """A column is shown; a table's rows are shown, or the table is only what the question is about."""
    item = scene.items[start]
    details = asks_for_details(scene, start)
    for rank, link in enumerate(item.columns):
        said = link_features(scene, start, link, rank)
        kinds = {
            "show value": bool(link.term.times),
            "show of details": details and link.how in _NEAR,
            "show of event": _is_event(item, link),
        }
        kind = [name for name, is_so in kinds.items() if is_so]
        yield scene.fragment(start, start + 1, "show", Show(link.term), *said, *kind)
        # "both the name and the age": what is named twice is shown once.
        yield scene.fragment(start, start + 1, "about column", About(link.table.id), *said)
    yield from _full_names(scene, start)
    for rank, table in enumerate(item.tables):
        more = (("table score", table.score), f"table {table.how}", *((f"table rank {rank}",) if rank else ()))
        yield scene.fragment(start, start + 1, "rows", ShowRows(table.table.id), *more)
        yield scene.fragment(start, start + 1, "about", About(table.table.id), *more)


def _is_event(item: Item, link: ColumnLink) -> bool:
    """Whether a word names only what happens at a date, and asks for no date: "who signed up", "what expires"."""
    names_date = any(word in _DATES for word in stems(item.phrase))
    return link.term.less == "" and is_temporal(link.column) and link.how not in {"whole", "vector"} and not names_date


def _full_names(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "full names", or only "names", of rows whose first and last names are kept apart."""
    full = scene.items[start].phrase.casefold() in scene.lexicon.word_lists["complete"]
    place = start + 1 if full and start + 1 < len(scene.items) else start
    item = scene.items[place]
    if stem(item.last_word) != _NAME:
        return
    for position, table in enumerate(scene.near_tables(start)):
        if position == _TABLES:
            return
        first, last = person_names(table, scene)
        if first is not None and last is not None and first != last:
            terms = (ColumnTerm(table.id, first), ColumnTerm(table.id, last))
            said = full or item.phrase.casefold().startswith("full ")
            how = f"both names {'said' if said else 'unsaid'}"
            yield scene.fragment(start, place + 1, "both names", Shows(terms), how, f"both names of {min(position, 1)}")


def person_names(table: Table, scene: Scene) -> tuple[str | None, str | None]:
    """The columns of a table that hold first and last names."""
    known = names(scene.catalog)

    def called(phrases: tuple[str, ...]) -> str | None:
        links = (named for phrase in phrases for named in known.get(stems(phrase), ()))
        mine = (named for named in links if named.table.id == table.id and named.column and named.score >= _CALLED)
        return next((named.column.name for named in mine if named.column), None)

    return called(scene.lexicon.first_names), called(scene.lexicon.last_names)
