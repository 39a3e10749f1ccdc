"""How a question says a stored value: as it is written, in other forms, or only in part."""

from __future__ import annotations

from agent.drafters.builtin.link.said_part import said_part
from agent.schema_index.words import stem_key


def how_said(phrase: str, value: str, quoted: bool, start: int, distance: int) -> str:
    """How a phrase says a stored value."""
    if distance:
        return "part" if said_part(phrase, value) else "guess"
    if quoted:
        return "quoted"
    if phrase != value:
        return "folded" if stem_key(phrase) == stem_key(value) else "other name"
    return "exact name" if phrase[:1].isupper() and start > 0 else "exact"
