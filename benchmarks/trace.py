"""Prints how the built-in drafter reads a question, stage by stage: `python -m benchmarks.trace QUESTION`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from agent.drafters.builtin import BuiltinDrafter
from agent.drafters.builtin.compose.compose import compose
from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.query.query import AnyOf, ColumnTerm, Condition, MeasureTerm
from agent.drafters.builtin.rank.beam import covers
from agent.drafters.builtin.rank.confidence import confidence
from agent.drafters.builtin.rank.rank import readings
from agent.drafters.builtin.rank.weights import load_weights
from agent.drafters.builtin.read.effects import Effect
from agent.drafters.builtin.read.rules import RULES
from agent.drafters.builtin.read.scene import Scene
from agent.errors import NotUnderstoodError
from agent.pipeline import Agent
from agent.records import Question
from agent.schema_index.retrieve import retrieve
from benchmarks.cases import TODAY

# Of what each stage gives, so many are printed.
MEANINGS, FRAGMENTS, COVERS, READINGS, FEATURES = 3, 2, 3, 3, 12


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trace", description=__doc__)
    parser.add_argument("question")
    parser.add_argument("--db", type=Path, help="the demo shop without it")
    given = parser.parse_args(arguments)
    with Agent.connect(given.db, model="builtin", today=TODAY) as agent:
        context = retrieve(Question(given.question, TODAY), agent.index)
    scene, _ = BuiltinDrafter().scene(context)
    stages = (_items(scene), _fragments(scene), _covers(scene), _readings(scene))
    print("\n\n".join("\n    ".join(lines) for lines in stages))


def _items(scene: Scene) -> Iterator[str]:
    yield "items"
    for item in scene.items:
        yield f"{item.phrase:<20}{item.category:<12}{', '.join(islice(_meanings(item), MEANINGS))}".rstrip()


def _fragments(scene: Scene) -> Iterator[str]:
    weights = load_weights()
    proposed = [fragment for start in range(len(scene.items)) for rule in RULES for fragment in rule(scene, start)]
    yield f"fragments: {len(proposed)}, the best from each item on"
    for _, found in groupby(proposed, key=lambda fragment: fragment.start):
        ranked = sorted(found, key=lambda fragment: -weights.score(fragment.features))
        for fragment in ranked[:FRAGMENTS]:
            words = " ".join(item.phrase for item in scene.items[fragment.start : fragment.end])
            score = weights.score(fragment.features)
            yield f"{score:6.2f}  {words:<30}{fragment.rule:<14} {_effect(fragment.effect)}"


def _covers(scene: Scene) -> Iterator[str]:
    found = covers(scene, load_weights())
    yield f"covers: {len(found)}, the best of them"
    for cover in found[:COVERS]:
        unread = ", ".join(scene.items[place].phrase for place in cover.skipped)
        rules = ", ".join(fragment.rule for fragment in cover.fragments)
        yield f"{cover.score:6.2f}  {rules}; unread: {unread or 'nothing'}"


def _readings(scene: Scene) -> Iterator[str]:
    weights = load_weights()
    found = readings(scene, weights)
    yield f"readings: {len(found)}, the best of them"
    for reading in found[:READINGS]:
        try:
            sql = compose(reading.query, scene.catalog)
        except NotUnderstoodError as error:
            sql = f"cannot be composed: {error}"
        yield f"{reading.score:6.2f}  {' '.join(sql.split())}"
    if found:
        parts = {name: weights.of(name) * value for name, value in found[0].features.items()}
        most = sorted(parts, key=lambda name: -abs(parts[name]))[:FEATURES]
        named = ", ".join(f"{name} {parts[name]:+.2f}" for name in most)
        yield f"the first is made of {named} and {len(parts) - len(most)} more"
        yield f"its confidence: {confidence(found):.2f}"


def _meanings(item: Item) -> Iterator[str]:
    if item.operator is not None:
        yield str(item.operator)
    yield from (f"value {link.term.table}.{link.term.column} ({link.score:.2f}, {link.how})" for link in item.values)
    links = [(link.score, link.table.id, link.how) for link in item.tables]
    links += [(link.score, f"{link.table.id}.{link.column.name}", link.how) for link in item.columns]
    yield from (f"{name} ({score:.2f}, {how})" for score, name, how in sorted(links, key=lambda link: -link[0]))
    if item.window is not None:
        yield str(item.window)


def _effect(effect: Effect) -> str:
    told = [_short(getattr(effect, each.name)) for each in fields(effect)]
    return f"{type(effect).__name__}({', '.join(text for text in told if text)})"


def _short(value: Any) -> str:
    match value:
        case ColumnTerm():
            return f"{value.table}.{value.column}"
        case MeasureTerm():
            return f"{value.function} of {_short(value.column) if value.column else value.table}"
        case Condition():
            said = ", ".join(_short(each) for each in value.values)
            return f"{_short(value.term)} {'not ' if value.negated else ''}{value.operator} {said}"
        case AnyOf():
            return " or ".join(_short(each) for each in value.conditions)
        case None | False | () | "":
            return ""
    return str(value)


if __name__ == "__main__":
    main()
