"""Numbers with a word or sign before them that says so: "order no. 4711", "#4711", "our no. 2 salesperson"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.drafters.builtin.question.tokens import Token, stem

# Short words are other words without their dot.
_SHORT = frozenset({"no", "nr", "nos"})
_MARKS = frozenset({"#", "№"})
_ENDINGS = {2: "nd", 3: "rd"}
# Behind them a number without a noun before it is a place in an order.
_BEFORE_PLACES = frozenset({"our", "my", "your", "their", "the", "is", "are", "a"})


def numbered(tokens: Sequence[Token], text: str) -> tuple[Token, ...]:
    """The tokens without such words and signs; a number that is a place in an order becomes "2nd top"."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        token, behind = tokens[place], tokens[place + 1] if place + 1 < len(tokens) else None
        if behind is None or not isinstance(behind.value, int) or not _is_mark(token, behind, text):
            found.append(token)
            place += 1
            continue
        number = behind.value
        if found and found[-1].text.casefold() in _BEFORE_PLACES and place + 2 < len(tokens) and number > 0:
            found += _place(token, behind, number)
        else:
            found.append(replace(behind, start=token.start))
        place += 2
    return tuple(found)


def _is_mark(token: Token, behind: Token, text: str) -> bool:
    between = text[token.end : behind.start]
    if token.text in _MARKS:
        return not between.strip()
    word = token.text.casefold().rstrip(".")
    # "nr" is read as "number" before.
    return (word in _SHORT and between.strip() == ".") or (text[token.start : token.end].casefold() == "nr")


def _place(token: Token, behind: Token, number: int) -> list[Token]:
    top = replace(token, text="top", stem=stem("top"), end=behind.end, value=None, ordinal=None)
    if number == 1:
        return [top]
    nth = f"{number}{_ENDINGS.get(number, 'th')}"
    return [replace(token, text=nth, stem=nth, end=behind.end, value=None, ordinal=number), top]
