"""Where the tables that answer a question stand among those that the index finds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Never

from agent.errors import IndexingError
from agent.evaluate.pool import PoolQuestion
from agent.evaluate.spread import cores, spread
from agent.schema_index.options import IndexOptions
from agent.schema_index.progress import Progress
from agent.schema_index.rank import EncodedQuestion, rank_tables
from agent.schema_index.store import SchemaIndex

SHOWN = 5
"""Tables kept of those found, to show beside the right ones."""
PART = 25
# Fewer are ranked before another process has started.
WORTH_PROCESSES = 300
PATIENCE = 300.0

Without = frozenset[str]
"""The steps of the ranking that are switched off."""
Asked = tuple[PoolQuestion, EncodedQuestion]
Part = tuple[Without, Sequence[Asked]]


@dataclass(frozen=True, slots=True)
class Ranking:
    """A question, the rank of each table that answers it (from 1, None where it is not found), and the best found."""

    question: PoolQuestion
    ranks: tuple[int | None, ...]
    found: tuple[str, ...] = ()

    def recall(self, k: int) -> float:
        """The share of its tables that are among the first k."""
        return sum(rank is not None and rank <= k for rank in self.ranks) / len(self.ranks)


def rank_all(
    asked: Mapping[Without, Sequence[Asked]], index: SchemaIndex, options: IndexOptions, progress: Progress
) -> dict[Without, list[Ranking]]:
    """The rankings of questions, for each set of steps that is switched off; on all cores where they are many.

    Raises IndexingError when the index is damaged or a process that ranks is stopped.
    """
    parts = [(without, part) for without, questions in asked.items() for part in _parts(questions)]
    total = sum(map(len, asked.values()))
    job = RankJob(index.folder, options)
    if total < WORTH_PROCESSES or cores() == 1:
        results: Iterator[tuple[Without, list[Ranking]]] = (_ranked(part, index) for part in parts)
    else:
        results = spread(([part] for part in parts), job, _stopped, PATIENCE)
    found: dict[Without, list[Ranking]] = defaultdict(list)
    done = 0
    for without, rankings in results:
        found[without] += rankings
        done += len(rankings)
        progress("ranking the tables", done, total)
    return found


@dataclass
class RankJob:
    """Ranks questions on the index in a folder, which it opens once."""

    folder: Path
    options: IndexOptions
    _opened: list[SchemaIndex] = field(default_factory=list)

    def do(self, item: Part) -> tuple[Without, list[Ranking]]:
        """One ranking a question, beside the steps that were switched off."""
        if not self._opened:
            self._opened.append(SchemaIndex(self.folder, self.options))
        return _ranked(item, self._opened[0])


def _parts(questions: Sequence[Asked]) -> Iterator[Sequence[Asked]]:
    for start in range(0, len(questions), PART):
        yield questions[start : start + PART]


def _ranked(part: Part, index: SchemaIndex) -> tuple[Without, list[Ranking]]:
    without, asked = part
    rankings = []
    for question, encoded in asked:
        found = [one.table.id for one in rank_tables(encoded, index, without)]
        places = {table: rank for rank, table in enumerate(found, start=1)}
        rankings.append(Ranking(question, tuple(places.get(table) for table in question.gold), tuple(found[:SHOWN])))
    return without, rankings


def _stopped(_part: Part, reason: str) -> Never:
    raise IndexingError(f"a process that ranks tables failed: {reason}", "try again")
