"""How the work that a query asks for grows with the size of its tables, as its joins tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, prod

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, walk_in_scope

from agent.validators.data import words
from agent.validators.grammar import Grammar
from agent.validators.links import OUTER, Link, links
from agent.validators.listed import marks
from agent.validators.recursion import MAX_STEPS
from agent.validators.series import MAX_SERIES, series
from agent.validators.sizes import GROUP, called

# A list of literals is small beside any table.
_FEW_ROWS = 100
# The most rows that may be made of literals alone.
_MOST_MADE = 1_000_000
# What a call in FROM reads beside the column that it spreads.
_MAX_LITERALS = 200


@dataclass(frozen=True)
class Cost:
    """What the shape of a query says of its cost.

    `rows` are the most that it gives, infinite where that depends on a table. With n rows in each table, it gives up
    to n to the `power` rows and goes through n to the power of `work`; a comparison that is no equality counts half.
    `added` is the power that a query adds which is run for each row of the query around it, None for one that is
    not. `reads` is how often it reads a table, `joined` which of its relations are joined by no equality, and
    `gathered` how many rows it has before it folds them.
    """

    rows: float = inf
    power: float = 1
    work: float = 1
    added: float | None = None
    reads: int = 1
    joined: tuple[str, ...] = ()
    gathered: float = GROUP


@dataclass(frozen=True)
class _Group:
    """Relations that equalities join, or one that none joins."""

    names: frozenset[str]
    power: float
    rows: float


def joins(scopes: tuple[Scope, ...], grammar: Grammar) -> dict[Scope, Cost]:
    """The cost of every query of a statement, inner ones first."""
    costs: dict[Scope, Cost] = {}
    for scope in scopes:
        costs[scope] = _cost(scope, costs, grammar)
    return costs


def spreads(scope: Scope, grammar: Grammar) -> bool:
    """Whether a query calls functions that may make many rows of one."""
    listed = [marks(called(call), grammar).keys() for call in scope.expression.find_all(exp.Func)]
    return any({"from", "series"} & each and "list" not in each for each in listed)


def _cost(scope: Scope, costs: dict[Scope, Cost], grammar: Grammar) -> Cost:
    query = scope.expression
    if isinstance(query, exp.SetOperation):
        return _set_operation(scope, query, costs)
    if isinstance(query, exp.Select):
        call = query.meta.get("call")
        return _made(call, scope, grammar) if call is not None else _select(scope, query, costs, grammar)
    if isinstance(query, exp.Values):
        return Cost(len(query.expressions), 0, 0, reads=0)
    inner = [*scope.subquery_scopes, *scope.table_scopes]
    return costs.get(inner[0], Cost()) if inner else Cost()


def _set_operation(scope: Scope, query: exp.SetOperation, costs: dict[Scope, Cost]) -> Cost:
    arms = [costs.get(arm, Cost()) for arm in scope.set_operation_scopes]
    rows = sum(arm.rows for arm in arms)
    if isinstance(query.parent, exp.CTE) and _is_counter(scope):
        # Its steps are counted, or its rows are limited.
        rows = (arms[0].rows + 1) * MAX_STEPS
    added = [arm.added for arm in arms if arm.added is not None]
    return Cost(
        min(rows, _limit(query)),
        max(arm.power for arm in arms),
        max(arm.work for arm in arms),
        max(added) if added else None,
        sum(arm.reads for arm in arms),
    )


def _is_counter(scope: Scope) -> bool:
    """Whether a query that reads itself reads nothing else, so that each step gives one row for another."""
    step = scope.set_operation_scopes[-1]
    sources = list(step.selected_sources.values())
    reads_itself = len(sources) == 1 and isinstance(sources[0][1], Scope)
    return reads_itself and sources[0][1].expression is scope.expression.this and not step.subquery_scopes


def _made(call: exp.Func, scope: Scope, grammar: Grammar) -> Cost:
    """The cost of a call in FROM; one over a column spreads what each row of that column holds."""
    literals = sum(len(literal.name) for literal in call.find_all(exp.Literal))
    if _outside(scope) and literals <= _MAX_LITERALS:
        return Cost(added=0)
    return Cost(_elements(call, grammar))


def _elements(call: exp.Func, grammar: Grammar) -> float:
    """How many rows a call gives that makes them of what is written out, which is no more than its characters."""
    if "series" in marks(called(call), grammar):
        return min(series(call.expressions), MAX_SERIES)
    if any(isinstance(node, exp.Func | exp.Query | exp.Column) for node in call.walk() if not _is_plain(node, call)):
        return inf
    return sum(len(literal.name) for literal in call.find_all(exp.Literal))


def _is_plain(node: exp.Expr, call: exp.Func) -> bool:
    return node is call or isinstance(node, exp.Array | exp.Cast)


def _select(scope: Scope, query: exp.Select, costs: dict[Scope, Cost], grammar: Grammar) -> Cost:
    sources = {
        name: costs.get(source, Cost()) if isinstance(source, Scope) else Cost()
        for name, (_, source) in scope.selected_sources.items()
    }
    found = list(links(scope))
    laterals = {name: cost for name, cost in sources.items() if cost.added is not None}
    found += _lateral_links(scope, laterals)
    spread = _spread(query, grammar)
    relations = {name: cost for name, cost in sources.items() if name not in laterals}
    # No relation has such a name.
    relations["()"] = Cost(spread)
    is_correlated = bool(_outside(scope))
    if is_correlated:
        relations[OUTER] = Cost()
    groups = _groups(relations, set(laterals), found)
    power = _power(groups, found) + sum(cost.added or 0 for cost in laterals.values()) + _siblings(scope, laterals)
    inner = [costs.get(sub, Cost()) for sub in scope.subquery_scopes]
    work = power + max((cost.added for cost in inner if cost.added is not None), default=0)
    known = prod(cost.rows for cost in (*relations.values(), *laterals.values()))
    rows = spread if _is_one_row(query) else known
    return Cost(
        min(rows, _limit(query)),
        power - is_correlated,
        max([work - is_correlated, *(cost.work for cost in sources.values()), *(cost.work for cost in inner)]),
        work - 1 if is_correlated else None,
        max(1, sum(cost.reads for cost in (*sources.values(), *inner))),
        tuple(sorted(name for group in groups if (name := min(group.names)) in sources)),
        known if known < inf else GROUP,
    )


def _lateral_links(scope: Scope, laterals: dict[str, Cost]) -> Iterator[Link]:
    """A query that is run for each row of others belongs to them."""
    for name in laterals:
        source = scope.selected_sources[name][1]
        tables = _outside(source) if isinstance(source, Scope) else []
        others = {table if table in scope.selected_sources else OUTER for table in tables}
        yield Link(frozenset((name, *others)), firm=True)


def _siblings(scope: Scope, laterals: dict[str, Cost]) -> float:
    """Half a power for each further call that spreads columns of one and the same relation."""
    sources = [scope.selected_sources[name][1] for name in laterals]
    over = [_outside(source)[0] for source in sources if isinstance(source, Scope)]
    return (len(over) - len(set(over))) / 2


def _outside(scope: Scope) -> list[str]:
    """The relations of the queries around that a query names."""
    return [column.table for column in scope.external_columns if column.table]


def _spread(query: exp.Select, grammar: Grammar) -> float:
    """How many rows calls outside FROM make of each, in engines where they do: side by side, they run in step."""
    most = 1.0
    for clause in (*query.expressions, query.args.get("group"), query.args.get("order")):
        rows = 1.0
        for call in walk_in_scope(clause) if clause else ():
            if not isinstance(call, exp.Func) or any(isinstance(node, exp.Column) for node in walk_in_scope(call)):
                continue
            listed = marks(called(call), grammar).keys()
            if {"from", "series"} & listed and "list" not in listed:
                rows *= max(1, _elements(call, grammar))
        most = max(most, rows)
    return most


def _groups(relations: dict[str, Cost], laterals: set[str], found: list[Link]) -> list[_Group]:
    """The relations as firm links join them; those of one row are free."""
    parts: list[set[str]] = [{name} for name in (*relations, *laterals)]
    for link in found:
        if link.firm:
            parts = _merged(parts, link.names)
    groups = []
    for part in parts:
        members = [relations[name] for name in part if name in relations]
        rows = max((cost.rows for cost in members), default=1)
        if rows > 1:
            power = max((cost.power for cost in members if cost.rows == inf), default=0)
            groups.append(_Group(frozenset(part), power, rows))
    return groups


def _power(groups: list[_Group], found: list[Link]) -> float:
    """The power of all groups together: half of one where a comparison joins it, the whole where nothing does."""
    parts: list[set[str]] = [set(group.names) for group in groups]
    for link in found:
        parts = _merged(parts, link.names)
    power, made = 0.0, 1.0
    for part in parts:
        members = [group for group in groups if group.names <= part]
        if all(group.rows < inf for group in members):
            made *= prod(group.rows for group in members)
        else:
            powers = sorted((group.power or 1 for group in members), reverse=True)
            power += powers[0] + sum(each - 0.5 for each in powers[1:])
    return inf if made > _MOST_MADE else power + (made > _FEW_ROWS)


def _merged(parts: list[set[str]], names: frozenset[str]) -> list[set[str]]:
    touched = [part for part in parts if part & names]
    return [part for part in parts if not part & names] + ([set().union(*touched)] if touched else [])


def _limit(query: exp.Query) -> float:
    limit = query.args.get("limit")
    count = limit.expression if isinstance(limit, exp.Limit) else None
    return max(1, int(count.name)) if isinstance(count, exp.Literal) and count.is_int else inf


def _is_one_row(query: exp.Select) -> bool:
    """Whether the query folds all its rows into one: aggregates without groups, or none to read from."""
    if query.args.get("group") is not None:
        return False
    return not query.args.get("from_") or any(
        _aggregates(call, query) for projection in query.selects for call in projection.find_all(exp.Anonymous)
    )


def _aggregates(call: exp.Anonymous, query: exp.Select) -> bool:
    """Whether the call folds the rows of this query, and not those of a window or of an inner query."""
    name = call.name.lower()
    # With more than one argument, these compare values in SQLite.
    is_scalar = name in ("min", "max") and len(call.expressions) != 1
    return name in words("aggregates.txt") and not is_scalar and call.find_ancestor(exp.Window, exp.Select) is query
