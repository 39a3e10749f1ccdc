"""Whether a WITH query that reads itself comes to an end."""

from __future__ import annotations

from sqlglot import exp

from agent.validators.grammar import Grammar

# A calendar of days over 27 years, or any hierarchy of people.
MAX_ROWS = 10_000
# A path through any hierarchy of people.
MAX_STEPS = 1_000


def is_bounded(cte: exp.CTE, grammar: Grammar) -> bool:
    """Whether the rows of a recursive query are limited, or its steps where the engine takes no LIMIT there."""
    query = cte.this
    if not isinstance(query, exp.Union) or query.args.get("offset"):
        return False
    if grammar.limits_recursion:
        limit = query.args.get("limit")
        return isinstance(limit, exp.Limit) and _is_number(limit.expression, MAX_ROWS)
    return _counts(cte, query, grammar)


def hint(grammar: Grammar) -> str:
    """How to write a recursive query that comes to an end."""
    if grammar.limits_recursion:
        return f"use WITH RECURSIVE and end its UNION with LIMIT {MAX_ROWS} or less, without OFFSET"
    return (
        "use WITH RECURSIVE and count the steps: SELECT 1 AS step, … UNION ALL SELECT step + 1, … "
        f"WHERE step < {MAX_STEPS}"
    )


def _counts(cte: exp.CTE, query: exp.Union, grammar: Grammar) -> bool:
    """Whether a column starts at a number, grows by 1 in each step, and ends the recursion at another number."""
    start, step = query.this, query.expression
    if not isinstance(start, exp.Select) or not isinstance(step, exp.Select) or step.args.get("with_"):
        return False
    if not all(_is_one_column(projection) for projection in [*start.selects, *step.selects]):
        return False
    joins = step.args.get("joins") or []
    if not all(join.args.get("on") for join in joins):
        return False
    qualifiers = _qualifiers(cte, step, grammar)
    named = cte.args["alias"].args.get("columns") or [
        exp.to_identifier(select.alias_or_name or "?", quoted=True) for select in start.selects
    ]
    where = step.args.get("where")
    condition = where.this if where else None
    conditions = list(condition.flatten()) if isinstance(condition, exp.And) else [condition]
    ends = {
        _column(condition.this, qualifiers, grammar)
        for condition in conditions
        if isinstance(condition, exp.LT | exp.LTE) and _is_number(condition.expression, MAX_STEPS)
    }
    return any(
        _is_number(first.unalias(), MAX_STEPS)
        and isinstance(grown := then.unalias(), exp.Add)
        and grown.expression == exp.Literal.number(1)
        and _column(grown.this, qualifiers, grammar) == grammar.compared(name)
        and grammar.compared(name) in ends
        for name, first, then in zip(named, start.selects, step.selects, strict=False)
    )


def _is_one_column(projection: exp.Expr) -> bool:
    """Whether the columns after it keep their places, which a * or an unnest() of a struct may shift."""
    return not projection.is_star and not any(call.name.lower() == "unnest" for call in projection.find_all(exp.Func))


def _qualifiers(cte: exp.CTE, step: exp.Select, grammar: Grammar) -> set[str]:
    """What may stand before a column of the query's own earlier rows; "" where they are all that the step reads.

    Empty where the step does not read them directly and once: the counter could then be that of something else.
    """
    from_ = step.args.get("from_")
    read = [relation.this for relation in (from_, *(step.args.get("joins") or [])) if relation]
    own = [table for table in read if isinstance(table, exp.Table) and _is_called(table, cte, grammar)]
    alias = own[0].args.get("alias") if len(own) == 1 else None
    if len(own) != 1 or (alias and alias.args.get("columns")):
        return set()
    name = grammar.compared(alias.this if alias else own[0].this)
    return {name, ""} if len(read) == 1 else {name}


def _is_called(table: exp.Table, cte: exp.CTE, grammar: Grammar) -> bool:
    names = (table.this, cte.args["alias"].this)
    if table.args.get("db") or not all(isinstance(name, exp.Identifier) for name in names):
        return False
    return grammar.compared(names[0]) == grammar.compared(names[1])


def _column(node: exp.Expr | None, qualifiers: set[str], grammar: Grammar) -> str:
    if not isinstance(node, exp.Column) or not isinstance(node.this, exp.Identifier):
        return ""
    table = node.args.get("table")
    qualifier = grammar.compared(table) if table else ""
    return grammar.compared(node.this) if qualifier in qualifiers else ""


def _is_number(node: exp.Expr | None, most: int) -> bool:
    return isinstance(node, exp.Literal) and node.is_int and int(node.name) <= most
