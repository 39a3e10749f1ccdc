"""The questions to learn from and to measure with: of files of questions, and of fixtures over one database each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from agent.evaluate.databases import find_database
from agent.evaluate.questions import read_questions

FOLD = 5
# The demo shop, which comes with its descriptions.
DEMO = Path("demo")
# The day on which the fixtures are asked.
TODAY = date(2026, 11, 21)


@dataclass(frozen=True, slots=True)
class Case:
    """A question of a file `source` about a database at `path`, and the queries each of which answers it.

    One without a query cannot be answered from that database. `is_held_back` says that nothing is learned from it, and
    `weight` as how many questions it counts where something is.
    """

    source: str
    id: str
    db: str
    path: Path
    text: str
    sql: tuple[str, ...]
    is_held_back: bool = False
    weight: float = 1.0

    @property
    def key(self) -> str:
        """A name that no other case has."""
        return f"{self.source} {self.db} {self.id}"


def read_cases(
    databases: Path, files: Iterable[Path], fixtures: Sequence[str], cache: Path, fold: int = FOLD
) -> list[Case]:
    """All cases of files of questions and of `fixtures`, which are given as FILE.yaml=DATABASE.

    Every so manieth database by name, of those that the files of questions are about, is held back. DATABASE is a
    file, a script that makes one, or `demo` for the demo shop; what is made is kept in `cache`.
    """
    read = {file: read_questions(file)[0] for file in files}
    held = held_back({question.db for questions in read.values() for question in questions}, fold)
    found = []
    for file, questions in read.items():
        for question in questions:
            path = find_database(databases, question.db)
            if path is not None:
                is_held = question.db in held
                found.append(Case(file.stem, question.id, question.db, path, question.text, (question.sql,), is_held))
    for fixture in fixtures:
        name, _, database = fixture.partition("=")
        found += _of_fixture(Path(name), _database(database, cache))
    return found


def held_back(databases: Iterable[str], fold: int = FOLD) -> frozenset[str]:
    """Every so manieth of the databases by name."""
    return frozenset(sorted(databases)[fold - 1 :: fold])


def _of_fixture(file: Path, path: Path) -> Iterator[Case]:
    """The cases of a fixture: a list of them, lists of those that are `answered` and `refused`, or, by the names of
    databases, lists of questions that these cannot answer.
    """
    read: Any = yaml.safe_load(file.read_text("utf-8"))
    if isinstance(read, dict):
        unanswerable = ({"question": question} for question in read.get(path.stem, ()))
        read = [*read.get("answered", ()), *read.get("refused", ()), *unanswerable]
    for number, case in enumerate(read):
        sql = case.get("sql", ())
        accepted = (sql,) if isinstance(sql, str) else tuple(sql)
        yield Case(file.stem, str(number), path.stem, path, case["question"], accepted)


def _database(name: str, cache: Path) -> Path:
    if not name.endswith(".sql"):
        return Path(name)
    made = cache / f"{Path(name).stem}.sqlite"
    made.parent.mkdir(parents=True, exist_ok=True)
    made.unlink(missing_ok=True)
    with closing(sqlite3.connect(made)) as database:
        database.executescript(Path(name).read_text("utf-8"))
        database.commit()
    return made
