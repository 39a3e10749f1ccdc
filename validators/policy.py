"""What a policy hides: no query may read it without naming it, and none may name it.

The catalog of a policy does not hold a hidden column, so `names` refuses it by its name. But the engine does hold
it: for `*`, for a whole row, and for a bare name that the catalog knows as something else, such as an alias or a
column of an outer query. So beside a table of which columns are hidden, every name must be certain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp

from agent.records import Finding
from agent.validators.names import names
from agent.validators.relations import Relation, Relations
from agent.validators.source import Source


def policy(source: Source) -> Iterator[Finding]:
    """Refuse what would read the columns that a policy hides without naming them."""
    if source.tree is None or not any(table.partial for table in source.resolution.tables):
        return
    query = _Query(source.tree, Relations(source.catalog, source.grammar))
    found = [*query.misplaced(), *query.merged(), *query.stars()]
    uncertain = [] if found else list(query.uncertain())
    # What `names` refuses needs no second word.
    if uncertain and next(names(source), None) is None:
        found = uncertain
    yield from dict.fromkeys(found)


@dataclass(frozen=True)
class _Query:
    tree: exp.Expr
    relations: Relations

    @cached_property
    def read(self) -> dict[int, list[Relation]]:
        """The relations that each SELECT reads."""
        return {id(select): self.relations.of(select) for select in self.tree.find_all(exp.Select)}

    @cached_property
    def partial(self) -> dict[int, list[Relation]]:
        """The relations with hidden columns of each SELECT that has some."""
        hiding = {select: [relation for relation in read if relation.hides] for select, read in self.read.items()}
        return {select: relations for select, relations in hiding.items() if relations}

    def misplaced(self) -> Iterator[Finding]:
        """Tables that are read otherwise than by a SELECT, or with columns renamed by their places."""
        for node in self.tree.find_all(exp.Table):
            table = self.relations.table(node)
            if table is None or not table.partial:
                continue
            select = node.find_ancestor(exp.Select)
            read = self.partial.get(id(select), ())
            if all(relation.node is not node for relation in read) or node.args.get("pivots"):
                yield _finding(f"{table.name} is not read by a plain SELECT", f"SELECT the columns of {table.name}")
            alias = node.args.get("alias")
            if alias and alias.args.get("columns"):
                yield _finding(f"the columns of {table.name} are renamed by their places", "rename them with AS")

    def merged(self) -> Iterator[Finding]:
        """Joins on columns that are not named, or not shown on both sides."""
        for select in self.tree.find_all(exp.Select):
            for join in select.find_all(exp.Join):
                hiding = self.partial.get(id(join.find_ancestor(exp.Select)), ())
                if hiding and join.method == "NATURAL":
                    yield _finding("NATURAL JOIN does not name its columns", "write JOIN … ON a.x = b.x")
                for name in join.args.get("using") or ():
                    if not all(relation.shows(self.relations.compared(name)) for relation in hiding):
                        yield _finding(f"USING ({name.name}) does not say of which tables", "write JOIN … ON a.x = b.x")

    def stars(self) -> Iterator[Finding]:
        """`*`, `t.*` and COLUMNS over a table of which columns are hidden."""
        for star in self.tree.find_all(exp.Star, exp.Columns, exp.Anonymous):
            is_call = isinstance(star, exp.Anonymous) and star.name.lower() != "columns"
            if is_call or _counts(star) or _is_unread(star):
                continue
            selects = list(_selects(star))
            column = star.parent if isinstance(star.parent, exp.Column) else None
            if column is not None:
                hiding = [relation for relation in self._called(column.parts[0], selects) if relation.hides]
            else:
                hiding = [relation for select in selects[:1] for relation in self.partial.get(id(select), ())]
            for relation in hiding:
                text = f"{relation.called}.*" if column else "*"
                columns = ", ".join(relation.columns[:8])
                yield _finding(f"{text} cannot be read from {relation.called}", f"name the columns: {columns}")

    def uncertain(self) -> Iterator[Finding]:
        """Names that the engine may take for a hidden column, or for a whole row."""
        for column in self.tree.find_all(exp.Column):
            selects = list(_selects(column))
            if not any(id(select) in self.partial for select in selects):
                continue
            first, *others = column.parts
            called = self._called(first, selects)
            if isinstance(column.this, exp.Star) and called:
                continue
            if not called:
                certain = self._is_certain(column, first, selects)
            else:
                following = self.relations.compared(others[0]) if others else ""
                certain = all(relation.shows(following) for relation in called if relation.hides)
                certain = certain if others else self._is_certain(column, first, selects)
            if not certain and called and not others:
                yield _finding(
                    f"{first.name} is a whole row", "name its columns; those of a function in FROM are named by AS t(x)"
                )
            elif not certain:
                yield _finding(
                    f"the name {column.name} could stand for more than one thing",
                    "write table.column, and in place of an alias what it stands for",
                )

    def _called(self, name: exp.Expr, selects: list[exp.Select]) -> list[Relation]:
        """Every relation of that name in reach: which of them the engine takes is not guessed."""
        compared = self.relations.grammar.compared(name) if isinstance(name, exp.Identifier) else ""
        return [relation for select in selects for relation in self.read[id(select)] if relation.called == compared]

    def _is_certain(self, column: exp.Column, name: exp.Expr, selects: list[exp.Select]) -> bool:
        """Whether a bare name is a column that is shown, whichever relation the engine takes it from."""
        if not isinstance(name, exp.Identifier):
            return False
        compared = self.relations.compared(name)
        if _is_output(column, compared, self.relations):
            return True
        own = self.read[id(selects[0])]
        # A condition of a JOIN does not see all relations, and not the same ones in every engine.
        is_joining = column.find_ancestor(exp.Join, exp.From, exp.Lateral, exp.Select) is not selects[0]
        if not is_joining and any(relation.shows(compared) for relation in own):
            return True
        hiding = [relation for select in selects for relation in self.partial.get(id(select), ())]
        return all(relation.shows(compared) for relation in hiding)


def _selects(node: exp.Expr) -> Iterator[exp.Select]:
    """The SELECTs around a node, the inmost first."""
    select = node.find_ancestor(exp.Select)
    while select is not None:
        yield select
        select = select.find_ancestor(exp.Select)


def _counts(star: exp.Expr) -> bool:
    """Whether it is the `*` of count(*)."""
    call = star.parent
    return (
        isinstance(call, exp.Anonymous)
        and call.name.lower() == "count"
        and len(call.expressions) == 1
        and not any(star.args.values())
    )


def _is_unread(star: exp.Expr) -> bool:
    """Whether it is the `*` of EXISTS (SELECT * …), of which nothing is read."""
    select = star.parent.parent if isinstance(star.parent, exp.Column) else star.parent
    return isinstance(star, exp.Star) and isinstance(select, exp.Select) and isinstance(select.parent, exp.Exists)


def _is_output(column: exp.Column, compared: str, relations: Relations) -> bool:
    """Whether it is a key of ORDER BY that names an output, which engines look for before all columns."""
    ordered = column.parent
    order = ordered.parent if isinstance(ordered, exp.Ordered) else None
    query = order.parent if isinstance(order, exp.Order) else None
    if isinstance(query, exp.SetOperation):
        return True
    return isinstance(query, exp.Select) and any(
        isinstance(output, exp.Alias) and relations.compared(output.args["alias"]) == compared
        for output in query.expressions
    )


def _finding(message: str, hint: str) -> Finding:
    return Finding("policy", message, hint)
