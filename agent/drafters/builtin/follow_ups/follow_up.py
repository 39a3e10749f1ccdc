"""A text that goes on from the question before it: "only in Germany", "by month instead", "and the bottom five"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent.drafters.builtin.assemble.assemble import assemble
from agent.drafters.builtin.follow_ups.fit import fit
from agent.drafters.builtin.follow_ups.follow_up_words import FollowUpWords
from agent.drafters.builtin.follow_ups.left_out import in_one_order, meant_alone, with_what_is_left_out
from agent.drafters.builtin.follow_ups.merge import merge
from agent.drafters.builtin.query.query import Query
from agent.drafters.builtin.rank.beam import cover_features, covers
from agent.drafters.builtin.rank.rank import Reading
from agent.drafters.builtin.rank.weights import Weights
from agent.drafters.builtin.read.cover import Cover
from agent.drafters.builtin.read.effects import Fragment
from agent.drafters.builtin.read.scene import Scene

# How much speaks for a query that it keeps what it can of the one before, and that it is the same.
_KEEPS, _SAME = 2.0, -2.0
# How much the choices count that the words leave open.
_CHOICES = 0.5
# How many covers are looked at, how many of them are assembled, and how much worse than the best these may be.
_WIDTH, _COVERS, _FAR = 200, 12, 5.0


def follow_up(earlier: Reading, scene: Scene, said: FollowUpWords, weights: Weights) -> list[Reading]:
    """The readings of the question before as the follow-up changes it, best first; none where it says no change.

    `scene` is that of the follow-up without the words in `said`.
    """
    best: dict[Query, Reading] = {}
    for one in (scene, *scene.others):
        for reading in _readings(earlier, one, said, weights):
            known = best.get(reading.query)
            if known is None or known.score < reading.score:
                best[reading.query] = reading
    return sorted(best.values(), key=lambda reading: -reading.score)


def _readings(earlier: Reading, scene: Scene, said: FollowUpWords, weights: Weights) -> Iterator[Reading]:
    """The readings by one way to cut the follow-up into items, whose scene has the items of both texts."""
    shift = len(earlier.scene.items)
    joint = Scene((*earlier.scene.items, *scene.items), scene.context, scene.lexicon)
    old = earlier.cover.fragments
    for cover in _covers(scene, earlier.query, weights):
        changes = [replace(part, start=part.start + shift, end=part.end + shift) for part in cover.fragments]
        fragments = merge(old, earlier.query, changes, said.kinds, scene.catalog)
        if fragments == old:
            continue
        skipped = (*earlier.cover.skipped, *(place + shift for place in cover.skipped))
        both = Cover(fragments, skipped, cover.score)
        base: dict[str, float] = {}
        for query, features in assemble(both, joint):
            base = base or cover_features(both, joint)
            score = cover.score + _CHOICES * weights.score(features.items()) + _KEEPS * _kept(query, earlier.query)
            score += _SAME if query == earlier.query else 0.0
            yield Reading(query, both, score, base, features, joint)


def _covers(scene: Scene, query: Query, weights: Weights) -> list[Cover]:
    """The covers of a follow-up that suit it best; `query` is the reading of the question before."""
    found = covers(scene, weights, width=_WIDTH) if scene.items else [Cover((), (), 0.0)]
    fitting = []
    for cover in found:
        changes, skipped = _changes(cover, scene, query)
        score = cover.score + fit(changes, skipped, scene, query) - scene.doubt
        fitting.append(Cover(tuple(changes), tuple(skipped), score))
    best = max(cover.score for cover in fitting)
    close = [cover for cover in fitting if cover.score > best - _FAR]
    return sorted(close, key=lambda cover: -cover.score)[:_COVERS]


def _changes(cover: Cover, scene: Scene, query: Query) -> tuple[list[Fragment], list[int]]:
    """What a cover changes, and the items that it leaves unread."""
    changes, skipped = [with_what_is_left_out(part, scene, query) for part in cover.fragments], list(cover.skipped)
    for place in cover.skipped:
        if (effect := meant_alone(scene.items[place], query)) is not None:
            changes.append(scene.fragment(place, place + 1, "alone", effect))
            skipped.remove(place)
    return in_one_order(changes), skipped


def _kept(query: Query, before: Query) -> float:
    """How much of what a query selects, groups by and reads another keeps, in parts of it."""
    parts = [*before.select, *before.group_by, before.distinct, before.joined, before.root]
    kept = [*query.select, *query.group_by, query.distinct, query.joined, query.root]
    return sum(part in kept for part in parts) / len(parts)
