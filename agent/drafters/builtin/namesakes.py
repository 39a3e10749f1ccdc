"""Tables of one name in several schemas: which of them the question means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.drafters.builtin.choices import Choice, Decisions, Option
from agent.drafters.builtin.items import Item, Link, Mention, TableLink, ValueLink
from agent.drafters.builtin.nearest import joins_away
from agent.records import Catalog, Table


def without_namesakes(items: Sequence[Item], catalog: Catalog, decisions: Decisions) -> tuple[list[Item], list[str]]:
    """The items, each naming one table of those that share a name, and what was decided for that.

    The namesake nearest to what else is named is meant; which of several, the question leaves open.
    """
    anchors = list(dict.fromkeys(_anchors(items)))
    kept: list[Item] = []
    says: list[str] = []
    for item in items:
        mention = item.meaning if isinstance(item.meaning, Mention) else None
        tables = _namesakes(mention) if mention else ()
        if mention and len(tables) > 1:
            taken, said = _taken(tables, anchors, catalog, decisions)
            dropped = {table.id for table in tables if table.id != taken.id}
            links = tuple(link for link in mention.links if not (_names_table(link) and link.table.id in dropped))
            item = replace(item, meaning=Mention(links))
            says.append(said)
        kept.append(item)
    return kept, says


def _taken(
    tables: Sequence[Table], anchors: Sequence[str], catalog: Catalog, decisions: Decisions
) -> tuple[Table, str]:
    """The namesake that is meant, and how that is said."""
    about = f"table {tables[0].name.casefold()}"
    options = {Option((), _says(table, catalog)): table for table in tables}
    made = decisions.made.get(about)
    if made in options:
        return options[made], made.says
    away = {table.id: sum(joins_away(catalog, table.id, [anchor]) for anchor in anchors) for table in tables}
    near = tuple(option for option, table in options.items() if away[table.id] == min(away.values()))
    taken = decisions.take(Choice(about, near)) if len(near) > 1 and made is None else near[0]
    return options[taken], taken.says


def _namesakes(mention: Mention) -> tuple[Table, ...]:
    """The tables that share the name of the best one, where the mention names a table; the default schema's first."""
    best = mention.links[0]
    if not _names_table(best):
        return ()
    named = [link.table for link in mention.links if type(link) is type(best) and _names_table(link)]
    same = {table.id: table for table in named if table.name.casefold() == best.table.name.casefold()}
    return tuple(sorted(same.values(), key=lambda table: table.schema != ""))


def _names_table(link: Link) -> bool:
    return isinstance(link, TableLink) or (not isinstance(link, ValueLink) and link.qualified)


def _anchors(items: Sequence[Item]) -> Iterator[str]:
    """The tables that other words than the shared name point to."""
    for item in items:
        if isinstance(item.meaning, Mention) and len(_namesakes(item.meaning)) < 2:
            best = item.meaning.links[0]
            certain = isinstance(best, TableLink) and best.score > 0.9
            if certain or len({link.table.id for link in item.meaning.links}) == 1:
                yield best.table.id


def _says(table: Table, catalog: Catalog) -> str:
    schema = table.schema or catalog.default_schema
    return f"{table.name} is {schema}.{table.name}" if schema else f"{table.name} is that of the default schema"
