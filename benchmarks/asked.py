"""Cases in the context that the index gives them, and whether a query gives the rows that are right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.dialects import Connection, connect
from agent.errors import AgentError
from agent.evaluate.query_kind import query_kind
from agent.pipeline import Agent
from agent.records import Context, Limits, Question, Row
from agent.same_rows import same_rows
from agent.schema_index.retrieve import retrieve
from benchmarks.cases import DEMO, TODAY, Case

# Of a right query. What is held against one gets a row more than it has.
MOST_ROWS, GOLD_SECONDS, SECONDS = 100_000, 10.0, 1.0


@dataclass
class Asked:
    """A case in its context; `golds` are the rows of the right queries, each with whether their order counts."""

    case: Case
    context: Context
    golds: Sequence[tuple[Sequence[Row], bool]]
    connection: Connection
    _verdicts: dict[str, bool] = field(default_factory=dict)

    def is_right(self, sql: str) -> bool:
        """Whether a query gives the rows of a right one; one that fails does not."""
        if sql not in self._verdicts:
            self._verdicts[sql] = self._is_right(sql)
        return self._verdicts[sql]

    def _is_right(self, sql: str) -> bool:
        if not self.golds:
            return False
        limits = Limits(rows=max(len(rows) for rows, _ in self.golds) + 1, seconds=SECONDS)
        try:
            rows = self.connection.run(sql, limits).rows
        except AgentError:
            return False
        return any(same_rows(gold, rows, ordered=is_ordered) for gold, is_ordered in self.golds)


def asked(path: Path, cases: Sequence[Case], cache: Path) -> Iterator[Asked]:
    """The cases about one database, but for those whose right queries fail; the index of the database is in `cache`."""
    with _agent(path, cache) as agent:
        connection = connect(agent.address)
        try:
            for case in cases:
                golds = _golds(case, connection)
                if len(golds) == len(case.sql):
                    context = retrieve(Question(case.text, TODAY), agent.index)
                    yield Asked(case, context, golds, connection)
        finally:
            connection.close()


def prepare(case: Case, cache: Path) -> None:
    """Prepare the embedding model, which else every process would do at once."""
    with _agent(case.path, cache) as agent:
        agent.search(case.text)


def _agent(path: Path, cache: Path) -> Agent:
    return Agent.connect(None if path == DEMO else path, model="builtin", today=TODAY, cache_dir=cache)


def _golds(case: Case, connection: Connection) -> list[tuple[Sequence[Row], bool]]:
    found: list[tuple[Sequence[Row], bool]] = []
    for sql in case.sql:
        try:
            result = connection.run(sql, Limits(rows=MOST_ROWS, seconds=GOLD_SECONDS))
        except AgentError:
            continue
        if not result.truncated:
            found.append((result.rows, query_kind(sql, connection.dialect).is_ordered))
    return found
