"""The ways to cut a question into spans, best first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from agent.drafters.builtin.lexicon.operators import Superlative
from agent.drafters.builtin.link.span import Span

Way = tuple[float, tuple[Span, ...]]
# A span that weighs less means too little to take the place of another.
_LEAST = 0.5


def segmentations(spans: Iterable[Span], length: int, most: int = 1) -> list[Way]:
    """At most `most` ways to cover `length` tokens by spans without overlap, each with its weight, the heaviest first.

    The others are each the best without one long span of the first, where what takes its place means something:
    "average attendance" may be a column, and the average of another.
    """
    spans = [span for span in spans if span.weight > 0]
    first = _cover(spans, length, ())
    places = {(span.start, span.end) for span in first[1]}
    found: dict[tuple[tuple[int, int], ...], Way] = {}
    for long in (span for span in first[1] if span.end - span.start > 1 and most > 1):
        way = _cover(spans, length, (long,))
        if _is_other(long, [span for span in way[1] if (span.start, span.end) not in places]):
            found.setdefault(tuple((span.start, span.end) for span in way[1]), way)
    return [first, *sorted(found.values(), key=lambda way: -way[0])][:most]


def _cover(spans: Sequence[Span], length: int, without: Collection[Span]) -> Way:
    """The spans that weigh most together: the classic weighted interval schedule."""
    ending: dict[int, list[Span]] = defaultdict(list)
    for span in spans:
        if not any(span is other for other in without):
            ending[span.end].append(span)
    best: list[Way] = [(0.0, ())]
    for end in range(1, length + 1):
        weight, span = max(((best[span.start][0] + span.weight, span) for span in ending[end]), key=lambda way: way[0])
        best.append((weight, (*best[span.start][1], span)))
    return best[length]


def _is_other(long: Span, instead: Sequence[Span]) -> bool:
    """Whether the spans that take the place of a long one mean something else."""
    within = [span for span in instead if span.start < long.end and span.end > long.start]
    meaningful = [span for span in within if span.weight >= _LEAST]
    crossing = any(span.start < long.start or span.end > long.end for span in meaningful)
    if long.operator is not None:
        # "phone number of" may be no number of anything, but "more than" in pieces says less.
        return crossing
    # A "last name" is not the last of anything.
    if any(isinstance(span.operator, Superlative) for span in within):
        return False
    if long.proper or long.window is not None or long.values:
        return False
    return len(meaningful) > 1 or crossing
