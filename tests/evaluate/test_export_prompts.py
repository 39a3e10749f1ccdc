"""`agent eval sql --export-prompts`: nothing is asked, and replies made elsewhere go through the same loop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from agent.cli.app import app
from agent.jsonl import read_jsonl
from tests.drafters.ollama_server import OllamaServer
from tests.evaluate.conftest import FIXTURES

QUESTIONS = FIXTURES / "questions.jsonl"
Records = list[dict[str, Any]]


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    with OllamaServer().running() as server:
        monkeypatch.setenv("SQLWRIGHT_OLLAMA", server.url)
        yield server


def run(questions: Path, databases: Path, *arguments: str | Path) -> Result:
    command = ["eval", "sql", str(questions), "--databases", str(databases), "-q", *map(str, arguments)]
    return CliRunner().invoke(app, command)


def lines_of(path: Path) -> Records:
    return read_jsonl(path, dict)[0]


def written(path: Path, records: Records) -> Path:
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


def test_there_is_a_line_for_each_question_and_no_model_is_asked(
    databases: Path, tmp_path: Path, ollama: OllamaServer
) -> None:
    file = tmp_path / "prompts.jsonl"
    result = run(QUESTIONS, databases, "--model", "ollama:qwen2.5-coder:7b", "--export-prompts", file)

    assert result.exit_code == 0, result.stderr
    assert not ollama.requests
    asked = [record for record in lines_of(QUESTIONS) if record["db"] != "library"]
    told = lines_of(file)
    assert [(line["id"], line["question"]) for line in told] == [(str(each["id"]), each["question"]) for each in asked]
    assert result.stdout.startswith(f"{len(asked)} prompts for qwen2.5-coder:7b are in ")
    assert "question x1: there is no database library" in result.stderr
    for line in told:
        text = "\n".join(message["content"] for message in line["messages"])
        assert line["question"] in text
        assert ("films" in text) == (line["db"] == "cinema")
        assert line["options"]["temperature"] == 0
        assert line["options"]["max_tokens"] > 0


def test_each_model_has_the_prompt_of_its_family(databases: Path, tmp_path: Path) -> None:
    named, general = tmp_path / "named.jsonl", tmp_path / "general.jsonl"
    run(QUESTIONS, databases, "--model", "openai:sqlcoder-7b-2@http://127.0.0.1:9/v1", "--export-prompts", named)
    run(QUESTIONS, databases, "--model", "builtin", "--export-prompts", general)

    first = lines_of(named)[0]
    assert first["model"] == "sqlcoder-7b-2"
    assert "### Task" in first["messages"][0]["content"]
    assert first["options"]["raw"] is True
    assert "model" not in lines_of(general)[0]
    assert "### Task" not in lines_of(general)[0]["messages"][0]["content"]


def test_replies_made_elsewhere_are_checked_run_and_compared(databases: Path, tmp_path: Path) -> None:
    prompts, told = tmp_path / "prompts.jsonl", tmp_path / "told.jsonl"
    # The same question of two databases, which only what the model was told tells apart.
    questions = written(
        tmp_path / "questions.jsonl",
        [
            {"id": "1", "db": "cinema", "question": "how many are there?", "sql": "SELECT COUNT(*) FROM films"},
            {"id": "2", "db": "garden", "question": "how many are there?", "sql": "SELECT COUNT(*) FROM plants"},
            {"id": "3", "db": "garden", "question": "remove all plants", "sql": "SELECT name FROM plants"},
        ],
    )
    exported = run(questions, databases, "--model", "ollama:qwen2.5-coder:7b", "--export-prompts", prompts)
    assert exported.exit_code == 0, exported.stderr
    replies = {"1": "SELECT COUNT(*) FROM films", "2": "SELECT COUNT(*) FROM plants", "3": "DELETE FROM plants"}
    replied = [line | {"reply": f"Sure!\n```sql\n{replies[line['id']]}\n```"} for line in lines_of(prompts)]
    file = written(tmp_path / "replies.jsonl", replied)
    result = run(questions, databases, "--model", f"replay:{file}", "--predictions", told, "--json")

    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    assert (report["right"], report["answered"], report["declined"]) == (2, 2, 1)
    by_id = {line["id"]: line for line in lines_of(told)}
    assert {name: line["state"] for name, line in by_id.items()} == {"1": "right", "2": "right", "3": "declined"}
    assert by_id["1"]["steps"] == [
        {"drafter": "replay:replies.jsonl", "sql": "SELECT COUNT(*) FROM films", "findings": []}
    ]
    deleting = by_id["3"]["steps"]
    # It is told what was found, says the same again, and is not asked a third time.
    assert [step["sql"] for step in deleting] == ["DELETE FROM plants"] * 2
    assert all(step["findings"] for step in deleting)
    assert by_id["3"]["sql"] is None


def test_replies_that_cannot_be_read_end_the_evaluation(databases: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "replies.jsonl", [{"question": "how many films are there?"}])
    same = [
        {"id": number, "db": "cinema", "question": f"how many films are there? {number}", "sql": "SELECT 3"}
        for number in range(6)
    ]
    result = run(written(tmp_path / "questions.jsonl", same), databases, "--model", f"replay:{file}")

    assert result.exit_code == 2
    assert "line 1: reply is missing" in result.stderr.splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--export-prompts", "none/file"), 2, "cannot write"),
        (("--export-prompts", "file", "--predictions", "other"), 2, "there is nothing to predict"),
        (("--export-prompts", "file", "--model", "nonsense"), 2, "is not a drafter"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(
    databases: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(QUESTIONS, databases, *arguments)

    assert result.exit_code == code
    assert says in result.stderr.splitlines()[0]
    assert result.stdout == ""


def test_what_cannot_begin_leaves_the_file_of_an_earlier_time(databases: Path, tmp_path: Path) -> None:
    file = tmp_path / "prompts.jsonl"
    file.write_text("{}\n", encoding="utf-8")
    result = run(tmp_path / "none.jsonl", databases, "--export-prompts", file)

    assert result.exit_code == 2
    assert file.read_text(encoding="utf-8") == "{}\n"
