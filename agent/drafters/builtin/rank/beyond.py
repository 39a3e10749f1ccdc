"""What a question says that no reading of it may leave out, however likely it is otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.query.query import ColumnTerm, Difference, MeasureTerm, Rate, Ratio, Share
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.rank.lost import lost
from agent.drafters.builtin.rank.meaningless import is_meaningless
from agent.drafters.builtin.rank.plain import is_plain
from agent.drafters.builtin.rank.rank import Reading
from agent.drafters.builtin.rank.read_by_words import read_by_words
from agent.drafters.builtin.rank.strained import strained
from agent.drafters.builtin.rank.unread import glossed, guessed, is_verb, leads, modifies, says_something, unread_places
from agent.drafters.builtin.read.effects import About, Measure, Show
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import keys
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
    English, signs of arithmetic, all words where every one is only guessed, and words for which there is nothing in the
    schema.
    """
    places = (_left_out(reading) | lost(reading) | strained(reading)) - read_by_words(reading)
    return tuple(reading.scene.items[place] for place in sorted(places))


def _left_out(reading: Reading) -> set[int]:
    """The places of what another reading may yet take up."""
    scene = reading.scene
    places = {place for place in reading.cover.skipped if scene.items[place].phrase in _ARITHMETIC}
    places |= {place for place in range(len(scene.items)) if is_meaningless(place, scene)}
    places |= {place for place in reading.cover.skipped if _is_left(place, scene)}
    places |= {place for place in reading.cover.skipped if scene.is_any(place, *_CHANGING, *_ORDERING)}
    if _is_one_total(reading):
        places |= {place for place in reading.cover.skipped if scene.is_any(place, *_GROUPING)}
    # A table that is named is not another one.
    places |= {place for place in glossed(reading) if _is_named(scene.items[place]) or _names_another(place, reading)}
    places |= set(_rows_as_keys(reading))
    for place in unread_places(reading):
        item = scene.items[place]
        if _is_no_word(item, scene):
            places.add(place)
        if item.category in _NARROWING or (
            place in reading.cover.skipped
            and _is_unknown(item)
            and _narrows(place, reading)
            and not is_plain(place, scene)
        ):
            places.add(place)
    near = guessed(reading)
    # Before the name of a table stands what tells its rows apart: a guess that it is shown or measured leaves that out.
    loose = (each for each in reading.cover.fragments if isinstance(each.effect, Measure | Show | About))
    told = {place for fragment in loose for place in range(fragment.start, fragment.end)}
    places |= {place for place, _ in near if place in told and modifies(place, reading) and not is_plain(place, scene)}
    # What is no word means nothing to the encoder either.
    places |= {place for place, how in near if how == "vector" and _is_no_word(scene.items[place], scene)}
    said = [place for place, item in enumerate(scene.items) if says_something(item, scene)]
    if said == [place for place, how in near if how == "vector" and _score(scene.items[place]) < _FAR]:
        places.update(said)
    return places - read_by_words(reading)


def _is_one_total(reading: Reading) -> bool:
    """Whether all rows are measured together."""
    query = reading.query
    figures = MeasureTerm | Difference | Ratio | Share | Rate
    return not query.group_by and any(isinstance(term, figures) for term in query.select)


def _names_another(place: int, reading: Reading) -> bool:
    """Whether a word that tells rows apart is taken for another table that it is near to ("female customers")."""
    effects = (fragment.effect for fragment in reading.cover.fragments if fragment.start == place)
    about = {effect.table for effect in effects if isinstance(effect, About)}
    following = reading.scene.items[place + 1 : place + 2]
    return modifies(place, reading) and about.isdisjoint(item.tables[0].table.id for item in following)


def _rows_as_keys(reading: Reading) -> Iterator[int]:
    """The names of tables that are taken for a key by which another table points there ("no customers")."""
    for fragment in reading.cover.fragments:
        item = reading.scene.items[fragment.start]
        term = fragment.effect.term if isinstance(fragment.effect, Show) else None
        if isinstance(term, ColumnTerm) and _is_named(item):
            table = reading.scene.catalog.table(term.table)
            if table is not None and term.column in keys(table) and item.tables[0].table.id != table.id:
                yield fragment.start


def _is_named(item: Item) -> bool:
    """Whether an item is the name of a table, word by word."""
    return any(table.score >= _EXACT for table in item.tables)


def _is_left(place: int, scene: Scene) -> bool:
    """Whether an item says no, holds figures ("2024-02-30"), or compares with the ones behind it."""
    if scene.items[place].phrase.casefold() in scene.lexicon.times:
        # "who ordered twice"
        return True
    if scene.is_any(place, "negation") or any(letter.isdigit() for letter in scene.items[place].phrase):
        return True
    behind = scene.items[place + 1 : place + 2]
    compares = scene.is_any(place, "cmp", "between", "bound")
    return compares and any(item.number is not None or item.window is not None for item in behind)


def is_whole(reading: Reading) -> bool:
    """Whether a reading leaves nothing out that another one may yet take up."""
    return not _left_out(reading)


def whole_first(found: Sequence[Reading]) -> list[Reading]:
    """The readings in their order, but those of the best few that are whole come before the others."""
    if not found or is_whole(found[0]):
        return list(found)
    return [*sorted(found[:_LOOKED_AT], key=lambda reading: not is_whole(reading)), *found[_LOOKED_AT:]]


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
