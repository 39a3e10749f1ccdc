"""Whether two results hold the same rows, whatever their columns are called and however they are arranged."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from agent.records import Row

TOLERANCE = 1e-6
# What adding floats in another order changes, as a share of a large number.
ROUNDING = 1e-12

Column = tuple[Any, ...]


def same_rows(gold: Sequence[Row], predicted: Sequence[Row], *, ordered: bool) -> bool:
    """Whether the rows are the same multiset, and with `ordered` the same sequence.

    Columns may come in any order, which is the same for all rows. Numbers are equal within 1e-6, and NULL equals
    NULL; a number and its text are not equal. Results without rows are the same.
    """
    if len(gold) != len(predicted) or not gold:
        return len(gold) == len(predicted)
    if len(gold[0]) != len(predicted[0]):
        return False
    exact = _Exact(chain(chain.from_iterable(gold), chain.from_iterable(predicted)))
    left, right = ([tuple(map(exact, column)) for column in zip(*rows, strict=True)] for rows in (gold, predicted))
    if ordered:
        return Counter(left) == Counter(right)
    return _match(left, right, [], _signatures(left), _signatures(right))


def _match(
    gold: list[Column],
    predicted: list[Column],
    chosen: list[int],
    gold_signs: list[frozenset[Any]],
    predicted_signs: list[frozenset[Any]],
) -> bool:
    """Whether the columns of gold can be continued by columns of the prediction that are not chosen yet."""
    place = len(chosen)
    if place == len(gold):
        return True
    rows, tried = Counter(zip(*gold[: place + 1], strict=True)), set()
    for candidate, column in enumerate(predicted):
        if candidate in chosen or gold_signs[place] != predicted_signs[candidate] or column in tried:
            continue
        # Equal columns would fail alike.
        tried.add(column)
        parts = [predicted[number] for number in (*chosen, candidate)]
        if Counter(zip(*parts, strict=True)) == rows and _match(
            gold, predicted, [*chosen, candidate], gold_signs, predicted_signs
        ):
            return True
    return False


def _signatures(columns: list[Column]) -> list[frozenset[Any]]:
    """What equal multisets of values have in common."""
    return [frozenset(Counter(column).items()) for column in columns]


class _Exact:
    """Puts one value in place of all that are equal within the tolerance, so that equality becomes exact."""

    def __init__(self, values: Iterable[Any]) -> None:
        numbers = sorted({number for value in values if (number := _number(value)) is not None})
        self._stands_for: dict[int | float, int | float] = {}
        first: int | float = 0
        before: int | float | None = None
        for number in numbers:
            if before is None or number - before > max(TOLERANCE, abs(number) * ROUNDING):
                first = number
            self._stands_for[number] = first
            before = number

    def __call__(self, value: Any) -> Any:
        number = _number(value)
        if number is not None:
            return self._stands_for[number]
        match value:
            case float() | Decimal():
                return ("not a number", str(float(value)))
            case list() | tuple():
                return ("list", *map(str, value))
            case dict():
                return ("mapping", *sorted(map(str, value.items())))
            case bytearray() | memoryview():
                return bytes(value)
        return value


def _number(value: Any) -> int | float | None:
    """The value as an exact integer or a float; None for what is no finite number."""
    if isinstance(value, bool | int):
        return int(value)
    if isinstance(value, float | Decimal) and math.isfinite(value):
        return int(value) if value == int(value) else float(value)
    return None
