"""Another table in the place of the one that was asked about: "and employees?"."""

from __future__ import annotations

from dataclasses import replace

from agent.drafters.builtin.follow_ups.kept import Kept
from agent.drafters.builtin.query.tables_in import tables_in
from agent.drafters.builtin.read.effects import About, Effect, Filter, GroupRows, Measure, RankCount, Show, ShowRows


def change_rows(table: str, kept: Kept) -> None:
    """The rows of a table are listed, counted or grouped where those of another were; what was said of these goes."""
    before = kept.subject
    if table == before or "them" in kept.kinds:
        return
    for part in kept.old(Measure, ShowRows, About, GroupRows, RankCount):
        kept.put(replace(part, effect=_moved(part.effect, before, table)), [part])
    kept.drop([part for part in kept.old(Filter, Show) if set(tables_in(part.effect)) == {before}])


def _moved(effect: Effect, before: str, table: str) -> Effect:
    match effect:
        case Measure(function="count", column=None):
            return replace(effect, table=table)
        case ShowRows() | About() | GroupRows() | RankCount() if effect.table == before:
            return replace(effect, table=table)
    return effect
