"""Read the lists that stand beside the rules."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def data(name: str) -> list[str]:
    """The lines of a list, without blank lines and comments; none where there is no such list."""
    path = files(__package__).joinpath(name)
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


@cache
def words(name: str) -> frozenset[str]:
    """The words of a list, on as many lines as it likes."""
    return frozenset(" ".join(data(name)).split())
