"""What each step of the built-in drafter is worth: `python -m benchmarks.steps DATABASES QUESTIONS.jsonl`.

Prints a Markdown table with each step switched off, on development databases and on those held back, and what answering
only when sure costs and gains. The weights stay those that were learned with all steps.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agent.drafters.builtin import DECLINED_BELOW, BuiltinDrafter
from agent.drafters.builtin.compose.compose import compose
from agent.drafters.builtin.rank.beam import WIDTH
from agent.drafters.builtin.rank.confidence import confidence
from agent.drafters.builtin.rank.rank import Reading, readings
from agent.drafters.builtin.rank.weights import Weights, load_weights
from agent.drafters.builtin.read.effects import Both, Distinct, Effect, Without
from agent.drafters.builtin.read.rules import RULES
from agent.drafters.builtin.read.scene import Scene
from agent.errors import NotUnderstoodError
from agent.evaluate.sample import sample
from agent.records import Context
from benchmarks.asked import Asked, asked, prepare
from benchmarks.cases import FOLD, Case, read_cases
from benchmarks.per_database import per_database
from benchmarks.risk import Answered, risk_table

# Of the readings, so many are tried until one composes.
TRIED = 8
_AROUND = re.compile(r" (after2?|before2?|in|opened by|then) ")


@dataclass(frozen=True, slots=True)
class Step:
    """A step that can be switched off: what then becomes of the context, the weights, the scene and the readings."""

    name: str
    context: Callable[[Context], Context] = lambda context: context
    weights: Callable[[Weights], Weights] = lambda weights: weights
    scene: Callable[[Scene], Scene] = lambda scene: scene
    is_kept: Callable[[Reading], bool] = lambda reading: True
    without: frozenset[str] = frozenset()
    width: int = WIDTH
    corrects: bool = True


def _near(source: str) -> Callable[[Context], Context]:
    def without(context: Context) -> Context:
        return replace(context, near=tuple(near for near in context.near if near.source != source))

    return without


def _has(reading: Reading, *effects: type[Effect]) -> bool:
    return any(isinstance(fragment.effect, effects) for fragment in reading.cover.fragments)


def _plain_weights(weights: Weights) -> Weights:
    return Weights({name: weight for name, weight in weights.by_name.items() if not _AROUND.search(name)})


FULL = Step("nothing")
STEPS = (
    FULL,
    *(Step(f"the rules of {rule.__name__}", without=frozenset({rule.__name__})) for rule in RULES),
    Step("names that the encoder finds near", context=_near("vector")),
    Step("names that synonyms find near", context=_near("synonym")),
    Step("stored values", context=lambda context: replace(context, values=())),
    Step("correction of slips", corrects=False),
    Step("other ways to cut the question", scene=lambda scene: replace(scene, others=())),
    Step("the beam (its width is 1)", width=1),
    Step("DISTINCT where it is not said", is_kept=lambda found: not found.query.distinct or _has(found, Distinct)),
    Step("joins to tables that are only named", is_kept=lambda found: not found.query.joined),
    Step("both, either and without", is_kept=lambda found: not _has(found, Both, Without)),
    Step("weights of what stands around", weights=_plain_weights),
)

Found = dict[str, Answered]
"""The answers to one question by the names of the steps that were switched off; one that is declined is missing."""


def main(arguments: Sequence[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    cases = read_cases(given.databases, given.questions, given.fixture, given.cache, given.fold)
    prepare(cases[0], given.cache)
    parts: dict[str, list[Found]] = {}
    for name, is_held in (("development", False), ("held back", True)):
        chosen = sample([case for case in cases if case.is_held_back == is_held], given.most)
        parts[name] = list(per_database(Job(given.cache), chosen))
    print(_table(parts), flush=True)
    for name, found in parts.items():
        answers = [each[FULL.name] for each in found if FULL.name in each]
        print(f"\n{name}:\n{risk_table(answers, len(found))}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.steps", description=__doc__)
    parser.add_argument("databases", type=Path)
    parser.add_argument("questions", nargs="+", type=Path)
    parser.add_argument("--fixture", action="append", default=[], help="also for development: FILE.yaml=DATABASE")
    parser.add_argument("--fold", type=int, default=FOLD, metavar="N", help="every Nth database by name is held back")
    parser.add_argument("--most", type=int, metavar="N", help="only so many questions of each part, evenly spread")
    parser.add_argument("--cache", type=Path, default=Path("build/readings"), help="where indexes are kept")
    return parser


@dataclass(frozen=True, slots=True)
class Job:
    """What a process does with the cases of one database."""

    cache: Path

    def __call__(self, cases: Sequence[Case]) -> list[Found]:
        """The answers to every case that can be measured."""
        drafter, weights = BuiltinDrafter(), load_weights()
        by_step = {step.name: step.weights(weights) for step in STEPS}
        return [
            {step.name: answer for step in STEPS if (answer := _answer(step, each, drafter, by_step[step.name]))}
            for each in asked(cases[0].path, cases, self.cache)
        ]


def _answer(step: Step, each: Asked, drafter: BuiltinDrafter, weights: Weights) -> Answered | None:
    """The answer with a step switched off; None where there is none."""
    context = step.context(each.context)
    try:
        scene = step.scene(drafter.scene(context, step.corrects)[0])
    except NotUnderstoodError:
        return None
    found = [one for one in readings(scene, weights, step.without, width=step.width) if step.is_kept(one)]
    for number, reading in enumerate(found[:TRIED]):
        try:
            sql = compose(reading.query, context.catalog)
        except NotUnderstoodError:
            continue
        return Answered(confidence([reading, *found[:number], *found[number + 1 :]]), each.is_right(sql))
    return None


def _table(parts: dict[str, list[Found]]) -> str:
    head = "".join(f" {name}: EX | answered when sure | right of those |" for name in parts)
    lines = [f"| switched off |{head}", f"| --- |{' --: | --: | --: |' * len(parts)}"]
    lines += [f"| {step.name} |{''.join(_cells(found, step.name) for found in parts.values())}" for step in STEPS]
    asked = ", ".join(f"{len(found):,} {name}" for name, found in parts.items())
    note = f"{asked} questions. EX: right of all, each being answered. Sure: with a confidence of {DECLINED_BELOW:g}."
    return "\n".join([*lines, "", note])


def _cells(found: Sequence[Found], name: str) -> str:
    answers = [each[name] for each in found if name in each]
    sure = [answer for answer in answers if answer.confidence >= DECLINED_BELOW]
    right, of_sure = (sum(answer.is_right for answer in these) for these in (answers, sure))
    shares = right / max(len(found), 1), len(sure) / max(len(found), 1), of_sure / max(len(sure), 1)
    return "".join(f" {share:.3f} |" for share in shares)


if __name__ == "__main__":
    main()
