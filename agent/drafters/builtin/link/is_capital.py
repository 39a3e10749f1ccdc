"""Words in capitals that may be part of a proper name."""

from __future__ import annotations

from collections.abc import Sequence

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.question.tokens import Token
from agent.schema_index.spelling import is_familiar
from agent.schema_index.words import stem_key

_ENDS = frozenset(".?!:;")


def is_capital(index: int, tokens: Sequence[Token], text: str, known: bool, lexicon: Lexicon) -> bool:
    """Whether a word has a capital that says something: one of a sentence's first word does only in a full name.

    `known` says that the word means something by itself.
    """
    token = tokens[index]
    before = text[: token.start].rstrip()
    word = token.text.casefold()
    within = (bool(before) and before[-1] not in _ENDS) or _begins_name(index, tokens, known, lexicon)
    return within and token.value is None and word not in lexicon.function_words and token.text[:1].isupper()


def _begins_name(index: int, tokens: Sequence[Token], known: bool, lexicon: Lexicon) -> bool:
    """Whether a word that begins a sentence is rather the first name of a person: "Jane Roe's orders"."""
    behind = tokens[index + 1 : index + 2]
    if not behind or not behind[0].text[:1].isupper():
        return False
    word = tokens[index].text.casefold()
    # "John" is a word of English, too, and with an owner's ending behind it a name.
    owns = behind[0].end > behind[0].start + len(behind[0].text)
    is_name = owns or not is_familiar(word, stem_key(word))
    return (not known and word not in lexicon.openers and is_name) or word in lexicon.titles
