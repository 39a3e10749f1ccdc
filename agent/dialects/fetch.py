"""Rows taken from an engine in batches, and cut at the limits of rows and bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from sys import getsizeof
from typing import Any
from uuid import UUID

MOST_ROWS = 5_000
BATCH_BYTES = 1024 * 1024
VALUE_BYTES = 8
SMALL_NUMBER_BYTES = getsizeof(Decimal(0))
TEXT = frozenset((str, bytes, type(None)))
# A whole number alone has as many bits as a column has; within JSON it has no end.
SMALL = frozenset((type(None), bool, int, float, date, datetime, time, timedelta, UUID))

Row = tuple[Any, ...]  # as in records, which the child process need not import


class Fetch:
    """Batches of rows; after the last, `cut` says whether a limit of rows or bytes cut the result.

    `take` gives as many of the next rows as it is asked for, fewer only at the end. How many are taken at once
    follows from the largest seen, from one row on and at most twice as many as before, so that what is taken and
    not wanted stays small.
    """

    def __init__(self, take: Callable[[int], list[Row]], rows: int, result_bytes: int) -> None:
        self.cut = False
        self._take = take
        self._rows = rows
        self._result_bytes = result_bytes

    def __iter__(self) -> Iterator[list[Row]]:
        rows, room, largest = self._rows, self._result_bytes, 1
        asked = 1
        while not self.cut:
            # One row more than wanted tells whether the limit cut anything.
            asked = min(asked, rows + 1)
            taken = self._take(asked)
            size, largest_here = _sizes(taken)
            kept = taken[:rows] if size <= room else _first(taken[:rows], room)
            self.cut = len(kept) < len(taken)
            yield kept
            if len(taken) < asked:
                return
            rows, room, largest = rows - len(kept), room - size, max(largest, largest_here)
            asked = max(1, min(2 * asked, MOST_ROWS, BATCH_BYTES // largest))


def size_of(value: Any) -> int:
    """About how many bytes a value takes, with all that is in it."""
    if isinstance(value, str | bytes):
        return VALUE_BYTES + len(value)
    if isinstance(value, list | tuple):
        return VALUE_BYTES + sum(map(size_of, value))
    if isinstance(value, dict):
        return VALUE_BYTES + sum(size_of(key) + size_of(item) for key, item in value.items())
    if isinstance(value, int | Decimal):
        # Digits without end; what an object takes beside them is not counted.
        return VALUE_BYTES + max(0, getsizeof(value) - SMALL_NUMBER_BYTES)
    return VALUE_BYTES


def _sizes(rows: list[Row]) -> tuple[int, int]:
    """The bytes of all rows, and at most how many the largest has; by columns, which is many times as fast."""
    total = largest = 0
    for column in zip(*rows, strict=True):
        kinds = {*map(type, column)}
        if kinds <= SMALL:
            continue
        sizes: list[int]
        if kinds <= TEXT:
            sizes = [*map(len, filter(None, column))]
        elif kinds <= {Decimal, type(None)}:
            sizes = [size - SMALL_NUMBER_BYTES for size in map(getsizeof, filter(None, column))]
        else:
            sizes = [*map(size_of, column)]
        total += sum(sizes)
        largest += max(sizes, default=0)
    fixed = VALUE_BYTES * len(rows[0]) if rows else 0
    return total + fixed * len(rows), largest + fixed


def _first(rows: list[Row], room: int) -> list[Row]:
    """The first rows that fit."""
    for count, row in enumerate(rows):
        room -= sum(map(size_of, row))
        if room < 0:
            return rows[:count]
    return rows
