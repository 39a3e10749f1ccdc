"""Words for a short code that is stored: "female" for F, "married" for Y."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Marker
from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.query.query import Condition
from agent.drafters.builtin.read.clues.link_features import link_features
from agent.drafters.builtin.read.effects import Filter, Fragment
from agent.drafters.builtin.read.scene import Scene

_GLUE = ("is", "has", "in", "of", "all")
# A column of more values than these has no codes; samples are at most five.
_MOST = 4


def coded(scene: Scene, start: int) -> Iterator[Fragment]:
    """A column that holds letters or yes and no, named by what one of them stands for."""
    negated = scene.items[start].operator == Marker("negation")
    place = scene.skip(start + 1, *_GLUE, most=2) if negated else start
    if place >= len(scene.items) or scene.items[place].values:
        return
    item = scene.items[place]
    for rank, link in enumerate(item.columns):
        more = link_features(scene, place, link, rank)
        for value, how in _codes(scene, item.phrase.casefold(), link, negated):
            effect = Filter(Condition(link.term, "in", (value,), negated and how == "letter"))
            yield scene.fragment(start, place + 1, f"code {how}", effect, *more)


def _codes(scene: Scene, phrase: str, link: ColumnLink, negated: bool) -> Iterator[tuple[str, str]]:
    """The stored codes that a phrase may stand for, each with what it is."""
    samples = link.column.samples
    if link.column.kind != "text" or not 0 < len(samples) <= _MOST:
        return
    if all(len(sample) == 1 and sample.isalpha() for sample in samples):
        for sample in samples:
            if phrase.startswith(sample.casefold()):
                yield sample, "letter"
    answers = scene.lexicon.answers
    if all(sample.casefold() in answers for sample in samples):
        for sample in samples:
            if answers[sample.casefold()] != negated:
                yield sample, "yes or no"
