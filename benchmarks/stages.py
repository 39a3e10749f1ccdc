"""Single stages of the flow, within this process."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Figure, medians, seconds

TYPICAL = """
    SELECT customers.name, sum(orders.total) AS total
    FROM orders JOIN customers ON customers.id = orders.customer_id
    WHERE orders.ordered_at >= '2026-10-01' AND orders.ordered_at < '2026-11-01'
    GROUP BY customers.id, customers.name ORDER BY total DESC LIMIT 10
"""
TRIVIAL = "SELECT 1"


def stages() -> Iterator[Figure]:
    """The figures of making the demo shop, checking and executing."""
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
        yield _executing(shop)


def _checking(url: str) -> Figure:
    from agent.schema_index.reflect import reflect
    from agent.validators import validate

    catalog = reflect(url)
    verdict = validate(TYPICAL, catalog)
    if verdict.query is None:
        raise ValueError(f"the typical query is refused: {verdict.findings}")
    (checked,) = medians(50, lambda: seconds(lambda: validate(TYPICAL, catalog)))
    return Figure("checking a typical query", checked * 1000, "ms", 5)


def _executing(shop: Path) -> Figure:
    from agent.dialects import connect
    from agent.records import Limits

    limits = Limits()
    with closing(connect(f"sqlite:///{shop}")) as ours, closing(sqlite3.connect(shop)) as plain:
        ours.run(TRIVIAL, limits)
        safe, bare = medians(
            50,
            lambda: seconds(lambda: ours.run(TRIVIAL, limits)),
            lambda: seconds(lambda: plain.execute(TRIVIAL).fetchall()),
        )
    return Figure("what safe execution adds to plain sqlite3, warm", (safe - bare) * 1000, "ms", 10)
