"""The reading of a question that may go on from earlier ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from agent.drafters.builtin.follow_ups.changed import changed
from agent.drafters.builtin.follow_ups.follow_up import follow_up
from agent.drafters.builtin.follow_ups.follow_up_words import FollowUpWords, follow_up_words
from agent.drafters.builtin.follow_ups.needs_earlier import needs_earlier
from agent.drafters.builtin.query.query import Query
from agent.drafters.builtin.query.tables_in import tables_in
from agent.drafters.builtin.rank.rank import Reading, readings
from agent.drafters.builtin.rank.weights import Weights
from agent.drafters.builtin.read.scene import Scene
from agent.errors import NotUnderstoodError
from agent.records import Context

Says = tuple[str, ...]
SceneOf = Callable[[Context], tuple[Scene, Says]]


@dataclass(frozen=True, slots=True)
class Understood:
    """The readings of a question, best first, its scene, and what was read as something else.

    `before` is the reading of the question that it changes, where it does.
    """

    readings: list[Reading]
    scene: Scene
    says: Says
    before: Query | None = None

    def assumed(self, reading: Reading) -> Says:
        """What a reading takes for granted: what was read as something else, and how it changes the one before."""
        return self.says if self.before is None else (*self.says, changed(self.before, reading.query))


def understand(context: Context, scene_of: SceneOf, weights: Weights) -> Understood:
    """Read a question; one that goes on from the one before changes the best reading of that.

    Raises NotUnderstoodError where it changes nothing of that, and what `scene_of` raises for a text that is none.
    """
    if (earlier := context.earlier) is not None:
        before = _before(earlier, scene_of, weights)
        if before and (found := _changed(context, before[0], scene_of, weights)):
            return found
    scene, says = scene_of(context)
    return Understood(readings(scene, weights), scene, says)


def _before(earlier: Context, scene_of: SceneOf, weights: Weights) -> list[Reading]:
    """The readings of an earlier question; none of a refused one, which says nothing about those that follow."""
    try:
        return understand(earlier, scene_of, weights).readings
    except NotUnderstoodError:
        return []


def _changed(context: Context, earlier: Reading, scene_of: SceneOf, weights: Weights) -> Understood | None:
    """The question before as this one changes it; None where this one says all by itself."""
    said = follow_up_words(context.question.text, earlier.scene.lexicon)
    scene, says = scene_of(_narrowed(context, said, earlier))
    if not needs_earlier(scene, said, earlier.query, weights):
        return None
    found = follow_up(earlier, scene, said, weights)
    if not found:
        raise NotUnderstoodError("I cannot tell what this changes of the question before it", "ask it as a whole one")
    return Understood(found, found[0].scene, says, earlier.query)


def _narrowed(context: Context, said: FollowUpWords, earlier: Reading) -> Context:
    """The context of what a follow-up says beside the words that make it one, the tables of the one before first."""
    text = context.question.text
    known = set(tables_in(earlier.query))
    return replace(
        context,
        question=replace(context.question, text=said.text),
        tables=tuple(sorted(context.tables, key=lambda scored: scored.table.id not in known)),
        near=tuple(near for near in context.near if said.text[near.start : near.end] == text[near.start : near.end]),
    )
