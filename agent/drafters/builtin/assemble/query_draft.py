"""A query in the making: what has been chosen of what the parts leave open."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.drafters.builtin.assemble.conditions import Conditions
from agent.drafters.builtin.assemble.parts import Features, Parts
from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import Condition, MeasureTerm, Ordering, Term


@dataclass
class QueryDraft:
    """What is shown, meant, grouped and ordered so far, with the features of the choices.

    `unit` is the calendar unit that rows are grouped by, `count` the number of rows that groups are ranked by.
    """

    parts: Parts
    select: list[Term]
    unit: list[Term]
    where: Conditions
    features: Features
    groups: list[Term] = field(default_factory=list)
    having: list[Condition] = field(default_factory=list)
    order: list[Ordering] = field(default_factory=list)
    limit: int | None = None
    count: MeasureTerm | None = None

    @property
    def measured(self) -> list[MeasureTerm]:
        """The aggregates that are shown."""
        return [term for term in self.select if isinstance(term, MeasureTerm)]

    @property
    def plain(self) -> list[Term]:
        """What is shown and not measured."""
        return [term for term in self.select if not isinstance(term, MeasureTerm)]

    @property
    def root(self) -> str:
        """The rows that are counted, or else the first that are shown."""
        measured = self.measured
        return measured[0].table if measured and measured[0].column is None else home(self.select[0])
