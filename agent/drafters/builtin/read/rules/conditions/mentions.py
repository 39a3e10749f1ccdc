"""Words looked for in what people wrote: "reviews that mention packaging", "comments about late delivery"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.link.items import ColumnLink
from agent.drafters.builtin.query.query import Condition
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.read.clues.prose import prose_columns
from agent.drafters.builtin.read.effects import Filter, Fragment
from agent.drafters.builtin.read.rules.conditions.text_tests import is_contained
from agent.drafters.builtin.read.scene import Scene

# Where what is looked for ends.
_ENDS = ("D", "conjunction", "disjunction", "negation", "cmp", "is", "in", "from", "which", "that", "but", "sup")
_TABLES, _WORDS, _BACK = 3, 3, 3


def mentions(scene: Scene, start: int) -> Iterator[Fragment]:
    """A word for mentioning and what is mentioned, as a text within the column of a table near it that holds prose."""
    said = _opened(scene, start)
    if said is None:
        return
    first, how = said
    words: list[str] = []
    for place in range(first, min(first + _WORDS, len(scene.items))):
        item = scene.items[place]
        if scene.is_any(place, *_ENDS):
            return
        words.append(item.quoted or item.phrase)
        for link, near in _columns(scene, start):
            effect = Filter(Condition(link.term, "contains", (" ".join(words),)))
            more = (f"mention {how}", f"mention {near}", ("mention length", float(len(words))))
            yield scene.fragment(start, place + 1, "mention", effect, *more)


def _opened(scene: Scene, start: int) -> tuple[int, str] | None:
    """Where what is mentioned begins, and how the words before it say so."""
    item = scene.items[start]
    if is_contained(item):
        return start + 1, "contained"
    phrase, about = item.phrase.casefold(), scene.lexicon.word_lists["about"]
    if stem(item.last_word) in scene.lexicon.mentions and not item.values:
        after = start + 1
        if (
            after < len(scene.items)
            and scene.items[after].phrase.casefold() in scene.lexicon.word_lists["anything written"]
        ):
            # "say something about"
            after += 1
        behind = scene.items[after].phrase.casefold() if after < len(scene.items) else ""
        return after + (behind in about), "said"
    return (start + 1, "about") if phrase in about and phrase != "of" and scene.is_any(start - 1, "T", "C") else None


def _columns(scene: Scene, start: int) -> Iterator[tuple[ColumnLink, str]]:
    """The columns of prose: one that is named right before, and those of the tables that are near."""
    for place in range(max(start - _BACK, 0), start):
        for link in scene.items[place].columns[:2]:
            if scene.is_any(place, "C") and link.column in prose_columns(link.table, scene.lexicon):
                yield link, "in column named"
    for position, table in enumerate(list(scene.near_tables(start))[:_TABLES]):
        for column in prose_columns(table, scene.lexicon)[:1]:
            named = table.id in scene.tables
            near = "in nearest" if named and position == 0 else "in named" if named else "in found"
            yield ColumnLink(table, column, 0.8, "prose"), near
