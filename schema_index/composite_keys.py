"""Keys of several columns that another table has columns of the same names for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from agent.records import Catalog, Column, Table
from agent.schema_index.key_names import Candidate, Key, KeyNames, Namesake, is_generic_end, joined, same_family
from agent.schema_index.words import name_words


class CompositeKeys:
    """The declared keys of several columns of a catalog, by the columns that would point to them."""

    def __init__(self, catalog: Catalog, names: KeyNames) -> None:
        self._names = names
        self._by_column: dict[str, list[Key]] = defaultdict(list)
        for table in catalog.entries:
            for declared in (table.primary_key, *table.unique):
                columns = tuple(column for name in declared if (column := table.column(name)))
                # `year` and `region` together are facts that many tables have.
                is_key = len(columns) > 1 and any(is_generic_end(name_words(column.name)) for column in columns)
                if is_key and table.kind == "table":
                    key = Key(table, columns, Namesake.NONE, True)
                    self._by_column[_name(columns[-1])].append(key)

    def candidates(self, table: Table) -> Iterator[tuple[tuple[Column, ...], Candidate]]:
        """Columns of a table with the only key that they may point to.

        It is certain where a column of the key belongs to its own table alone (`line_number` of order lines): a key
        that is made of references (`student_id`, `course_id`) is shared by all that is said of the pair.
        """
        columns = {name: column for column in table.columns if (name := _name(column))}
        found: dict[frozenset[str], list[tuple[tuple[Column, ...], Candidate]]] = defaultdict(list)
        for name in columns:
            for key in self._by_column.get(name, ()):
                own = tuple(own for one in key.columns if (own := columns.get(_name(one))) and same_family(own, one))
                names = frozenset(column.name for column in own)
                # Two tables with one key are parts of one thing, and nothing tells which depends on which.
                is_apart = key.table is not table and key.table.schema == table.schema
                if is_apart and len(own) == len(key.columns) and names != set(table.primary_key):
                    found[names].append((own, Candidate(key, self._has_own_column(key))))
        yield from (candidates[0] for candidates in found.values() if len(candidates) == 1)

    def _has_own_column(self, key: Key) -> bool:
        return any(
            is_generic_end(name_words(column.name)) and not self._names.is_key(column.name) for column in key.columns
        )


def _name(column: Column) -> str:
    return joined(name_words(column.name))
