"""What a dialect of SQL is called in a prompt."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def dialect_name(dialect: str) -> str:
    """The name that people and models know a dialect of sqlglot by."""
    return _names().get(dialect, dialect)


@cache
def _names() -> dict[str, str]:
    lines = (Path(__file__).parent / "dialect_names.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(" ") for line in lines if line and not line.startswith("#"))
    return {name: said.strip() for name, _, said in pairs}
