"""The messages that ask a model for SQL: the rules, the question with its schema, and earlier tries with findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.prompts.glossary_text import glossary_text
from agent.prompts.loader import Template
from agent.prompts.outside import outside_block, outside_line
from agent.prompts.schema_text import literal, schema_text
from agent.prompts.sql_names import column_name, table_name
from agent.prompts.tokens import estimate_tokens
from agent.records import Attempt, Context, Finding

DIALECT_NAMES = {
    "sqlite": "SQLite",
    "duckdb": "DuckDB",
    "postgres": "PostgreSQL",
    "mysql": "MySQL",
    "tsql": "SQL Server (T-SQL)",
}
REPAIR_TOKENS = 1_500
"""Kept free for findings, so that a repair is asked for in the context window of the first draft."""

MAX_QUESTION, MAX_SQL, MAX_FINDING = 2_000, 3_000, 300
MAX_VALUES, MAX_FINDINGS, MAX_EARLIER = 30, 10, 10
FRAME_TOKENS = 32
"""What the chat format of a model adds."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a model is told, the tokens that it may come to with all repairs, and how many tables are in it.

    The schema, the question and the repairs are one message of the user: Ollama drops the oldest messages where
    it finds too many.
    """

    system: str
    user: str
    tokens: int
    tables: int


def conversation(
    template: Template, context: Context, failed: Sequence[Attempt], week_start: str, budget: int
) -> Conversation:
    """What a model is told for a context, with a schema that keeps all of it within `budget` tokens.

    `tables` is 0 where the budget does not hold even the first table. The last of the `failed` attempts is always
    told, the others as far as `REPAIR_TOKENS` hold them.
    """
    dialect = context.catalog.dialect
    named = DIALECT_NAMES.get(dialect, dialect)
    earlier = context.question.earlier[-MAX_EARLIER:]
    facts = {
        "dialect": named,
        "today": f"{context.question.today:%Y-%m-%d, a %A}",
        "week_start": week_start.capitalize(),
        "values": _values(context) or "(none)",
        "glossary": glossary_text("\n".join([*earlier, context.question.text]), context.catalog.glossary) or "(none)",
        "earlier": "\n".join(outside_line(text, MAX_QUESTION) for text in earlier) or "(none)",
        "question": outside_block(context.question.text, MAX_QUESTION),
    }
    system = template.fill("system", dialect=named)
    repairs = _repairs(template, failed)
    others = [system, template.fill("user", schema="", **facts)]
    taken = FRAME_TOKENS + _tokens(others) + max(REPAIR_TOKENS, _tokens(repairs))
    schema = schema_text([scored.table for scored in context.tables], dialect, budget - taken)
    user = "\n\n".join([template.fill("user", schema=schema.text, **facts), *repairs])
    return Conversation(system, user, taken + estimate_tokens(schema.text), len(schema.tables))


def _values(context: Context) -> str:
    """The stored values that stand in the question, then those in the questions before it, each once."""
    lines = []
    matches = list(context.values)
    while context.earlier is not None:
        context = context.earlier
        matches += context.values
    for match in list(dict.fromkeys(matches))[:MAX_VALUES]:
        table = context.catalog.table(match.table)
        if table is not None:
            dialect = context.catalog.dialect
            column = f"{table_name(table, dialect)}.{column_name(match.column, dialect)}"
            said = "may be misspelled for" if match.distance else "is stored as"
            lines.append(f'"{outside_line(match.phrase)}" {said} {column} = {literal(match.value)}')
    return "\n".join(lines)


def _repairs(template: Template, failed: Sequence[Attempt]) -> list[str]:
    """What is said of each failed attempt, oldest first."""
    told: list[str] = []
    for attempt in reversed(failed):
        sql = outside_block(attempt.draft.sql, MAX_SQL)
        findings = "\n".join(_finding(finding) for finding in attempt.findings[:MAX_FINDINGS])
        text = template.fill("repair", sql=sql, findings=findings)
        if told and _tokens([text, *told]) > REPAIR_TOKENS:
            break
        told.insert(0, text)
    return told


def _finding(finding: Finding) -> str:
    hint = f" ({outside_line(finding.hint, MAX_FINDING)})" if finding.hint else ""
    return f"- {outside_line(finding.message, MAX_FINDING)}{hint}"


def _tokens(texts: Sequence[str]) -> int:
    return sum(map(estimate_tokens, texts))
