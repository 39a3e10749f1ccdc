"""What is made of a catalog once, and forgotten with it."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from agent.records import Catalog

Made = TypeVar("Made")


def per_catalog(make: Callable[[Catalog], Made]) -> Callable[[Catalog], Made]:
    """The function, which now makes something of the same catalog only once."""
    # By identity: hashing a catalog would walk every column of it on every call.
    known: dict[int, Made] = {}

    @wraps(make)
    def made(catalog: Catalog) -> Made:
        if id(catalog) not in known:
            known[id(catalog)] = make(catalog)
            weakref.finalize(catalog, known.pop, id(catalog), None)
        return known[id(catalog)]

    return made
