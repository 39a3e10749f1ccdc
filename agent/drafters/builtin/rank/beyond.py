"""What a question says that no reading of it may leave out, however likely it is otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.query import MeasureTerm
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.rank.rank import Reading
from agent.drafters.builtin.rank.unread import glossed, guessed, is_verb, leads, modifies, says_something, unread_places
from agent.drafters.builtin.read.effects import About, Measure, Show
from agent.drafters.builtin.read.scene import Scene
from agent.schema_index.spelling import is_familiar
from agent.schema_index.words import stem_key

# Names that nothing stores, stored values, numbers, times and quoted texts each narrow down what is meant.
_NARROWING = frozenset({"P", "V", "N", "D", "Q"})
# So many of the readings may be the one that leaves nothing out.
_LOOKED_AT = 40
# A name that is no nearer than this is hardly one.
_FAR = 0.45
# A name in the words of the schema scores this much.
_EXACT = 0.94
# A month has so many days at most.
_DAYS = 31
_ARITHMETIC = frozenset("/*+^")
# Words that change what the others mean; one that is left out leaves another question.
_CHANGING = frozenset(
    {"agg", "between", "bound", "cmp", "disjunction", "exhausted", "missing", "more", "same", "share"}
)
_ORDERING = frozenset({"ascending", "descending", "ordering", "sup"})
_GROUPING = ("by", "grouping")


def beyond(reading: Reading) -> tuple[Item, ...]:
    """The items that a reading leaves out and that change what is meant, in the order of the question.

    These are words that change what the others mean ("above", "average"), names, values and numbers, words before the
    name of a table that nothing knows ("female customers"), the first word if nothing knows it, what is no word of
    English, signs of arithmetic, and all words where every one is only guessed.
    """
    scene = reading.scene
    places = {place for place in reading.cover.skipped if scene.items[place].phrase in _ARITHMETIC}
    places |= {place for place, item in enumerate(scene.items) if _is_never_read(place, item, scene)}
    places |= {place for place in reading.cover.skipped if _is_left(place, scene)}
    places |= {place for place in reading.cover.skipped if scene.is_any(place, *_CHANGING, *_ORDERING)}
    if _is_one_total(reading):
        places |= {place for place in reading.cover.skipped if scene.is_any(place, *_GROUPING)}
    # A table that is named is not another one.
    places |= {place for place in glossed(reading) if _is_named(scene.items[place])}
    for place in unread_places(reading):
        item = scene.items[place]
        if _is_no_word(item, scene):
            places.add(place)
        if item.category in _NARROWING or (
            place in reading.cover.skipped and _is_unknown(item) and _narrows(place, reading)
        ):
            places.add(place)
    near = guessed(reading)
    # Before the name of a table stands what tells its rows apart: a guess that it is shown or measured leaves that out.
    loose = (each for each in reading.cover.fragments if isinstance(each.effect, Measure | Show | About))
    told = {place for fragment in loose for place in range(fragment.start, fragment.end)}
    places |= {place for place, _ in near if place in told and modifies(place, reading)}
    # What is no word means nothing to the encoder either.
    places |= {place for place, how in near if how == "vector" and _is_no_word(scene.items[place], scene)}
    said = [place for place, item in enumerate(scene.items) if says_something(item, scene)]
    if said == [place for place, how in near if how == "vector" and _score(scene.items[place]) < _FAR]:
        places.update(said)
    return tuple(scene.items[place] for place in sorted(places))


def _is_one_total(reading: Reading) -> bool:
    """Whether all rows are measured together."""
    query = reading.query
    return not query.group_by and any(isinstance(term, MeasureTerm) for term in query.select)


def _is_named(item: Item) -> bool:
    """Whether an item is the name of a table, word by word."""
    return any(table.score >= _EXACT for table in item.tables)


def _is_never_read(place: int, item: Item, scene: Scene) -> bool:
    """Whether an item means nothing where it stands: "named ''", "top 0", "30 February"."""
    if item.quoted is not None:
        return not item.quoted
    if item.number is None:
        return False
    if scene.is_any(place - 1, "sup") or (scene.is_any(place + 1, "sup") and item.number <= 0):
        return not isinstance(item.number, int) or item.number <= 0
    return item.number in range(1, _DAYS + 1) and (
        _is_month(place + 1, scene, first=True)
        or (_is_month(place - 1, scene, first=False) and place + 1 == len(scene.items))
    )


def _is_month(place: int, scene: Scene, first: bool) -> bool:
    """Whether a time stands at a place that begins, or ends, with the name of a month."""
    if not scene.is_any(place, "D"):
        return False
    words = scene.items[place].phrase.casefold().split()
    return words[0 if first else -1] in scene.lexicon.months


def _is_left(place: int, scene: Scene) -> bool:
    """Whether an item says no, holds figures ("2024-02-30"), or compares with the ones behind it."""
    if scene.is_any(place, "negation") or any(letter.isdigit() for letter in scene.items[place].phrase):
        return True
    behind = scene.items[place + 1 : place + 2]
    compares = scene.is_any(place, "cmp", "between", "bound")
    return compares and any(item.number is not None or item.window is not None for item in behind)


def whole_first(found: Sequence[Reading]) -> list[Reading]:
    """The readings in their order, but those of the best few that leave nothing out come before the others."""
    if not found or not beyond(found[0]):
        return list(found)
    return [*sorted(found[:_LOOKED_AT], key=lambda reading: bool(beyond(reading))), *found[_LOOKED_AT:]]


def _score(item: Item) -> float:
    """How near a word is to the name that is nearest to it."""
    return max([link.score for link in item.columns] + [link.score for link in item.tables], default=0.0)


def _narrows(place: int, reading: Reading) -> bool:
    """Whether a word stands where it says which rows are meant, or what is asked for."""
    is_head = leads(place, reading) and not is_verb(reading.scene.items[place], reading.scene)
    return is_head or modifies(place, reading)


def _is_no_word(item: Item, scene: Scene) -> bool:
    """Whether an item has a word that is neither of English nor a unit, nor written as a name is."""
    words = [word for word in item.phrase.split() if word.islower() and stem(word) not in scene.lexicon.units]
    return not all(is_familiar(word, stem_key(word)) for word in words)


def _is_unknown(item: Item) -> bool:
    """Whether a word is at most near to names of the schema."""
    near = [link.how for link in item.columns] + [link.how for link in item.tables]
    return all(how == "vector" for how in near)
