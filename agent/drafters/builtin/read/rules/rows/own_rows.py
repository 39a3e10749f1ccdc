"""Rows that point to rows of their own table: "who reports to Jane Roe", "the manager of John Doe", "their parents"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.query import ColumnTerm, Condition
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.read.clues.self_keys import SelfKey, self_keys, words_of
from agent.drafters.builtin.read.effects import Filter, Filters, Fragment, Group, Show, Shows
from agent.drafters.builtin.read.scene import Scene

_JOINED = ("with", "conjunction", "corresponding")
_OWNED = ("their", "of", "x", "also", "me", "corresponding")
_NAME = stem("name")
_GLUE = ("is", "of", "to", "by", "for", "in", "that", "who")


def own_rows(scene: Scene, start: int) -> Iterator[Fragment]:
    """The row that a row points to, by what it is called: it is shown, or a name says which it is."""
    yield from _without(scene, start)
    yield from _with_above(scene, start)
    grouping = scene.is_any(start, "grouping", "by") and start + 1 < len(scene.items)
    item = scene.items[start + grouping]
    if item.values:
        return
    words = words_of(item)
    for key in self_keys(scene):
        named = bool(words & key.role)
        above = key.is_above(words, scene.lexicon)
        if not above and not key.is_below(words, scene.lexicon):
            continue
        if above and not (named and _is_pointed(scene, start + grouping, key)):
            yield from _shown(scene, start, grouping, key)
        if not grouping and (found := _named_behind(scene, start, key)):
            place, conditions = found
            said = "by its name" if named else "by another word"
            yield scene.fragment(start, place + 1, "rows below", Filters(conditions), f"rows below {said}")


def _without(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "is there anyone without a manager", "employees with no boss": rows that point to none."""
    place = scene.skip(start + 1, "has", "all", "x", "their", most=2)
    if not scene.is_any(start, "negation") or place >= len(scene.items):
        return
    for key in self_keys(scene):
        if key.is_above(words_of(scene.items[place]), scene.lexicon):
            has_none = Condition(ColumnTerm(key.table.id, key.column), "null")
            yield scene.fragment(start, place + 1, "none above", Filter(has_none))


def _shown(scene: Scene, start: int, grouping: bool, key: SelfKey) -> Iterator[Fragment]:
    """What the row above is called, or the groups that it makes."""
    terms = key.labels(scene.lexicon, above=True)
    if grouping and len(terms) == 1:
        yield scene.fragment(start, start + 2, "group above", Group(terms[0]))
    elif not grouping:
        effect = Show(terms[0]) if len(terms) == 1 else Shows(terms)
        yield scene.fragment(start, start + 1, "row above", effect)


def _with_above(scene: Scene, start: int) -> Iterator[Fragment]:
    """Rows and behind "with" or "and" what they point to, both shown by what they are called."""
    first = scene.skip(start, "grouping", "all", most=1)
    if first >= len(scene.items) or (first == start and start and scene.is_any(start - 1, "grouping", "all")):
        return
    for key in self_keys(scene):
        if any(link.table.id == key.table.id for link in scene.items[first].tables[:1]):
            end = _above(scene, first + 1, key)
            if end is not None:
                effect = Shows((*key.labels(scene.lexicon), *key.labels(scene.lexicon, above=True)))
                yield scene.fragment(start, end, "rows with above", effect)


def _above(scene: Scene, place: int, key: SelfKey) -> int | None:
    """Where the word for what the rows point to ends, which is said to be theirs, or that its name is wanted."""
    joined = scene.skip(place, *_JOINED, most=2)
    if joined == place:
        return None
    owned = scene.is_any(place, "conjunction")
    while joined < len(scene.items):
        item = scene.items[joined]
        named = _NAME in words_of(item)
        if key.is_above(words_of(item) - {_NAME}, scene.lexicon):
            # "the manager names", "the manager's name"
            named_behind = joined + 1 < len(scene.items) and words_of(scene.items[joined + 1]) == {_NAME}
            return joined + 1 + named_behind if owned or named or named_behind else None
        if not named and not scene.is_any(joined, *_OWNED):
            return None
        owned |= named or scene.is_any(joined, "their")
        joined += 1
    return None


def shows_named_row(fragment: Fragment, scene: Scene) -> bool:
    """Whether a fragment shows the row that another points to, though it is named: "whose manager is Jane Roe"."""
    effect = fragment.effect
    term = effect.term if isinstance(effect, Show) else effect.terms[0] if isinstance(effect, Shows) else None
    if not isinstance(term, ColumnTerm):
        return False
    for key in self_keys(scene):
        if key.table.id == term.table and key.column in (term.via, term.column):
            found = _named_behind(scene, fragment.end - 1, key)
            # "the manager for Jane Roe" may be hers.
            return found is not None and not any(
                scene.is_any(between, "for", "in") for between in range(fragment.end, found[0])
            )
    return False


def _is_pointed(scene: Scene, place: int, key: SelfKey) -> bool:
    """Whether a word that names the column of a key is read as what it points to anyhow, which has one name."""
    links = scene.items[place].columns[:1]
    pointed = any((link.table.id, link.column.name) == (key.table.id, key.column) for link in links)
    return pointed and len(key.labels(scene.lexicon)) == 1


def _named_behind(scene: Scene, start: int, key: SelfKey) -> tuple[int, tuple[Condition, ...]] | None:
    """The place behind a word at `start` that names the row, with what it is called."""
    place = scene.skip(start + 1, *_GLUE, most=2)
    # "the manager of X" is not "whose manager is X".
    if place >= len(scene.items) or any(scene.is_any(between, "of") for between in range(start + 1, place)):
        return None
    conditions = key.called(scene.items[place], scene.lexicon)
    return (place, conditions) if conditions else None
