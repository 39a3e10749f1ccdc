"""Every close reading of a question: it is read once for each option of what it leaves open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from agent.drafters.builtin.choices import Choice, Decisions, Option
from agent.errors import NotUnderstoodError
from agent.records import Draft

MAX_CHOICES = 2
MAX_READINGS = 8
"""More are no list to choose from."""


@dataclass(frozen=True, slots=True)
class _Reading:
    made: dict[str, Option]
    draft: Draft


def alternatives(read: Callable[[Decisions], Draft]) -> Draft:
    """The draft of the best reading, with those of the others as its alternatives.

    `read` makes the draft that follows from decisions. Readings that it cannot make are dropped, and what it
    raised for the first of them is raised where none is left. Raises NotUnderstoodError, with what is open, where
    more is than one can choose from: every reading is offered, or none.
    """
    found: dict[str, _Reading] = {}
    failures: list[NotUnderstoodError] = []
    pending: list[tuple[dict[str, Option], int]] = [({}, 0)]
    while pending:
        made, choices = pending.pop(0)
        decisions = Decisions(made)
        outcome = _attempt(read, decisions)
        if decisions.open:
            choice = decisions.open[0]
            choices += len(choice.options) > 1
            _require_few(choices, choice)
            pending[:0] = [({**made, choice.about: option}, choices) for option in choice.options]
        elif isinstance(outcome, Draft):
            found.setdefault(outcome.sql, _Reading(made, outcome))
            _require_choosable(found.values())
        else:
            failures.append(outcome)
    if not found:
        raise failures[0]
    first, *others = _told_apart(list(found.values()))
    return replace(first, alternatives=tuple(others))


def _attempt(read: Callable[[Decisions], Draft], decisions: Decisions) -> Draft | NotUnderstoodError:
    try:
        return read(decisions)
    except NotUnderstoodError as error:
        return error


def _require_few(choices: int, choice: Choice) -> None:
    if choices > MAX_CHOICES:
        ways = " or ".join(option.says for option in choice.options)
        raise NotUnderstoodError(f"the question leaves too much open, among it whether {ways}", "ask for less at once")


def _require_choosable(readings: Collection[_Reading]) -> None:
    if len(readings) > MAX_READINGS:
        ways = {about: " or ".join(_says(readings, about)) for about in _differing(readings)}
        raise NotUnderstoodError(
            f"the question can be read in more than {MAX_READINGS} ways: it leaves open whether"
            f" {', and whether '.join(ways.values())}",
            "say which is meant",
        )


def _says(readings: Iterable[_Reading], about: str) -> Iterable[str]:
    return dict.fromkeys(reading.made[about].says for reading in readings if about in reading.made)


def _differing(readings: Collection[_Reading]) -> Iterable[str]:
    """What the readings decide in different ways."""
    return dict.fromkeys(
        about
        for reading in readings
        for about, option in reading.made.items()
        if any(other.made.get(about) != option for other in readings)
    )


def _told_apart(readings: Sequence[_Reading]) -> list[Draft]:
    """The drafts, each with what tells it from the others."""
    if len(readings) == 1:
        return [readings[0].draft]
    differing = _differing(readings)
    return [
        replace(
            reading.draft,
            reading=", ".join(reading.made[about].says for about in differing if about in reading.made),
        )
        for reading in readings
    ]
