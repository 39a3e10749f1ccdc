"""Which results hold the same rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import permutations
from random import Random
from typing import Any

import pytest

from agent.same_rows import same_rows

Rows = list[tuple[Any, ...]]


@pytest.mark.parametrize(
    ("gold", "predicted"),
    [
        pytest.param([(1, "a"), (2, "b")], [(2, "b"), (1, "a")], id="another order"),
        pytest.param([(1, "a"), (2, "b")], [("b", 2), ("a", 1)], id="other columns first"),
        pytest.param([(1, "a")] * 2 + [(2, "b")], [("a", 1), ("b", 2), ("a", 1)], id="duplicates"),
        pytest.param([(0.1 + 0.2,)], [(0.3,)], id="rounding"),
        pytest.param([(0.4999996,)], [(0.5000004,)], id="rounding to six digits would part them"),
        pytest.param([(1e11 + 1e-4,)], [(1e11,)], id="rounding of a large sum"),
        pytest.param([(2,)], [(2.0,)], id="integer and float"),
        pytest.param([(Decimal("2.50"),)], [(2.5,)], id="decimal and float"),
        pytest.param([(True,)], [(1,)], id="boolean and integer"),
        pytest.param([(None, 1), (2, None)], [(None, 2), (1, None)], id="NULL"),
        pytest.param([(float("nan"),)], [(float("nan"),)], id="not a number"),
        pytest.param([(b"\x00",)], [(bytearray(b"\x00"),)], id="bytes"),
        pytest.param([([1, "a"], {"k": 1})], [({"k": 1}, [1, "a"])], id="lists and mappings"),
        pytest.param([(date(2026, 1, 2),)], [(date(2026, 1, 2),)], id="dates"),
        pytest.param([], [], id="no rows"),
        pytest.param([()], [()], id="no columns"),
    ],
)
def test_the_same(gold: Rows, predicted: Rows) -> None:
    assert same_rows(gold, predicted, ordered=False)
    assert same_rows(predicted, gold, ordered=False)


@pytest.mark.parametrize(
    ("gold", "predicted"),
    [
        pytest.param([(1,)], [], id="no rows"),
        pytest.param([(1,)], [(1,), (1,)], id="a row twice"),
        pytest.param([(1,), (1,), (2,)], [(1,), (2,), (2,)], id="another row twice"),
        pytest.param([(1,)], [(1, 1)], id="a column more"),
        pytest.param([(1, 2), (3, 4)], [(1, 4), (3, 2)], id="columns that agree but not their rows"),
        pytest.param([(1, 2), (3, 1)], [(2, 1), (3, 1)], id="columns turned in one row only"),
        pytest.param([(1.00001,)], [(1.0,)], id="five digits"),
        pytest.param([(5_550_101_234,)], [(5_550_101_235,)], id="long integers"),
        pytest.param([("1",)], [(1,)], id="a number and its text"),
        pytest.param([("a",)], [("A",)], id="case"),
        pytest.param([(None,)], [("",)], id="NULL and an empty text"),
        pytest.param([(None,)], [(0,)], id="NULL and zero"),
        pytest.param([(float("inf"),)], [(float("-inf"),)], id="infinities"),
        pytest.param([(1, 1, 2)], [(1, 2, 2)], id="columns twice"),
    ],
)
def test_not_the_same(gold: Rows, predicted: Rows) -> None:
    assert not same_rows(gold, predicted, ordered=False)
    assert not same_rows(predicted, gold, ordered=False)


def test_order_counts_where_it_is_asked_for() -> None:
    gold = [(1, "a"), (2, "b"), (2, "c")]

    assert same_rows(gold, [("a", 1), ("b", 2), ("c", 2)], ordered=True)
    assert not same_rows(gold, [("a", 1), ("c", 2), ("b", 2)], ordered=True)
    assert same_rows(gold, [("a", 1), ("c", 2), ("b", 2)], ordered=False)


def test_every_arrangement_of_columns_that_look_alike_is_found() -> None:
    # Every column holds the same values, so that only whole rows tell them apart.
    chance = Random(5)
    columns = [chance.sample(range(6), 6) for _ in range(5)]
    gold = list(zip(*columns, strict=True))
    other = list(zip(*columns[:4], [*columns[4][1:], columns[4][0]], strict=True))

    for order in permutations(range(5)):
        turned = [tuple(row[place] for place in order) for row in gold]
        assert same_rows(gold, turned[::-1], ordered=False)
        assert not same_rows(other, turned, ordered=False)


def test_many_equal_columns_cost_no_more_than_a_few() -> None:
    # Tried in every order, sixteen columns would take longer than the universe.
    gold = [(0,) * 16 + (1, 2), (0,) * 16 + (3, 4)]
    predicted = [(0,) * 16 + (1, 4), (0,) * 16 + (3, 2)]

    assert not same_rows(gold, predicted, ordered=False)
