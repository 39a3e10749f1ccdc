"""The templates of fine-tuned models have the form that their cards publish, marks and order included."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.prompts.all_templates import all_templates
from agent.prompts.choose_template import choose_template
from agent.prompts.conversation import conversation
from agent.prompts.loader import load_template
from agent.records import Attempt, Draft, Finding
from tests.prompts.contexts import LOANS, READERS, context_of

DOCUMENT = (Path(__file__).parents[2] / "docs" / "prompts.md").read_text(encoding="utf-8")

# Of each card what the model was trained to see, in that order, with ours between.
PUBLISHED = {
    "sqlcoder": (
        "### Task\nGenerate a SQL query to answer [QUESTION]how many?[/QUESTION]\n\n",
        "### Database Schema\nThe query will run on a database with the following schema:\nCREATE TABLE readers (",
        "### Answer\nGiven the database schema, here is the SQL query that",
        " [QUESTION]how many?[/QUESTION]\n[SQL]",
    ),
    "llama-sqlcoder": (
        "<|start_header_id|>user<|end_header_id|>\n\nGenerate a SQL query to answer this question: `how many?`\n",
        "DDL statements:\nCREATE TABLE readers (",
        "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
        "The following SQL query best answers the question `how many?`:\n```sql",
    ),
    "xiyansql": (
        "你是一名SQLite专家，",
        "【用户问题】\nhow many?\n\n【数据库schema】\n【Schema】\n# Table: readers, ",
        "\n【Foreign keys】\ndesk.loans.reader_id=readers.id\n\n【参考信息】\n",
        "\n【用户问题】\nhow many?\n\n```sql",
    ),
    "omnisql": (
        "Task Overview:\nYou are a data science expert.",
        "Database Engine:\nSQLite\n\nDatabase Schema:\nCREATE TABLE readers (",
        "\nQuestion:\n",
        "how many?\n\nInstructions:\n",
        "Output Format:\nIn your answer, please enclose the generated SQL query in a code block:\n```sql\n",
        "Take a deep breath and think step by step to find the correct SQL query.",
    ),
    "arctic-text2sql-r1": (
        "Database Engine:\nSQLite\n\nDatabase Schema:\nCREATE TABLE readers (",
        "how many?\n\nInstructions:\n",
        "within <think> </think> and <answer> </answer> tags",
        "```sql\n",
    ),
    "duckdb-nsql": (
        "### Instruction:\nYour task is to generate valid duckdb SQL to answer the following question",
        "### Input:\nHere is the database schema that the SQL query will run on:\nCREATE TABLE readers (",
        "### Question:\nhow many?\n\n### Response (use duckdb shorthand if possible):",
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("failed", [0, 1])
def test_a_template_has_the_published_form(name: str, failed: int) -> None:
    attempts = (Attempt(Draft("SELECT x", "x", 0.5), (Finding("names", "there is no x"),)),)[:failed]
    made = conversation(load_template(name), context_of("how many?", READERS, LOANS), attempts, "monday", 9_000)

    assert not made.system
    rest = made.user
    for published in PUBLISHED[name]:
        _before, found, rest = rest.partition(published)
        assert found, (published, made.user)
    assert not rest or name.startswith(("omnisql", "arctic"))
    assert ("there is no x" in made.user) == bool(failed)
    # What was found stands before the place where the model goes on, and after its schema.
    if failed:
        assert made.user.index("readers (id)" if "CREATE" in made.user else "【Foreign") < made.user.index("no x")


def test_deepseek_r1_is_told_all_in_one_message_of_the_user() -> None:
    """Its card says so, and warns of temperatures below 0.5, at which it repeats itself without end."""
    template, general = load_template("deepseek-r1"), load_template("general")

    assert not template.parts["system"]
    assert template.parts["user"] == f"{general.parts['system']}\n\n{general.parts['user']}"
    assert template.parts["repair"] == general.parts["repair"]
    assert 0.5 <= template.facts.sampling.temperature <= 0.7


@pytest.mark.parametrize("name", ["qwen-coder", "llama", "deepseek", "gpt-oss", "general"])
def test_a_chat_model_is_told_the_rules_and_where_the_data_ends(name: str) -> None:
    template = load_template(name)
    made = conversation(template, context_of("how many?", READERS), (), "sunday", 9_000)

    assert "one SQLite query" in made.system
    assert f"{template.facts.decline}: and the reason" in made.system
    assert re.search(r"<schema>\n# Table: readers, .*\n</schema>", made.user, re.DOTALL)
    assert "Weeks start on Sunday." in made.user
    for mark in set(re.findall(r"<(\w+)>", template.parts["user"] + template.parts["repair"])):
        assert f"<{mark}>" in made.system


def test_every_template_is_in_the_documentation_with_its_card() -> None:
    for template in all_templates():
        row = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| `{template.facts.name}` |"))
        assert template.facts.name == "general" or f"]({template.facts.source}) |" in row
        assert ("M-Schema" in row) == (template.facts.schema_format == "m-schema")


def test_the_template_in_the_documentation_is_one(tmp_path: Path) -> None:
    lines = DOCUMENT.partition("    ---\n")[2].partition("\n\n- `like: general`")[0].split("\n")
    text = "\n".join(line.removeprefix("    ") for line in ["---", *lines])
    (tmp_path / "mine.md").write_text(text, encoding="utf-8")
    template = choose_template("mistral", "postgres", tmp_path)

    assert template.path == tmp_path / "mine.md"
    made = conversation(template, context_of("how many?", READERS, dialect="postgres"), (), "monday", 9_000)
    assert made.system == "You write one PostgreSQL query. Today is 2026-11-21, a Saturday."
    assert made.user.endswith("]\n\nhow many?")
