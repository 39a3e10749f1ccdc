"""Each row that is listed once: conditions on the many rows that belong to it say only that there is one."""

from __future__ import annotations

from dataclasses import replace

from agent.drafters.builtin.assemble.conditions import condition_tables
from agent.drafters.builtin.assemble.joined import many_as_exists
from agent.drafters.builtin.assemble.shown_rows import label_terms
from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import AllColumns, ColumnTerm, Query
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import multiplies


def once_each(query: Query, scene: Scene) -> Query:
    """The query without joins that repeat its rows; itself where it lists no rows, or their order needs the joins.

    Unlike DISTINCT this keeps two rows that are called alike apart.
    """
    joined = [*condition_tables(query.where), *query.joined]
    many = {table for table in joined if multiplies(scene.catalog, query.root, table)}
    if not many or query.group_by or query.having or query.combined or not _lists_rows(query, scene):
        return query
    if any(home(key.term) != query.root for key in query.order_by):
        return query
    fixed = many_as_exists(query.root, list(query.where), query.joined, many)
    if fixed is None:
        return query
    where, left = fixed
    return replace(query, where=tuple(where), joined=tuple(left), distinct=False)


def _lists_rows(query: Query, scene: Scene) -> bool:
    """Whether what is shown tells the rows of one table apart, or is all of them."""
    table = scene.catalog.table(query.root)
    if table is None or any(home(term) != query.root for term in query.select):
        return False
    if any(isinstance(term, AllColumns) for term in query.select):
        return True
    plain = all(isinstance(term, ColumnTerm) and not term.via for term in query.select)
    key = {ColumnTerm(table.id, name) for name in table.primary_key}
    shown = set(query.select)
    return plain and ((bool(key) and key <= shown) or set(label_terms(table, scene)) <= shown)
