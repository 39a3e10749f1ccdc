"""Texts that are looked for: "name contains 'x'", "titles with the word love", "starting with A", "'x' in its name"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Comparison
from agent.drafters.builtin.link.items import ColumnLink, Item
from agent.drafters.builtin.query.query import Condition
from agent.drafters.builtin.read.clues.targets import Features, columns_before, targets
from agent.drafters.builtin.read.effects import Filter, Fragment
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import label_columns

_GLUE = ("is", "of", "in", "value", "has", "with", "that", "all", "do", "which", "there")
_OF = ("in", "of", "their", "x", "from", "as", "with")
TESTS = frozenset({"contains", "starts", "ends"})
# So many tables near a text are tried by what their rows are called.
_NEAR = 2


def text_tests(scene: Scene, start: int) -> Iterator[Fragment]:
    """A text within a column that stands before it, behind it, further before, or that is what rows are called."""
    yield from _column_first(scene, start)
    negated = scene.is_any(start, "negation")
    place = scene.skip(start + 1, "also", "x", most=1) if negated else start
    test = _test(scene, place)
    if test is not None:
        yield from _text_first(scene, start, place + 1, test, negated, "said")
    elif scene.items[start].quoted is not None:
        yield from _text_first(scene, start, start, "contains", False, "quoted")


def is_contained(item: Item) -> bool:
    """Whether an item says that what follows is within a text: "containing", "with the word"."""
    return isinstance(item.operator, Comparison) and item.operator.operator == "contains"


def _test(scene: Scene, place: int) -> str | None:
    operator = scene.items[place].operator if place < len(scene.items) else None
    return operator.operator if isinstance(operator, Comparison) and operator.operator in TESTS else None


def _text(scene: Scene, place: int) -> tuple[str, str]:
    """The text at a place, and how it is given."""
    item = scene.items[place]
    if item.quoted is not None:
        return item.quoted, "text quoted"
    return item.phrase, f"text {'capital' if item.phrase[:1].isupper() else 'plain'} {item.category}"


def _column_first(scene: Scene, start: int) -> Iterator[Fragment]:
    for found in targets(scene, start):
        place = scene.skip(found.end, *_GLUE, most=3)
        negated = scene.is_any(place, "negation")
        if negated:
            place = scene.skip(place + 1, *_GLUE, most=2)
        test = _test(scene, place)
        # "contains the pattern 'x'"
        target = place + 2 if scene.is_any(place + 2, "Q") and scene.is_any(place + 1, "value", "x") else place + 1
        if test is None or target >= len(scene.items):
            continue
        text, how = _text(scene, target)
        effect = Filter(Condition(found.link.term, test, (text,), negated))
        more = (how, *_kind(found.link), *found.features)
        yield scene.fragment(start, target + 1, "text", effect, *more)


def _text_first(scene: Scene, start: int, target: int, test: str, negated: bool, told: str) -> Iterator[Fragment]:
    if target >= len(scene.items):
        return
    text, how = _text(scene, target)

    def fragment(link: ColumnLink, end: int, rule: str, more: Features) -> Fragment:
        effect = Filter(Condition(link.term, test, (text,), negated))
        return scene.fragment(start, end, rule, effect, how, f"{rule} {told}", *_kind(link), *more)

    # "with the letter a in their names", "in part of the title"
    after = scene.skip(target + 1, *_OF, most=4)
    if after > target + 1:
        behind = list(targets(scene, after))
        if not behind and scene.is_any(after, "T"):
            behind = list(targets(scene, scene.skip(after + 1, *_OF, most=3)))
        for found in behind:
            yield fragment(found.link, found.end, "text in column", found.features)
    if told != "said":
        return
    for found in columns_before(scene, start):
        yield fragment(found.link, target + 1, "text back", found.features)
    for position, table in enumerate(scene.near_tables(start)):
        if position == _NEAR:
            return
        for column in label_columns(table, scene.lexicon)[:1]:
            near = f"text label of {'nearest' if position == 0 else 'other'}"
            yield fragment(ColumnLink(table, column, 0.8, "label"), target + 1, "text of label", (near,))


def _kind(link: ColumnLink) -> Features:
    return (f"text in {link.column.kind}",)
