"""What is shown instead of what was, or with it."""

from __future__ import annotations

from agent.drafters.builtin.follow_ups.kept import ORDERS, SHOWN, Kept
from agent.drafters.builtin.query.query import AllColumns, ColumnTerm, Term
from agent.drafters.builtin.query.tables_in import tables_in
from agent.drafters.builtin.read.effects import Distinct, Fragment, Group, Measure, Show, ShowAlso, ShowRows, Shows


def change_shown(change: Fragment, effect: Show | Shows | Measure, kept: Kept) -> None:
    """A measure is shown instead of that of before, or after "and" with it; a column with what was, or alone."""
    if isinstance(effect, Measure):
        _change_measure(change, kept)
    elif kept.kinds & {"only", "instead"} or _is_figure_alone(kept):
        kept.put(change, kept.old(*SHOWN))
    elif not all(AllColumns(table) in kept.query.select for table in tables_in(effect)):
        _spell_out(kept)
        kept.put_behind(change, *SHOWN)


def _change_measure(change: Fragment, kept: Kept) -> None:
    if kept.kinds & {"also", "and"} and kept.measures:
        kept.put_behind(change, *SHOWN)
        return
    if not kept.measures and not kept.query.group_by:
        # There is one row then.
        kept.drop(kept.old(*ORDERS, Distinct))
    kept.put(change, kept.old(Measure) or kept.old(*SHOWN))


def _is_figure_alone(kept: Kept) -> bool:
    return bool(kept.measures) and not kept.query.group_by and "also" not in kept.kinds


def _spell_out(kept: Kept) -> None:
    """Make what the question before shows by itself a fragment, so that it stays when more is shown."""
    if any(isinstance(term, AllColumns) for term in kept.query.select):
        return
    effects = [part.effect for part in kept.fragments]
    known: list[Term] = [effect.term for effect in effects if isinstance(effect, Show | Group)]
    known += [term for effect in effects if isinstance(effect, Shows | ShowAlso) for term in effect.terms]
    rows = kept.old(ShowRows)
    for term in kept.query.select:
        if isinstance(term, ColumnTerm) and term not in known:
            kept.put(Show(term), rows)
            rows = []
