"""The answer on stdout: a table for eyes, the rows or the whole answer for programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from agent.cli.plain import plain, unique
from agent.cli.table import markdown, table
from agent.cli.visible import visible

if TYPE_CHECKING:
    from agent.records import Answer

ENVELOPE_VERSION = 1


def rows_as_csv(answer: Answer) -> None:
    """Print a header and the rows as CSV: exactly as stored for a program, safely in a terminal."""
    lines = [answer.columns, *([_cell(value) for value in row] for row in answer.rows)]
    if sys.stdout.isatty():
        lines = [[visible(cell) if isinstance(cell, str) else cell for cell in line] for line in lines]
    csv.writer(sys.stdout, lineterminator="\n").writerows(lines)


def rows_as_json_lines(answer: Answer) -> None:
    """Print each row as a JSON object on a line of its own; of columns with one name the second is name_2."""
    names = unique(answer.columns)
    for row in answer.rows:
        _print_json(dict(zip(names, map(plain, row), strict=True)))


def envelope(answer: Answer) -> None:
    """Print the whole answer as one JSON object, whose `version` changes when its shape does."""
    _print_json(
        {
            "version": ENVELOPE_VERSION,
            "question": answer.question,
            "sql": answer.sql,
            "columns": answer.columns,
            "rows": [[plain(value) for value in row] for row in answer.rows],
            "tables": answer.tables,
            "assumptions": answer.assumptions,
            "explanation": answer.explanation,
            "confidence": answer.confidence,
            "confidence_reason": answer.confidence_reason,
            "truncated": answer.truncated,
            "elapsed": round(answer.elapsed, 3),
        }
    )


FORMATS: dict[str, Callable[[Answer], None]] = {
    "table": table,
    "csv": rows_as_csv,
    "json": envelope,
    "jsonl": rows_as_json_lines,
    "markdown": markdown,
}


def _print_json(value: Any) -> None:
    # What is not ASCII is escaped: so nothing is lost in an encoding, nor can it steer a terminal.
    print(json.dumps(value, allow_nan=False))  # noqa: T201


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value:f}"
    match cell := plain(value):
        case bool():
            return str(cell).lower()
        case list() | dict():
            return json.dumps(cell, ensure_ascii=False, allow_nan=False)
    return cell
