"""What the names of a SELECT stand for, as an explanation says them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

from sqlglot import exp

from agent.records import Catalog, ColumnKind, ForeignKey, Table
from agent.schema_index.words import humanise
from agent.validators.grammar import Grammar, write
from agent.validators.resolve import lookup
from agent.wording import one_of, owned, plural

# What the rows of a query without a name are called.
_ROWS = "rows"
# Letters; a longer one stands for itself where a column is named, since each may hold others twice.
_MAX_MEANING = 120


class Voice(Protocol):
    """Says each part of a statement; the parts hold one another, so each is told of all by its scope."""

    def term(self, node: exp.Expr, scope: Scope) -> str:
        """A value."""

    def condition(self, node: exp.Expr, scope: Scope) -> str:
        """What must hold."""

    def query(self, node: exp.Expr, outer: Scope) -> str:
        """What a query gives."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation in FROM: the name that columns use, what its rows are called, and what its columns mean.

    `table` is None for a query, of which `told` says what it is, and `outputs` what its columns are. `is_outer` says
    that rows of other relations stay where it has no partner for them.
    """

    called: str
    rows: str
    table: Table | None = None
    told: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    is_outer: bool = False

    @property
    def is_nameless(self) -> bool:
        """Whether it is a query that stands in FROM itself."""
        return self.rows == _ROWS

    @property
    def row(self) -> str:
        """One of its rows, in the singular."""
        return one_of(self.rows)

    def has(self, column: str) -> bool:
        """Whether it has a column of that name."""
        return (self.table.column(column) is not None) if self.table else column.casefold() in self.outputs


@dataclass(frozen=True)
class Scope:
    """The relations of a SELECT, within the scope around it.

    `withs` are the relations that WITH defines, by name. `shown` is what the SELECT shows; a name that is no column, or
    with `headings_first` any name, may be that of a heading there. `joined` are the names of the relations that are
    joined by keys, that with the foreign key first. `named` collects the relations that have been spoken of, and
    `inner` the scopes of all SELECTs of the statement by their identity.
    """

    catalog: Catalog
    grammar: Grammar
    voice: Voice
    outer: Scope | None = None
    relations: tuple[Relation, ...] = ()
    withs: Mapping[str, Relation] = field(default_factory=dict)
    shown: tuple[exp.Expr, ...] = ()
    headings_first: bool = False
    joined: frozenset[tuple[str, str]] = frozenset()
    named: set[str] = field(default_factory=set)
    inner: dict[int, tuple[exp.Select, Scope]] = field(default_factory=dict)

    def of(self, select: exp.Select) -> Scope:
        """The scope of a SELECT that stands in this one."""
        # A query in FROM is said, and its columns are, each time with all that it holds.
        if id(select) not in self.inner:
            self.inner[id(select)] = (select, self._made(select))
        return self.inner[id(select)][1]

    def _made(self, select: exp.Select) -> Scope:
        inner = replace(self, outer=self, relations=(), shown=(), headings_first=False, named=set())
        relations = []
        for node, is_outer in _sources(select):
            relations.append(replace(inner._relation(node), is_outer=is_outer))
        inner = replace(inner, relations=tuple(relations), shown=())
        links = [link for part in _conditions(select) if (link := inner.link(part))]
        joined = frozenset((child.called, parent.called) for child, parent in links)
        return replace(inner, shown=tuple(select.expressions), joined=joined)

    def with_(self, name: str, query: exp.Expr, columns: list[str], is_recursive: bool = False) -> Scope:
        """The same scope, in which WITH has given a name to a query, and maybe to its columns."""
        words = humanise(name)
        outputs = self._outputs(query, columns)
        if is_recursive:
            # What they are changes from step to step.
            outputs = {column: owned(name, column) for column in outputs}
        return replace(self, withs={**self.withs, name.casefold(): Relation(name, words, None, words, outputs)})

    def text(self, node: exp.Expr) -> str:
        """A part as SQL, on one line."""
        lines = write(node, self.grammar).splitlines()
        return " ".join(line.strip() for line in lines)

    def find(self, column: exp.Column) -> tuple[Relation, Scope] | None:
        """The relation that a column belongs to, and the scope that has it."""
        scope: Scope | None = self
        while scope is not None:
            if column.table:
                found = [each for each in scope.relations if each.called.casefold() == column.table.casefold()]
            else:
                found = [each for each in scope.relations if each.has(column.name)]
            if found:
                return found[0], scope
            scope = scope.outer
        return None

    def name(self, column: exp.Column) -> str:
        """A column in words: "order total"; with the name of its relation where two have the same rows."""
        found = self.find(column)
        if not column.table and (self.headings_first or found is None) and (meant := self._by_alias(column)):
            return self.voice.term(meant, replace(self, shown=()))
        if found is None:
            return owned(column.table, column.name)
        relation, scope = found
        scope.named.add(relation.called)
        if relation.table is None:
            meaning = relation.outputs.get(column.name.casefold(), "")
            if 0 < len(meaning) <= _MAX_MEANING:
                return meaning
            return humanise(column.name) if relation.is_nameless else owned(relation.rows, column.name)
        if relation in scope.twins:
            return f"{relation.row} {relation.called} {humanise(column.name)}"
        name = owned(relation.table.name, column.name)
        is_shadowed = scope is not self and any(each.rows == relation.rows for each in self.relations)
        return f"the row's own {name}" if is_shadowed else name

    def rows(self, relation: Relation) -> str:
        """What the rows of a relation are called, with its name where columns are told apart by it."""
        self.named.add(relation.called)
        return f"{relation.rows} {relation.called}" if relation in self.twins else relation.rows

    def table_column(self, node: exp.Expr) -> tuple[Table, str] | None:
        """The table that a column is stored in, and its name there."""
        found = self.find(node) if isinstance(node, exp.Column) else None
        table = found[0].table if found else None
        column = table.column(node.name) if table else None
        return (table, column.name) if table and column else None

    def kind(self, node: exp.Expr) -> ColumnKind:
        """The kind of a column of a table; of other values "other"."""
        found = self.table_column(node)
        column = found[0].column(found[1]) if found else None
        return column.kind if column else "other"

    def link(self, node: exp.Expr) -> tuple[Relation, Relation] | None:
        """The relations that an equality of keys joins, the one with the foreign key first."""
        if not isinstance(node, exp.EQ):
            return None
        sides = [self.find(side) for side in (node.this, node.expression) if isinstance(side, exp.Column)]
        if len(sides) != 2 or not sides[0] or not sides[1]:
            return None
        (left, _), (right, _) = sides[0], sides[1]
        pair = (node.this.name.lower(), node.expression.name.lower())
        if left.table and right.table and left.table is not right.table:
            if _refers(left.table, right.table, *pair):
                return left, right
            if _refers(right.table, left.table, *reversed(pair)):
                return right, left
        if left.table is None or right.table is None:
            # A query has no keys of its own: what it is joined by is one where it is a key of the other.
            return (left, right) if any(map(self.is_key, (node.this, node.expression))) else None
        return None

    def is_key(self, column: exp.Expr) -> bool:
        """Whether a column is part of a primary or foreign key of its table."""
        found = self.table_column(column)
        if found is None:
            return False
        table, name = found
        return name in table.primary_key or any(name in key.columns for key in table.foreign_keys)

    def target(self, column: exp.Expr) -> Table | None:
        """The other table that a column is the only key to."""
        found = self.table_column(column)
        if found is None:
            return None
        table, name = found
        keys = [key for key in table.foreign_keys if key.columns == (name,)]
        ways = [key for key in table.foreign_keys if keys and key.target == keys[0].target]
        return self.catalog.table(keys[0].target) if len(ways) == 1 and keys[0].target != table.id else None

    def identifies(self, column: exp.Expr) -> Relation | None:
        """The relation whose rows a column tells apart: of which it is the whole primary key."""
        found = self.table_column(column)
        if found and found[0].primary_key == (found[1],) and isinstance(column, exp.Column):
            relation = self.find(column)
            return relation[0] if relation else None
        return None

    @cached_property
    def twins(self) -> tuple[Relation, ...]:
        """The relations whose rows are called like those of another in this scope."""
        names = [each.rows for each in self.relations]
        return tuple(each for each in self.relations if each.table and names.count(each.rows) > 1)

    def _by_alias(self, column: exp.Column) -> exp.Expr | None:
        for shown in self.shown:
            if isinstance(shown, exp.Alias) and shown.alias.casefold() == column.name.casefold():
                inner = shown.this
                # An alias that is the name of its own column means that column.
                is_itself = isinstance(inner, exp.Column) and inner.name.casefold() == column.name.casefold()
                return None if is_itself and not inner.table else inner
        return None

    def _relation(self, node: exp.Expr) -> Relation:
        alias = str(node.alias)
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            called = alias or node.name
            known = None if node.args.get("db") else self.withs.get(node.name.casefold())
            if known is not None:
                return replace(known, called=called)
            table = lookup(node, self.catalog, self.grammar)
            rows = plural(humanise(table.name if table else node.name))
            sample = node.args.get("sample")
            return Relation(called, f"{rows} ({self.text(sample)})" if sample else rows, table)
        if isinstance(node, exp.Subquery):
            told = self.voice.query(node.this, self)
            columns = [column.name for column in node.args["alias"].columns] if node.args.get("alias") else []
            return Relation(alias, _ROWS, None, told, self._outputs(node.this, columns))
        node = node.copy()
        node.set("alias", None)
        return Relation(alias, _ROWS, None, self.text(node))

    def _outputs(self, query: exp.Expr, columns: list[str]) -> dict[str, str]:
        """The columns of a query in words, by their names."""
        while isinstance(query, exp.SetOperation | exp.Subquery):
            query = query.this
        if not isinstance(query, exp.Select):
            return {name.casefold(): humanise(name) for name in columns}
        scope = self.of(query)
        found = [pair for shown in query.expressions for pair in scope._output(shown)]
        names = [*columns, *(name for name, _ in found[len(columns) :])]
        return {name.casefold(): words for name, (_, words) in zip(names, found, strict=False)}

    def _output(self, shown: exp.Expr) -> Iterator[tuple[str, str]]:
        if not shown.is_star or not isinstance(shown, exp.Star | exp.Column):
            yield shown.alias_or_name, self.voice.term(shown.unalias(), replace(self, shown=()))
            return
        for relation in self.relations:
            if isinstance(shown, exp.Column) and shown.table.casefold() != relation.called.casefold():
                continue
            if relation.table:
                yield from ((each.name, owned(relation.table.name, each.name)) for each in relation.table.columns)
            else:
                yield from relation.outputs.items()


def _sources(select: exp.Select) -> Iterator[tuple[exp.Expr, bool]]:
    """The relations of a SELECT, each with whether those before it stay without a partner in it."""
    from_ = select.args.get("from_")
    nodes = [(from_.this, False)] if from_ else []
    nodes += [(join.this, join.side in {"LEFT", "FULL"}) for join in select.args.get("joins") or ()]
    nodes += [(lateral, False) for lateral in select.args.get("laterals") or ()]
    for node, is_outer in nodes:
        yield node, is_outer
        for join in node.args.get("joins") or ():
            yield join.this, join.side in {"LEFT", "FULL"}


def all_of(node: exp.Expr | None) -> Iterator[exp.Expr]:
    """The conditions that AND joins, through parentheses."""
    inner = node.unnest() if isinstance(node, exp.Paren) else node
    if isinstance(inner, exp.And):
        # From the left, where a list of many conditions is nested deepest.
        right = []
        while isinstance(inner, exp.And):
            right.append(inner.expression)
            inner = inner.this
        for part in [inner, *reversed(right)]:
            yield from all_of(part)
    elif node is not None:
        yield node


def _conditions(select: exp.Select) -> Iterator[exp.Expr]:
    for join in select.args.get("joins") or ():
        yield from all_of(join.args.get("on"))
    if where := select.args.get("where"):
        yield from all_of(where.this)


def _refers(child: Table, parent: Table, column: str, target: str) -> bool:
    """Whether a column is part of the only foreign key of the child that leads to the parent, and to that column."""
    keys: list[ForeignKey] = [key for key in child.foreign_keys if key.target.lower() == parent.id.lower()]
    if len(keys) != 1:
        return False
    pairs = zip(keys[0].columns, keys[0].target_columns, strict=False)
    return (column, target) in {(one.lower(), other.lower()) for one, other in pairs}
