"""Which template a model gets: by its name and the dialect, the user's own first."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.drafters.model_name import model_name
from agent.prompts.all_templates import all_templates, find_template
from agent.prompts.choose_template import choose_template
from agent.prompts.loader import TemplateError, load_template

MODELS = {
    "qwen2.5-coder:7b": "qwen-coder",
    "qwen3-coder:30b": "qwen-coder",
    "hf.co/Qwen/Qwen2.5-Coder-7B-Instruct-GGUF:Q4_K_M": "qwen-coder",
    "qwen3:8b": "general",
    "hf.co/mradermacher/XiYanSQL-QwenCoder-7B-2504-GGUF:Q4_K_M": "xiyansql",
    "a-kore/Arctic-Text2SQL-R1-7B:latest": "arctic-text2sql-r1",
    "snowflake-arctic-embed": "general",
    "omnisql-7b": "omnisql",
    "sqlcoder:7b": "sqlcoder",
    "sqlcoder:70b-alpha-q4_0": "sqlcoder",
    "mannix/defog-llama3-sqlcoder-8b": "llama-sqlcoder",
    "llama-3-sqlcoder-8b": "llama-sqlcoder",
    "deepseek-coder-v2:16b": "deepseek",
    "deepseek-r1:8b": "deepseek-r1",
    "DeepSeek-R1-Distill-Llama-8B": "deepseek-r1",
    "llama3.1:8b": "llama",
    "Meta-Llama-3.1-8B-Instruct": "llama",
    "gpt-oss:20b": "gpt-oss",
    "openai/gpt-oss-20b": "gpt-oss",
    "smollm2": "general",
    "/models/sqlcoder/mistral.gguf": "general",
}


def write(folder: Path, name: str, families: str, **facts: str) -> None:
    front = {"name": name, "task": "draft", "families": families, "like": "general", "reply_tokens": "9"}
    front |= {"sampling": "{temperature: 0}", "reply": "last-fence"} | facts
    lines = "".join(f"{key}: {value}\n" for key, value in front.items())
    (folder / f"{name}.md").write_text(f"---\n{lines}---\n", encoding="utf-8")


@pytest.mark.parametrize(("model", "name"), MODELS.items())
def test_a_model_gets_the_template_of_its_family(model: str, name: str) -> None:
    for dialect in ("sqlite", "duckdb", "postgres", "nosuchengine"):
        assert choose_template(model, dialect).facts.name == name


def test_a_template_for_one_dialect_is_for_no_other() -> None:
    assert choose_template("duckdb-nsql:7b", "duckdb").facts.name == "duckdb-nsql"
    assert choose_template("duckdb-nsql:7b", "sqlite").facts.name == "general"


def test_the_users_own_come_first(tmp_path: Path) -> None:
    write(tmp_path, "mine", "['*qwen*']")
    write(tmp_path, "pattern", "['*qwen3:*']", dialects="[sqlite]")

    assert choose_template("qwen2.5-coder:7b", "sqlite", tmp_path).facts.name == "mine"
    assert choose_template("qwen3:8b", "sqlite", tmp_path).facts.name == "pattern"
    assert choose_template("qwen3:8b", "mysql", tmp_path).facts.name == "mine"
    assert choose_template("sqlcoder", "mysql", tmp_path).facts.name == "sqlcoder"
    assert choose_template("mistral", "mysql", tmp_path).facts.name == "general"


def test_a_pattern_with_an_owner_is_of_the_whole_name(tmp_path: Path) -> None:
    write(tmp_path, "mine", "['us/*']")

    assert choose_template("us/model", "sqlite", tmp_path).facts.name == "mine"
    assert choose_template("model", "sqlite", tmp_path).facts.name == "general"


def test_one_of_the_same_name_replaces_ours(tmp_path: Path) -> None:
    write(tmp_path, "sqlcoder", "['*other*']")
    text = load_template("general").path.read_text("utf-8").replace("reply_tokens: 1024", "reply_tokens: 77")
    (tmp_path / "general.md").write_text(text, encoding="utf-8")

    assert choose_template("sqlcoder:7b", "sqlite", tmp_path).facts.reply_tokens == 77
    assert choose_template("qwen2.5-coder", "sqlite", tmp_path).facts.name == "qwen-coder"
    assert choose_template("other", "sqlite", tmp_path).path == tmp_path / "sqlcoder.md"
    assert find_template("general", tmp_path).path == tmp_path / "general.md"
    assert len(all_templates(tmp_path)) == len(all_templates())


def test_a_general_one_for_fewer_models_leaves_ours_to_the_others(tmp_path: Path) -> None:
    write(tmp_path, "general", "['*mistral*']", dialects="[postgres]")

    assert choose_template("mistral", "postgres", tmp_path).path == tmp_path / "general.md"
    assert choose_template("mistral", "sqlite", tmp_path) == choose_template("mistral", "sqlite")
    assert choose_template("phi4", "postgres", tmp_path) == choose_template("phi4", "postgres")


def test_a_folder_that_is_none_and_a_file_that_is_no_template_are_said(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="prompts: there is no folder"):
        choose_template("x", "sqlite", tmp_path / "none")
    (tmp_path / "notes.md").write_text("hello")
    with pytest.raises(TemplateError, match=r"notes\.md: it does not begin with front matter"):
        choose_template("x", "sqlite", tmp_path)
    with pytest.raises(TemplateError, match=r"no template sqlcode \(there are .*sqlcoder"):
        find_template("sqlcode")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("ollama:qwen2.5-coder:7b", "qwen2.5-coder:7b"),
        ("qwen2.5-coder:7b", "qwen2.5-coder:7b"),
        ("openai:Qwen/Qwen2.5-Coder@http://127.0.0.1:8000/v1", "Qwen/Qwen2.5-Coder"),
        ("openai:name@home@https://x", "name@home"),
    ],
)
def test_a_model_is_named_as_its_server_names_it(said: str, name: str) -> None:
    assert model_name(said) == name
