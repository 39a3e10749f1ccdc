"""What the words of a question say that a reading of it does not, or only guesses."""

from __future__ import annotations

from agent.drafters.builtin.link.items import ColumnLink, Item, TableLink
from agent.drafters.builtin.rank.rank import Reading
from agent.drafters.builtin.read.effects import About
from agent.drafters.builtin.read.scene import Scene

# Operators that change what is meant; a conjunction that is left out does not.
TELLING = frozenset(
    {
        "agg",
        "agg count",
        "cmp",
        "more",
        "bound",
        "between",
        "sup",
        "negation",
        "share",
        "exhausted",
        "missing",
        "disjunction",
        "grouping",
    }
)
# A table is named, and not only near to what the words say, from this score on.
_NAMED = 0.7
# A name that was given to a table or column by hand scores this much.
_EXACT = 0.94


# Rules that read a verb, which says of which date a time is.
_VERBS = "done of "


def unread(reading: Reading) -> tuple[Item, ...]:
    """The items of `unread_places`."""
    return tuple(reading.scene.items[place] for place in unread_places(reading))


def unread_places(reading: Reading) -> tuple[int, ...]:
    """The places, in order, of the items that say something of their own and that the reading leaves out.

    Also those are left out that it takes only for another way to name a table ("completed" for orders).
    """
    places = {place for place in reading.cover.skipped if says_something(reading.scene.items[place], reading.scene)}
    return tuple(sorted({*places, *glossed(reading)}))


def glossed(reading: Reading) -> tuple[int, ...]:
    """The places of items that are near to a table, and are taken to say no more than that it is meant."""
    found = []
    for fragment in reading.cover.fragments:
        item = reading.scene.items[fragment.start]
        if fragment.rule.startswith(_VERBS):
            continue
        if isinstance(fragment.effect, About) and says_something(item, reading.scene):
            names = (table.score for table in item.tables if table.table.id == fragment.effect.table)
            if max(names, default=0.0) < _NAMED:
                found.append(fragment.start)
    return tuple(found)


def modifies(place: int, reading: Reading) -> bool:
    """Whether an item tells rows apart by standing before the name of their table: "female customers"."""
    scene = reading.scene
    return scene.is_any(place + 1, "T") and place + 1 not in reading.cover.skipped


def leads(place: int, reading: Reading) -> bool:
    """Whether an item is the first in the question that says something: "the weather in Paris"."""
    before = reading.scene.items[:place]
    return not any(item.operator is not None or says_something(item, reading.scene) for item in before)


def is_verb(item: Item, scene: Scene) -> bool:
    """Whether the last word of an item looks like a form of a verb, which often only relates two names."""
    word = item.last_word
    known = word in scene.lexicon.participles or word in scene.lexicon.forms
    return known or word.endswith(("ed", "ing"))


def guessed(reading: Reading) -> tuple[tuple[int, str], ...]:
    """The places of items that the reading uses and that are only near to a name, each with what found it to be.

    That is `vector` or `synonym`.
    """
    used = {place for fragment in reading.cover.fragments for place in range(fragment.start, fragment.end)}
    items = [(place, reading.scene.items[place]) for place in sorted(used - set(glossed(reading)))]
    return tuple((place, how) for place, item in items if says_something(item, reading.scene) and (how := _guess(item)))


def _guess(item: Item) -> str:
    links: list[ColumnLink | TableLink] = [*item.columns, *item.tables]
    if item.number is not None or item.quoted is not None or item.window is not None or item.values:
        return ""
    best = max(links, key=lambda link: link.score, default=None)
    if best is None or best.score >= _EXACT or best.how not in {"vector", "synonym"}:
        return ""
    return best.how


def says_something(item: Item, scene: Scene) -> bool:
    """Whether any of an item's words is more than a word of structure."""
    if item.operator is not None:
        return False
    lexicon = scene.lexicon
    plain = (
        word in lexicon.filler or word in lexicon.openers or word in lexicon.word_classes
        for word in item.phrase.casefold().split()
        if any(letter.isalnum() for letter in word)
    )
    return not all(plain)
