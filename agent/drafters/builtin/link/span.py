"""What a few words of a question may mean."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.drafters.builtin.lexicon.operators import Operator
from agent.drafters.builtin.link.items import ValueLink
from agent.drafters.builtin.link.names import Named
from agent.drafters.builtin.question.dates import Window


@dataclass
class Span:
    """What the tokens `start` to `end` (not included) may mean, and how much it weighs when the question is covered.

    `proper` says that it looks like a proper name.
    """

    start: int
    end: int
    weight: float = 0.0
    operator: Operator | None = None
    named: list[Named] = field(default_factory=list)
    values: list[ValueLink] = field(default_factory=list)
    window: Window | None = None
    proper: bool = False

    def weigh(self, quality: float, words: float | None = None) -> None:
        """Let it weigh at least as much as `words` words of this quality; a longer span beats the same words apart."""
        length = self.end - self.start
        self.weight = max(self.weight, quality * (length if words is None else words) * (1 + 0.1 * (length - 1)))
