"""The covers of a question by fragments, best first."""

from __future__ import annotations

from collections import defaultdict

from agent.drafters.builtin.rank.weights import Weights
from agent.drafters.builtin.read.cover import Cover
from agent.drafters.builtin.read.effects import Both, Effect, Fragment, Rank, RankCount, ShowRows, Without
from agent.drafters.builtin.read.rules import RULES
from agent.drafters.builtin.read.scene import Scene

WIDTH = 60
# What a fragment may be checked against for every cover: a union written where it is used would be made every time.
_APART, _RANKED = (Both, Without), (Rank, RankCount)


def covers(scene: Scene, weights: Weights, width: int = WIDTH, without: frozenset[str] = frozenset()) -> list[Cover]:
    """The best covers of all items, best first, at most `width`.

    `without` names rules, or modules of them, that are left out.

    An item is read by a fragment or skipped. The sum of the weights of all features is the score; what the ranker
    adds for the whole query comes later.
    """
    starting: dict[int, list[tuple[Fragment, float, bool]]] = defaultdict(list)
    rules = [rule for rule in RULES if rule.__name__ not in without]
    for start in range(len(scene.items)):
        for rule in rules:
            for fragment in rule(scene, start):
                if fragment.rule not in without:
                    starting[start].append((fragment, weights.score(fragment.features), _is_once(fragment.effect)))
    # A few ways to read the same span are enough.
    for start, found in starting.items():
        found.sort(key=lambda entry: -entry[1])
        starting[start] = found[:28]
    reached: list[list[Cover]] = [[] for _ in range(len(scene.items) + 1)]
    reached[0] = [Cover((), (), 0.0)]
    for place in range(len(scene.items)):
        best = sorted(reached[place], key=lambda cover: -cover.score)[:width]
        skip = weights.score(skip_features(scene, place))
        for cover in best:
            skipped = Cover(cover.fragments, (*cover.skipped, place), cover.score + skip)
            reached[place + 1].append(skipped)
            last = cover.fragments[-1].rule if cover.fragments else "start"
            for fragment, score, once in starting[place]:
                if once and _excluded(cover, fragment):
                    continue
                total = cover.score + score + weights.of(f"{last} then {fragment.rule}")
                reached[fragment.end].append(Cover((*cover.fragments, fragment), cover.skipped, total))
    return sorted(reached[-1], key=lambda cover: -cover.score)[:width]


def _excluded(cover: Cover, fragment: Fragment) -> bool:
    """Whether a fragment says again what is said once of some rows: what they are, or how many come first."""
    rows = isinstance(fragment.effect, ShowRows)
    for before in reversed(cover.fragments):
        if isinstance(before.effect, _APART):
            return False
        if isinstance(before.effect, ShowRows) if rows else _is_limited(before.effect):
            return True
    return False


def _is_once(effect: Effect) -> bool:
    return isinstance(effect, ShowRows) or _is_limited(effect)


def _is_limited(effect: Effect) -> bool:
    return isinstance(effect, _RANKED) and effect.limit is not None


def skip_features(scene: Scene, place: int) -> tuple[tuple[str, float], ...]:
    """What speaks for leaving an item unread."""
    item = scene.items[place]
    found = [(f"skip {item.category}", 1.0)]
    if item.category in {"C", "T"}:
        best = item.columns[0] if item.category == "C" else item.tables[0]
        found += [(f"skip {item.category} {best.how}", 1.0), (f"skip {item.category} score", best.score)]
    if item.category == "V":
        found.append(("skip V score", item.values[0].score))
    return tuple(found)


def cover_features(cover: Cover, scene: Scene) -> dict[str, float]:
    """The features of a cover, summed by name."""
    found: dict[str, float] = defaultdict(float)
    last = "start"
    for fragment in cover.fragments:
        for name, value in fragment.features:
            found[name] += value
        found[f"{last} then {fragment.rule}"] += 1.0
        last = fragment.rule
    found[f"{last} then end"] += 1.0
    for place in cover.skipped:
        for name, value in skip_features(scene, place):
            found[name] += value
    return found
