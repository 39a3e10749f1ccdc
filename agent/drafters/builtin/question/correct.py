"""Slips of the pen in a question: a word that nobody knows is read as the known word that it is nearest to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from agent.drafters.builtin.question.tokens import Token, stem
from agent.schema_index.edit_distance import edit_distance
from agent.schema_index.spelling import allowed_distance, is_familiar, is_spelled
from agent.schema_index.words import singular, stem_key, word_list
from agent.wording import plural

# The pieces of words that were run together, and the two of a name that was taken apart.
_MIN_PIECE = 3
_MIN_START, _MIN_END = 3, 2
_MIN_KNOWN = 3
_VOWELS = frozenset("aeiou")
# The letters that a plural may have more than its singular, "es".
_MAX_ENDING = 2
Ranks = Mapping[str, int]


def correct(tokens: Sequence[Token], known: Ranks | Collection[str]) -> tuple[tuple[Token, ...], tuple[str, ...]]:
    """The tokens with slips put right, and for each word that is read as another a text that says so.

    `known` are single words in lower case, as they are written: of names, stored values and the lexicon. A mapping
    gives each its rank, and of words as near as each other the lowest rank wins; names have rank 0, and only they are
    put together from two words. Nothing is said where no letter was changed.
    """
    ranks: Ranks = known if isinstance(known, Mapping) else dict.fromkeys(known, 0)
    found: list[Token] = []
    texts: list[str] = []
    for place, token in enumerate(_joined(tokens, ranks)):
        pieces, nearest = _pieces(token, ranks), None
        if not pieces and _is_doubtful(token, place == 0, ranks):
            pieces = _parted(token, ranks)
            nearest = None if pieces else _nearest(token.text.casefold(), ranks)
        if nearest:
            texts.append(f'read "{token.text}" as "{nearest}"')
            pieces = (_reworded(token, nearest),)
        found.extend(pieces or (token,))
    return tuple(found), tuple(texts)


def _is_doubtful(token: Token, first: bool, ranks: Ranks) -> bool:
    """Whether a token is a word that nobody knows; what is written like a name is not ours to change."""
    word = token.text.casefold()
    named = not token.text.islower() and not (first and token.text.istitle())
    if named or token.value is not None or token.ordinal or not (is_spelled(word) and word.isascii()):
        return False
    if word in ranks or is_familiar(word, stem_key(word)):
        return False
    # "shipping" is known where "shipped" is.
    return all(token.stem != stem(other) for other in ranks if other[:2] == word[:2])


def _nearest(word: str, ranks: Ranks) -> str | None:
    """The one known word that is nearest, in the singular or plural as it was typed; None where it is not clear."""
    if short := _without_vowels(word, ranks):
        return short
    most = allowed_distance(len(word))
    letters = set(word)
    near = []
    for other, rank in ranks.items():
        # Few mistakes are made in the first letter, but it may have changed places with the second.
        begins = other[:1] == word[0] or other[1::-1] == word[:2]
        if not begins or len(other) < _MIN_KNOWN or abs(len(other) - len(word)) > most + _MAX_ENDING:
            continue
        number = other if other.endswith("s") == word.endswith("s") else _other_number(other)
        for spelled in {number, other}:
            # Each mistake changes two of the letters at most, which is seen faster than their distance.
            distance = edit_distance(word, spelled, most) if len(letters ^ set(spelled)) <= 2 * most else most + 1
            if distance <= most and not _is_derived(word, spelled, distance):
                near.append((distance, rank, spelled != number, spelled))
    if not near:
        return None
    best = min(near)
    rivals = {stem(spelled) for distance, rank, _, spelled in near if (distance, rank) == best[:2]}
    return best[3] if len(rivals) == 1 else None


def _without_vowels(word: str, ranks: Ranks) -> str | None:
    """The one known word that is left where vowels are left out: "pymnts" for payments."""
    if _VOWELS.intersection(word):
        return None
    found: dict[str, int] = {}
    for other, rank in ranks.items():
        for spelled in (other, _other_number(other)):
            if spelled[:1] == word[0] and "".join(letter for letter in spelled if letter not in _VOWELS) == word:
                found[spelled] = min(rank, found.get(spelled, rank))
    best = [spelled for spelled, rank in found.items() if rank == min(found.values())]
    return best[0] if len(best) == 1 else None


def _other_number(word: str) -> str:
    return singular(word) if word.endswith("s") else plural(word)


def _is_derived(word: str, other: str, distance: int) -> bool:
    """Whether two letters differ at the very end: then it is another word, as "technician" and "technical" are."""
    same = max(len(word), len(other)) - 3
    return distance > 1 and word[:same] == other[:same]


def _parted(token: Token, ranks: Ranks) -> tuple[Token, ...]:
    """The two known words that were run together ("lastmonth"); none where there is not one way to part them."""
    word = token.text.casefold()
    cuts = [
        cut
        for cut in range(_MIN_PIECE, len(word) - _MIN_PIECE + 1)
        if _knows(word[:cut], ranks) and _knows(word[cut:], ranks)
    ]
    if len(cuts) != 1:
        return ()
    middle = token.start + cuts[0]
    left, right = _reworded(token, word[: cuts[0]]), _reworded(token, word[cuts[0] :])
    return replace(left, end=middle), replace(right, start=middle)


def _pieces(token: Token, ranks: Ranks) -> tuple[Token, ...]:
    """A word without its hyphens where it is known without them, as one word ("e-mail") or as several; else none."""
    word = token.text.casefold()
    parts = word.split("-")
    if len(parts) == 1 or token.value is not None or token.ordinal or _knows(word, ranks):
        return ()
    if _knows("".join(parts), ranks):
        return (_reworded(token, "".join(parts)),)
    if not all(_knows(part, ranks) for part in parts):
        return ()
    found, start = [], token.start
    for part in parts:
        found.append(replace(_reworded(token, part), start=start, end=start + len(part)))
        start += len(part) + 1
    return tuple(found)


def _joined(tokens: Sequence[Token], ranks: Ranks) -> list[Token]:
    """The tokens with every name put together that was written as two words ("user name" for "username")."""
    found: list[Token] = []
    for token in tokens:
        whole = f"{found[-1].text}{token.text}".casefold() if found else ""
        if found and ranks.get(whole, ranks.get(singular(whole))) == 0 and _may_join(found[-1], token):
            found[-1] = replace(_reworded(found[-1], whole), end=token.end)
        else:
            found.append(token)
    return found


def _may_join(left: Token, right: Token) -> bool:
    texts = left.text, right.text
    plain = all(text.isalpha() and text.casefold() not in word_list("stopwords.txt") for text in texts)
    beside = left.end + 1 == right.start and left.value is right.value is None
    return plain and beside and len(left.text) >= _MIN_START and len(right.text) >= _MIN_END


def _knows(word: str, ranks: Ranks) -> bool:
    return word in ranks or singular(word) in ranks


def _reworded(token: Token, word: str) -> Token:
    return replace(token, text=word, stem=stem(word), ordinal=None)
