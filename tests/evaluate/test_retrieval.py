"""Tables ranked for questions on a real index, and the figures of rankings."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.evaluate.pool import Pool, PoolQuestion, read_pool
from agent.evaluate.quality import cutoffs, quality
from agent.evaluate.ranking import Ranking
from agent.evaluate.retrieval import RetrievalReport, evaluate_retrieval
from agent.evaluate.sample import sample
from agent.evaluate.timing import Timing, timing
from agent.schema_index.options import IndexOptions
from agent.schema_index.rank import STEPS
from tests.evaluate.conftest import FIXTURES


@pytest.fixture(scope="module")
def pool() -> Pool:
    return read_pool(FIXTURES / "pool")


@pytest.fixture(scope="module")
def report(cache: Path, pool: Pool) -> RetrievalReport:
    return evaluate_retrieval(pool, IndexOptions(cache), (1, 2, 5), fold=2, breakdown=True)


def ranking(*ranks: int | None, name: str = "q") -> Ranking:
    return Ranking(PoolQuestion(name, "d", "?", tuple(f"t{place}" for place in range(len(ranks)))), ranks)


def test_recall_is_a_share_of_tables_and_all_one_of_questions() -> None:
    figures = quality([ranking(1), ranking(2, 7), ranking(None, 3, 11)], (1, 5, 10))

    assert figures.questions == 3
    assert figures.recall == pytest.approx({1: 1 / 3, 5: (1 + 1 / 2 + 1 / 3) / 3, 10: (1 + 1 + 1 / 3) / 3})
    assert figures.all == pytest.approx({1: 1 / 3, 5: 1 / 3, 10: 2 / 3})
    assert quality([], (5,)).recall == {5: 0}


def test_all_tables_of_a_small_pool_are_found(report: RetrievalReport) -> None:
    assert (report.tables, report.databases, report.quality.questions) == (5, 2, 4)
    assert report.quality.recall[5] == report.quality.all[5] == 1
    # A question about two tables cannot have both in one place.
    assert report.quality.all[1] <= 0.5
    assert report.quality.recall[1] < report.quality.recall[2]


def test_the_worst_stand_first(report: RetrievalReport) -> None:
    assert {one.question.id for one in report.worst[:2]} == {"q2", "q3"}
    assert len(report.worst) == 4
    for one in report.worst:
        assert set(one.found) == {"cinema.films", "cinema.screenings", "garden.beds", "garden.plants", "garden.films"}
        assert [one.found.index(table) + 1 for table in one.question.gold] == list(one.ranks)


def test_the_fold_is_every_second_database_by_name(report: RetrievalReport) -> None:
    assert {name: part.questions for name, part in report.folds.items()} == {"held_back": 2, "development": 2}


def test_a_breakdown_tells_of_every_step(report: RetrievalReport) -> None:
    assert report.breakdown is not None
    assert [one.step for one in report.breakdown.steps] == list(STEPS)
    assert report.breakdown.together == report.quality
    steps = {one.step: one for one in report.breakdown.steps}
    # No value is named in a question, so that nothing depends on them.
    assert steps["values"].without == report.quality
    assert steps["values"].alone.recall[1] < steps["names"].alone.recall[1]


def test_encoding_and_searching_are_timed_apart(report: RetrievalReport) -> None:
    for one in (report.encoding, report.search):
        assert 0 < one.median <= one.p95


def test_a_second_run_finds_the_index_made(cache: Path, pool: Pool, report: RetrievalReport) -> None:
    told: list[str] = []
    again = evaluate_retrieval(pool, IndexOptions(cache), (1, 2, 5), progress=lambda what, *_: told.append(what))

    assert again.quality == report.quality
    assert set(told) == {"timing questions one by one", "encoding the questions", "ranking the tables"}


def test_many_questions_are_ranked_in_processes_with_the_same_result(
    cache: Path, pool: Pool, report: RetrievalReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.evaluate.ranking.WORTH_PROCESSES", 1)
    monkeypatch.setattr("agent.evaluate.ranking.cores", lambda: 2)
    monkeypatch.setattr("agent.evaluate.ranking.PART", 2)

    again = evaluate_retrieval(pool, IndexOptions(cache), (1, 2, 5))
    assert again.quality == report.quality
    assert again.worst == report.worst


@pytest.mark.parametrize("text", ["", "0", "five", "5,,10", "-5", "5;10", "٥", "1001"])
def test_numbers_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--k takes whole numbers"):
        cutoffs(text)


def test_numbers_are_put_in_order() -> None:
    assert cutoffs("20, 5,10,5") == (5, 10, 20)


def test_a_sample_is_spread_evenly() -> None:
    assert sample(range(10), 5) == [0, 2, 4, 6, 8]
    assert sample(range(3), 5) == sample(range(3), None) == [0, 1, 2]


def test_the_95th_percentile_is_the_nearest_rank() -> None:
    assert timing([n / 1000 for n in range(1, 101)]) == Timing(50.5, 95.0)
    assert timing([0.007]) == Timing(7.0, 7.0)
    assert timing([]) == Timing()
