"""The readings of questions by given weights, each run and judged."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from zlib import crc32

from agent.drafters.builtin import BuiltinDrafter
from agent.drafters.builtin.compose.compose import compose
from agent.drafters.builtin.rank.agreement import parts_of
from agent.drafters.builtin.rank.beyond import beyond, is_whole
from agent.drafters.builtin.rank.confidence import evidence_of_reading
from agent.drafters.builtin.rank.rank import Reading, readings
from agent.drafters.builtin.rank.weights import Weights
from agent.errors import NotUnderstoodError
from benchmarks.asked import Asked, asked
from benchmarks.cases import Case
from benchmarks.loglinear import Candidate
from benchmarks.per_database import per_database

# Of each question so many readings are run, of more covers than the drafter itself takes.
READINGS, COVERS = 40, 60
# For so many questions, one is also asked of another database, where nothing can answer it.
STRANGE, SEED = 5, 1


@dataclass(frozen=True, slots=True)
class Told:
    """What a reading says of itself.

    `parts` are those of its query on which others may agree with it, a number each. One that is not whole comes after
    those that are, and one that `is_declined` leaves out what no reading may.
    """

    evidence: Mapping[str, float]
    parts: Mapping[str, int]
    is_whole: bool
    is_declined: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A case with the readings that compose, best first, their scores, what they say of themselves, and their rules."""

    case: Case
    candidates: tuple[Candidate, ...] = ()
    scores: tuple[float, ...] = ()
    told: tuple[Told, ...] = ()
    rules: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Job:
    """What a process does with the cases of one database."""

    weights: Mapping[str, float]
    cache: Path

    def __call__(self, cases: Sequence[Case]) -> list[Read]:
        """Every case that can be measured, read."""
        drafter, weights = BuiltinDrafter(), Weights(self.weights)
        found = []
        for each in asked(cases[0].path, cases, self.cache):
            try:
                found.append(_read(each, drafter, weights))
            except Exception as error:  # whatever it is, it is told, and costs this question alone
                print(f"{each.case.key}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
                found.append(Read(each.case))
        return found


def judged_readings(cases: Sequence[Case], weights: Mapping[str, float], cache: Path) -> Iterator[Read]:
    """All cases that can be measured, read."""
    return per_database(Job(weights, cache), cases)


def strangers(cases: Sequence[Case]) -> list[Case]:
    """Every so manieth case asked of another database, which cannot answer it."""
    chance = random.Random(SEED)
    places = sorted({(case.path, case.db) for case in cases})
    found = []
    for case in cases[::STRANGE] if len(places) > 1 else ():
        path, db = chance.choice([place for place in places if place[1] != case.db])
        found.append(replace(case, source=f"{case.source} elsewhere", path=path, db=db, sql=()))
    return found


def _read(each: Asked, drafter: BuiltinDrafter, weights: Weights) -> Read:
    candidates, scores, told, rules = [], [], [], set[str]()
    try:
        scene, _ = drafter.scene(each.context)
        found = readings(scene, weights, covered=COVERS)[:READINGS]
    except NotUnderstoodError:
        return Read(each.case)
    for reading in found:
        try:
            sql = compose(reading.query, each.context.catalog)
        except NotUnderstoodError:
            continue
        name = blake2b(repr(reading.query).encode(), digest_size=8).hexdigest()
        candidates.append(Candidate(name, dict(reading.features), each.is_right(sql)))
        scores.append(reading.score)
        told.append(_told(reading))
        rules |= {fragment.rule for fragment in reading.cover.fragments}
    return Read(each.case, tuple(candidates), tuple(scores), tuple(told), frozenset(rules))


def _told(reading: Reading) -> Told:
    # The numbers are the same in every process.
    parts = {name: crc32(repr(part).encode()) for name, part in parts_of(reading.query).items()}
    return Told(evidence_of_reading(reading), parts, is_whole(reading), bool(beyond(reading)))
