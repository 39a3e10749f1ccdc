"""Every way in which a question may name the tables and columns of a schema."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from agent.drafters.builtin.items import ColumnLink, Link, TableLink
from agent.drafters.builtin.lexicon import Lexicon, Stems
from agent.drafters.builtin.schema import event_of, keys
from agent.drafters.builtin.tokens import stem, stems
from agent.records import Catalog, Column, Context, Table
from agent.schema_index.words import humanise

# Words at the end of a column's name that say only what kind of column it is.
_SUFFIXES = frozenset(stems("at on date time datetime timestamp id no"))


def names(context: Context, lexicon: Lexicon) -> dict[Stems, list[Link]]:
    """Every way to name a table or column of the context, by stems, each link with its best score."""
    found: dict[Stems, dict[tuple[str, str], Link]] = defaultdict(dict)
    labels = lexicon.labels
    filler = {stem(word) for word in lexicon.filler}

    def add(phrase: Stems, link: Link) -> None:
        if len(phrase) == 1 and phrase[0] in filler and phrase not in labels and link.score < 0.9:
            return
        key = (link.table.id, link.column.name if isinstance(link, ColumnLink) else "")
        known = found[phrase].get(key)
        if phrase and (known is None or known.score < link.score):
            found[phrase][key] = link

    for position, scored in enumerate(context.tables):
        table = scored.table
        # Retrieval breaks ties between names that fit equally well.
        tie = 0.001 * position
        pointers = keys(table)
        if table.kind == "view":
            # What a view repeats is rather asked of its table.
            tie += 0.05
        own = stems(humanise(table.name))
        table_names = dict.fromkeys((own, stems(table.name), *map(stems, table.synonyms)), 1.0)
        table_names |= _names_with_schema(table, context.catalog)
        for name, score in table_names.items():
            add(name, TableLink(table, score - tie))
        if len(own) > 1:
            add(own[-1:], TableLink(table, 0.6 - tie))
        for column in table.columns:
            for phrase, score in _column_names(table, column, column.name in pointers, labels):
                add(phrase, ColumnLink(table, column, score - tie))
                if phrase == stems(event_of(column)):
                    # "members left" is a clause where the column is left_on.
                    continue
                for name, weight in table_names.items():
                    together = min(1.0, score + 0.1) * weight - tie
                    add(name + phrase, ColumnLink(table, column, together, qualified=True))
    return {phrase: list(links.values()) for phrase, links in found.items() if phrase}


def _names_with_schema(table: Table, catalog: Catalog) -> dict[Stems, float]:
    """ "sales.orders" and "sales orders"; "public orders" only beside a namesake, since "main" says more."""
    schema = table.schema or catalog.default_schema
    name = table.name.casefold()
    alone = sum(other.name.casefold() == name for other in catalog.tables) == 1
    if not schema or (alone and not table.schema):
        return {}
    # A stored value, as typed, is rather meant: "HR orders" where a department is HR.
    return {stems(humanise(f"{schema}.{table.name}")): 0.85, stems(f"{schema}.{table.name}"): 1.0}


def _column_names(
    table: Table, column: Column, pointer: bool, labels: Sequence[Stems]
) -> Iterator[tuple[Stems, float]]:
    name = stems(humanise(column.name))
    yield name, 1.0
    yield stems(column.name), 1.0
    if (column.name,) == table.primary_key:
        # "customer id", whatever the key is called.
        yield stems("id"), 0.7
    if pointer:
        # "manager_id" is a manager's number, not a manager.
        return
    for synonym in column.synonyms:
        yield stems(synonym), 0.98
    core = name
    while len(core) > 1 and core[-1] in _SUFFIXES:
        core = core[:-1]
    if core != name:
        yield core, 0.75
    if len(core) > 1:
        yield core[-1:], 0.85 if core[-1:] in labels else 0.6
        if column.kind in {"date", "datetime"}:
            yield core[:1], 0.55
