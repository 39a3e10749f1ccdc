"""Parts of a whole: "what percentage of customers …", "the share of web orders"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon import Marker
from agent.drafters.builtin.read.effects import AsShare, Fragment
from agent.drafters.builtin.read.scene import Scene


def shares(scene: Scene, start: int) -> Iterator[Fragment]:
    """A mark of a share, before what is counted or added up; it is told in hundredths."""
    if scene.items[start].operator == Marker("share"):
        yield scene.fragment(start, start + 1, "share", AsShare(percent=True))
