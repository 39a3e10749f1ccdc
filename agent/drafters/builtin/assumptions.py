"""What a reading takes for granted, in short sentences: the date of a time, the column of a value, a measure."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.query import (
    AnyOf,
    BucketTerm,
    ColumnTerm,
    Condition,
    Exists,
    MeasureTerm,
    Query,
    RelatedTerm,
    Term,
)
from agent.drafters.builtin.query.tables_in import tables_in
from agent.drafters.builtin.question.tokens import stems
from agent.drafters.builtin.rank.beneath_taken import beneath_taken
from agent.drafters.builtin.rank.keys_taken import keys_taken
from agent.drafters.builtin.rank.namesake import namesake
from agent.drafters.builtin.rank.rank import Reading
from agent.drafters.builtin.rank.spans_taken import spans_taken
from agent.drafters.builtin.rank.unread import TELLING, unread_places
from agent.drafters.builtin.read.effects import (
    During,
    Filter,
    Filters,
    Fragment,
    GroupUnit,
    Having,
    Measure,
    Rank,
    RankCount,
)
from agent.drafters.builtin.schema.rows import is_temporal
from agent.schema_index.words import humanise

# Rules that read a value of which no word says the column, and those that choose a measure.
_VALUES = frozenset({"value", "value not", "unstored", "not unstored", "full name"})
_FIGURES = frozenset({"figure", "rows added up", "how much", "amount over", "worth over", "sum over"})
_NEAR = frozenset({"vector", "synonym"})
# From here on a name is as good as the words of the question.
_SURE = 0.95
_FUNCTIONS = {"sum": "sum of", "avg": "average", "min": "lowest", "max": "highest", "count": "number of different"}


def assumptions(reading: Reading) -> tuple[str, ...]:
    """One sentence for each choice that the question left open, in the order of its words."""
    found = [said for fragment in reading.cover.fragments for said in _said(fragment, reading)]
    if reading.features.get("count implied"):
        counts = [term for term in reading.query.select if isinstance(term, MeasureTerm)]
        found += [f"counted: {spoken_figure(term)}" for term in counts[:1]]
    found += beneath_taken(reading.query)
    found += spans_taken(reading.query, reading.scene.catalog)
    found += _schemas(reading)
    if not reading.features.get("key default said") and not reading.features.get("key other said"):
        found += keys_taken(reading.query, reading.scene.catalog)
    if left := not_read(reading):
        found.append(f"not read: {left}")
    return tuple(dict.fromkeys(found))


def not_read(reading: Reading) -> str:
    """The words that a reading leaves out and that may tell something, in quotes; empty where there are none."""
    items = reading.scene.items
    told = {place for place in reading.cover.skipped if items[place].category in TELLING}
    return ", ".join(f'"{items[place].phrase}"' for place in sorted({*told, *unread_places(reading)}))


def _schemas(reading: Reading) -> Iterator[str]:
    """Which table is meant by a name that tables of several schemas have."""
    catalog, asked = reading.scene.catalog, reading.scene.context.question.text.casefold()
    for table in dict.fromkeys(tables_in(reading.query)):
        full = namesake(table, catalog)
        schema, _, name = full.rpartition(".")
        if full and schema.casefold() not in asked:
            yield f"{name} is {full}"


def spoken_figure(term: Term) -> str:
    """A term as it is told: "sum of orders.total", "number of orders", "month of orders.ordered_at"."""
    match term:
        case ColumnTerm():
            whose = f"{term.less_of}." if term.less_of else ""
            less = f" less {whose}{term.less}" if term.less else ""
            return f"{term.table}.{term.column}{less}{f' times {term.times}' if term.times else ''}"
        case BucketTerm():
            return f"{term.unit} of {spoken_figure(term.column)}"
        case MeasureTerm(column=None):
            return f"number of {humanise(term.table)}"
        case MeasureTerm():
            return f"{_FUNCTIONS[term.function]} {spoken_figure(term.column)}" if term.column else ""
        case RelatedTerm():
            return spoken_figure(term.measure)
        case _:
            return term.table


def _said(fragment: Fragment, reading: Reading) -> Iterator[str]:
    phrase = " ".join(item.phrase for item in reading.scene.items[fragment.start : fragment.end])
    match fragment.effect:
        case During():
            for term in _dates(reading.query, fragment.effect):
                other = _other_date(term, reading)
                yield f"{fragment.effect.phrase} = {fragment.effect.window} by {spoken_figure(term)}{other}"
        case GroupUnit():
            for bucket in reading.query.group_by:
                if isinstance(bucket, BucketTerm) and fragment.effect.term in {None, bucket.column}:
                    yield f"by {spoken_figure(bucket)}"
        case Filter(condition) if isinstance(condition, Condition):
            yield from _guessed(fragment, condition, reading)
            yield from _compared(fragment, condition, phrase)
        case Filters(conditions) if fragment.rule.startswith("state "):
            yield f'"{phrase}" = ' + " and ".join(_state(condition) for condition in conditions)
        case Measure() if fragment.rule in _FIGURES:
            yield f'"{phrase}" = {spoken_figure(_used(fragment.effect.term, reading.query))}'
        case Having() if fragment.rule in _FIGURES and fragment.effect.table:
            effect = fragment.effect
            yield f'"{phrase}" = by {spoken_figure(MeasureTerm(effect.function, effect.table or "", effect.column))}'
        case Rank() | RankCount() if reading.query.order_by:
            yield from _ranked(fragment, reading, phrase)
    yield from _named(fragment, reading)


def _other_date(term: ColumnTerm, reading: Reading) -> str:
    """The date that could as well be meant, where the table has two and the question names neither."""
    table = reading.scene.catalog.table(term.table)
    dates = [column.name for column in table.columns if is_temporal(column)] if table else []
    named = any(link.column.name in dates for item in reading.scene.items for link in item.columns if not item.window)
    others = [name for name in dates if name != term.column]
    return f" (not {others[0]})" if len(others) == 1 and not named else ""


def _state(condition: Condition) -> str:
    """How far rows are, by one of their dates."""
    date = spoken_figure(condition.term)
    if condition.operator == "null":
        return f"{date} is missing"
    if condition.operator == "window":
        return f"{date} is {condition.values[0]}"
    other = " ".join(spoken_figure(value) for value in condition.values if isinstance(value, ColumnTerm))
    return f"{date} is {'after' if condition.operator == '>' else 'not after'} {other}"


def _guessed(fragment: Fragment, condition: Condition, reading: Reading) -> Iterator[str]:
    """The slips of the pen in stored values."""
    for item in reading.scene.items[fragment.start : fragment.end]:
        guesses = [link.value for link in item.values if link.how == "guess" and link.value in condition.values]
        if guesses:
            yield f'read "{item.phrase}" as "{guesses[0]}"'


def _compared(fragment: Fragment, condition: Condition, phrase: str) -> Iterator[str]:
    term = spoken_figure(condition.term)
    if fragment.rule in _VALUES:
        values = " or ".join(f'"{value}"' for value in condition.values)
        yield f"{values} is {term}"
    elif fragment.rule in _FIGURES or fragment.rule == "first time":
        yield f'"{phrase}" = by {term}'


def _ranked(fragment: Fragment, reading: Reading, phrase: str) -> Iterator[str]:
    """A ranking by a measure that is not named, or of so many rows as are not said."""
    if not fragment.rule.startswith("rank "):
        return
    (key, *_) = reading.query.order_by
    first, limit = (reading.query.offset or 0) + 1, reading.query.limit
    if limit is None:
        return
    rows = "first row" if limit == 1 else f"first {limit}"
    if first > 1:
        rows = f"row {first}" if limit == 1 else f"rows {first} to {first + limit - 1}"
    yield f"{phrase} = by {spoken_figure(key.term)}, {rows}"


def _used(measure: MeasureTerm, query: Query) -> MeasureTerm:
    """The measure as the query has it: that of a finer table may stand for it."""
    shown = [term for term in query.select if isinstance(term, MeasureTerm)]
    same = [term for term in shown if term == measure] or [term for term in shown if term.function == measure.function]
    return same[0] if same else measure


def _dates(query: Query, during: During) -> list[ColumnTerm]:
    """The date columns of which the window of a time is asked."""
    found: list[ColumnTerm] = []

    def look(parts: tuple[Condition | Exists | AnyOf, ...]) -> None:
        for part in parts:
            if isinstance(part, Condition):
                if part.operator == "window" and during.window in part.values and isinstance(part.term, ColumnTerm):
                    found.append(part.term)
                if isinstance(part.term, RelatedTerm):
                    look(part.term.conditions)
                for value in part.values:
                    if isinstance(value, Query):
                        look(value.where)
            else:
                look(part.conditions)

    look(query.where)
    if query.combined is not None:
        look(query.combined.query.where)
    return list(dict.fromkeys(found))


def _named(fragment: Fragment, reading: Reading) -> Iterator[str]:
    """The columns and tables that the question only comes near to."""
    terms = {spoken_figure(term) for term in _terms(fragment)}
    for item in reading.scene.items[fragment.start : fragment.end]:
        for link in item.columns if item.window is None else ():
            called = {stems(humanise(link.column.name)), stems(link.column.name), *map(stems, link.column.synonyms)}
            is_near = link.how in _NEAR and link.score < _SURE and stems(item.phrase) not in called
            if is_near and spoken_figure(link.term) in terms:
                yield f'"{item.phrase}" = {spoken_figure(link.term)}'


def _terms(fragment: Fragment) -> Iterator[ColumnTerm]:
    effect = fragment.effect
    for term in (getattr(effect, "term", None), getattr(effect, "column", None), getattr(effect, "over", None)):
        if isinstance(term, ColumnTerm):
            yield term
        elif isinstance(term, MeasureTerm) and term.column is not None and fragment.rule not in _FIGURES:
            yield term.column
    condition = effect.condition if isinstance(effect, Filter) else None
    if isinstance(condition, Condition) and isinstance(condition.term, ColumnTerm):
        yield condition.term
