"""Which rows a query takes for themselves and for what stands right below them, in words."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.parts_in import parts_in
from agent.drafters.builtin.query.query import AnyOf, ColumnTerm, Condition, Query
from agent.schema_index.words import humanise


def beneath_taken(query: Query) -> tuple[str, ...]:
    """One sentence for each row that `rows_beneath` has widened: what is below it in its table is meant as well."""
    return tuple(dict.fromkeys(_said(query)))


def _said(query: Query) -> Iterator[str]:
    for part in parts_in(query):
        match part:
            case AnyOf((Condition(ColumnTerm(table), "in", values), Condition(ColumnTerm(same), "in", (Query(root),)))):
                if table == same == root:
                    called = " or ".join(f'"{value}"' for value in values)
                    yield f"{called} = with the {humanise(table)} right below"
