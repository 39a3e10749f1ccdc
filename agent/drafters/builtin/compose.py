"""The typed query to a sqlglot tree: joins from the foreign keys, conditions on many rows as EXISTS.

A condition on a table of which one row of the root has many becomes EXISTS instead of a join, so that no row is
counted or added up twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from agent.drafters.builtin.aliases import table_aliases
from agent.drafters.builtin.buckets import bucket
from agent.drafters.builtin.dates import WeekStart, Window
from agent.drafters.builtin.fan_out import home
from agent.drafters.builtin.headings import headings
from agent.drafters.builtin.identifiers import identifier
from agent.drafters.builtin.query import (
    AllColumns,
    BucketTerm,
    ColumnTerm,
    Condition,
    Exists,
    MeasureTerm,
    Ordering,
    Query,
    RelatedTerm,
    Term,
    Value,
)
from agent.errors import NotUnderstoodError
from agent.records import Catalog, Column, Table
from agent.schema_index.joins import Join, join_tables
from agent.schema_index.reflect import kind_of

_COMPARISONS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    ">": exp.GT,
    ">=": exp.GTE,
    "<": exp.LT,
    "<=": exp.LTE,
}
_FUNCTIONS: dict[str, type[exp.AggFunc]] = {
    "count": exp.Count,
    "sum": exp.Sum,
    "avg": exp.Avg,
    "min": exp.Min,
    "max": exp.Max,
}
# Engines whose functions of dates take text.
_DATES_ARE_TEXT = frozenset({"sqlite", "mysql"})
# Engines that round the average of whole numbers, or cut it.
_COARSE_AVERAGES = frozenset({"mysql", "tsql"})


def compose(query: Query, catalog: Catalog, week_start: WeekStart = "monday") -> str:
    """The SQL of a typed query in the dialect of the catalog.

    Raises NotUnderstoodError where no foreign keys join its tables.
    """
    dialect = catalog.dialect if catalog.dialect in Dialect.classes else ""
    composer = _Composer(catalog, dialect, week_start, {})
    tree = composer.select(query)
    # Which tables a query needs is known when it is composed.
    if aliases := table_aliases(composer.used.values()):
        tree = _Composer(catalog, dialect, week_start, aliases).select(query)
    return tree.sql(dialect=dialect, pretty=True)


class _Composer:
    def __init__(self, catalog: Catalog, dialect: str, week_start: WeekStart, aliases: Mapping[str, str]) -> None:
        self.catalog = catalog
        self.dialect = dialect
        self.week_start = week_start
        self.aliases = aliases
        self.used: dict[str, Table] = {}

    def select(self, query: Query) -> exp.Select:
        shown = [part for term in query.select for part in self.spelled_out(term)]
        names = headings(shown)
        aliases = {term: exp.column(self.name(name)) for term, name in names.items() if name}
        columns = [
            exp.alias_(self.term(term), self.name(names[term])) if names[term] else self.term(term) for term in shown
        ]
        joined = self.joined_tables(query)
        tree = exp.select(*columns).from_(self.table(query.root))
        tree = self.join(tree, self.path([query.root, *joined]))
        for condition in query.where:
            tree = tree.where(self.where(condition), copy=False)
        if query.group_by:
            tree = tree.group_by(*(self.term(term) for term in query.group_by), copy=False)
        for having in query.having:
            tree = tree.having(self.condition(having), copy=False)
        if any(table.partial for table in self.used.values()):
            # Within an expression, an engine takes a hidden column before an alias of that name.
            aliases = {}
        for key in query.order_by:
            ordered = aliases.get(key.term) if isinstance(key.term, MeasureTerm | BucketTerm | RelatedTerm) else None
            tree = tree.order_by(self.ordered(key, ordered or self.term(key.term)), copy=False)
        if query.limit is not None:
            tree = tree.limit(query.limit, copy=False)
        return tree.distinct(copy=False) if query.distinct else tree

    def spelled_out(self, term: Term) -> list[Term]:
        """The columns that stand for a `*`, which would read those that a policy hides, too."""
        table = self.catalog.table(term.table) if isinstance(term, AllColumns) else None
        if table is None or not table.partial:
            return [term]
        return [ColumnTerm(table.id, column.name) for column in table.columns]

    def ordered(self, key: Ordering, by: exp.Expr) -> exp.Ordered:
        """Missing values as the smallest in every engine, which is said only where there may be some."""
        by_default = {
            "nulls_are_small": not key.descending,
            "nulls_are_large": key.descending,
            "nulls_are_last": False,
        }[str(Dialect.get_or_raise(self.dialect).NULL_ORDERING)]
        nulls_first = not key.descending if self.may_be_missing(key.term) else by_default
        return exp.Ordered(this=by, desc=key.descending, nulls_first=nulls_first)

    def joined_tables(self, query: Query) -> list[str]:
        """The tables beside the root that must be joined: all that terms name, but those behind a subquery."""
        conditions = [part for part in (*query.where, *query.having) if isinstance(part, Condition)]
        terms = [*query.select, *query.group_by, *(key.term for key in query.order_by)]
        terms += [condition.term for condition in conditions]
        tables = [home(term) for term in terms]
        tables += [part.owner for part in query.where if isinstance(part, Exists)]
        return [table for table in dict.fromkeys(tables) if table != query.root]

    def path(self, tables: list[str]) -> tuple[Join, ...]:
        """The joins from the first table to all others; NotUnderstoodError where no foreign keys lead there."""
        joins = join_tables(self.catalog, tables)
        if joins is None:
            raise NotUnderstoodError(
                f"no foreign keys join {' and '.join(dict.fromkeys(tables))}",
                "ask about one of them, or declare how they are joined",
            )
        return joins

    def where(self, condition: Condition | Exists) -> exp.Expr:
        return self.exists(condition) if isinstance(condition, Exists) else self.condition(condition)

    def exists(self, condition: Exists) -> exp.Expr:
        """[NOT] EXISTS over the path from the owner to the table."""
        tables = [condition.table, *condition.through]
        inner = self.belonging(exp.select("1"), condition.owner, tables, condition.conditions)
        found: exp.Expr = exp.Exists(this=inner)
        return exp.not_(found) if condition.negated else found

    def related(self, term: RelatedTerm) -> exp.Expr:
        """A scalar subquery over the path from the owner to the measured table."""
        path = self.path([term.owner, term.table])
        measure = term.measure
        if any(not join.fans_out for join in path[1:]):
            # On the way back from a bridge one row is met several times.
            table = self.catalog.table(measure.table)
            if measure.column is not None or table is None or len(table.primary_key) != 1:
                raise NotUnderstoodError(
                    f"{measure.table} cannot be added up for each of {term.owner}", "ask for its rows instead"
                )
            key = ColumnTerm(measure.table, table.primary_key[0])
            measure = MeasureTerm("count", measure.table, key, distinct=True)
        value = self.term(measure)
        if measure.function == "sum":
            # Nothing to add up is 0, not unknown.
            value = exp.Coalesce(this=value, expressions=[exp.Literal.number(0)])
        tree = exp.select(value)
        return self.belonging(tree, term.owner, [term.table], term.conditions).subquery()

    def belonging(self, tree: exp.Select, owner: str, tables: list[str], conditions: Iterable[Condition]) -> exp.Select:
        """The rows of the tables that belong to a row of the owner, tied to it by the first join."""
        conditions = list(conditions)
        path = self.path([owner, *tables, *(home(condition.term) for condition in conditions)])
        first, rest = path[0], path[1:]
        tree = self.join(tree.from_(self.table(first.right)), rest).where(self.on(first), copy=False)
        for condition in conditions:
            tree = tree.where(self.condition(condition), copy=False)
        return tree

    def join(self, tree: exp.Select, path: Iterable[Join]) -> exp.Select:
        for join in path:
            tree = tree.join(self.table(join.right), on=self.on(join), copy=False)
        return tree

    def on(self, join: Join) -> exp.Expr:
        pairs = zip(join.left_columns, join.right_columns, strict=True)
        return exp.and_(
            *(
                exp.EQ(
                    this=self.column(ColumnTerm(join.right, right)),
                    expression=self.column(ColumnTerm(join.left, left)),
                )
                for left, right in pairs
            )
        )

    def condition(self, condition: Condition) -> exp.Expr:
        term = self.term(condition.term)
        values = [self.literal(value) for value in condition.values if not isinstance(value, Window)]
        if condition.operator == "null":
            found: exp.Expr = exp.Is(this=term, expression=exp.Null())
        elif condition.operator == "window":
            found = self.window(term, condition)
        elif condition.operator == "between":
            found = exp.Between(this=term, low=values[0], high=values[1])
        elif condition.operator == "in":
            return self.among(condition, term, values)
        else:
            found = _COMPARISONS[condition.operator](this=term, expression=values[0])
        return exp.not_(found) if condition.negated else found

    def among(self, condition: Condition, term: exp.Expr, values: list[exp.Expr]) -> exp.Expr:
        """One of the values; or none of them, where a missing value counts as none."""
        if not condition.negated:
            one = len(values) == 1
            return exp.EQ(this=term, expression=values[0]) if one else exp.In(this=term, expressions=values)
        none: exp.Expr = (
            exp.NEQ(this=term, expression=values[0])
            if len(values) == 1
            else exp.not_(exp.In(this=term, expressions=values))
        )
        missing = exp.Is(this=term.copy(), expression=exp.Null())
        return exp.paren(exp.or_(none, missing)) if self.is_nullable(condition.term) else none

    def is_nullable(self, term: Term) -> bool:
        column = self.catalog_column(term) if isinstance(term, ColumnTerm) else None
        return column is not None and column.nullable

    def may_be_missing(self, term: Term) -> bool:
        if isinstance(term, RelatedTerm):
            return term.measure.function not in {"count", "sum"}
        if isinstance(term, MeasureTerm) and term.function == "count":
            return False
        column = term.column if isinstance(term, MeasureTerm | BucketTerm) else term
        return column is not None and self.is_nullable(column)

    def catalog_column(self, term: ColumnTerm) -> Column | None:
        table = self.catalog.table(term.table)
        return table.column(term.column) if table else None

    def window(self, term: exp.Expr, condition: Condition) -> exp.Expr:
        """Half open, so that the last day is whole whether the column holds dates or times."""
        (window,) = condition.values
        parts: list[exp.Expr] = []
        if isinstance(window, Window) and window.start:
            parts.append(exp.GTE(this=term, expression=exp.Literal.string(window.start.isoformat())))
        if isinstance(window, Window) and window.end:
            parts.append(exp.LT(this=term.copy(), expression=exp.Literal.string(window.end.isoformat())))
        return exp.and_(*parts)

    def term(self, term: Term) -> exp.Expr:
        if isinstance(term, AllColumns):
            return exp.Column(this=exp.Star(), table=self.name(self.called(term.table)))
        if isinstance(term, ColumnTerm):
            return self.column(term)
        if isinstance(term, BucketTerm):
            return self.bucket(term)
        if isinstance(term, RelatedTerm):
            return self.related(term)
        return _FUNCTIONS[term.function](this=self.measured(term))

    def measured(self, term: MeasureTerm) -> exp.Expr:
        over: exp.Expr = self.column(term.column) if term.column else exp.Star()
        column = self.catalog_column(term.column) if term.column else None
        whole = column is not None and column.kind == "integer"
        if term.function == "avg" and whole and self.dialect in _COARSE_AVERAGES:
            return exp.cast(over, exp.DType.DOUBLE)
        return exp.Distinct(expressions=[over]) if term.distinct else over

    def bucket(self, term: BucketTerm) -> exp.Expr:
        return bucket(self.moment(term.column), term.unit, self.dialect, self.week_start)

    def moment(self, term: ColumnTerm) -> exp.Expr:
        """A date column as a date, also where it is stored as text."""
        column = self.catalog_column(term)
        stored_as_text = column is not None and kind_of(column.type) == "text"
        if stored_as_text and self.dialect not in _DATES_ARE_TEXT:
            return exp.cast(self.column(term), exp.DType.TIMESTAMP)
        return self.column(term)

    def column(self, term: ColumnTerm) -> exp.Column:
        return exp.Column(this=self.name(term.column), table=self.name(self.called(term.table)))

    def table(self, id: str) -> exp.Table:
        table = self.catalog.table(id)
        if table is None:
            return exp.Table(this=self.name(id))
        self.used[table.id] = table
        alias = self.aliases.get(table.id)
        return exp.Table(
            this=self.name(table.name),
            db=self.name(table.schema) if table.schema else None,
            alias=exp.TableAlias(this=self.name(alias)) if alias else None,
        )

    def called(self, id: str) -> str:
        """What the query calls a table: its bare name, or its alias beside a namesake."""
        table = self.catalog.table(id)
        return self.aliases.get(table.id, table.name) if table else id

    def name(self, name: str) -> exp.Identifier:
        return identifier(name, self.dialect)

    @staticmethod
    def literal(value: Value) -> exp.Expr:
        if isinstance(value, bool):
            return exp.Boolean(this=value)
        return exp.Literal.number(value) if isinstance(value, int | float) else exp.Literal.string(str(value))
