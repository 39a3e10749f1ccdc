"""What words name in the schema, word by word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.link.names import JOINING, MAX_WORDS, Named, Names
from agent.drafters.builtin.question.tokens import Token, stems

# Articles say nothing between a word and what it belongs to.
ARTICLES = frozenset({"a", "an", "the"})
# Words behind a name that it need not have.
_TAILS = frozenset(stems("number value information detail"))


def named_by(tokens: Sequence[Token], known: Names, lexicon: Lexicon) -> list[Named]:
    """What the words name in the schema, best first."""
    if len(tokens) == 1 and tokens[0].text.casefold() in lexicon.function_words:
        return []
    words = [token.stem for token in tokens]
    found: dict[tuple[str, str], Named] = {}
    for phrase, factor in _phrases(words, lexicon):
        for named in known.get(phrase, ()):
            key = (named.table.id, named.column.name if named.column else "")
            score = named.score * factor
            if key not in found or found[key].score < score:
                found[key] = replace(named, score=score)
    return sorted(found.values(), key=lambda named: -named.score)


def _phrases(words: Sequence[str], lexicon: Lexicon) -> Iterable[tuple[tuple[str, ...], float]]:
    """The words as a name may have them: as they stand, without joining words, and "X of Y" as "Y X"."""
    if len(words) > MAX_WORDS + 1 or words[0] in JOINING or words[-1] in JOINING:
        return
    if words[0] in ARTICLES or words[-1] in ARTICLES:
        return
    yield tuple(words), 1.0
    if len(words) > 1 and words[-1] in _TAILS:
        # "phone numbers" for a phone
        yield tuple(words[:-1]), 0.9
    if len(words) == 1 and words[0] in lexicon.forms:
        yield (lexicon.forms[words[0]],), 0.9
    plain = _plain(words)
    if len(plain) < len(words):
        yield plain, 0.97
        if "of" in words:
            place = words.index("of")
            # A "page number" is not the number of pages.
            factor = 0.6 if words[:place] == ["number"] else 0.97
            yield _plain((*words[place + 1 :], *words[:place])), factor


def _plain(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in JOINING and word not in ARTICLES)
