"""The nouns by which any business calls the same things: "items" for products, "reps" for employees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from agent.drafters.builtin.lexicon.load_lexicon import load_lexicon
from agent.drafters.builtin.lexicon.operators import Stems
from agent.drafters.builtin.question.tokens import stems
from agent.records import Catalog, Table
from agent.schema_index.spoken import spoken
from agent.schema_index.words import humanise


def general_names(catalog: Catalog) -> Iterator[tuple[Stems, Table, str]]:
    """Such nouns with the tables of one word that they may name, and what speaks for it."""
    ends: dict[str, set[str]] = defaultdict(set)
    for table in catalog.entries:
        for word in stems(humanise(table.name))[-1:]:
            ends[word].add(table.id)
    for table in catalog.entries:
        words = stems(spoken(table, {}).table)
        for phrase in load_lexicon().kinds.get(words[0], ()) if len(words) == 1 else ():
            # Where there are order items, "items" may be these.
            yield phrase, table, "general" if ends[phrase[-1]] <= {table.id} else "general too"
