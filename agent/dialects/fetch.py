"""Rows taken from an engine in batches, and cut at the limits of rows and bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

MOST_ROWS = 5_000
BATCH_BYTES = 1024 * 1024
VALUE_BYTES = 8

Row = tuple[Any, ...]  # as in records, which the child process need not import


class Fetch:
    """Batches of rows; after the last, `cut` says whether a limit of rows or bytes cut the result.

    `take` gives as many of the next rows as it is asked for, fewer only at the end. How many are taken at once
    follows from the largest seen, from one row on and at most twice as many as before, so that what is taken and
    not wanted stays small.
    """

    def __init__(self, take: Callable[[int], Iterable[Row]], rows: int, result_bytes: int) -> None:
        self.cut = False
        self._take = take
        self._rows = rows
        self._result_bytes = result_bytes

    def __iter__(self) -> Iterator[list[Row]]:
        count = size = largest = 0
        asked = 1
        while not self.cut:
            # One row more than wanted tells whether the limit cut anything.
            asked = min(asked, self._rows + 1 - count)
            kept: list[Row] = []
            for row in self._take(asked):
                row_size = sum(map(size_of, row))
                size += row_size
                largest = max(largest, row_size)
                if count == self._rows or size > self._result_bytes:
                    self.cut = True
                    break
                kept.append(row)
                count += 1
            yield kept
            if len(kept) < asked:
                return
            asked = max(1, min(2 * asked, MOST_ROWS, BATCH_BYTES // max(largest, 1)))


def size_of(value: Any) -> int:
    """About how many bytes a value takes, with all that is in it."""
    if isinstance(value, str | bytes):
        return VALUE_BYTES + len(value)
    if isinstance(value, list | tuple):
        return VALUE_BYTES + sum(map(size_of, value))
    if isinstance(value, dict):
        return VALUE_BYTES + sum(size_of(key) + size_of(item) for key, item in value.items())
    return VALUE_BYTES
