"""The typed query to a sqlglot tree: joins from the foreign keys, conditions on many rows as EXISTS.

A condition on a table of which one row of the root has many becomes EXISTS instead of a join, so that no row is
counted or added up twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from agent.drafters.builtin.compose.aliases import table_aliases
from agent.drafters.builtin.compose.at_place import at_place, within
from agent.drafters.builtin.compose.buckets import bucket
from agent.drafters.builtin.compose.headings import headings
from agent.drafters.builtin.compose.needed_places import needed_places
from agent.drafters.builtin.compose.nullable import column_of, may_be_missing
from agent.drafters.builtin.compose.place import Place
from agent.drafters.builtin.compose.portable import portable
from agent.drafters.builtin.compose.predicate import predicate
from agent.drafters.builtin.compose.sql_measure import quotient, sql_measure
from agent.drafters.builtin.compose.sql_names import SqlNames
from agent.drafters.builtin.compose.sql_order import sql_order
from agent.drafters.builtin.compose.sql_peers import sql_peers
from agent.drafters.builtin.compose.steps import Step, steps
from agent.drafters.builtin.compose.steps_from_owner import steps_from_owner
from agent.drafters.builtin.compose.text_pattern import TEXT_OPERATORS
from agent.drafters.builtin.compose.tied import tied
from agent.drafters.builtin.query.query import (
    AllColumns,
    AnyOf,
    BucketTerm,
    ColumnTerm,
    Combined,
    Condition,
    Difference,
    Exists,
    MeasureTerm,
    Multiple,
    Peers,
    Query,
    Rate,
    Ratio,
    RelatedTerm,
    Share,
    Term,
    UnitCount,
    Value,
)
from agent.drafters.builtin.question.dates import WeekStart, Window
from agent.errors import NotUnderstoodError
from agent.records import Catalog
from agent.schema_index.reflect import kind_of

_COMBINATIONS: dict[str, type[exp.SetOperation]] = {
    "intersect": exp.Intersect,
    "union": exp.Union,
    "except": exp.Except,
}
# Engines whose functions of dates take text, and whose LIKE takes numbers and dates.
_TYPES_ARE_LOOSE = frozenset({"sqlite", "mysql"})
# Engines that take no LIMIT within IN (SELECT ...).
_NO_LIMIT_WITHIN_IN = frozenset({"mysql"})
# What a query in FROM is called.
_ROWS = "chosen"


def compose(query: Query, catalog: Catalog, week_start: WeekStart = "monday") -> str:
    """The SQL of a typed query in the dialect of the catalog.

    Raises NotUnderstoodError where no foreign keys join its tables, or its rows cannot be put in the order asked for.
    """
    dialect = catalog.dialect if catalog.dialect in Dialect.classes else ""
    composer = _Composer(catalog, dialect, week_start, {})
    tree = composer.query(query)
    # Which tables a query needs is known when it is composed.
    if aliases := table_aliases(composer.names.used):
        tree = _Composer(catalog, dialect, week_start, aliases).query(query)
    return tree.sql(dialect=dialect, pretty=True)


class _Composer:
    def __init__(self, catalog: Catalog, dialect: str, week_start: WeekStart, aliases: Mapping[Place, str]) -> None:
        self.catalog = catalog
        self.dialect = dialect
        self.week_start = week_start
        self.names = SqlNames(catalog, dialect, aliases)

    def query(self, query: Query, named: bool = True) -> exp.Query:
        """The statement of a query; `named` says that its outputs have headings, which a subquery can do without."""
        query = portable(query, self.catalog)
        shown = [part for term in query.select for part in self.spelled_out(term)]
        names = headings(shown) if named or query.combined else dict.fromkeys(shown, "")
        tree: exp.Query = self.rows(query, shown, names)
        if query.combined:
            tree = self.combined(tree, query.combined)
        for key in query.order_by:
            by = self.output(key.term, shown, names) if query.combined else self.order_key(key.term, names)
            tree = tree.order_by(sql_order(key, by, self.catalog, self.dialect), copy=False)
        if query.limit is not None:
            tree = tree.limit(query.limit, copy=False)
        return tree.offset(query.offset, copy=False) if query.offset else tree

    def rows(self, query: Query, shown: Sequence[Term], names: Mapping[Term, str]) -> exp.Select:
        """All but the order and the limit."""
        columns = [
            exp.alias_(self.term(term), self.names.name(names[term])) if names[term] else self.term(term)
            for term in shown
        ]
        first, *others = self.places(query)
        tree = exp.select(*columns).from_(self.names.table(first))
        tree = self.join(tree, steps(self.catalog, [first, *others]))
        tree = tree.where(*(self.where(part, [first, *others]) for part in query.where), copy=False)
        if query.group_by:
            tree = tree.group_by(*(self.term(term) for term in query.group_by), copy=False)
        tree = tree.having(*map(self.condition, query.having), copy=False)
        return tree.distinct(copy=False) if query.distinct else tree

    def combined(self, tree: exp.Query, combined: Combined) -> exp.Query:
        """The rows combined with those of another query, which keep an order and a limit of their own."""
        other = self.query(combined.query)
        if combined.query.order_by or combined.query.limit is not None or combined.query.combined:
            other = exp.select("*").from_(other.subquery(self.names.name(_ROWS)))
        return _COMBINATIONS[combined.kind](this=tree, expression=other, distinct=True)

    def places(self, query: Query) -> list[Place]:
        """Where the tables stand that are joined: the root first, then all that terms name."""
        terms = [*query.select, *query.group_by, *query.having]
        terms_of_order = [] if query.combined else [key.term for key in query.order_by]
        named = needed_places([*terms, *terms_of_order, *query.where])
        root = Place(query.root)
        return list(dict.fromkeys([root, *named, *map(Place, query.joined)]))

    def spelled_out(self, term: Term) -> list[Term]:
        """The columns that stand for a `*`, which would read those that a policy hides, too."""
        table = self.catalog.table(term.table) if isinstance(term, AllColumns) else None
        if table is None or not table.partial:
            return [term]
        return [ColumnTerm(table.id, column.name) for column in table.columns]

    def order_key(self, term: Term, names: Mapping[Term, str]) -> exp.Expr:
        """What rows are put in order by: the heading of what is computed, where it is shown."""
        is_computed = isinstance(term, MeasureTerm | BucketTerm | RelatedTerm | Difference | Ratio | Share | Rate)
        # Within an expression, an engine takes a hidden column before an alias of that name.
        if is_computed and names.get(term) and not any(table.partial for table in self.names.used.values()):
            return exp.column(self.names.name(names[term]))
        return self.term(term)

    def output(self, term: Term, shown: Sequence[Term], names: Mapping[Term, str]) -> exp.Expr:
        """The name of an output, which is all that combined rows can be put in order by."""
        all_of = {part.table for part in shown if isinstance(part, AllColumns)}
        if term in shown or (isinstance(term, ColumnTerm) and term.table in all_of):
            name = names.get(term) or (term.column if isinstance(term, ColumnTerm) else "")
            if name:
                return exp.column(self.names.name(name))
        raise NotUnderstoodError(
            "rows of two kinds can be put in order only by what both of them show", "ask to see it, or for no order"
        )

    def where(self, condition: Condition | Exists | AnyOf, places: Sequence[Place]) -> exp.Expr:
        if isinstance(condition, AnyOf):
            return exp.or_(*(self.branch(part, places) for part in condition.conditions))
        return self.exists(condition) if isinstance(condition, Exists) else self.condition(condition)

    def branch(self, condition: Condition | Exists, places: Sequence[Place]) -> exp.Expr:
        """One of several conditions; a table that no other needs is not joined, since rows without it may do, too."""
        if isinstance(condition, Exists):
            return self.exists(condition)
        apart = [place for place in needed_places([condition]) if place not in places]
        if not apart:
            return self.condition(condition)
        return exp.Exists(this=self.belonging(exp.select("1"), places[0], apart[0], [condition]))

    def exists(self, condition: Exists) -> exp.Expr:
        """[NOT] EXISTS over the path from the owner to the table."""
        inner = Place(condition.table, condition.via)
        conditions = [within(inner, part) for part in condition.conditions]
        through = list(map(Place, condition.through))
        tree = self.belonging(exp.select("1"), Place(condition.owner), inner, conditions, through, backwards=True)
        found: exp.Expr = exp.Exists(this=tree)
        return exp.not_(found) if condition.negated else found

    def related(self, term: RelatedTerm) -> exp.Expr:
        """A scalar subquery over the path from the owner to the measured table."""
        owner, inner = Place(term.owner), Place(term.table, term.via)
        measure = term.measure
        if not term.via and any(not step.fans_out for step in steps(self.catalog, [owner, inner])[1:]):
            # On the way back from a bridge one row is met several times.
            table = self.catalog.table(measure.table)
            if measure.column is not None or table is None or len(table.primary_key) != 1:
                raise NotUnderstoodError(
                    f"{measure.table} cannot be added up for each of {term.owner}", "ask for its rows instead"
                )
            measure = replace(measure, distinct=True)
        if measure.column:
            measure = replace(measure, column=at_place(inner, measure.column))
        value = self.term(measure)
        if measure.function == "sum":
            # Nothing to add up is 0, not unknown.
            value = exp.Coalesce(this=value, expressions=[exp.Literal.number(0)])
        conditions = [within(inner, part) for part in term.conditions]
        return self.belonging(exp.select(value), owner, inner, conditions, backwards=True).subquery()

    def belonging(
        self,
        tree: exp.Select,
        owner: Place,
        inner: Place,
        conditions: Sequence[Condition],
        through: Sequence[Place] = (),
        backwards: bool = False,
    ) -> exp.Select:
        """The rows at `inner` that belong to a row of the owner, tied to it by the first join.

        They must have partners at the places in `through`; `backwards` is as in `steps_from_owner`.
        """
        needed = [place for place in (*through, *needed_places(conditions)) if place != owner]
        first, *rest = steps_from_owner(self.catalog, owner, inner, needed, backwards)
        tree = self.join(tree.from_(self.names.table(first.right)), rest)
        return tree.where(tied(first, self.names), *map(self.condition, conditions), copy=False)

    def join(self, tree: exp.Select, path: Iterable[Step]) -> exp.Select:
        for step in path:
            tree = tree.join(self.names.table(step.right), on=tied(step, self.names), copy=False)
        return tree

    def condition(self, condition: Condition) -> exp.Expr:
        term = self.term(condition.term)
        if condition.operator in TEXT_OPERATORS:
            term = self.as_text(condition.term, term)
        is_column = isinstance(condition.term, ColumnTerm)
        nullable = is_column and may_be_missing(condition.term, self.catalog)
        values = [self.value(value, condition) for value in condition.values if not isinstance(value, Window)]
        return predicate(condition, term, values, nullable, self.dialect)

    def value(self, value: Value, condition: Condition) -> exp.Expr:
        match value:
            case bool():
                return exp.Boolean(this=value)
            case int() | float():
                return exp.Literal.number(value)
            case ColumnTerm():
                return self.names.column(value)
            case Multiple(column, factor):
                return exp.Mul(this=exp.Literal.number(factor), expression=self.names.column(column))
            case Peers():
                return sql_peers(value, self.catalog, self.names, self.dialect)
            case Query():
                return (
                    self.among(value, condition.negated)
                    if condition.operator == "in"
                    else self.query(value, named=False).subquery()
                )
            case _:
                return exp.Literal.string(str(value))

    def among(self, query: Query, negated: bool) -> exp.Subquery:
        """The values of a query's one column; where none of them is wanted, the missing ones say nothing and go."""
        (term,) = query.select
        gaps = negated and may_be_missing(term, self.catalog)
        is_plain = query.limit is None and query.combined is None
        if gaps and is_plain and isinstance(term, ColumnTerm):
            known = Condition(term, "null", negated=True)
            return self.query(replace(query, where=(*query.where, known)), named=False).subquery()
        if not gaps and (is_plain or self.dialect not in _NO_LIMIT_WITHIN_IN):
            return self.query(query, named=False).subquery()
        # The one output is named, so that the query around it can say which it reads.
        rows = self.query(query).subquery(self.names.name(_ROWS))
        name = headings([term])[term] or (term.column if isinstance(term, ColumnTerm) else "")
        column = exp.Column(this=self.names.name(name), table=self.names.name(_ROWS))
        tree = exp.select(column).from_(rows)
        return (tree.where(exp.not_(exp.Is(this=column.copy(), expression=exp.Null()))) if gaps else tree).subquery()

    def term(self, term: Term) -> exp.Expr:
        match term:
            case AllColumns():
                return exp.Column(this=exp.Star(), table=self.names.called(Place(term.table)))
            case ColumnTerm():
                return self.names.column(term)
            case BucketTerm():
                return bucket(self.moment(term.column), term.unit, self.dialect, self.week_start)
            case RelatedTerm():
                return self.related(term)
            case Ratio(left, UnitCount(column, unit)):
                units = exp.Count(this=exp.Distinct(expressions=[self.term(BucketTerm(column, unit))]))
                return quotient(self.term(left), units)
            case Share():
                return self.share(term)
            case Rate():
                return self.rate(term)
            case _:
                return sql_measure(term, self.catalog, self.names, self.dialect)

    def share(self, term: Share) -> exp.Expr:
        """A measure divided by the whole; of nothing there is no share."""
        measured = exp.cast(self.term(term.measure), exp.DType.DOUBLE)
        part = exp.Mul(this=exp.Literal.number(100), expression=measured) if term.percent else measured
        whole = self.query(term.whole, named=False).subquery()
        return exp.Div(this=part, expression=exp.Nullif(this=whole, expression=exp.Literal.number(0)), typed=True)

    def rate(self, term: Rate) -> exp.Expr:
        """The average of 100 for each row that meets the conditions and of 0 for each other one."""
        if self.dialect == "tsql" and any(isinstance(part, Exists) for part in term.conditions):
            raise NotUnderstoodError(
                f"a rate of {term.table} needs a subquery, which this database takes no average of",
                "ask for the two numbers instead",
            )
        met = exp.and_(*(self.where(part, [Place(term.table)]) for part in term.conditions))
        # Floating-point numbers: of decimals MySQL's average keeps five digits.
        hundred, none = exp.Literal.number("1E2"), exp.Literal.number("0E0")
        return exp.Avg(this=exp.Case(ifs=[exp.If(this=met, true=hundred)], default=none))

    def moment(self, term: ColumnTerm) -> exp.Expr:
        """A date column as a date, also where it is stored as text."""
        column = column_of(term, self.catalog)
        stored_as_text = column is not None and kind_of(column.type) == "text"
        if stored_as_text and self.dialect not in _TYPES_ARE_LOOSE:
            return exp.cast(self.names.column(term), exp.DType.TIMESTAMP)
        return self.names.column(term)

    def as_text(self, term: Term, written: exp.Expr) -> exp.Expr:
        """A term as text, also where it is stored as something else."""
        column = column_of(term, self.catalog) if isinstance(term, ColumnTerm) else None
        is_text = column is not None and kind_of(column.type) == "text"
        return written if is_text or self.dialect in _TYPES_ARE_LOOSE else exp.cast(written, exp.DType.TEXT)
