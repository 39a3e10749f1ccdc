"""How well changes suit a question: they read what is said, of the tables that it was about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.drafters.builtin.follow_ups.kept import ORDERS
from agent.drafters.builtin.lexicon.operators import Aggregate
from agent.drafters.builtin.query.query import Query
from agent.drafters.builtin.query.tables_in import tables_in
from agent.drafters.builtin.read.effects import About, Both, Fragment, Having, Rank, RankCount, ShowRows
from agent.drafters.builtin.read.scene import Scene

# The learned weights are of whole questions; in the few words of a follow-up these count beside them.
_UNREAD, _UNREAD_WORD = -4.0, -0.5
_EACH, _NAMED_ONLY, _STRANGE = -3.0, -1.0, -2.5
_CONTENT = frozenset({"C", "T", "V", "N", "Q", "D", "P"})
# A name with a lower score is one that the words only come near to.
_NEAR = 0.6


def fit(changes: Sequence[Fragment], skipped: Iterable[int], scene: Scene, query: Query) -> float:
    """What speaks for the changes, in the unit of the weights: few that read much, with nothing strange.

    `skipped` are the items that none of them reads, and `query` is the reading of the question before.
    """
    known = set(tables_in(query))
    said = [change for change in changes if not isinstance(change.effect, About)]
    named = [change for change in changes if isinstance(change.effect, About)]
    tables = known.union(*(tables_in(change.effect) for change in said))
    orders = sum(isinstance(change.effect, ORDERS) for change in said)
    return (
        sum(_unread(place, scene) for place in skipped)
        + sum(_change(change, scene, known, alone=len(said) == 1) for change in said)
        + sum(_named(change, scene, tables) for change in named)
        + _UNREAD * max(orders - 1, 0)
    )


def _unread(place: int, scene: Scene) -> float:
    item = scene.items[place]
    if item.category in {"conjunction", "disjunction", "x"}:
        return _UNREAD_WORD
    return _UNREAD if item.category in _CONTENT or item.operator is not None else 0.0


def _named(change: Fragment, scene: Scene, tables: set[str]) -> float:
    """What speaks for naming a table only: one that is read for something else, too."""
    if not scene.is_any(change.start, "T"):
        return _UNREAD
    return _NAMED_ONLY if set(tables_in(change.effect)) <= tables else _UNREAD + _STRANGE


def _change(change: Fragment, scene: Scene, known: set[str], alone: bool) -> float:
    effect = change.effect
    takes_another = isinstance(effect, Having) or (isinstance(effect, ShowRows) and alone)
    is_elsewhere = bool(set(tables_in(effect)) - known) and not takes_another
    is_guess = any(name.endswith("score") and value < _NEAR for name, value in change.features)
    # "the maximum price" is a figure; only "with the maximum price" is a row.
    ranks = isinstance(scene.items[change.start].operator, Aggregate) and isinstance(effect, Rank | RankCount)
    return _EACH + _STRANGE * (is_elsewhere + ranks + isinstance(effect, Both)) + _UNREAD * is_guess
