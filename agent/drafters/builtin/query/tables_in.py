"""The tables that a query, an effect or any part of them names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from agent.drafters.builtin.query.parts_in import parts_in

_NAMES = frozenset({"table", "root", "owner"})


def tables_in(part: object) -> Iterator[str]:
    """The ids of the tables, as often as they are named, a part before what is within it."""
    for inner in parts_in(part):
        for field in fields(inner) if is_dataclass(inner) else ():
            name = getattr(inner, field.name) if field.name in _NAMES else None
            if isinstance(name, str):
                yield name
