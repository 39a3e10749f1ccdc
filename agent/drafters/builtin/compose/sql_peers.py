"""An aggregate of the rows that are like the row of the query around it: "the average of its category"."""

from __future__ import annotations

from sqlglot import exp

from agent.drafters.builtin.compose.place import Place
from agent.drafters.builtin.compose.sql_measure import sql_measure
from agent.drafters.builtin.compose.sql_names import SqlNames
from agent.drafters.builtin.query.query import ColumnTerm, MeasureTerm, Peers
from agent.records import Catalog


def sql_peers(peers: Peers, catalog: Catalog, names: SqlNames, dialect: str) -> exp.Subquery:
    """The aggregate as a subquery, in which the table stands under another name."""
    measure = MeasureTerm(peers.function, peers.table, ColumnTerm(peers.table, peers.column, via=peers.by))
    rows = names.table(Place(peers.table, peers.by))
    same = exp.EQ(
        this=names.column(ColumnTerm(peers.table, peers.by, via=peers.by)),
        expression=names.column(ColumnTerm(peers.table, peers.by)),
    )
    return exp.select(sql_measure(measure, catalog, names, dialect)).from_(rows).where(same).subquery()
