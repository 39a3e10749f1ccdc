"""Statements changed at random: spliced, cut, doubled, nested, with words swapped, and repeated up to the cap."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from agent.validators.lexical import MAX_CHARACTERS

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Material:
    """What mutations are made of: whole statements, and the three lists of mutations.yaml."""

    statements: Sequence[str]
    words: Sequence[str]
    characters: Sequence[str]
    wraps: Sequence[str]


def mutation(random: Random, material: Material) -> str:
    """A text that no one wrote, at most some characters longer than the checker reads."""
    if random.random() < 0.05:
        return _noise(random, material)
    parts = _WORDS.findall(random.choice(material.statements))
    for _ in range(random.randint(1, 4)):
        parts = random.choice(_MUTATIONS)(random, parts, material)
    return "".join(parts)[: MAX_CHARACTERS + 5]


_Mutation = Callable[[Random, list[str], Material], list[str]]


def _noise(random: Random, material: Material) -> str:
    pool = random.choice(
        ([*map(chr, range(128))], material.characters, material.words, [f" {word} " for word in material.words])
    )
    return "".join(random.choices(pool, k=random.choice((3, 30, 300, 3_000))))


def _span(random: Random, parts: list[str]) -> tuple[int, int]:
    start = random.randint(0, len(parts))
    return start, min(len(parts), start + random.choice((1, 2, 3, 7, 20)))


def _splice(random: Random, parts: list[str], material: Material) -> list[str]:
    other = _WORDS.findall(random.choice(material.statements))
    return parts[: random.randint(0, len(parts))] + other[random.randint(0, len(other)) :]


def _insert(random: Random, parts: list[str], material: Material) -> list[str]:
    other = _WORDS.findall(random.choice(material.statements))
    (at, _), (start, end) = _span(random, parts), _span(random, other)
    return [*parts[:at], *other[start:end], *parts[at:]]


def _delete(random: Random, parts: list[str], material: Material) -> list[str]:
    start, end = _span(random, parts)
    return parts[:start] + parts[end:]


def _repeat(random: Random, parts: list[str], material: Material) -> list[str]:
    start, end = _span(random, parts)
    span = "".join(parts[start:end]) + random.choice(("", " ", ", ", " AND "))
    # Mostly a few times; now and then until the text is as long as the checker reads.
    room = (MAX_CHARACTERS - sum(map(len, parts))) // (len(span) or 1)
    times = random.choice((2, 2, 3, 5, 31, 33, 200, room))
    return [*parts[:start], span * max(0, min(times, room)), *parts[end:]]


def _nest(random: Random, parts: list[str], material: Material) -> list[str]:
    start, end = _span(random, parts)
    span, wrap = "".join(parts[start:end]), random.choice(material.wraps)
    for _ in range(random.choice((1, 1, 2, 10, 30))):
        if len(span) < MAX_CHARACTERS // 2:
            span = wrap.replace("{}", span).replace("{{", "{").replace("}}", "}")
    return [*parts[:start], span, *parts[end:]]


def _swap(random: Random, parts: list[str], material: Material) -> list[str]:
    if parts:
        one, other = random.randrange(len(parts)), random.randrange(len(parts))
        parts[one], parts[other] = parts[other], parts[one]
    return parts


def _replace(random: Random, parts: list[str], material: Material) -> list[str]:
    start, end = _span(random, parts)
    return [*parts[:start], random.choice(material.words), *parts[end:]]


def _character(random: Random, parts: list[str], material: Material) -> list[str]:
    at = random.randint(0, len(parts))
    return [*parts[:at], random.choice(material.characters), *parts[at:]]


def _recase(random: Random, parts: list[str], material: Material) -> list[str]:
    start, end = _span(random, parts)
    return [*parts[:start], *(part.swapcase() for part in parts[start:end]), *parts[end:]]


_MUTATIONS: tuple[_Mutation, ...] = (
    _splice, _insert, _delete, _repeat, _nest, _swap, _replace, _character, _recase,
)  # fmt: skip
