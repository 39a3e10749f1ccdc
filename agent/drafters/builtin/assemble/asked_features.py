"""Whether a query shows what the first words of a question ask for: a person, a time, a place, a number, a share."""

from __future__ import annotations

from agent.drafters.builtin.assemble.parts import Features
from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import AllColumns, BucketTerm, ColumnTerm, MeasureTerm, Query, Share, Term
from agent.drafters.builtin.question.tokens import stems
from agent.drafters.builtin.read.clues.persons import is_anyone, is_of_persons
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import keys, label_columns
from agent.records import Table
from agent.schema_index.words import humanise

_ASKING = ("who", "when", "where", "agg count", "share")
_CHOOSING = ("which", "what")
# What may stand before the word that asks, and between "which" and the rows it is of ("which two German customers").
_BEFORE = ("ask", "me", "conjunction", "x", "in", "of", "from", "is", "if", "but", "also")
_BETWEEN = ("of", "me", "their", "x", "V", "N", "sup", "all")
_FAR = 10
# A table that is named by a word of this score is what is asked for.
_NAMED = 0.9


def asked_features(query: Query, scene: Scene) -> Features:
    """Whether what is shown is what the question asks for: who, when, where, how many, what share, which rows."""
    place = scene.skip(0, *_BEFORE, most=_FAR)
    word = "who" if place < len(scene.items) and is_anyone(scene.items[place], scene.lexicon) else scene.category(place)
    if word in _CHOOSING:
        return _chosen(word, place, query, scene)
    if word not in _ASKING:
        return _listed(place, query, scene)
    found = any(_is_asked(word, term, scene) for term in query.select)
    features = {f"{word} {'answered' if found else 'unanswered'}": 1.0}
    if word == "who" and not any(_may_be_name(term, scene) for term in query.select):
        features["who without name"] = 1.0
    return features


def _chosen(word: str, place: int, query: Query, scene: Scene) -> Features:
    """ "Which products": they are shown, or a column that is called so."""
    return _of_rows(word, scene.skip(place + 1, *_BETWEEN, most=3), query, scene)


def _listed(place: int, query: Query, scene: Scene) -> Features:
    """ "Show me orders with …", "orders in …": the first that is named is what is asked for, unless more follows."""
    place = scene.skip(place, *_BETWEEN, most=3)
    return {} if scene.is_any(place + 1, "T", "C", "V") else _of_rows("listed", place, query, scene)


def _of_rows(word: str, place: int, query: Query, scene: Scene) -> Features:
    """Whether the rows whose table is named at a place are shown or counted, or a column that is called so."""
    item = scene.items[place] if scene.is_any(place, "T", "C") else None
    if item is None or not item.tables or item.tables[0].score < _NAMED:
        return {}
    tables = {link.table.id for link in item.tables if link.score >= _NAMED}
    columns = {link.term for link in item.columns}
    found = any(
        term in columns or (isinstance(term, ColumnTerm | AllColumns | MeasureTerm) and home(term) in tables)
        for term in query.select
    )
    return {f"{word} rows {'answered' if found else 'unanswered'}": 1.0}


def _may_be_name(term: Term, scene: Scene) -> bool:
    """Whether a column may say who: a text, or the key of rows; a date, an amount and a number of rows do not."""
    if isinstance(term, AllColumns):
        return True
    table = scene.catalog.table(term.table) if isinstance(term, ColumnTerm) else None
    is_key = table is not None and isinstance(term, ColumnTerm) and term.column in keys(table)
    return is_key or _kind(term, scene) in {"text", "other"}


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
