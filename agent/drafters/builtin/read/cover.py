"""The fragments that read a whole question together."""

from __future__ import annotations

from dataclasses import dataclass

from agent.drafters.builtin.read.effects import Fragment


@dataclass(frozen=True, slots=True)
class Cover:
    """Fragments that do not overlap, in the order of the question, and what speaks for them together."""

    fragments: tuple[Fragment, ...]
    skipped: tuple[int, ...]
    score: float
