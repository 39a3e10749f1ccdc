"""How well the index finds the tables that answer questions, and how fast."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

from agent.evaluate.pool import Pool, PoolQuestion
from agent.evaluate.quality import Quality, quality
from agent.evaluate.ranking import Asked, Ranking, Without, rank_all
from agent.evaluate.sample import sample
from agent.evaluate.timing import Timing, timing
from agent.records import Question
from agent.schema_index.build import index_catalog
from agent.schema_index.options import IndexOptions
from agent.schema_index.progress import Progress, silent
from agent.schema_index.rank import STEPS, encode_questions
from agent.schema_index.retrieve import retrieve
from agent.schema_index.store import SchemaIndex

WORST = 10
# Enough for a stable median; timed one by one before another process competes for the processors.
TIMED, WARM_UP = 200, 5
# A search reads no dates.
ANY_DAY = date(2000, 1, 1)
BROKEN_DOWN = 1_000
"""Questions at most that are ranked again for each step of a breakdown."""
ENCODED_TOGETHER = 256
NOTHING_OFF: Without = frozenset()


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one step of the ranking gives alone, and what is left without it."""

    step: str
    alone: Quality
    without: Quality


@dataclass(frozen=True, slots=True)
class Breakdown:
    """What each step contributes, beside what all of them give on the same questions."""

    together: Quality
    steps: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """The figures of a pool of tables, and the questions whose tables stand lowest.

    `folds` are the held-back databases and the others, and `breakdown` the steps, where they were asked for.
    """

    tables: int
    databases: int
    quality: Quality
    encoding: Timing
    search: Timing
    worst: tuple[Ranking, ...]
    folds: dict[str, Quality]
    breakdown: Breakdown | None = None


def evaluate_retrieval(
    pool: Pool,
    options: IndexOptions,
    ks: Sequence[int],
    *,
    limit: int | None = None,
    fold: int | None = None,
    breakdown: bool = False,
    progress: Progress = silent,
) -> RetrievalReport:
    """Index all tables of a pool together and rank them for each question.

    The index stays in the cache folder, so that a second run finds it made. Of more than `limit` questions as many
    are taken from evenly spaced places. `fold` also tells the questions of every fold-th database by name from the
    others, so that a method can be developed on these and reported on both. Errors as of `index_catalog`.
    """
    questions = sample(pool.questions, limit)
    with index_catalog(pool.catalog, pool.values, _folder(pool, options), options, progress) as index:
        encoding, search = _timings(sample(questions, TIMED), index, progress)
        asked = list(_encoded(questions, index, progress))
        few = sample(asked, BROKEN_DOWN) if breakdown else []
        variants = dict.fromkeys(_variants(), few) if breakdown else {}
        rankings = rank_all({**variants, NOTHING_OFF: asked}, index, options, progress)
    found = rankings[NOTHING_OFF]
    databases = sorted({table.schema for table in pool.catalog.tables})
    return RetrievalReport(
        tables=len(pool.catalog.tables),
        databases=len(databases),
        quality=quality(found, ks),
        encoding=encoding,
        search=search,
        worst=tuple(sorted(found, key=lambda ranking: _badness(ranking, max(ks)))[:WORST]),
        folds=_folds(found, set(databases[fold - 1 :: fold]), ks) if fold else {},
        breakdown=_breakdown(rankings, {question for question, _ in few}, ks) if breakdown else None,
    )


def _folder(pool: Pool, options: IndexOptions) -> Path:
    # Keyed by all that makes it, so that sets and models that are compared do not undo each other's work.
    made_of = json.dumps(
        [
            pool.key,
            options.encoder,
            options.query_prefix,
            options.document_prefix,
            sorted(options.abbreviations.items()),
        ]
    )
    return options.cache / "evaluate" / hashlib.sha256(made_of.encode()).hexdigest()[:16]


def _timings(questions: Sequence[PoolQuestion], index: SchemaIndex, progress: Progress) -> tuple[Timing, Timing]:
    """The time that encoding and searching take, a question at a time."""
    encoding, search = [], []
    for done, question in enumerate([*questions[:WARM_UP], *questions], start=1):
        started = perf_counter()
        encode_questions([question.text], index)
        between = perf_counter()
        retrieve(Question(question.text, ANY_DAY), index)
        encoding.append(between - started)
        # What is timed is what a question really takes, which begins with the same encoding.
        search.append(max(0.0, perf_counter() - between - encoding[-1]))
        progress("timing questions one by one", done, min(WARM_UP, len(questions)) + len(questions))
    warm = min(WARM_UP, len(questions))
    return timing(encoding[warm:]), timing(search[warm:])


def _encoded(questions: Sequence[PoolQuestion], index: SchemaIndex, progress: Progress) -> Iterator[Asked]:
    for start in range(0, len(questions), ENCODED_TOGETHER):
        part = questions[start : start + ENCODED_TOGETHER]
        yield from zip(part, encode_questions([question.text for question in part], index), strict=True)
        progress("encoding the questions", start + len(part), len(questions))


def _variants() -> set[Without]:
    steps = frozenset(STEPS)
    return {steps - {step} for step in STEPS} | {frozenset({step}) for step in STEPS}


def _breakdown(rankings: dict[Without, list[Ranking]], few: set[PoolQuestion], ks: Sequence[int]) -> Breakdown:
    together = [ranking for ranking in rankings[NOTHING_OFF] if ranking.question in few]
    steps = frozenset(STEPS)
    return Breakdown(
        quality(together, ks),
        tuple(
            Contribution(step, quality(rankings[steps - {step}], ks), quality(rankings[frozenset({step})], ks))
            for step in STEPS
        ),
    )


def _badness(ranking: Ranking, k: int) -> tuple[float, float, str]:
    """Least recall first, then the lowest rank of a table that answers the question."""
    last = max(math.inf if rank is None else rank for rank in ranking.ranks)
    return ranking.recall(k), -last, ranking.question.id


def _folds(found: Sequence[Ranking], held_back: set[str], ks: Sequence[int]) -> dict[str, Quality]:
    inside = [ranking for ranking in found if ranking.question.db in held_back]
    outside = [ranking for ranking in found if ranking.question.db not in held_back]
    return {"held_back": quality(inside, ks), "development": quality(outside, ks)}
