"""What the rules read in a question, about a catalog without rows."""

from __future__ import annotations

from datetime import date

from agent.drafters.builtin import BuiltinDrafter
from agent.drafters.builtin.read.effects import Effect
from agent.drafters.builtin.read.rules import RULES
from agent.drafters.builtin.read.scene import Scene
from agent.records import Catalog, Context, Question, ScoredTable


def scene_in(catalog: Catalog, text: str) -> Scene:
    """The question before it is read, with every table of the catalog found."""
    tables = tuple(ScoredTable(table, 1.0) for table in catalog.tables)
    context = Context(Question(text, date(2026, 11, 21)), catalog, tables, ())
    return BuiltinDrafter().scene(context)[0]


def effects_in(catalog: Catalog, text: str) -> list[Effect]:
    """What every rule reads at every place."""
    scene = scene_in(catalog, text)
    return [part.effect for place in range(len(scene.items)) for rule in RULES for part in rule(scene, place)]
