"""Questions answered on real databases and compared with their right queries, among them some that do harm."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.errors import ModelError, UsageError
from agent.evaluate.answer_job import AnswerJob, answer_job
from agent.evaluate.databases import find_database
from agent.evaluate.execution import execution
from agent.evaluate.execution_report import execution_report
from agent.evaluate.outcome import Outcome
from agent.evaluate.predictions import predictions
from agent.evaluate.questions import GoldQuestion, read_questions
from tests.drafters.ollama_server import OllamaServer, Says
from tests.evaluate.conftest import FIXTURES

QUESTIONS, FAULTS = read_questions(FIXTURES / "questions.jsonl")
ENDLESS = "SELECT COUNT(*) FROM visits AS a JOIN visits AS b ON a.day = b.day JOIN visits AS c ON b.day = c.day"
LOST_ONE = (QUESTIONS[0], "it took too long")
FILMS = "how many films are there?"


@pytest.fixture(scope="module")
def outcomes(databases: Path) -> dict[str, Outcome]:
    questions = [question for question in QUESTIONS if question.id != "4"]
    job = answer_job(questions, databases, model="builtin")
    return {outcome.question.id: outcome for outcome in execution(questions, job)}


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    with OllamaServer().running() as server:
        monkeypatch.setenv("SQLWRIGHT_OLLAMA", server.url)
        yield server


def asked(databases: Path, sql: str, predicted: str, ollama: OllamaServer, seconds: float = 30.0) -> Outcome:
    """The outcome of a question in this process, for which a model drafts `predicted`."""
    ollama.queue(f"```sql\n{predicted}\n```")
    return AnswerJob(databases, "ollama:fake", seconds).do(GoldQuestion("1", "cinema", FILMS, sql))


def test_every_question_has_one_outcome(outcomes: dict[str, Outcome]) -> None:
    assert not FAULTS
    assert {name: outcome.state for name, outcome in outcomes.items()} == {
        "1": "right",
        "2": "wrong",
        "3": "declined",
        "5": "unmeasured",
        "6": "right",
        "g1": "right",
        "x1": "unmeasured",
    }


def test_what_was_drafted_is_kept_whatever_became_of_it(outcomes: dict[str, Outcome]) -> None:
    wrong, declined, failing = outcomes["2"], outcomes["3"], outcomes["5"]

    assert wrong.sql is not None and "screenings" in wrong.sql
    assert wrong.confidence is not None and 0 < wrong.confidence <= 1
    assert wrong.seconds > 0
    assert (declined.sql, declined.error) == (None, "NotUnderstoodError")
    assert failing.sql is not None and "films" in failing.sql


def test_why_a_question_could_not_be_measured_is_told(outcomes: dict[str, Outcome]) -> None:
    assert "the right query fails" in outcomes["5"].reason
    assert "no such table: movies" in outcomes["5"].reason
    assert outcomes["x1"].reason == "there is no database library"


def test_the_figures(outcomes: dict[str, Outcome]) -> None:
    report = execution_report(list(outcomes.values()))

    score = report.score
    assert (score.questions, score.answered, score.right) == (5, 4, 3)
    assert (score.accuracy, score.coverage, score.precision) == (3 / 5, 4 / 5, 3 / 4)
    assert report.declined == 1
    assert not report.failed
    assert sum(report.unmeasured.values()) == 2
    assert report.by_kind["nesting"].questions == 1
    assert report.by_kind["aggregation"].right == 2
    assert report.by_kind["set operation"].questions == 1
    assert 0 < report.latency.median <= report.latency.p95
    least = list(report.by_confidence)
    assert least == sorted(least, reverse=True)
    assert [one.questions for one in report.by_confidence.values()] == [5] * len(least)
    assert list(report.by_confidence.values())[-1] == score


def test_without_an_answer_there_is_no_precision() -> None:
    report = execution_report([Outcome(QUESTIONS[0], "declined")])

    assert report.score.precision is None
    assert report.score.coverage == 0
    assert not report.by_confidence
    assert execution_report([]).score.accuracy == 0


def test_a_right_query_that_never_ends_is_no_measure(databases: Path) -> None:
    (endless,) = (question for question in QUESTIONS if question.id == "4")
    outcome = AnswerJob(databases, "builtin", 1.0).do(endless)

    assert (outcome.state, outcome.error) == ("unmeasured", "LimitError")
    assert outcome.sql is not None and "visits" in outcome.sql


def test_a_prediction_that_never_ends_is_a_failure(databases: Path, ollama: OllamaServer) -> None:
    outcome = asked(databases, "SELECT 3", ENDLESS, ollama, seconds=1.0)

    assert (outcome.state, outcome.error) == ("failed", "LimitError")
    assert outcome.sql is not None and "visits" in outcome.sql


def test_a_prediction_that_is_refused_is_no_answer(databases: Path, ollama: OllamaServer) -> None:
    ollama.queue("```sql\nDELETE FROM films\n```")
    outcome = asked(databases, "SELECT 3", "DELETE FROM films", ollama)

    assert (outcome.state, outcome.sql, outcome.error) == ("declined", None, "UnsafeError")


@pytest.mark.parametrize(
    ("gold", "predicted", "state"),
    [
        ("SELECT title FROM films ORDER BY year, id", "SELECT title FROM films ORDER BY year, id", "right"),
        ("SELECT title FROM films ORDER BY year, id", "SELECT title FROM films ORDER BY id DESC", "wrong"),
        ("SELECT title FROM films", "SELECT title FROM films ORDER BY id DESC", "right"),
        ("SELECT title, year FROM films", "SELECT year, title AS called FROM films", "right"),
        ("SELECT rating FROM films", "SELECT rating FROM films WHERE NOT rating IS NULL", "wrong"),
        ("SELECT AVG(rating) FROM films", "SELECT SUM(rating) / COUNT(rating) FROM films", "right"),
        ("SELECT room FROM screenings", "SELECT DISTINCT room FROM screenings", "wrong"),
    ],
)
def test_rows_are_compared_as_sql_means_them(
    databases: Path, ollama: OllamaServer, gold: str, predicted: str, state: str
) -> None:
    assert asked(databases, gold, predicted, ollama).state == state


@pytest.mark.parametrize(
    "gold", ["DELETE FROM films", "DROP TABLE films", "ATTACH ':memory:' AS other", "PRAGMA user_version = 7"]
)
def test_a_right_query_that_writes_is_stopped_by_the_connection(databases: Path, gold: str) -> None:
    outcome = AnswerJob(databases, "builtin", 5.0).do(GoldQuestion("1", "cinema", FILMS, gold))

    assert outcome.state == "unmeasured"
    with closing(sqlite3.connect(databases / "cinema.sqlite")) as database:
        assert database.execute("SELECT COUNT(*) FROM films").fetchone() == (3,)
        assert database.execute("PRAGMA user_version").fetchone() == (0,)


def test_too_many_rows_are_not_compared(databases: Path, ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.evaluate.answer_job.MOST_ROWS", 2)

    assert asked(databases, "SELECT * FROM films", "SELECT 1 AS one", ollama).state == "unmeasured"
    assert asked(databases, "SELECT title FROM films LIMIT 2", "SELECT title FROM films", ollama).state == "wrong"


def test_a_model_out_of_reach_ends_the_evaluation(databases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_OLLAMA", "http://127.0.0.1:9")
    question = GoldQuestion("1", "cinema", FILMS, "SELECT 3")
    job = AnswerJob(databases, "ollama:fake", 5.0)
    failed, right = job.do(question), Outcome(question, "right")
    assert (failed.state, failed.error) == ("failed", "ModelError")

    coming = [failed] * 4 + [right] + [failed] * 9
    monkeypatch.setattr("agent.evaluate.execution.spread", lambda *_: iter(coming))
    assert list(execution([question], job)) == coming

    coming = [failed] * 9
    with pytest.raises(ModelError):
        list(execution([question], job))


def test_a_model_out_of_its_depth_does_not_end_it(databases: Path, ollama: OllamaServer) -> None:
    ollama.answerer = lambda request: Says("Films are fun to watch.")
    questions = [GoldQuestion(str(number), "cinema", FILMS, "SELECT 3") for number in range(7)]
    outcomes = list(execution(questions, AnswerJob(databases, "ollama:fake", 5.0)))

    assert [(outcome.state, outcome.error) for outcome in outcomes] == [("failed", "NoSQLError")] * 7
    assert execution_report(outcomes).failed == {"NoSQLError": 7}


def test_every_draft_is_kept_with_what_was_found(databases: Path, ollama: OllamaServer) -> None:
    ollama.queue("```sql\nSELECT count(*) FROM movies\n```")
    outcome = asked(databases, "SELECT 3", "SELECT count(*) FROM films", ollama)

    assert outcome.state == "right"
    assert [tried.sql for tried in outcome.tries] == ["SELECT count(*) FROM movies", "SELECT count(*) FROM films"]
    assert "movies" in outcome.tries[0].findings[0]
    assert not outcome.tries[1].findings


def test_a_folder_without_the_databases_is_told(databases: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no database of these questions, such as cinema"):
        answer_job(QUESTIONS, tmp_path)
    assert find_database(databases, "garden") == databases / "garden" / "garden.db"
    assert find_database(databases / "garden", "../cinema") is None


def test_a_duckdb_file_is_asked_in_its_own_dialect(tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(tmp_path / "cinema.duckdb") as connection:
        connection.execute("CREATE TABLE films (id INTEGER PRIMARY KEY, title TEXT)")
        connection.execute("INSERT INTO films VALUES (1, 'Harbour Lights')")
    question = GoldQuestion("1", "cinema", FILMS, "FROM films SELECT count(*)::DECIMAL(9, 2)")

    assert AnswerJob(tmp_path, "builtin", 5.0).do(question).state == "right"


def test_lines_that_cannot_be_used_are_told_by_their_number(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    whole = json.dumps({"id": 0, "db": "cinema", "question": "q", "sql": "SELECT 1"})
    path.write_text(f'{whole}\n{{"id": 1, "db": "cinema", "question": "q"}}\nnot JSON\n\n{whole}', encoding="utf-8")

    questions, faults = read_questions(path)
    assert [question.id for question in questions] == ["0", "0"]
    assert [fault.partition("jsonl, ")[2] for fault in faults] == [
        "line 2: sql is missing",
        "line 3: it is not JSON: Expecting value at character 1",
    ]


def test_a_process_that_fails_costs_one_question(databases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.evaluate.execution.spread", lambda groups, job, lost, patience: iter([lost(*LOST_ONE)]))
    (outcome,) = execution(QUESTIONS, AnswerJob(databases, "builtin", 1.0))

    assert (outcome.state, outcome.error) == ("failed", "lost process")
    report = execution_report([outcome])
    assert report.failed == {"it took too long": 1}
    assert report.latency.median == 0


def test_half_a_letter_in_a_question_is_written_as_json_escapes_it(tmp_path: Path) -> None:
    question = GoldQuestion("1", "cinema", "films \ud83d", "SELECT 3")
    with predictions(tmp_path / "file") as write:
        write(Outcome(question, "declined"))

    assert json.loads((tmp_path / "file").read_text(encoding="utf-8"))["question"] == "films \ud83d"
