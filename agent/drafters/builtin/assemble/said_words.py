"""The words of a question, to see whether it says the name of something that it does not ask for."""

from __future__ import annotations

from functools import lru_cache

from agent.drafters.builtin.question.tokens import stems
from agent.drafters.builtin.read.scene import Scene
from agent.schema_index.words import humanise


def says_name(scene: Scene, name: str, besides: str = "") -> bool:
    """Whether the question has a word of a name, other than those of another name."""
    return said_words(scene, name, besides)[0] > 0


def said_words(scene: Scene, name: str, besides: str = "") -> tuple[int, int]:
    """How many words of a name the question has and how many it has not, those of another name left out."""
    words, text = _words_of(name, besides), _words(scene.context.question.text)
    return len(words & text), len(words - text)


@lru_cache(maxsize=2000)
def _words_of(name: str, besides: str) -> frozenset[str]:
    return frozenset(stems(humanise(name))) - frozenset(stems(humanise(besides))) - frozenset(stems("id code"))


@lru_cache(maxsize=64)
def _words(text: str) -> frozenset[str]:
    return frozenset(stems(text))
