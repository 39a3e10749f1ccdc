"""Learns what the built-in drafter weighs: `python -m benchmarks.readings DATABASES QUESTIONS.jsonl […]`.

DATABASES is a folder of database files, and each line of a file of questions has id, db, question and sql, as for
`agent eval sql`. Nothing is learned from every fifth database by name, nor from the fixtures that are only measured. In
each round every question is read in all ways with the weights as they are, and each reading is run. Then weights near
those of `weights.yaml` are learned, under which readings with the right rows are the likeliest, among those of all
rounds. At last the confidence is learned of readings that were ranked by weights which had not seen their databases,
and of questions asked of other databases, where every answer is wrong.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from agent.drafters.builtin import DECLINED_BELOW
from agent.drafters.builtin.rank.weights import CONFIDENCE_WEIGHTS, READING_WEIGHTS, read_weights
from agent.evaluate.sample import sample
from benchmarks.asked import prepare
from benchmarks.cases import Case, read_cases
from benchmarks.judged_readings import Read, judged_readings, strangers
from benchmarks.logistic import logistic
from benchmarks.loglinear import learn
from benchmarks.pool import First, Pool, first
from benchmarks.risk import Answered, probability, risk_table
from benchmarks.weights_file import write_confidence, write_weights

# How hard a weight is to move from what it was: what is set by hand stays, but where many questions speak against it.
L1, L2 = 6.0, 4.0


def main(arguments: Sequence[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    cases = _cases(given)
    prepare(cases[0], given.cache)
    learned_from = [case for case in cases if not case.is_held_back]
    begun, pool = dict(read_weights(READING_WEIGHTS).by_name), Pool()
    weights = begun
    for number in range(1, given.rounds + 1):
        pool.add(judged_readings(learned_from, weights, given.cache))
        choices = pool.judged.choices()
        weights = learn(choices, begun, l1=L1, l2=L2) or weights
        _say(f"round {number}: {len(choices.telling):,} questions to learn from, {len(weights):,} weights")
    development = list(pool.cross_fitted(weights))
    elsewhere = list(_first(judged_readings(strangers(learned_from), weights, given.cache)))
    known = [each for each in (*development, *elsewhere) if not each.is_declined]
    counts = [each.case.weight for each in known]
    confidence = logistic([each.evidence for each in known], [each.is_right for each in known], counts)

    databases = {case.db for case in pool.asked.values()}
    note = f"Learned from {len(pool.asked):,} questions about {len(databases):,} databases"
    given.out.mkdir(parents=True, exist_ok=True)
    write_weights(given.out / READING_WEIGHTS.name, weights, pool.rules, note)
    write_confidence(given.out / CONFIDENCE_WEIGHTS.name, confidence, f"{note}, and {len(elsewhere):,} asked of others")
    _report("development, by weights learned from other databases", pool.asked.values(), development, confidence)
    held = list(judged_readings([case for case in cases if case.is_held_back], weights, given.cache))
    _report("held back", [read.case for read in held], list(_first(held)), confidence)
    sure = [0.0 if each.is_declined else probability(confidence, each.evidence) for each in elsewhere]
    shares = (f"{sum(each >= limit for each in sure)} with {limit} or more" for limit in (0.1, 0.2, 0.3, 0.4, 0.5))
    _say(f"\nof {len(sure):,} questions asked of other databases, so many are answered: {', '.join(shares)}")


def _cases(given: argparse.Namespace) -> list[Case]:
    """The questions, those of fixtures with their weight, and those that are only measured."""
    cases = sample(read_cases(given.databases, given.questions, (), given.cache), given.most)
    fixtures = read_cases(given.databases, (), given.fixture, given.cache)
    measured = read_cases(given.databases, (), given.measure, given.cache)
    cases += [replace(case, weight=given.weight) for case in fixtures]
    return [*cases, *(replace(case, is_held_back=True) for case in measured)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readings", description=__doc__)
    parser.add_argument("databases", type=Path)
    parser.add_argument("questions", nargs="+", type=Path)
    parser.add_argument("--fixture", action="append", default=[], help="more to learn from: FILE.yaml=DATABASE")
    parser.add_argument("--weight", type=float, default=1.0, help="as how many questions each of a fixture counts")
    parser.add_argument("--measure", action="append", default=[], help="a fixture that is only measured")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--most", type=int, metavar="N", help="only so many questions beside fixtures, evenly spread")
    parser.add_argument("--cache", type=Path, default=Path("build/readings"), help="where indexes are kept")
    parser.add_argument("--out", type=Path, default=READING_WEIGHTS.parent, help="the folder of the two files")
    return parser


def _first(reads: Iterable[Read]) -> Iterator[First]:
    """The first reading of each case that has one, as the weights that read it rank them."""
    for read in reads:
        if read.candidates:
            yield first(read.case, read.told, read.scores, [each.right for each in read.candidates])


def _report(title: str, cases: Iterable[Case], found: Sequence[First], confidence: Mapping[str, float]) -> None:
    asked = Counter(case.source for case in cases if case.sql)
    right = Counter(each.case.source for each in found if each.is_right)
    kept = [each for each in found if not each.is_declined]
    answers = [Answered(probability(confidence, each.evidence), each.is_right) for each in kept]
    sure = [(each.case.source, each.is_right) for each, answer in zip(kept, answers, strict=True) if _is_given(answer)]
    _say(f"\n{title}:")
    for source, count in asked.items():
        given = [is_right for name, is_right in sure if name == source]
        shares = f"answered when sure {len(given) / count:.3f}, right of those {sum(given) / max(len(given), 1):.3f}"
        _say(f"  {source}: EX {right[source] / count:.3f} of {count:,}; {shares}")
    _say(risk_table(answers, asked.total()))


def _is_given(answer: Answered) -> bool:
    return answer.confidence >= DECLINED_BELOW


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
