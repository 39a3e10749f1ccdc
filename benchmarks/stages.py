"""Single stages of the flow, within this process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Figure, medians, seconds

TYPICAL = """
    SELECT customers.name, sum(orders.total) AS total
    FROM orders JOIN customers ON customers.id = orders.customer_id
    WHERE orders.ordered_at >= '2026-10-01' AND orders.ordered_at < '2026-11-01'
    GROUP BY customers.id, customers.name ORDER BY total DESC LIMIT 10
"""
QUESTION = "top customers last month"


def stages() -> Iterator[Figure]:
    """The figures of making the demo shop, checking, and each stage of a question with a warm index."""
    from agent.demo import ensure_shop

    today = datetime.now(UTC).date()
    with TemporaryDirectory() as folder:
        shop = ensure_shop(Path(folder), today)

        def make() -> None:
            shop.unlink()
            ensure_shop(shop.parent, today)

        (made,) = medians(5, lambda: seconds(make))
        yield Figure("making the demo shop", made, "s", 2)
        yield _checking(f"sqlite:///{shop}")
        yield from _asking(Path(folder), today)


def _checking(url: str) -> Figure:
    from agent.dialects.address import read_address
    from agent.schema_index.reflect import reflect
    from agent.validators import validate

    catalog = reflect(read_address(url))
    verdict = validate(TYPICAL, catalog)
    if verdict.query is None:
        raise ValueError(f"the typical query is refused: {verdict.findings}")
    (checked,) = medians(50, lambda: seconds(lambda: validate(TYPICAL, catalog)))
    return Figure("checking a typical query", checked * 1000, "ms", 5)


def _asking(cache: Path, today: date) -> Iterator[Figure]:
    from agent import Agent
    from agent.drafters import load_drafter
    from agent.records import Question
    from agent.schema_index.retrieve import retrieve

    with Agent.connect(model="builtin", today=today, cache_dir=cache) as shop:
        shop.ask(QUESTION)
        question, drafter = Question(QUESTION, today), load_drafter(shop.settings)
        context = retrieve(question, shop.index)
        searched, drafted, asked = medians(
            30,
            lambda: seconds(lambda: retrieve(question, shop.index)),
            lambda: seconds(lambda: drafter.draft(context)),
            lambda: seconds(lambda: shop.ask(QUESTION)),
        )
    yield Figure("finding the tables of a question, warm", searched * 1000, "ms", 30)
    yield Figure("drafting with the built-in drafter, warm", drafted * 1000, "ms", 30)
    yield Figure("a whole question to an answer, warm", asked * 1000, "ms", 100)
