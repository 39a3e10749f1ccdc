"""Rows taken in batches: how many are asked for, and where they are cut."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from itertools import islice
from pathlib import Path

import duckdb
import pytest

from agent.dialects import connect
from agent.dialects.address import read_address
from agent.dialects.fetch import BATCH_BYTES, Fetch, Row, size_of
from agent.dialects.own_statement import own_limits
from agent.records import Limits

MEGABYTE = 1024 * 1024


def asked_for(rows: Sequence[Row], limits: Limits) -> tuple[list[int], int, bool]:
    """How many rows each batch was asked for, how many came of it, and whether they were cut."""
    asked: list[int] = []
    rest = iter(rows)

    def take(count: int) -> list[Row]:
        asked.append(count)
        return [*islice(rest, count)]

    fetch = Fetch(take, limits.rows, limits.result_bytes)
    kept = sum(len(batch) for batch in fetch)
    return asked, kept, fetch.cut


def test_batches_at_most_double() -> None:
    asked, kept, cut = asked_for([(1,)] * 1000, Limits(rows=10_000))
    assert asked[:5] == [1, 2, 4, 8, 16]
    assert (kept, cut) == (1000, False)


def test_large_rows_are_taken_one_by_one() -> None:
    asked, kept, cut = asked_for([("x" * 10 * MEGABYTE,)] * 20, Limits(result_bytes=64 * MEGABYTE))
    assert set(asked) == {1}
    assert (kept, cut) == (6, True)


def test_one_large_row_makes_all_later_batches_small() -> None:
    rows = [("",)] * 50 + [("x" * 2 * BATCH_BYTES,)] * 3 + [("",)] * 50
    asked, kept, _ = asked_for(rows, Limits())
    assert set(asked[6:]) == {1}
    assert kept == len(rows)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 8])
def test_rows_are_cut_at_any_place_of_a_batch(limit: int) -> None:
    assert asked_for([(1,)] * 7, Limits(rows=limit))[1:] == (min(limit, 7), limit < 7)


def test_no_row_at_all_may_be_asked_for() -> None:
    assert asked_for([(1,)], Limits(rows=0))[1:] == (0, True)
    assert own_limits(1, 0).rows == 0


@pytest.mark.parametrize("number", [Decimal("7" * 100_000), 7**100_000], ids=["decimal", "integer"])
def test_numbers_count_by_their_digits(number: Decimal | int) -> None:
    assert size_of(number) > 30_000
    assert asked_for([([number],)] * 100, Limits(result_bytes=1_000_000))[2]
    assert asked_for([(type(number)(7), 7, Decimal("-0.5"))] * 100, Limits(result_bytes=100 * 3 * 16))[1:] == (
        100,
        False,
    )


def test_large_rows_of_duckdb_are_cut_and_said_so(tmp_path: Path) -> None:
    path = tmp_path / "large.duckdb"
    duckdb.connect(path).close()
    with closing(connect(read_address(f"duckdb:///{path}"))) as connection:
        sql = "SELECT repeat('x', 10000000) FROM range(40)"
        result = connection.run(sql, Limits(result_bytes=64 * MEGABYTE))
    assert (len(result.rows), result.truncated) == (6, True)
