"""How an answer is printed: rows on stdout, what they rest on on stderr."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from agent.records import Answer

ENVELOPE_VERSION = 1
# Stored text must not steer the terminal: control characters are shown, not sent.
_VISIBLE = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)


def table(answer: Answer) -> None:
    """Print the rows as a table: as wide as it must be in a pipe, fitted to the window in a terminal."""
    piped = not sys.stdout.isatty()
    columns = [_column([row[position] for row in answer.rows]) for position in range(len(answer.columns))]
    width = sum(2 * max(map(len, [name, *cells])) + 2 for name, cells in zip(answer.columns, columns, strict=True)) + 1
    console = Console(width=width if piped else None, no_color=piped or None, highlight=False)
    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for position, name in enumerate(answer.columns):
        numeric = all(isinstance(row[position], int | float | None) for row in answer.rows)
        grid.add_column(Text(_shown(name)), justify="right" if numeric and answer.rows else "left")
    for row in zip(*columns, strict=True):
        grid.add_row(*map(Text, row))
    with console.capture() as capture:
        console.print(grid)
    print("\n".join(line.rstrip() for line in capture.get().splitlines()))  # noqa: T201


def rows_as_csv(answer: Answer) -> None:
    """Print a header and the rows as CSV."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([[_plain(value) for value in row] for row in answer.rows])


def envelope(answer: Answer) -> None:
    """Print the whole answer as one JSON object, whose `version` changes when its shape does."""
    print(  # noqa: T201
        json.dumps(
            {
                "version": ENVELOPE_VERSION,
                "question": answer.question,
                "sql": answer.sql,
                "columns": answer.columns,
                "rows": [[_plain(value) for value in row] for row in answer.rows],
                "tables": answer.tables,
                "assumptions": answer.assumptions,
                "explanation": answer.explanation,
                "confidence": answer.confidence,
                "truncated": answer.truncated,
                "elapsed": round(answer.elapsed, 3),
            },
            ensure_ascii=False,
        )
    )


FORMATS: dict[str, Callable[[Answer], None]] = {"table": table, "csv": rows_as_csv, "json": envelope}


def evidence(answer: Answer, quiet: bool) -> None:
    """Say on stderr what the answer rests on: the SQL, the tables, each assumption, and whether a limit cut it."""
    if quiet:
        return
    console = Console(stderr=True, highlight=False)
    console.print()
    console.print(Text("SQL", style="bold"))
    console.print(Syntax(answer.sql, "sql", background_color="default", word_wrap=True))
    console.print(Text("Tables   ", style="bold") + Text(", ".join(map(_shown, answer.tables))))
    assumptions(answer.assumptions, quiet)
    if not answer.rows:
        note("No row meets the conditions.")
    if answer.truncated:
        note(f"Cut after {len(answer.rows):,} rows: there are more. Raise --limit to see them.")


def assumptions(lines: Iterable[str], quiet: bool) -> None:
    """Say on stderr what was assumed, a line each."""
    if quiet:
        return
    console = Console(stderr=True, highlight=False)
    for position, line in enumerate(lines):
        console.print(Text("Assumed  " if position == 0 else " " * 9, style="bold") + Text(_shown(line)))


def note(text: str) -> None:
    """Say one line on stderr."""
    Console(stderr=True, highlight=False).print(Text(text, style="dim"))


def sql(text: str) -> None:
    """Print SQL alone on stdout, in colour only in a terminal."""
    if sys.stdout.isatty():
        Console().print(Syntax(text, "sql", background_color="default", word_wrap=True))
    else:
        print(text)  # noqa: T201


def _column(values: list[Any]) -> list[str]:
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
    return str(value).translate(_VISIBLE)


def _plain(value: Any) -> Any:
    """A value for programs: bytes as hex, and no more digits of a float than it surely has (15)."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float):
        return float(f"{value:.15g}")
    return value if isinstance(value, int | str | None) else str(value)
