"""Read the lists that stand beside the rules."""

from __future__ import annotations

from importlib.resources import files


def data(name: str) -> list[str]:
    """The lines of a list, without blank lines and comments."""
    lines = files(__package__).joinpath(name).read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
