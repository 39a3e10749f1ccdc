"""The context of a question, with those of the questions that it goes on from."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from agent.records import Context, Question, ScoredTable
from agent.schema_index.retrieve import retrieve

if TYPE_CHECKING:
    from agent.schema_index.store import SchemaIndex


def recall(question: Question, index: SchemaIndex) -> Context:
    """What is retrieved for a question; one that goes on from others has their tables too.

    Raises what `retrieve` raises.
    """
    context = retrieve(question, index)
    if not question.earlier:
        return context
    *first, last = question.earlier
    before = recall(replace(question, text=last, earlier=tuple(first)), index)
    return replace(context, tables=_in_turn(before.tables, context.tables), earlier=before)


def _in_turn(*ranked: tuple[ScoredTable, ...]) -> tuple[ScoredTable, ...]:
    """The best table of each, then the second of each, and so on; each table once."""
    tables = (scored for scored in chain.from_iterable(zip_longest(*ranked)) if scored is not None)
    found: dict[str, ScoredTable] = {}
    for scored in tables:
        found.setdefault(scored.table.id, scored)
    return tuple(found.values())
