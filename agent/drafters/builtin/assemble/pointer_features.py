"""Whether a query shows the number of a row that has a name, though no number was asked for."""

from __future__ import annotations

from agent.drafters.builtin.assemble.parts import Features
from agent.drafters.builtin.query.query import ColumnTerm, Query
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_numeric, label_columns


def pointer_features(query: Query, scene: Scene) -> Features:
    """One feature where a column that points to a row with a name is shown, and neither its number nor key is said."""
    if any(stem(item.last_word) in scene.lexicon.key_words for item in scene.items):
        return {}
    shown = [term for term in query.select if isinstance(term, ColumnTerm)]
    return {"pointer shown unsaid": 1.0} if any(_points_to_named(term, scene) for term in shown) else {}


def _points_to_named(term: ColumnTerm, scene: Scene) -> bool:
    table = scene.catalog.table(term.table)
    column = table.column(term.column) if table else None
    if table is None or column is None or not is_numeric(column):
        return False
    for key in table.foreign_keys:
        target = scene.catalog.table(key.target)
        if key.columns == (term.column,) and target is not None:
            return target.primary_key != tuple(label.name for label in label_columns(target, scene.lexicon))
    return False
