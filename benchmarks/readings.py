"""Learns what the built-in drafter weighs: `python -m benchmarks.readings DATABASES QUESTIONS.jsonl […]`.

DATABASES is a folder of database files, and each line of a file of questions has id, db, question and sql, as for
`agent eval sql`. Nothing is learned from every fifth database by name. In each round every question is read in all ways
with the weights as they are, each reading is run, and weights are learned under which those with the right rows are the
likeliest, among the readings of all rounds. At last the confidence is learned of readings that were ranked by weights
which had not seen their databases, and of questions asked of other databases, where every answer is wrong.
"""

from __future__ import annotations

import argparse
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from agent.drafters.builtin.rank.confidence import evidence_of_scores
from agent.drafters.builtin.rank.weights import CONFIDENCE_WEIGHTS, READING_WEIGHTS, read_weights
from agent.evaluate.sample import sample
from benchmarks.asked import prepare
from benchmarks.cases import Case, read_cases
from benchmarks.judged_readings import READINGS, Read, judged_readings, strangers
from benchmarks.loglinear import Judged, learn, logistic
from benchmarks.risk import Answered, probability, risk_table
from benchmarks.weights_file import write_confidence, write_weights

PARTS = 3


@dataclass(frozen=True, slots=True)
class First:
    """A case whose best reading is told by its evidence, and whether that is right."""

    case: Case
    evidence: Mapping[str, float]
    is_right: bool


@dataclass
class Pool:
    """The readings of all rounds; `asked` are the cases that could be measured, by their keys."""

    judged: Judged = field(default_factory=Judged)
    asked: dict[str, Case] = field(default_factory=dict)
    evidence: dict[str, list[np.ndarray]] = field(default_factory=lambda: defaultdict(list))
    names: tuple[str, ...] = ()
    rules: set[str] = field(default_factory=set)

    def add(self, reads: Iterable[Read]) -> None:
        """The readings of a round."""
        for read in reads:
            self.asked[read.case.key] = read.case
            self.rules |= read.rules
            new = self.judged.add(read.case.key, read.case.db, read.candidates)
            for each, is_new in zip(read.evidence, new, strict=True):
                self.names = self.names or tuple(each)
                if is_new:
                    self.evidence[read.case.key].append(np.array([each[name] for name in self.names], dtype=np.float32))


def main(arguments: Sequence[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    cases = sample(read_cases(given.databases, given.questions, given.fixture, given.cache), given.most)
    prepare(cases[0], given.cache)
    learned_from = [case for case in cases if not case.is_held_back]
    weights, pool = dict(read_weights(READING_WEIGHTS).by_name), Pool()
    for number in range(1, given.rounds + 1):
        pool.add(judged_readings(learned_from, weights, given.cache))
        choices = pool.judged.choices()
        weights = learn(choices, weights) or weights
        _say(f"round {number}: {len(choices.telling):,} questions to learn from, {len(weights):,} weights")
    development = cross_fitted(pool)
    elsewhere = list(_first(judged_readings(strangers(learned_from), weights, given.cache)))
    known = [*development, *elsewhere]
    confidence = logistic([each.evidence for each in known], [each.is_right for each in known])

    databases = {case.db for case in pool.asked.values()}
    note = f"Learned from {len(pool.asked):,} questions about {len(databases):,} databases"
    given.out.mkdir(parents=True, exist_ok=True)
    write_weights(given.out / READING_WEIGHTS.name, weights, pool.rules, note)
    write_confidence(given.out / CONFIDENCE_WEIGHTS.name, confidence, f"{note}, and {len(elsewhere):,} asked of others")
    _report("development, by weights learned from other databases", pool.asked.values(), development, confidence)
    held = list(judged_readings([case for case in cases if case.is_held_back], weights, given.cache))
    _report("held back", [read.case for read in held], list(_first(held)), confidence)
    sure = [probability(confidence, each.evidence) for each in elsewhere]
    shares = (f"{sum(each >= limit for each in sure)} with {limit} or more" for limit in (0.1, 0.2, 0.3, 0.4, 0.5))
    _say(f"\nof {len(sure):,} questions asked of other databases, so many are answered: {', '.join(shares)}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readings", description=__doc__)
    parser.add_argument("databases", type=Path)
    parser.add_argument("questions", nargs="+", type=Path)
    parser.add_argument("--fixture", action="append", default=[], help="more to learn from: FILE.yaml=DATABASE")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--most", type=int, metavar="N", help="only so many of all questions, evenly spread")
    parser.add_argument("--cache", type=Path, default=Path("build/readings"), help="where indexes are kept")
    parser.add_argument("--out", type=Path, default=READING_WEIGHTS.parent, help="the folder of the two files")
    return parser


def cross_fitted(pool: Pool) -> list[First]:
    """The best reading of each case by weights that were learned from other databases."""
    choices, found = pool.judged.choices(), []
    first_row = dict(zip(choices.questions, choices.bounds, strict=False))
    for part in range(PARTS):
        out = frozenset(group for group in choices.groups if zlib.crc32(group.encode()) % PARTS == part)
        for question, order, scores in choices.ranked(learn(choices, {}, out)):
            case = pool.asked[question]
            if case.db in out and len(order):
                told = pool.evidence[question][order[0] - first_row[question]]
                evidence = dict(zip(pool.names, map(float, told), strict=True))
                evidence |= evidence_of_scores(scores[:READINGS].tolist())
                found.append(First(case, evidence, bool(choices.right[order[0]])))
    return found


def _first(reads: Iterable[Read]) -> Iterator[First]:
    """The first reading of each case that has one, as the weights that read it rank them."""
    for read in reads:
        if read.candidates:
            yield First(read.case, {**read.evidence[0], **evidence_of_scores(read.scores)}, read.candidates[0].right)


def _report(title: str, cases: Iterable[Case], found: Sequence[First], confidence: Mapping[str, float]) -> None:
    asked = Counter(case.source for case in cases if case.sql)
    right = Counter(each.case.source for each in found if each.is_right)
    _say(f"\n{title}:")
    for source, count in asked.items():
        _say(f"  {source}: EX {right[source] / count:.3f} of {count:,}")
    answers = [Answered(probability(confidence, each.evidence), each.is_right) for each in found]
    _say(risk_table(answers, asked.total()))


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
