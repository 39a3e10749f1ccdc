"""Linked items to the typed query: rules, each of which reads one construction, and then the query they make."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agent.drafters.builtin.assemble import assemble
from agent.drafters.builtin.choices import Decisions
from agent.drafters.builtin.items import Item, Links
from agent.drafters.builtin.join_keys import join_choices, preferring
from agent.drafters.builtin.lexicon import Lexicon, Marker
from agent.drafters.builtin.namesakes import without_namesakes
from agent.drafters.builtin.nearest import nearest_first
from agent.drafters.builtin.query import Query
from agent.drafters.builtin.reading import Reading, quoted
from agent.drafters.builtin.rules import RULES
from agent.errors import NotUnderstoodError
from agent.records import Catalog, Context


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A typed query, what was assumed on the way to it, and how sure the reading is (0 to 1).

    `catalog` joins its tables by the foreign keys that were decided on.
    """

    query: Query
    catalog: Catalog
    assumptions: tuple[str, ...]
    confidence: float


def interpret(links: Links, context: Context, lexicon: Lexicon, decisions: Decisions) -> Interpretation:
    """Read the items with every rule in turn; what the question leaves open is left in `decisions`.

    Raises NotUnderstoodError, naming the words, where something is left that no rule could read.
    """
    items, says = without_namesakes(links.items, context.catalog, decisions)
    items = list(nearest_first(items, context.catalog))
    context = replace(context, catalog=preferring(context.catalog, decisions))
    reading = Reading(items, context, lexicon, decisions)
    for said in says:
        reading.assume(said)
    for rule in RULES:
        rule(reading)
    _take_distinct(reading)
    left = _leftovers(reading)
    if left:
        raise NotUnderstoodError(
            f"I do not know what to do with {quoted(left)}", "say it in other words, or leave it out"
        )
    query = assemble(reading)
    for choice in join_choices(query, context.catalog):
        reading.assume(decisions.take(choice).says)
    return Interpretation(query, context.catalog, tuple(reading.assumptions), round(reading.confidence, 2))


def _take_distinct(reading: Reading) -> None:
    """ "the different genres": rows without repeats, where columns are listed."""
    marks = [item for item in reading.items if item.meaning == Marker("distinct")]
    if marks and reading.select:
        reading.use(*marks)
        reading.distinct = True


def _leftovers(reading: Reading) -> list[Item]:
    """The items that no rule has used and that would change the answer."""
    dropped = {"conjunction"}
    return [item for item in reading.items if not (isinstance(item.meaning, Marker) and item.meaning.kind in dropped)]
