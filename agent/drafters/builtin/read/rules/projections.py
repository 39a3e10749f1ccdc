"""Columns that are shown, and tables whose rows are shown or that are only named."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.link.names import names
from agent.drafters.builtin.query import ColumnTerm
from agent.drafters.builtin.question.tokens import stem, stems
from agent.drafters.builtin.read.effects import About, Fragment, Show, ShowRows, Shows
from agent.drafters.builtin.read.scene import Scene
from agent.records import Table

_FULL = frozenset({"full", "complete", "whole"})
_NAME = stem("name")
# Of so many tables near the words a full name may be; a column is called so from this score on.
_TABLES, _CALLED = 2, 0.9


def link_features(scene: Scene, place: int, link: ColumnLink, rank: int) -> tuple[tuple[str, float] | str, ...]:
    """What speaks for a link to a column: how it is named, and whether its table is named too, and where."""
    named = scene.tables.get(link.table.id)
    far = None if named is None else abs(named - place)
    where = "unnamed" if far is None else "same item" if far == 0 else "beside" if far <= 2 else "named"
    links = scene.items[place].columns if 0 <= place < len(scene.items) else ()
    best = max((other.score for other in links), default=link.score)
    kind = "key" if (link.column.name,) == link.table.primary_key else "pointer" if is_pointer(link) else "plain"
    return (
        ("link score", link.score),
        ("link behind", max(best - link.score, 0.0)),
        ("link company", link.company),
        f"link {link.how}",
        f"link table {where}",
        f"link beside {link.beside or 'unknown'}",
        f"link is {kind}",
        *((f"link rank {min(rank, 3)}",) if rank else ()),
    )


def is_pointer(link: ColumnLink) -> bool:
    """Whether a column points to another table."""
    return any(link.column.name in key.columns for key in link.table.foreign_keys)


def projections(scene: Scene, start: int) -> Iterator[Fragment]:
    """A column is shown; a table's rows are shown, or the table is only what the question is about."""
    item = scene.items[start]
    for rank, link in enumerate(item.columns):
        said = link_features(scene, start, link, rank)
        value = ("show value",) if link.term.times else ()
        yield scene.fragment(start, start + 1, "show", Show(link.term), *said, *value)
        # "both the name and the age": what is named twice is shown once.
        yield scene.fragment(start, start + 1, "about column", About(link.table.id), *said)
    yield from _full_names(scene, start)
    for rank, table in enumerate(item.tables):
        more = (("table score", table.score), f"table {table.how}", *((f"table rank {rank}",) if rank else ()))
        yield scene.fragment(start, start + 1, "rows", ShowRows(table.table.id), *more)
        yield scene.fragment(start, start + 1, "about", About(table.table.id), *more)


def _full_names(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "full names", or only "names", of rows whose first and last names are kept apart."""
    full = scene.items[start].phrase.casefold() in _FULL
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
