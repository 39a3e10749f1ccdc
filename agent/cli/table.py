"""Rows as a table: in a pipe as wide as it must be, in a terminal fitted to the window."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.cli.visible import visible

if TYPE_CHECKING:
    from agent.records import Answer

CELL = 200
"""Characters of a cell that are shown; the other formats give them all."""
GAP = "  "


def table(answer: Answer) -> None:
    """Print the rows as a table; NULL is blank, and long text is cut."""
    names = [_shown(name) for name in answer.columns]
    values = list(zip(*answer.rows, strict=True)) or [()] * len(names)
    columns = [_column(column) for column in values]
    numeric = [bool(column) and all(isinstance(value, int | float | None) for value in column) for column in values]
    lines = _fitted if sys.stdout.isatty() else _aligned
    for line in lines(names, columns, numeric):
        print(line.rstrip())  # noqa: T201


def _aligned(names: list[str], columns: list[list[str]], numeric: list[bool]) -> Iterator[str]:
    # By hand, because rich measures and pads every cell anew, which takes some fifty times as long.
    full = [[name, *column] for name, column in zip(names, columns, strict=True)]
    widths = [max(map(_width, column)) for column in full]
    for row in zip(*full, strict=True):
        cells = zip(row, widths, numeric, strict=True)
        yield GAP.join(_padded(cell, width - _width(cell), right) for cell, width, right in cells)


def _padded(cell: str, blanks: int, right: bool) -> str:
    return " " * blanks + cell if right else cell + " " * blanks


def _width(cell: str) -> int:
    return len(cell) if cell.isascii() else cell_len(cell)


def _fitted(names: list[str], columns: list[list[str]], numeric: list[bool]) -> Iterator[str]:
    console = Console(highlight=False)
    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, len(GAP), 0, 0))
    for name, right in zip(names, numeric, strict=True):
        grid.add_column(Text(name), justify="right" if right else "left")
    for row in zip(*columns, strict=True):
        grid.add_row(*map(Text, row))
    with console.capture() as capture:
        console.print(grid)
    yield from capture.get().splitlines()


def _column(values: Sequence[Any]) -> list[str]:
    """The cells of a column: where one number has decimals, all are shown with as many."""
    if any(isinstance(value, float) for value in values):
        values = [float(value) if isinstance(value, int) else value for value in values]
    return [_shown(value) for value in values]


def _shown(value: Any) -> str:
    """A value for human eyes: money and means to two digits, nothing for NULL."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) >= 0.01 or value == 0 else f"{value:.3g}"
    if isinstance(value, bytes):
        return f"<{len(value):,} bytes>"
    text = str(value)
    return visible(text if len(text) <= CELL else f"{text[: CELL - 1]}…")
