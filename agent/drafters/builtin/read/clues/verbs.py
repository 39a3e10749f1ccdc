"""Columns named by a verb: "products that cost more than 100" have a price, whatever they cost the shop."""

from __future__ import annotations

from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.read.clues.targets import Target
from agent.drafters.builtin.read.scene import Scene

_SUBJECTS = ("T", "V", "who", "that", "which", "do")


def verb_features(scene: Scene, found: Target) -> tuple[str, ...]:
    """How a column is named where a verb with a noun of its own names it: by that noun, or by the verb itself."""
    place = found.end - 1
    verb = stem(scene.items[place].phrase.casefold())
    noun = scene.lexicon.forms.get(verb)
    # "what they cost us" is said of the noun that is spelled like the verb.
    if noun is None or not scene.is_any(place - 1, *_SUBJECTS) or scene.is_any(found.end, "me", "their"):
        return ()
    words = scene.lexicon.column_words(found.link.column.name)
    return ("verb by noun",) if noun in words else ("verb by itself",) if verb in words else ()
