"""Questions by the database that they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from agent.evaluate.questions import GoldQuestion


def by_database(questions: Sequence[GoldQuestion]) -> list[list[GoldQuestion]]:
    """The questions about each database, the longest list first, so that no process is left alone with it."""
    groups: dict[str, list[GoldQuestion]] = defaultdict(list)
    for question in questions:
        groups[question.db].append(question)
    return sorted(groups.values(), key=len, reverse=True)
