"""Questions about databases, each with a query that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.jsonl import read_jsonl, text_of


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question about a database, and the query that answers it."""

    id: str
    db: str
    text: str
    sql: str


def read_questions(path: Path) -> tuple[list[GoldQuestion], list[str]]:
    """The questions of a file with id, db, question and sql on each line, and the faults; errors of `read_jsonl`."""
    return read_jsonl(path, _question)


def _question(record: dict[str, Any]) -> GoldQuestion:
    return GoldQuestion(*(text_of(record, key) for key in ("id", "db", "question", "sql")))
