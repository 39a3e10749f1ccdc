"""Clauses beside the question, which only tell why it is asked: "my boss is waiting. How many …", "hi, …"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.lexicon.operators import Marker
from agent.drafters.builtin.question.dates import Calendar, find_window
from agent.drafters.builtin.question.tokens import Token, stem
from agent.records import Context

# What parts clauses; a comma is a token of its own.
_PARTS = re.compile(r"[.!?;:\n]|\s[-–—]")
# A verb stands this near to the beginning of a statement, and a greeting is this short.
_NEAR, _GREETING = 5, 7
_LONGEST_OPERATOR = 3
_HARMLESS = frozenset({Marker("conjunction"), Marker("disjunction")})
_QUESTION_WORDS = frozenset({"which", "what", "who", "whose", "when", "where", "how"})

Place = tuple[int, int]


def asides(
    tokens: Sequence[Token], context: Context, lexicon: Lexicon, calendar: Calendar
) -> tuple[tuple[Token, ...], tuple[str, ...]]:
    """The tokens without such clauses, and for each statement that is left out a text that says so.

    Left out are greetings, and statements that name nothing by which rows are told apart, as far as something is left
    that may ask.
    """
    clauses = list(_clauses(tokens, context.question.text))
    found = [
        (start, end)
        for start, end in clauses
        if _is_aside(_said(tokens[start:end], lexicon), lexicon)
        and not _tells_apart(tokens[start:end], context, lexicon, calendar)
    ]
    if not any(end - start > 1 for start, end in clauses if (start, end) not in found):
        return tuple(tokens), ()
    tails = {place for start, end in clauses for place in range(_tail(tokens, start, end, lexicon), end)}
    dropped = tails | {place for start, end in found for place in _around(tokens, start, end, lexicon)}
    statements = [tokens[start:end] for start, end in found if tokens[start].stem not in lexicon.asides["greetings"]]
    says = (f'left out "{context.question.text[said[0].start : said[-1].end]}"' for said in statements)
    return tuple(token for place, token in enumerate(tokens) if place not in dropped), tuple(says)


def _tail(tokens: Sequence[Token], start: int, end: int, lexicon: Lexicon) -> int:
    """Where words begin that only end a clause ("a count is enough"); the end where there are none."""
    words = [token.text.casefold() for token in tokens[start:end]]
    for place in range(1, len(words)):
        if " ".join(words[place:]) in lexicon.asides["tails"]:
            return start + place
    return end


def _around(tokens: Sequence[Token], start: int, end: int, lexicon: Lexicon) -> Iterator[int]:
    """The places of a clause with the comma before or behind it, and with what joins the next one to it."""
    if end < len(tokens) and tokens[end].text == ",":
        end += 1
    elif start and tokens[start - 1].text == ",":
        start -= 1
    while start < end < len(tokens) - 1 and tokens[end].text.casefold() in lexicon.asides["joining"]:
        end += 1
    yield from range(start, end)


def _clauses(tokens: Sequence[Token], text: str) -> Iterator[Place]:
    start = 0
    for place, token in enumerate(tokens):
        behind = text[tokens[place - 1].end : token.start] if place else ""
        comma = token.text == ","
        if comma or _PARTS.search(behind):
            if place > start:
                yield start, place
            start = place + comma
    if start < len(tokens):
        yield start, len(tokens)


def _said(tokens: Sequence[Token], lexicon: Lexicon) -> list[str]:
    """The words of a clause, without what joins it to the one before ("so", "but")."""
    words = [token.text.casefold() for token in tokens]
    while words and words[0] in lexicon.asides["joining"]:
        words = words[1:]
    return words


def _is_aside(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether a clause greets or thanks, or is a statement: a subject, and soon a verb, with no word that asks."""
    known = lexicon.asides
    if not words or _asks(words, lexicon):
        return False
    if words[0] in known["greetings"] and len(words) <= _GREETING:
        return True
    verb = next((place for place, word in enumerate(words[:_NEAR]) if word in known["verbs"]), 0)
    return words[0] in known["subjects"] and verb > 0 and not known["relative"].intersection(words[1:verb])


def _asks(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether a word asks to be told something: "we want to see", but not "we want to thank"."""
    for place, word in enumerate(words):
        if word in lexicon.asides["wishes"]:
            if words[place + 1 : place + 2] != ["to"]:
                return True
        elif word in _QUESTION_WORDS or stem(word) in lexicon.asides["asking"]:
            return True
    return False


def _tells_apart(tokens: Sequence[Token], context: Context, lexicon: Lexicon, calendar: Calendar) -> bool:
    """Whether a clause has a value, a name, a number, a time, or a word that changes what others mean."""
    said = context.question.text[tokens[0].start : tokens[-1].end]
    if any(not match.distance and match.phrase in said for match in context.values):
        return True
    words = [token.text.casefold() for token in tokens]
    for place, token in enumerate(tokens):
        named = place > 0 and token.text[:1].isupper() and words[place] not in lexicon.asides["subjects"]
        counted = token.value is not None and token.value != 1
        if named or counted or find_window(words[place:], calendar):
            return True
        for size in range(1, _LONGEST_OPERATOR + 1):
            if lexicon.operators.get(tuple(words[place : place + size]), Marker("conjunction")) not in _HARMLESS:
                return True
    return False
