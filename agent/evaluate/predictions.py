"""What was drafted for each question, written line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agent.evaluate.json_lines import json_lines
from agent.evaluate.outcome import Outcome


@contextmanager
def predictions(path: Path | None) -> Iterator[Callable[[Outcome], None]]:
    """A function that writes an outcome to a file as a line with id, db, question, sql, confidence, state and steps.

    The sql of a question that no draft answers is null; the steps are all drafts with what was found against them.
    Without a path nothing is written. Raises UsageError when the file cannot be written.
    """
    if path is None:
        yield lambda outcome: None
        return
    with json_lines(path, "--predictions") as write:
        yield lambda outcome: write(_record(outcome))


def _record(outcome: Outcome) -> dict[str, Any]:
    question = outcome.question
    return {
        "id": question.id,
        "db": question.db,
        "question": question.text,
        "sql": outcome.sql,
        "confidence": outcome.confidence if outcome.sql else None,
        "state": outcome.state,
        "steps": [asdict(tried) for tried in outcome.tries],
    }
