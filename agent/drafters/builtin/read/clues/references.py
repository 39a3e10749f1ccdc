"""What rows are compared with: "the average", "the highest price of all cars", "their department's average"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.drafters.builtin.lexicon.operators import Aggregate, Comparison, Function, Superlative
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.read.clues.peer_columns import own_columns, peer_columns
from agent.drafters.builtin.read.clues.targets import Target, targets
from agent.drafters.builtin.read.effects import AgainstMean
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import is_numeric, is_temporal, keys

_GLUE = ("is", "of", "in", "to", "value", "x", "has", "with", "than", "that", "do", "me")
_OF = ("of", "all", "in", "their", "value", "for", "from")
_STRICTEST: dict[str, Function] = {">": "max", ">=": "max", "<": "min", "<=": "min"}
_OPPOSITE: dict[str, Function] = {"max": "min", "min": "max"}


@dataclass(frozen=True, slots=True)
class Reference:
    """What rows are compared with: an aggregate of a column (None: of the one that is compared), and where it ends.

    `group` is the place of what the rows have in common that it is of, where that stands before it.
    """

    function: Function
    over: Target | None
    end: int
    how: str
    group: int | None = None

    def compared(self, scene: Scene, operator: str, term: ColumnTerm | None) -> Iterator[tuple[AgainstMean, int, str]]:
        """The comparison of a column, or of the one that is aggregated: with all rows, and with those like each."""
        over = self.over.link.term if self.over else term
        if over is None:
            return
        if self.group is None:
            yield AgainstMean(term, operator, self.function, over), self.end, f"against {self.how}"
            found = peer_columns(scene, self.end, over.table)
        else:
            found = ((column, self.end) for column in own_columns(scene, self.group, over.table))
        for column, end in found:
            # What rows are compared by is a figure of their own.
            if (term is None or term.table == over.table) and column != over.column:
                yield AgainstMean(term, operator, self.function, over, column), end, "against peers"


def references(scene: Scene, place: int, sign: str) -> Iterator[Reference]:
    """The aggregates that begin at a place, or a word behind it."""
    place = scene.skip(place, *_GLUE, most=2)
    if place >= len(scene.items):
        return
    function = _function(scene, place)
    if function is not None:
        for over in list(targets(scene, scene.skip(place + 1, *_OF, most=2)))[:3]:
            # The average of a key says nothing.
            if is_numeric(over.link.column) and over.link.column.name not in keys(over.link.table):
                yield Reference(function, over, over.end, "aggregate of column")
        yield Reference(function, None, place + 1, "aggregate alone")
    group = scene.skip(place, "their", "same", most=1)
    if group + 1 < len(scene.items) and (function := _mean(scene, group + 1)):
        yield Reference(function, None, group + 2, "aggregate of group", group)
    # "higher than the price of all cars", "higher than all cars"
    for kind, end in _quantified(scene, place):
        yield Reference(_extreme(sign, kind), None, end, kind)
    for over in list(targets(scene, place))[:2]:
        if is_numeric(over.link.column) or is_temporal(over.link.column):
            for kind, end in _quantified(scene, scene.skip(over.end, "of", "for", "from", "in", most=1)):
                yield Reference(_extreme(sign, kind), over, end, f"{kind} of column")


def _mean(scene: Scene, place: int) -> Function | None:
    """An average at a place: what stands before it may say of which rows it is."""
    return "avg" if scene.items[place].operator == Aggregate("avg") else None


def _function(scene: Scene, place: int) -> Function | None:
    """The aggregate of one value for all rows at a place."""
    match scene.items[place].operator:
        case Aggregate(function) if function in {"avg", "min", "max"}:
            return function
        case Superlative(rows=False):
            return "max" if scene.items[place].operator.descending else "min"  # type: ignore[union-attr]
    return None


def _extreme(sign: str, kind: str) -> Function:
    strictest = _STRICTEST[sign]
    return strictest if kind == "every" else _OPPOSITE[strictest]


def _quantified(scene: Scene, place: int) -> Iterator[tuple[str, int]]:
    """Whether every or only some of the rows behind are meant, and where the words for it end."""
    if place >= len(scene.items):
        return
    item = scene.items[place]
    for kind, words in scene.lexicon.quantifiers.items():
        if item.phrase.casefold() in words:
            yield kind, place + 1
    at_least = isinstance(item.operator, Comparison) and item.operator.operator == ">="
    if at_least and place + 1 < len(scene.items) and scene.items[place + 1].number == 1:
        yield "some", place + 2
