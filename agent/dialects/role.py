"""Who one is on a database, and what that role may do there."""

from __future__ import annotations

import getpass
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """`name` as the engine has it; `server` is the engine with its version.

    `may` are rights beyond reading, in plain words and most harmful first, empty for a role that can only read.
    """

    name: str
    server: str
    may: tuple[str, ...] = ()


def file_role(server: str) -> Role:
    """The role on a database file: the user of this machine."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in many containers
        name = "this user"
    return Role(name, server)


def some(names: list[str], most: int = 3) -> str:
    """The first names of a list, and how many more there are."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
