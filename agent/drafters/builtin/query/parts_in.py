"""Every part of a query, an effect or any part of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass


def parts_in(part: object) -> Iterator[object]:
    """The part itself, and all within it, each before what is within it and in the order in which it stands there."""
    if isinstance(part, tuple):
        for inner in part:
            yield from parts_in(inner)
        return
    yield part
    if is_dataclass(part):
        for field in fields(part):
            yield from parts_in(getattr(part, field.name))
