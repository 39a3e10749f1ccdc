"""Whether a query shows what the first words of a question ask for: a person, a time, a place, a number, a share."""

from __future__ import annotations

from agent.drafters.builtin.assemble.parts import Features
from agent.drafters.builtin.query import AllColumns, BucketTerm, ColumnTerm, MeasureTerm, Query, Share, Term
from agent.drafters.builtin.question.tokens import stems
from agent.drafters.builtin.read.rules.question_words import is_of_persons
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema import label_columns
from agent.records import Table
from agent.schema_index.words import humanise

_ASKING = ("who", "when", "where", "agg count", "share")
# What may stand before the word that asks.
_BEFORE = ("ask", "me", "conjunction", "x", "in", "of", "from", "is", "if")


def asked_features(query: Query, scene: Scene) -> Features:
    """One feature for a question that asks who, when, where, how many or what share: whether any of that is shown."""
    place = scene.skip(0, *_BEFORE, most=4)
    word = scene.category(place)
    if word not in _ASKING:
        return {}
    found = any(_is_asked(word, term, scene) for term in query.select)
    return {f"{word} {'answered' if found else 'unanswered'}": 1.0}


def _is_asked(word: str, term: Term, scene: Scene) -> bool:
    if word == "when":
        return isinstance(term, BucketTerm) or _holds_time(term, scene)
    if word == "share":
        return isinstance(term, Share)
    if word == "agg count":
        return not isinstance(term, ColumnTerm | AllColumns | BucketTerm) or _kind(term, scene) in {"integer", "number"}
    if not isinstance(term, ColumnTerm | AllColumns):
        return False
    table = scene.catalog.table(term.table)
    if table is None:
        return False
    if word == "who":
        named = isinstance(term, AllColumns) or term.column in {*table.primary_key, *_labels(table, scene)}
        return named and is_of_persons(table, scene.lexicon)
    names = [humanise(table.name)] if isinstance(term, AllColumns) else [humanise(table.name), humanise(term.column)]
    return any(word in scene.lexicon.places for name in names for word in stems(name))


def _labels(table: Table, scene: Scene) -> set[str]:
    return {column.name for column in label_columns(table, scene.lexicon)}


def _holds_time(term: Term, scene: Scene) -> bool:
    column = term.column if isinstance(term, MeasureTerm) and term.function in {"min", "max"} else term
    return _kind(column, scene) in {"date", "datetime"}


def _kind(term: Term | None, scene: Scene) -> str:
    """The kind of a column; empty for what is none."""
    table = scene.catalog.table(term.table) if isinstance(term, ColumnTerm) else None
    column = table.column(term.column) if table and isinstance(term, ColumnTerm) else None
    return column.kind if column else ""
