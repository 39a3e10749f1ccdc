"""How an answer is printed: rows on stdout, what they rest on on stderr."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from agent.cli.table import table
from agent.cli.visible import visible, visible_lines

if TYPE_CHECKING:
    from agent.records import Answer

ENVELOPE_VERSION = 1


def rows_as_csv(answer: Answer) -> None:
    """Print a header and the rows as CSV: exactly as stored for a program, safely in a terminal."""
    lines = [answer.columns, *([_plain(value) for value in row] for row in answer.rows)]
    if sys.stdout.isatty():
        lines = [[visible(cell) if isinstance(cell, str) else cell for cell in line] for line in lines]
    csv.writer(sys.stdout, lineterminator="\n").writerows(lines)


def envelope(answer: Answer) -> None:
    """Print the whole answer as one JSON object, whose `version` changes when its shape does.

    What is not ASCII is escaped: so nothing is lost in an encoding, nor can it steer a terminal.
    """
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
            allow_nan=False,
        )
    )


FORMATS: dict[str, Callable[[Answer], None]] = {"table": table, "csv": rows_as_csv, "json": envelope}


def evidence(answer: Answer, quiet: bool) -> None:
    """Say on stderr what the answer rests on: the SQL, the tables, each assumption, and whether a limit cut it."""
    if quiet:
        return
    _say(Text("\nSQL", style="bold"))
    _say(_coloured(answer.sql))
    _say(Text.assemble(("Tables   ", "bold"), ", ".join(map(visible, answer.tables))))
    assumptions(answer.assumptions, quiet)
    if not answer.rows:
        note("No row meets the conditions.")
    if answer.truncated:
        note(f"Cut after {len(answer.rows):,} rows: there are more. Raise --limit to see them.")


def assumptions(lines: Iterable[str], quiet: bool) -> None:
    """Say on stderr what was assumed, a line each."""
    if quiet:
        return
    for position, line in enumerate(lines):
        _say(Text.assemble(("Assumed  ", "bold") if position == 0 else " " * 9, visible(line)))


def note(text: str) -> None:
    """Say one line on stderr."""
    _say(Text(text, style="dim"))


def sql(text: str) -> None:
    """Print SQL alone on stdout, in colour only in a terminal."""
    if sys.stdout.isatty():
        Console().print(_coloured(text), soft_wrap=True)
    else:
        print(visible_lines(text))  # noqa: T201


def _say(text: Text) -> None:
    # The terminal wraps a long line itself: a break of ours inside SQL could stand within a literal.
    Console(stderr=True, highlight=False).print(text, soft_wrap=True)


def _coloured(text: str) -> Text:
    coloured = Syntax("", "sql", background_color="default").highlight(visible_lines(text))
    coloured.rstrip()
    return coloured


def _plain(value: Any) -> Any:
    """A value for programs: bytes as hex, and no more digits of a float than it surely has (15).

    JSON has no infinity. It becomes text, as PostgreSQL does it, because null would say that there is no value.
    """
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float):
        if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        return float(f"{value:.15g}")
    return value if isinstance(value, int | str | None) else str(value)
