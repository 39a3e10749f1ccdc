"""Words that add nothing to what they stand beside."""

from __future__ import annotations

from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.read.scene import Scene


def is_plain(place: int, scene: Scene) -> bool:
    """Whether no word of an item says more than that something is there, or is done."""
    lexicon = scene.lexicon
    before = scene.items[place - 1].last_word if place else ""
    for word in scene.items[place].phrase.casefold().split():
        said = {stem(word), f"{stem(before)} {stem(word)}"}
        only_asks = word in lexicon.filler or word in lexicon.openers or word in lexicon.word_classes
        is_known = word in lexicon.vague or stem(word) in lexicon.units or said & lexicon.light
        if len(word) > 1 and word.isalpha() and not only_asks and not is_known:
            return False
        before = word
    return True
