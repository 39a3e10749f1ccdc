"""The words that a slip of the pen may have meant: of the schema, of the lexicon, and of the stored values."""

from __future__ import annotations

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.question.tokens import words
from agent.records import Catalog, Context
from agent.schema_index.per_catalog import per_catalog
from agent.schema_index.spoken import spoken
from agent.schema_index.words import humanise

_NAME, _LEXICON, _VALUE = 0, 1, 2


def known_words(context: Context, lexicon: Lexicon) -> dict[str, int]:
    """The words in lower case, each with its rank: names before the lexicon before stored values."""
    found = {word: _VALUE for match in context.values for word in words(match.value)}
    return found | dict.fromkeys(lexicon.vocabulary, _LEXICON) | _names(context.catalog)


@per_catalog
def _names(catalog: Catalog) -> dict[str, int]:
    found: set[str] = set()
    for table in catalog.entries:
        said = spoken(table, {})
        named = [table.name, said.table, *table.synonyms, *said.columns.values()]
        for column in table.columns:
            named += [column.name, *column.synonyms]
        for name in named:
            found |= {name.casefold(), *words(humanise(name)), *words(name)}
    return dict.fromkeys((word for word in found if word.isalpha()), _NAME)
