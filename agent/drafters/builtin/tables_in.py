"""The tables that a query, an effect or any part of them names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

_NAMES = frozenset({"table", "root", "owner"})


def tables_in(part: object) -> Iterator[str]:
    """The ids of the tables, in the order in which they are named, and as often."""
    if isinstance(part, tuple):
        for inner in part:
            yield from tables_in(inner)
    elif is_dataclass(part):
        for field in fields(part):
            value = getattr(part, field.name)
            if isinstance(value, str):
                if field.name in _NAMES:
                    yield value
            else:
                yield from tables_in(value)
