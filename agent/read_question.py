"""What is asked, as the flow takes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from agent.errors import UsageError
from agent.records import Question

MAX_QUESTION, MAX_EARLIER = 2_000, 20
"""Characters, a longer text is no question; and the earlier questions that one may go on from."""


def read_question(text: str, today: date, tags: Iterable[str] = (), earlier: Iterable[str] = ()) -> Question:
    """The question that is asked on a day; UsageError for what cannot be one."""
    before = (earlier,) if isinstance(earlier, str) else tuple(earlier)
    if len(before) > MAX_EARLIER:
        raise UsageError(
            f"{len(before)} earlier questions are given, and {MAX_EARLIER} is the most", "give the last of them"
        )
    for each in (*before, text):
        _refuse_no_question(each)
    return Question(text, today, (tags,) if isinstance(tags, str) else tuple(tags), before)


def _refuse_no_question(text: str) -> None:
    """Raise UsageError for what cannot be a question."""
    if not isinstance(text, str):
        raise UsageError(f"a question is text, not {type(text).__name__}", "give it as a string")
    if not text.strip():
        raise UsageError("the question is empty", 'ask for example "how many customers are there?"')
    if len(text) > MAX_QUESTION:
        raise UsageError(
            f"the question has {len(text):,} characters, and {MAX_QUESTION:,} is the most",
            "ask a shorter one",
        )
