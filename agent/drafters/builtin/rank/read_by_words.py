"""The words of a question that a reading knows from the lexicon, however near they are to names of the schema."""

from __future__ import annotations

from agent.drafters.builtin.rank.rank import Reading

# The rules that read words for what a row is to another of its table, for who did something, for prices and stocks.
_RULES = frozenset(
    {
        "age asked",
        "contacts",
        "contacts alone",
        "group above",
        "group persons",
        "group roots",
        "headcount",
        "none above",
        "price asked",
        "price verb",
        "repeaters",
        "root rows",
        "row above",
        "rows below",
        "rows below counted",
        "rows with above",
        "rows within",
        "same as",
        "stock compared",
        "stock gone",
        "stock kept",
        "stock low",
        "stock nearly gone",
        "stock of one",
        "stock ranked",
        "sub rows",
        "vague",
    }
)


def read_by_words(reading: Reading) -> frozenset[int]:
    """The places of all that such a rule reads."""
    return frozenset(
        place
        for fragment in reading.cover.fragments
        if fragment.rule in _RULES
        for place in range(fragment.start, fragment.end)
    )
