"""The relations that a SELECT reads, and the columns of each that are sure to be its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from agent.records import Catalog, Table
from agent.validators.grammar import Grammar
from agent.validators.made import as_query, made
from agent.validators.resolve import cte_name, is_cte, lookup


@dataclass(frozen=True)
class Relation:
    """A relation by the name that the query gives it; `columns` may leave out some, unless they are `hides`."""

    node: exp.Expr
    called: str
    columns: tuple[str, ...]
    hides: bool

    def shows(self, column: str) -> bool:
        """Whether a column of that name, as the engine compares it, is sure to be one of the relation."""
        return column in self.columns


@dataclass(frozen=True)
class Relations:
    """What the relations of a statement are, against a catalog in its dialect."""

    catalog: Catalog
    grammar: Grammar

    def of(self, select: exp.Select) -> list[Relation]:
        """The relations that a SELECT reads itself, in their order."""
        from_ = select.args.get("from_")
        read = [from_.this] if from_ else []
        read += [join.this for join in select.args.get("joins") or ()]
        read += select.args.get("laterals") or ()
        return [self._relation(node) for part in read for node in _spread(part)]

    def table(self, node: exp.Table) -> Table | None:
        """The table of the catalog that a node names, None for a WITH query, a function, and an unknown name."""
        return None if is_cte(node, self.grammar) else lookup(node, self.catalog, self.grammar)

    def compared(self, name: exp.Expr) -> str:
        """The name of a column as the engine compares it."""
        if not isinstance(name, exp.Identifier):
            return ""
        return name.name.lower() if self.grammar.columns_ignore_case else self.grammar.compared(name)

    def _relation(self, node: exp.Expr) -> Relation:
        if call := made(node):
            node = as_query(node, call, self.grammar)
        alias = node.args.get("alias")
        name = alias.this if alias and alias.this else node.this
        called = self.grammar.compared(name) if isinstance(name, exp.Identifier) else ""
        table = self.table(node) if isinstance(node, exp.Table) else None
        renamed = [self.compared(column) for column in (alias.args.get("columns") if alias else None) or ()]
        own = [self.grammar.stored_column(column.name) for column in table.columns] if table else self._outputs(node)
        columns = (*renamed, *own[len(renamed) :])
        return Relation(node, called, tuple(column for column in columns if column), bool(table and table.partial))

    def _outputs(self, node: exp.Expr) -> list[str]:
        """The columns of a query by their places, "" where the name is not plain; none behind a `*`."""
        query: exp.Expr | None = node.this.unnest() if isinstance(node, exp.Subquery | exp.Lateral) else None
        renamed: list[str] = []
        if isinstance(node, exp.Table) and (cte := self._cte(node)):
            query = cte.this.unnest()
            renamed = [self.compared(column) for column in cte.args["alias"].args.get("columns") or ()]
        while isinstance(query, exp.SetOperation):
            query = query.this.unnest()
        outputs: list[str] = []
        for output in query.expressions if isinstance(query, exp.Select) else ():
            if output.is_star:
                break
            name = output.args["alias"] if isinstance(output, exp.Alias) else output
            outputs.append(self.compared(name.this if isinstance(name, exp.Column) else name))
        return [*renamed, *outputs[len(renamed) :]]

    def _cte(self, node: exp.Table) -> exp.CTE | None:
        if not is_cte(node, self.grammar):
            return None
        name, around = self.grammar.compared(node.this), node.parent
        while around is not None:
            with_ = around.args.get("with_")
            for cte in with_.expressions if with_ else ():
                if cte_name(cte, self.grammar) == name:
                    return cte  # type: ignore[no-any-return]
            around = around.parent
        return None


def _spread(node: exp.Expr) -> Iterator[exp.Expr]:
    """The relations of a join in parentheses."""
    inner = node.this if isinstance(node, exp.Subquery | exp.Paren) else None
    if isinstance(inner, exp.Table | exp.Join | exp.Paren) and not node.args.get("alias"):
        yield from _spread(inner)
    else:
        yield node
    for part in (*(node.args.get("joins") or ()), *(node.args.get("laterals") or ())):
        yield from _spread(part.this if isinstance(part, exp.Join) else part)
