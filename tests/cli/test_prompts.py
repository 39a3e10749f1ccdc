"""`agent prompts`: which templates there are, which one a model gets, and from which folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from agent.cli.app import app
from agent.settings_file import FILE_NAME


def prompts(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["prompts", *arguments])


def listed(*arguments: str) -> dict[str, Any]:
    done = prompts("list", "--json", *arguments)
    assert done.exit_code == 0, done.stderr
    return {each["name"]: each for each in json.loads(done.stdout)["templates"]}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of templates beside a settings file that names it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILE_NAME).write_text("prompts: templates\n")
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "mine.md").write_text(
        "---\nname: mine\ntask: draft\nfamilies: ['*qwen2.5*']\nsampling: {temperature: 0}\nreply_tokens: 9\n"
        "reply: whole\n---\n## user\n{{schema}}\n\n{{question}}\n\n{{repairs}}\n\n## repair\n{{sql}} {{findings}}\n"
    )
    return folder


def test_all_templates_are_listed_with_the_card_that_each_follows() -> None:
    known = listed()

    assert {"general", "sqlcoder", "qwen-coder", "xiyansql", "arctic-text2sql-r1", "omnisql"} < set(known)
    assert {"duckdb-nsql", "deepseek", "llama", "gpt-oss"} < set(known)
    assert known["sqlcoder"]["source"] == "https://huggingface.co/defog/sqlcoder-7b-2"
    assert known["sqlcoder"]["schema"] == "ddl"
    assert all(each["ships"] for each in known.values())
    assert not any(each["chosen"] for each in known.values())
    text = prompts("list").stdout
    assert all(name in text for name in known)


def test_the_one_that_a_model_gets_is_marked(own: Path) -> None:
    def chosen(*arguments: str) -> list[str]:
        return [each["name"] for each in listed(*arguments).values() if each["chosen"]]

    assert chosen("--for", "ollama:sqlcoder:7b") == ["sqlcoder"]
    assert chosen("--for", "duckdb-nsql", "--dialect", "duckdb") == ["duckdb-nsql"]
    assert chosen("--for", "duckdb-nsql") == ["general"]
    assert chosen("--for", "qwen2.5-coder:7b") == ["mine"]
    assert listed()["mine"]["file"] == str(own / "mine.md")
    marked = [line for line in prompts("list", "--for", "qwen2.5-coder:7b").stdout.splitlines() if line[0] == "*"]
    assert len(marked) == 1 and str(own / "mine.md") in marked[0]


def test_the_dialect_is_that_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_DB", "duckdb:///shop.duckdb")

    assert listed("--for", "duckdb-nsql")["duckdb-nsql"]["chosen"]
    assert listed("--for", "duckdb-nsql", "--dialect", "sqlite")["general"]["chosen"]


def test_a_template_is_shown_with_its_file(own: Path) -> None:
    by_name, by_model = prompts("show", "mine"), prompts("show", "--for", "openai:Qwen2.5-7B@http://127.0.0.1:1/v1")

    assert by_name.exit_code == 0
    assert by_name.stdout == by_model.stdout
    assert by_name.stdout.splitlines()[0] == str(own / "mine.md")
    assert "## repair\n{{sql}} {{findings}}" in by_name.stdout
    told = json.loads(prompts("show", "mine", "--json").stdout)
    assert told["parts"]["user"] == "{{schema}}\n\n{{question}}\n\n{{repairs}}"
    assert told["version"] == 1


def test_one_that_is_like_another_is_shown_with_the_parts_of_that() -> None:
    text = prompts("show", "qwen-coder").stdout

    assert "like: general" in text
    assert "<question>\n{{question}}\n</question>" in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show"], "say which template"),
        (["show", "general", "--for", "x"], "say which template"),
        (["show", "nothing"], "there is no template nothing"),
    ],
)
def test_what_cannot_be_shown_is_said_in_one_line(arguments: list[str], says: str) -> None:
    done = prompts(*arguments)

    assert done.exit_code == 2
    assert done.stderr.startswith(f"error: {says}")
    assert not done.stdout


def test_a_malformed_template_of_the_user_is_said(own: Path) -> None:
    (own / "broken.md").write_text("---\nname: broken\n---\n")
    done = prompts("list")

    assert done.exit_code == 2
    assert done.stderr.startswith("error: broken.md: front matter: task: ")
    (own.parent / FILE_NAME).write_text("prompts: elsewhere\n")
    done = prompts("list")
    assert done.exit_code == 2
    assert done.stderr.startswith("error: prompts: there is no folder elsewhere")
