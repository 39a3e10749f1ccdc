"""Single stages of the flow, within this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.records import Catalog, Column, Table
from benchmarks.measure import Figure, medians, seconds

TYPICAL = """
    SELECT customers.name, sum(orders.total) AS total
    FROM orders JOIN customers ON customers.id = orders.customer_id
    WHERE orders.ordered_at >= '2026-10-01' AND orders.ordered_at < '2026-11-01'
    GROUP BY customers.id, customers.name ORDER BY total DESC LIMIT 10
"""
PART = """\
    SELECT
        customers.country,
        count(*) AS orders,
        sum(order_items.quantity * order_items.unit_price) AS revenue
    FROM orders
    JOIN customers ON customers.id = orders.customer_id
    JOIN order_items ON order_items.order_id = orders.id
    WHERE orders.ordered_at >= '2026-01-01'
        AND orders.status IN ('paid', 'shipped')
        AND (customers.country = 'UK' OR customers.name LIKE 'A%')
    GROUP BY customers.country
    HAVING count(*) > 1"""
LARGE = 10_000
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
        yield from _checking(f"sqlite:///{shop}")
        yield from _asking(Path(folder), today)


def _checking(url: str) -> Iterator[Figure]:
    from agent.dialects.address import read_address
    from agent.schema_index.reflect import reflect
    from agent.validators import validate

    small = reflect(read_address(url))
    large = replace(small, tables=(*small.tables, *_tables(LARGE - len(small.tables))))

    def check(sql: str, catalog: Catalog) -> Callable[[], float]:
        verdict = validate(sql, catalog)
        if verdict.query is None:
            raise ValueError(f"a query to measure is refused: {verdict.findings}")
        return lambda: seconds(lambda: validate(sql, catalog))

    long = long_query()
    typical, among_many = medians(50, check(TYPICAL, small), check(TYPICAL, large))
    (longest,) = medians(10, check(long, small))
    yield Figure("checking a typical query", typical * 1000, "ms", 5)
    yield Figure(f"checking a query of {long.count(chr(10)) + 1} lines", longest * 1000, "ms", 60)
    tables = f"a catalog of {len(small.tables)} tables"
    yield Figure(f"checking against {LARGE:,} tables", among_many * 1000, "ms", 1.3, tables, typical * 1000)


def _tables(count: int) -> Iterator[Table]:
    columns = tuple(Column(f"column_{number}", "TEXT") for number in range(12))
    return (Table(f"table_{number}", columns) for number in range(count))


def long_query() -> str:
    """A report over many WITH queries, with its line ends."""
    names = [f"part_{number}" for number in range(18)]
    parts = ",\n".join(f"{name} AS (\n{PART}\n)" for name in names)
    shown = ",\n".join(
        f"    round({name}.revenue, 2) AS revenue_{name},\n    100.0 * {name}.orders / part_0.orders AS share_{name}"
        for name in names
    )
    joined = "\n".join(f"LEFT JOIN {name}\n    ON {name}.country = part_0.country" for name in names[1:])
    return f"WITH {parts}\nSELECT\n    part_0.country,\n{shown}\nFROM part_0\n{joined}\nORDER BY part_0.country"


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
