"""The columns and tables of another name that a phrase of a question may mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from agent.records import Catalog, NearName, Table, ValueMatch
from agent.schema_index.called_names import CalledName, CalledNames, called_names
from agent.schema_index.per_catalog import per_catalog
from agent.schema_index.phrases import Word, phrase_key, words_of
from agent.schema_index.spoken import written_out
from agent.schema_index.synonyms import NEAR, SAME, key_of, synonyms
from agent.schema_index.words import word_list

if TYPE_CHECKING:
    from agent.schema_index.store import SchemaIndex

# Of more tables than these, and of more names, none is looked at.
TABLES, NAMES = 15, 500
# Each phrase takes a millisecond to encode.
SPANS = 12
LONGEST = 3
# Of a phrase no more names are told, and none that is less near.
COLUMN_NAMES, TABLE_NAMES = 4, 2
FLOOR = 0.35
# What a synonym counts for: as much as a vector that is as often right.
_SCORE = {SAME: 0.9, NEAR: 0.75}
# Words of counting that may end a name, such as `phone number`.
_LAST = frozenset({"number", "count"})
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|(?<!\w)'[^']*'(?!\w)")


class Span(NamedTuple):
    """A phrase of the question as typed, and between which characters it stands."""

    text: str
    start: int
    end: int


def span_links(
    question: str, tables: Sequence[Table], index: SchemaIndex, values: Iterable[ValueMatch] = ()
) -> tuple[NearName, ...]:
    """The names that each phrase of a question may mean, in the order of the phrases and best first.

    Only phrases count that are no name of the tables themselves, nor one of the stored `values`, and only the names of
    the first tables. Raises IndexingError when the index is damaged.
    """
    known = [_names(table, index) for table in tables[:TABLES]]
    # The names of tables first, which a table of many columns shall not push out.
    names = sorted((name for each in known for name in each.names), key=lambda name: bool(name.column))[:NAMES]
    spans = list(islice(_spans(question, frozenset().union(*(each.keys for each in known)), values), SPANS))
    if not spans:
        return ()
    asked = [written_out(span.text, _abbreviations(index)) for span in spans]
    vectors = index.short_vectors.of([*asked, *(name.text for name in names)])
    near = vectors[: len(spans)] @ vectors[len(spans) :].T
    return tuple(
        NearName(*span, name.table, name.column, score, source)
        for span, scores in zip(spans, near.tolist(), strict=True)
        for name, score, source in _best(names, scores, _synonyms(span.text))
    )


def _names(table: Table, index: SchemaIndex) -> CalledNames:
    """What a table and its columns are called, made once."""
    made = _made(index.catalog)
    if table.id not in made:
        made[table.id] = called_names(table, _abbreviations(index))
    return made[table.id]


@per_catalog
def _made(_: Catalog) -> dict[str, CalledNames]:
    """The names of the tables that were asked for so far, by their ids."""
    return {}


def _abbreviations(index: SchemaIndex) -> Mapping[str, str]:
    found: Mapping[str, str] = index.settings["abbreviations"]
    return found


def _spans(question: str, known: Collection[str], values: Iterable[ValueMatch]) -> Iterator[Span]:
    """The phrases to look for: single words first, then longer ones."""
    hidden = [match.span() for match in _QUOTED.finditer(question)]
    # A stored word in small letters may well be a word for something else.
    stored = {value.phrase for value in values if not (value.distance or value.phrase.islower())}
    hidden += [match.span() for phrase in stored for match in re.finditer(rf"\b{re.escape(phrase)}\b", question)]
    words = words_of(question)
    # A word of a longer name that is there is none alone.
    longer = (words[at : at + length] for length in (2, 3, 4) for at in range(len(words) - length + 1))
    hidden += [(phrase[0].start, phrase[-1].end) for phrase in longer if phrase_key(phrase) in known]
    content = [_is_content(word) and not any(start <= word.start < end for start, end in hidden) for word in words]
    for length in range(1, LONGEST + 1):
        for at in range(len(words) - length + 1):
            phrase = words[at : at + length]
            if (
                _is_phrase(phrase, content[at : at + length])
                and phrase_key(phrase) not in known
                # Names side by side are each what they are.
                and not all(word.key in known for word in phrase)
            ):
                start, end = phrase[0].start, phrase[-1].end
                yield Span(question[start:end], start, end)


def _is_phrase(words: Sequence[Word], content: Sequence[bool]) -> bool:
    """Whether words side by side may stand for a name, such as `date of birth` or `how old`."""
    if words[0].key == "how" and len(words) == 2:
        return content[1]
    joined = (word.key == "of" or is_content for word, is_content in zip(words[1:-1], content[1:-1], strict=True))
    last = content[-1] or words[-1].key in _LAST
    return content[0] and last and all(joined) and not any(word.glued for word in words[1:])


def _is_content(word: Word) -> bool:
    text = word.text.lower()
    is_word = len(text) > 1 and not word.is_sign and not text[0].isdigit()
    return is_word and text not in word_list("stopwords.txt") and text not in word_list("reckoning_words.txt")


def _synonyms(phrase: str) -> dict[str, float]:
    """The score of each name that is another word for a phrase, by its stems."""
    found: dict[str, float] = {}
    for other, weight in synonyms(phrase).items():
        if other.endswith("ing"):
            # A rating may be a pricing, but it is no price.
            continue
        stems = key_of(other)
        found[stems] = max(found.get(stems, 0.0), _SCORE[weight])
    return found


def _best(
    names: Sequence[CalledName], scores: Sequence[float], same: Mapping[str, float]
) -> Iterator[tuple[CalledName, float, Literal["vector", "synonym"]]]:
    """The best few names, best first, each with all that is called so."""
    told: tuple[dict[str, None], dict[str, None]] = {}, {}
    seen: set[tuple[str, str]] = set()
    pairs = zip(names, scores, strict=True)
    scored = [(best, score, name) for name, score in pairs if (best := max(score, same.get(name.stems, 0.0))) >= FLOOR]
    for best, score, name in sorted(scored, key=lambda each: -each[0]):
        texts, most = (told[1], COLUMN_NAMES) if name.column else (told[0], TABLE_NAMES)
        if (name.table, name.column) not in seen and (name.text in texts or len(texts) < most):
            texts[name.text] = None
            seen.add((name.table, name.column))
            yield name, min(best, 1.0), "vector" if score == best else "synonym"
