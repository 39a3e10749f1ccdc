"""The names that a query is written with: its tables and columns in the words of its dialect."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from agent.drafters.builtin.compose.buckets import days_between
from agent.drafters.builtin.compose.identifiers import identifier
from agent.drafters.builtin.compose.place import Place
from agent.drafters.builtin.query.query import ColumnTerm
from agent.records import Catalog, Table


class SqlNames:
    """Writes names, and notes in `used` which tables were read where."""

    def __init__(self, catalog: Catalog, dialect: str, aliases: Mapping[Place, str]) -> None:
        self.used: dict[Place, Table] = {}
        self._catalog = catalog
        self._dialect = dialect
        self._aliases = aliases

    def name(self, name: str) -> exp.Identifier:
        """Any name."""
        return identifier(name, self._dialect)

    def table(self, place: Place) -> exp.Table:
        """A table as it stands in FROM."""
        table = self._catalog.table(place.table)
        if table is None:
            return exp.Table(this=self.name(place.table))
        place = Place(table.id, place.via)
        self.used[place] = table
        alias = self._aliases.get(place)
        return exp.Table(
            this=self.name(table.name),
            db=self.name(table.schema) if table.schema else None,
            alias=exp.TableAlias(this=self.name(alias)) if alias else None,
        )

    def called(self, place: Place) -> exp.Identifier:
        """What the query calls the table that stands there: its bare name or its alias."""
        table = self._catalog.table(place.table)
        name = self._aliases.get(Place(table.id, place.via), table.name) if table else place.table
        return self.name(name)

    def column(self, term: ColumnTerm) -> exp.Expr:
        """A column under the table that it belongs to, less another of its row, or multiplied by it."""
        place = self.called(Place(term.table, term.via))
        column = exp.Column(this=self.name(term.column), table=place)
        if not term.less and not term.times:
            return column
        left = self._less(term, column) if term.less else column
        if not term.times:
            return left
        return exp.Mul(this=left, expression=exp.Column(this=self.name(term.times), table=place.copy()))

    def _less(self, term: ColumnTerm, column: exp.Column) -> exp.Expr:
        """A column less another; the days between two dates."""
        whose = self.called(Place(term.less_of) if term.less_of else Place(term.table, term.via))
        other = exp.Column(this=self.name(term.less), table=whose)
        table = self._catalog.table(term.table)
        known = table.column(term.column) if table else None
        if known is not None and known.kind in {"date", "datetime"}:
            return days_between(column, other, self._dialect)
        return exp.paren(exp.Sub(this=column, expression=other))
