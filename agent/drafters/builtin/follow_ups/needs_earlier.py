"""Whether a text goes on from the question before it, or says all that it asks by itself."""

from __future__ import annotations

from collections.abc import Sequence

from agent.drafters.builtin.follow_ups.follow_up_words import FollowUpWords
from agent.drafters.builtin.follow_ups.kept import GROUPS, SHOWN
from agent.drafters.builtin.follow_ups.names_only_rows import LEADS, names_only_rows
from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.query.query import Query
from agent.drafters.builtin.query.tables_in import tables_in
from agent.drafters.builtin.rank.rank import readings
from agent.drafters.builtin.rank.weights import Weights
from agent.drafters.builtin.read.effects import Measure
from agent.drafters.builtin.read.scene import Scene

# No question of its own opens with one of these.
_PARTS = frozenset({"ordering", "sorting", "ascending", "descending", "negation", "whose", "only", "also"})
# Behind "and" a question of its own opens with one of these, or has one of those.
_ASKS = frozenset({"ask", "compute", "what", "which", "who", "when", "where"})
_VERBS = frozenset({"is", "do", "has", "there"})
# What is named by less of its name is rather named by chance.
_NAMED = 0.9


def needs_earlier(scene: Scene, said: FollowUpWords, query: Query, weights: Weights) -> bool:
    """Whether a text needs the question before it, of which `query` is the reading.

    `scene` is that of the text without the words in `said`. One that names its own subject needs none.
    """
    if said.telling or scene.is_any(0, *_PARTS) or ("them" in said.kinds and not _named(scene.items[: said.them], "T")):
        return True
    is_sentence = scene.is_any(0, *_ASKS) or any(scene.is_any(place, *_VERBS) for place in range(len(scene.items)))
    if "and" in said.kinds and not is_sentence:
        # "and customers in Italy?" counts them where they were counted before.
        return True
    found = readings(scene, weights)
    fragments = found[0].cover.fragments if found else ()
    named = [part for part in fragments if _named(scene.items[part.start : part.end], "T", "C")]
    tables = [part for part in named if _named(scene.items[part.start : part.end], "T")]
    shown = [part for part in named if isinstance(part.effect, SHOWN)]
    led = scene.is_any(0, *LEADS)
    if any(part in tables and not names_only_rows(part, scene) for part in shown):
        return False
    if tables and not led:
        return False
    measures = any(isinstance(part.effect, Measure) for part in shown)
    if measures and any(isinstance(part.effect, GROUPS) for part in named):
        return False
    return led or not shown or bool(set(tables_in(tuple(part.effect for part in shown))) & set(tables_in(query)))


def _named(items: Sequence[Item], *categories: str) -> bool:
    """Whether one of the items is the name of a table (`T`) or of a column (`C`)."""
    return any(
        item.category in categories and (item.tables if item.category == "T" else item.columns)[0].score >= _NAMED
        for item in items
    )
