"""`agent eval`: what it prints where, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli.app import app
from tests.evaluate.conftest import FIXTURES

QUESTIONS = FIXTURES / "questions.jsonl"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["eval", *map(str, arguments)])


def some(*names: str) -> list[str]:
    """The lines of the questions with these ids."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if str(json.loads(line)["id"]) in names]


def test_retrieval_prints_tables_on_stdout() -> None:
    result = run("retrieval", FIXTURES / "pool", "--k", "2,1", "--fold", "2", "--breakdown")

    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["recall@1", "all@1", "recall@2", "all@2", "questions"]
    assert [line.split()[0] for line in lines[1:4]] == ["all", "held", "development"]
    assert [line.split()[0] for line in lines if line.startswith(("encode", "search"))] == ["encode", "search"]
    assert "column vectors" in result.stdout
    assert "  q2  tickets sold for each film title" in result.stdout
    assert "timing questions one by one" in result.stderr


def test_retrieval_as_json() -> None:
    result = run("retrieval", FIXTURES / "pool", "--json", "-q", "--limit", "3")

    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    told = json.loads(result.stdout)
    assert told["questions"] == 3
    assert told["recall@5"] == told["all@5"] == told["recall@20"] == 1
    assert told["latency_ms"]["encode"]["median"] > 0
    assert {*told["worst"][0]} == {"id", "question", "ranks", "found"}


def test_sql_prints_figures_and_writes_predictions(databases: Path, tmp_path: Path) -> None:
    file, questions = tmp_path / "predictions.jsonl", tmp_path / "questions.jsonl"
    questions.write_text("\n".join([*some("1", "2", "3"), "{}"]), encoding="utf-8")
    result = run("sql", questions, "--databases", databases, "--json", "--predictions", file)

    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["model"], told["ex"], told["coverage"], told["precision"]) == ("builtin", 0.3333, 0.6667, 0.5)
    assert told["by_kind"]["nesting"]["questions"] == 1
    assert "line 4: id is missing" in result.stderr
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["1", "2", "3"]
    assert {frozenset(line) for line in lines} == {
        frozenset({"id", "db", "question", "sql", "confidence", "state", "steps"})
    }
    assert (lines[2]["sql"], lines[2]["confidence"]) == (None, None)


def test_sql_says_in_words_what_could_not_be_measured(databases: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(some("1", "x1")), encoding="utf-8")
    result = run("sql", questions, "--databases", databases, "-q")

    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    assert result.stdout.splitlines()[0].split() == ["EX", "coverage", "precision", "right", "answered", "questions"]
    assert result.stdout.splitlines()[1].split() == ["all", "1.000", "1.000", "1.000", "1", "1", "1"]
    assert "1 more could not be measured" in result.stdout
    assert "there is no database library" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sql", FIXTURES / "cinema.sql", "--databases", FIXTURES), "cinema.sql, line 1: it is not JSON"),
        (("sql", FIXTURES / "none.jsonl", "--databases", FIXTURES), "cannot read"),
        (("sql", QUESTIONS, "--databases", FIXTURES), "has no database of these questions"),
        (("retrieval", FIXTURES), "cannot read"),
        (("retrieval", FIXTURES / "pool", "--k", "ten"), "--k takes whole numbers"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(arguments: tuple[str | Path, ...], says: str) -> None:
    result = run(*arguments, "-q")

    assert result.exit_code == 2
    assert says in result.stderr.splitlines()[0]
    assert result.stdout == ""


def test_predictions_that_cannot_be_written_are_told_first(databases: Path, tmp_path: Path) -> None:
    result = run("sql", QUESTIONS, "--databases", databases, "--predictions", tmp_path / "none" / "file", "-q")

    assert result.exit_code == 2
    assert "cannot write" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_tells_what_was_measured(databases: Path, tmp_path: Path) -> None:
    file, questions = tmp_path / "predictions.jsonl", tmp_path / "questions.jsonl"
    questions.write_text("\n".join(some("1", "4")), encoding="utf-8")
    command = ["eval", "sql", str(questions), "--databases", str(databases), "--predictions", str(file)]
    process = subprocess.Popen(
        [sys.executable, "-m", "agent", *command, "--timeout", "300", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ.copy(),
        start_new_session=True,
    )
    assert process.stderr is not None
    while "asking the questions" not in process.stderr.readline():
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)

    assert process.returncode == 130, stderr
    assert json.loads(stdout)["questions"] == 1
    assert stderr.splitlines()[-1] == "interrupted: these are the figures of 1 of 2 questions"
    assert len(file.read_text(encoding="utf-8").splitlines()) == 1
    assert "Traceback" not in stderr
