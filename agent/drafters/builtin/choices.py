"""What a question leaves open: two columns that hold the same value, two dates, two foreign keys, two tables
of one name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.drafters.builtin.query import ColumnTerm


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a choice: the columns that are meant (none where a table is), and how that is said."""

    columns: tuple[ColumnTerm, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that the question leaves open, named by `about`, and its options, best first.

    With one option it is no real choice: the question is read anew by that option.
    """

    about: str
    options: tuple[Option, ...]


@dataclass
class Decisions:
    """The options decided on, by what they are about, and the choices met that nobody has decided yet."""

    made: Mapping[str, Option] = field(default_factory=dict)
    open: list[Choice] = field(default_factory=list)

    def take(self, choice: Choice) -> Option:
        """The option decided on; else the best, for now, and the choice is left open."""
        if choice.about not in self.made:
            self.open.append(choice)
        return self.made.get(choice.about, choice.options[0])
