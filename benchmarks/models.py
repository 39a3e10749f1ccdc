"""What a question costs beside the time of the language model that drafts for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Figure, medians, seconds
from tests.drafters.ollama_server import OllamaServer, Says

QUESTION = "how many orders are there?"
REPLY = "There is one table of orders.\n```sql\nSELECT COUNT(*) AS orders FROM orders\n```\nIt counts its rows."


def models() -> Iterator[Figure]:
    """The figure of a whole question, where a server that speaks Ollama's protocol answers at once."""
    from agent import Agent

    today = datetime.now(UTC).date()
    with TemporaryDirectory() as folder, OllamaServer().running() as server:
        server.answerer = lambda request: Says(REPLY)
        os.environ["SQLWRIGHT_OLLAMA"] = server.url
        try:
            with Agent.connect(model="ollama:fake", today=today, cache_dir=Path(folder)) as shop:
                for _ in range(3):
                    shop.ask(QUESTION)
                (asked,) = medians(30, lambda: seconds(lambda: shop.ask(QUESTION)))
        finally:
            del os.environ["SQLWRIGHT_OLLAMA"]
    yield Figure("a whole question with a model that answers at once, warm", asked * 1000, "ms", 60)
