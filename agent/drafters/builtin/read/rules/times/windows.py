"""Dates and times: "in 2024", "last month", "founded before 2000", "since March"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from agent.drafters.builtin.lexicon.operators import Marker
from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.query.query import Condition
from agent.drafters.builtin.question.dates import Window
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.read.clues.link_features import link_features
from agent.drafters.builtin.read.clues.moments import moments
from agent.drafters.builtin.read.effects import During, Filter, Fragment
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_calendar, is_temporal

_GLUE = ("is", "of", "in", "to", "value", "x", "has", "with", "that", "from", "do", "me")


def windows(scene: Scene, start: int) -> Iterator[Fragment]:
    """A time alone, two that meet, or one with the column that it is of before it."""
    item = scene.items[start]
    for window, end, how in _windows(scene, start):
        phrase = " ".join(each.phrase for each in scene.items[start:end])
        yield scene.fragment(start, end, "during", During(window, phrase), how)
        for link, more in moments(scene, start):
            yield scene.fragment(start, end, "during moment", During(window, phrase, link.term), how, *more)
        for link in _years(scene, start):
            if condition := _of_year(link, window):
                yield scene.fragment(start, end, "during year", Filter(condition), how)
    place = scene.skip(start + 1, *_GLUE, most=3)
    if place < len(scene.items) and stem(scene.items[place].phrase.casefold()) in scene.lexicon.plans:
        # "a follow-up due this month"
        place = scene.skip(place + 1, *_GLUE, most=2)
    if not item.columns or place >= len(scene.items):
        return
    for window, end, how in _windows(scene, place):
        phrase = " ".join(each.phrase for each in scene.items[place:end])
        for rank, link in enumerate(item.columns):
            more = link_features(scene, start, link, rank)
            if is_temporal(link.column):
                yield scene.fragment(start, end, "column during", During(window, phrase, link.term), how, *more)
            elif condition := _of_year(link, window):
                yield scene.fragment(start, end, "column year", Filter(condition), how, *more)


def _windows(scene: Scene, place: int) -> Iterator[tuple[Window, int, str]]:
    """The time at a place, and the one that it makes with another: "January and February", "2024 and 2025"."""
    first = scene.items[place].window
    if first is None:
        return
    yield first, place + 1, "time alone"
    told = scene.skip(place + 1, "conjunction", "x", "these", most=2)
    closer = scene.items[told].window if told < len(scene.items) else None
    said_and = any(item.phrase.casefold() in {"and", "plus"} for item in scene.items[place + 1 : told])
    if closer is not None and _is_within(closer, first) and not said_and:
        # "last year, 28 November 2025", "this autumn, i.e. since 1 September"
        yield closer, told + 1, "time told closer"
    second = scene.items[place + 2].window if place + 2 < len(scene.items) else None
    if second is None or scene.items[place + 1].operator not in {Marker("conjunction"), Marker("disjunction")}:
        return
    if first.end and first.end == second.start:
        yield Window(first.start, second.end), place + 3, "times that meet"


def _is_within(window: Window, whole: Window) -> bool:
    """Whether one time is a part of another; one without an end may go on as long as the other."""
    if window.start is None or whole.start is None or window.start < whole.start:
        return False
    return whole.end is None or (window.end or whole.end) <= whole.end


def _years(scene: Scene, place: int) -> Iterator[ColumnLink]:
    for table in scene.near_tables(place):
        for column in table.columns:
            if is_calendar(column, scene.lexicon) and "year" in column.name.casefold():
                yield ColumnLink(table, column, 0.8, "pointed")


def _of_year(link: ColumnLink, window: Window) -> Condition | None:
    """The condition on a column that holds years as numbers, where the window is of whole years."""
    if link.column.kind not in {"integer", "number", "text"}:
        return None
    first = window.start.year if window.start and (window.start.month, window.start.day) == (1, 1) else None
    end = window.end
    last = (end - timedelta(days=1)).year if end and (end.month, end.day) == (1, 1) else None
    if (window.start and first is None) or (window.end and last is None):
        return None
    values = [year if link.column.kind != "text" else str(year) for year in (first, last) if year is not None]
    if first is not None and last is not None:
        operator, chosen = ("in", values[:1]) if first == last else ("between", values)
        return Condition(link.term, operator, tuple(chosen))
    return Condition(link.term, ">=" if first is not None else "<=", tuple(values))
