"""A file of descriptions that is to be merged: YAML, or a table in CSV as a data catalog exports it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.errors import UsageError
from agent.schema_index.descriptions import load_descriptions

FIELDS = ("table", "column", "description", "synonyms", "tags")
SEPARATOR = ";"


def read_descriptions(file: Path) -> Any:
    """What a file says, in the form of a YAML file of descriptions.

    A CSV file has a header with `table` and any of `column`, `description`, `synonyms` and `tags`; a line without a
    column is about its table, and words are parted by semicolons. Raises UsageError that names the file and the line.
    """
    if file.suffix.lower() != ".csv":
        return load_descriptions(file)
    tables: dict[str, dict[str, Any]] = {}
    for line, row in _rows(file):
        if not row["table"]:
            raise UsageError(f"{file}: line {line} names no table")
        entry = tables.setdefault(row["table"], {})
        if row["column"]:
            entry = entry.setdefault("columns", {}).setdefault(row["column"], {})
        if row["description"]:
            entry["description"] = row["description"]
        for name in ("synonyms", "tags"):
            words = [word.strip() for word in row[name].split(SEPARATOR) if word.strip()]
            if words:
                entry[name] = [*entry.get(name, []), *words]
    return {"tables": tables}


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        # As spreadsheets write it: with a mark at the start.
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened, restval="", skipinitialspace=True)
            names = [name.strip().lower() for name in reader.fieldnames or ()]
            if "table" not in names or not set(names) <= set(FIELDS):
                raise UsageError(f"{file}: its first line must name columns among {', '.join(FIELDS)}")
            reader.fieldnames = names
            for row in reader:
                if None in row:
                    raise UsageError(f"{file}: line {reader.line_num} has more cells than the first", "quote commas")
                yield reader.line_num, {name: (row.get(name) or "").strip() for name in FIELDS}
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: not valid CSV: {' '.join(str(error).split())}") from error
