"""Questions like the one that is asked, with SQL that is known to answer them, as text for a model."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from agent.prompts.outside import outside_block, outside_line
from agent.records import Example

MAX_EXAMPLES = 5
MAX_QUESTION, MAX_SQL, MAX_NOTE = 500, 2_000, 200


def examples_text(examples: Iterable[Example]) -> list[str]:
    """A text for each of the first examples, but for SQL that is too long to be told whole."""
    whole = (example for example in examples if len(example.sql) <= MAX_SQL)
    return [_example(example) for example in islice(whole, MAX_EXAMPLES)]


def _example(example: Example) -> str:
    note = f"\nNote: {outside_line(example.note, MAX_NOTE)}" if example.note else ""
    sql = outside_block(example.sql, MAX_SQL)
    return f"Question: {outside_line(example.question, MAX_QUESTION)}{note}\nSQL: {sql}"
