"""The share of the right tables that rankings have among the first k."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.errors import UsageError
from agent.evaluate.ranking import Ranking

MOST = 1_000


@dataclass(frozen=True, slots=True)
class Quality:
    """Recall@k and all@k for each k, averaged over a number of questions; 0 where there is none."""

    questions: int
    recall: dict[int, float]
    all: dict[int, float]


def cutoffs(text: str) -> tuple[int, ...]:
    """The numbers in a text such as 5,10,20, each once, smallest first; UsageError for any other text."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and 0 < int(part) <= MOST for part in parts):
        raise UsageError(f"--k takes whole numbers from 1 to {MOST:,}", "write for example --k 5,10,20")
    return tuple(sorted({int(part) for part in parts}))


def quality(rankings: Sequence[Ranking], ks: Sequence[int]) -> Quality:
    """Recall@k is the mean share of a question's tables among the first k, all@k the share of questions with all."""
    count = max(len(rankings), 1)
    recalls = {k: [ranking.recall(k) for ranking in rankings] for k in ks}
    return Quality(
        len(rankings),
        {k: sum(recalls[k]) / count for k in ks},
        {k: sum(recall == 1 for recall in recalls[k]) / count for k in ks},
    )
