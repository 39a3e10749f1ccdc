"""The readings of several rounds, and which of them is first by weights that did not learn from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zlib import crc32

import numpy as np

from agent.drafters.builtin.rank.confidence import evidence_of_scores
from benchmarks.cases import Case
from benchmarks.judged_readings import READINGS, Read, Told
from benchmarks.loglinear import Judged, learn

PARTS = 3


@dataclass(frozen=True, slots=True)
class First:
    """A case whose first reading is told by its evidence: whether it is right, and whether it is declined anyway."""

    case: Case
    evidence: Mapping[str, float]
    is_right: bool
    is_declined: bool


@dataclass
class Pool:
    """The readings of all rounds; `asked` are the cases that could be measured, by their keys."""

    judged: Judged = field(default_factory=Judged)
    asked: dict[str, Case] = field(default_factory=dict)
    rules: set[str] = field(default_factory=set)
    _names: tuple[str, ...] = ()
    _told: dict[str, list[tuple[np.ndarray, Told]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, reads: Iterable[Read]) -> None:
        """The readings of a round."""
        for read in reads:
            self.asked[read.case.key] = read.case
            self.rules |= read.rules
            new = self.judged.add(read.case.key, read.case.db, read.candidates, read.case.weight)
            for each, is_new in zip(read.told, new, strict=True):
                self._names = self._names or tuple(each.evidence)
                if is_new:
                    values = np.array([each.evidence[name] for name in self._names], dtype=np.float32)
                    # The evidence of all readings takes much memory by name.
                    self._told[read.case.key].append((values, replace(each, evidence={})))

    def cross_fitted(self, given: Mapping[str, float]) -> Iterator[First]:
        """The first reading of each case by weights that were learned from other databases, from nothing.

        Only what too few questions speak of has the weight that is `given`.
        """
        choices = self.judged.choices()
        known = {name: given[name] for name in choices.rare if name in given}
        begins = dict(zip(choices.questions, choices.bounds, strict=False))
        for part in range(PARTS):
            out = frozenset(group for group in choices.groups if crc32(group.encode()) % PARTS == part)
            for question, order, scores in choices.ranked(learn(choices, known, out)):
                case = self.asked[question]
                if case.db in out and len(order):
                    order, scores = order[:READINGS], scores[:READINGS]
                    told = [self._of(question, row - begins[question]) for row in order]
                    yield first(case, told, scores.tolist(), choices.right[order].tolist())

    def _of(self, question: str, place: int) -> Told:
        values, told = self._told[question][place]
        return replace(told, evidence=dict(zip(self._names, map(float, values), strict=True)))


def first(case: Case, told: Sequence[Told], scores: Sequence[float], right: Sequence[bool]) -> First:
    """The first of the readings that are whole; the first of all where none is."""
    place = next((n for n, each in enumerate(told) if each.is_whole), 0)
    order = [place, *(n for n in range(len(told)) if n != place)]
    by_scores = evidence_of_scores([scores[n] for n in order], [told[n].parts for n in order])
    return First(case, {**told[place].evidence, **by_scores}, right[place], told[place].is_declined)
