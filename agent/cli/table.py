"""Rows as a table: in a pipe as wide as it must be, in a terminal fitted to the window, or for a document."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.cli.plain import duration, not_finite, plain
from agent.cli.visible import visible

if TYPE_CHECKING:
    from agent.records import Answer

CELL = 200
"""Characters of a cell that are shown; the other formats give them all."""
GAP = "  "
MAX_SCALE = 4
"""Digits after the point that a stored number may show; with more it is a quotient, and is rounded as one."""

_MARKDOWN = re.compile(r"([\\|<`*\[])")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def table(answer: Answer) -> None:
    """Print the rows as a table; NULL is blank, and long text is cut."""
    print_table(answer.columns, answer.rows)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows under the names of their columns, numbers at the right."""
    names = [_cut(name) for name in columns]
    values = _columns(columns, rows)
    cells = [[_cut(cell) for cell in _texts(column)] for column in values]
    lines = _fitted if sys.stdout.isatty() else _aligned
    for line in lines(names, cells, [_is_numeric(column) for column in values]):
        print(line.rstrip())  # noqa: T201


def markdown(answer: Answer) -> None:
    """Print the rows as a table of GitHub's Markdown; what would be markup in a cell is escaped."""
    values = _columns(answer.columns, answer.rows)
    rule = ["---:" if _is_numeric(column) else "---" for column in values]
    cells = [[_escaped(cell) for cell in _texts(column)] for column in values]
    for line in ([_escaped(name) for name in answer.columns], rule, *zip(*cells, strict=True)):
        print(f"| {' | '.join(line)} |")  # noqa: T201


def _columns(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True)) or [()] * len(columns)


def _is_numeric(column: Sequence[Any]) -> bool:
    return bool(column) and all(isinstance(value, int | float | Decimal | None) for value in column)


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


def _texts(values: Sequence[Any]) -> list[str]:
    """The cells of a column: where one number has decimals, all are shown with as many."""
    scales = [_scale(value) for value in values if isinstance(value, float | Decimal)]
    known = [scale for scale in scales if scale is not None]
    if len(known) == len(scales) and not any(known):
        return [_text(value) for value in values]
    # Means and other quotients are shown to two digits, stored decimals as they are stored.
    scale = max(known) if len(known) == len(scales) else None
    return [_number(value, scale) if _is_number(value) else _text(value) for value in values]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _scale(value: float | Decimal) -> int | None:
    """The digits after the point that a number is stored with, or None where they tell nothing."""
    if isinstance(value, float) or not value.is_finite():
        return None
    scale = max(0, -int(value.as_tuple().exponent))
    return scale if scale <= MAX_SCALE else None


def _number(value: float | Decimal, scale: int | None) -> str:
    if scale is not None:
        return f"{value:,.{scale}f}"
    if not isfinite(value):
        return _text(value)
    return f"{float(value):.3g}" if 0 < abs(float(value)) < 0.01 else f"{value:,.2f}"


def _text(value: Any) -> str:
    """A value for human eyes; nothing for NULL."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() | Decimal() if not isfinite(value):
            return not_finite(value)
        case Decimal():
            return f"{value:f}"
        case bytes() | bytearray() | memoryview():
            return f"<{len(bytes(value)):,} bytes>"
        case datetime():
            return value.isoformat(" ")
        case timedelta():
            return duration(value)
        case list() | tuple() | set() | frozenset() | dict():
            return json.dumps(plain(value), ensure_ascii=False)
    return str(value)


def _cut(text: str) -> str:
    return visible(text if len(text) <= CELL else f"{text[: CELL - 1]}…")


def _escaped(text: str) -> str:
    return "<br>".join(visible(line) for line in _LINE_BREAK.split(_MARKDOWN.sub(r"\\\1", text)))
