"""The readings of a question, best first, by the weights of their features."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.drafters.builtin.assemble.assemble import assemble
from agent.drafters.builtin.query.query import Query
from agent.drafters.builtin.rank.beam import WIDTH, cover_features, covers
from agent.drafters.builtin.rank.weights import Weights
from agent.drafters.builtin.read.cover import Cover
from agent.drafters.builtin.read.scene import Scene

MOST_COVERS = 40
# A cover whose score is this much lower than the best one's makes no reading that wins.
_FAR = 10.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A typed query, the cover of a scene that it was made of, its score, and what makes it.

    `covered` are the features of the cover, and `chosen` those of what the cover left open.
    """

    query: Query
    cover: Cover
    score: float
    covered: Mapping[str, float]
    chosen: Mapping[str, float]
    scene: Scene

    @property
    def features(self) -> dict[str, float]:
        """Everything that speaks for the reading, by name."""
        return {**self.covered, **self.chosen}


def readings(
    scene: Scene,
    weights: Weights,
    without: frozenset[str] = frozenset(),
    covered: int = MOST_COVERS,
    width: int = WIDTH,
) -> list[Reading]:
    """The different queries that the question may mean, best first, of every way to cut it into items.

    `covered` covers of each are read, which a beam of `width` finds; `without` as in `covers`.
    """
    best: dict[Query, Reading] = {}
    for one in (scene, *scene.others):
        for reading in _readings(one, weights, without, covered, width):
            known = best.get(reading.query)
            if known is None or known.score < reading.score:
                best[reading.query] = reading
    return sorted(best.values(), key=lambda reading: -reading.score)


def _readings(scene: Scene, weights: Weights, without: frozenset[str], covered: int, width: int) -> Iterator[Reading]:
    cut = {"other cut": 1.0, "doubt of cut": scene.doubt} if scene.doubt else {}
    found = covers(scene, weights, width, without)[:covered]
    for cover in found:
        if found[0].score - cover.score > _FAR:
            return
        base: dict[str, float] = {}
        base_score = 0.0
        for query, features in assemble(cover, scene):
            if not base:
                base = {**cover_features(cover, scene), **cut}
                base_score = weights.score(base.items())
            score = base_score + weights.score(features.items())
            yield Reading(query, cover, score, base, features, scene)
