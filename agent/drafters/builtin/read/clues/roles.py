"""Who does what the verbs of a question say: customers buy, and the staff sells, serves and handles."""

from __future__ import annotations

from agent.drafters.builtin.question.tokens import stems
from agent.drafters.builtin.read.scene import Scene
from agent.records import Table
from agent.schema_index.words import humanise


def role(table: Table, scene: Scene) -> str:
    """Whether the persons of a table do what the question says: `fits`, `against` or nothing."""
    known = scene.lexicon.roles
    own = [kind for kind, (_, persons) in known.items() if _is_any(table, persons)]
    # "customers who bought": what stands in a name or a value does nothing.
    said = {word for item in scene.items if not item.values for word in item.phrase.casefold().split()}
    # "when did Jane Roe order": the noun is a verb behind a name.
    said |= {
        f"{item.phrase.casefold()}ed"
        for place, item in enumerate(scene.items)
        if scene.is_any(place - 1, "P", "Q") and any(scene.is_any(before, "do") for before in range(place))
    }
    acting = [kind for kind, (verbs, _) in known.items() if verbs & said]
    if len(acting) != 1 or len(own) != 1:
        return ""
    return "fits" if acting == own else "against"


def is_staff(table: Table, scene: Scene) -> bool:
    """Whether the rows of a table are persons who work for whoever asks."""
    return _is_any(table, scene.lexicon.roles["staff"][1])


def _is_any(table: Table, persons: frozenset[str]) -> bool:
    names = (humanise(table.name), *table.synonyms)
    return any(stems(name)[-1:] and stems(name)[-1] in persons for name in names)
