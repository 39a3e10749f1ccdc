"""Verified questions from a file: each with the SQL that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.errors import UsageError
from agent.jsonl import read_jsonl, text_of
from agent.pipeline import Agent
from agent.schema_index.triplets import Example

FORM = '{"question": "how many customers are there?", "sql": "SELECT count(*) FROM customers"}'


@dataclass(frozen=True, slots=True)
class Examples:
    """What a file holds for one database: the questions that can be used, and why each of the others cannot.

    `groups` are the questions that the same query answers, by its checked SQL, in the order of the file.
    """

    groups: dict[str, tuple[Example, ...]]
    unusable: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many questions can be used."""
        return sum(map(len, self.groups.values()))


def read_examples(file: Path, agent: Agent) -> Examples:
    """The questions of a file of JSON lines with `question`, `sql` and, where it holds several databases, `db`.

    A question can be used when its SQL passes the checker with the tables of the agent's database. Raises UsageError
    when the file cannot be read or no line can be used.
    """
    names = {agent.settings.db.lower(), agent.address.database.lower()}
    seen: set[str] = set()

    def read(line: dict[str, Any]) -> tuple[str, Example]:
        question, sql = text_of(line, "question"), text_of(line, "sql")
        if line.get("db") and str(line["db"]).lower() not in names:
            raise ValueError(f"it is about the database {line['db']}")
        if question in seen:
            raise ValueError("an earlier line has the same question")
        verdict = agent.check(sql)
        if verdict.query is None:
            raise ValueError(f"the SQL does not pass: {verdict.findings[0].message}")
        if not verdict.query.tables:
            raise ValueError("the SQL reads no table")
        seen.add(question)
        return verdict.query.sql, Example(question, tuple(dict.fromkeys(verdict.query.tables)))

    try:
        found, unusable = read_jsonl(file, read)
    except UsageError as error:
        raise UsageError(error.message, f"a line is for example {FORM}") from error
    groups: dict[str, tuple[Example, ...]] = {}
    for query, example in found:
        groups[query] = (*groups.get(query, ()), example)
    return Examples(groups, tuple(unusable))
