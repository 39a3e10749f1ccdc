"""Bounds on how much work a query can ask for by its shape alone."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from agent.records import Finding
from agent.validators.grammar import Grammar
from agent.validators.joins import Cost, joins, spreads
from agent.validators.recursion import hint, is_bounded
from agent.validators.resolve import cte_name
from agent.validators.sizes import Sizes, called, grows
from agent.validators.source import Source

# One cross join, or two comparisons that are no equalities.
MAX_POWER = 2
# Far above any report; WITH queries that each read the one before twice are soon above it.
MAX_READS = 1_000
# A page of text from every stored value, or a chain of replacements.
MAX_GROWTH = 100_000


def limits(source: Source) -> Iterator[Finding]:
    """Refuse recursion without a bound, and rows, texts and lists that multiply."""
    if source.tree is None:
        return
    scopes, grammar = source.resolution.scopes, source.grammar
    for with_ in source.tree.find_all(exp.With):
        yield from _recursion(with_, grammar)
    costs = joins(scopes, grammar)
    yield from _joins(list(costs.values()))
    yield from _steps(scopes, costs, grammar)
    yield from _sizes(scopes, costs, grammar)


def _joins(costs: list[Cost]) -> Iterator[Finding]:
    if any(cost.work > MAX_POWER for cost in costs):
        apart = max((cost.joined for cost in costs), key=len)
        such = f", such as {', '.join(apart[:4])}" if len(apart) > 1 else ""
        yield _finding(
            f"relations are joined to the others by no condition of equality{such}; their rows multiply",
            "give every JOIN an ON condition that sets a column of one table equal to a column of another",
        )
    if any(cost.reads > MAX_READS for cost in costs):
        yield _finding(
            f"the tables are read more than {MAX_READS:,} times, since WITH queries read each other again and again",
            "read each WITH query once or twice",
        )


def _steps(scopes: tuple[Scope, ...], costs: dict[Scope, Cost], grammar: Grammar) -> Iterator[Finding]:
    """Refuse steps of a recursion that each make many rows of one, or a longer text of the one before."""
    for scope in scopes:
        steps = [step for step in scope.set_operation_scopes if _reads_itself(step, costs)]
        cte = scope.expression.parent
        name = cte.alias if cte else ""
        multiplies = any(
            len(costs[step].joined) > 1 or spreads(step, grammar) or _repeats(step, costs) for step in steps
        )
        if multiplies and not grammar.limits_recursion:
            yield _finding(
                f"{name} reads itself and multiplies its rows in each step", "join each table in it by an equality"
            )
        if steps and grows(scope, scopes, grammar):
            yield _finding(
                f"{name} reads itself and makes a text or list some times longer in each step",
                "join no more than one new piece to it in each step",
            )


def _reads_itself(step: Scope, costs: dict[Scope, Cost]) -> bool:
    sources = [source for _, source in step.selected_sources.values()]
    return any(isinstance(source, Scope) and source not in costs for source in sources)


def _repeats(step: Scope, costs: dict[Scope, Cost]) -> bool:
    """Whether it joins rows that are written out, which may all be equal."""
    sources = [source for _, source in step.selected_sources.values()]
    return any(isinstance(source, Scope) and source in costs and 1 < costs[source].rows < inf for source in sources)


def _sizes(scopes: tuple[Scope, ...], costs: dict[Scope, Cost], grammar: Grammar) -> Iterator[Finding]:
    gathered = {
        id(scope.expression): inf if cost.power >= MAX_POWER else cost.gathered for scope, cost in costs.items()
    }
    sizes = Sizes(scopes, grammar, gathered)
    faults: dict[str, None] = {}
    # The last one is the whole statement.
    for scope in scopes[-1:]:
        for node in scope.expression.find_all(exp.Func, exp.DPipe):
            if sizes.of(node) > MAX_GROWTH and all(sizes.of(part) <= MAX_GROWTH for part in node.iter_expressions()):
                faults[f"{called(node)}()" if isinstance(node, exp.Func) else "||"] = None
    for name in faults:
        yield _finding(
            f"{name} makes texts or lists that may be {MAX_GROWTH:,} times as long as what is stored",
            "nest fewer calls that lengthen a text or list, and collect no rows of tables that are not joined",
        )


def _recursion(with_: exp.With, grammar: Grammar) -> Iterator[Finding]:
    names = [cte_name(cte, grammar) for cte in with_.expressions]
    for position, cte in enumerate(with_.expressions):
        read = {
            grammar.compared(table.this)
            for table in cte.this.find_all(exp.Table)
            if not table.args.get("db") and isinstance(table.this, exp.Identifier)
        }
        if read & set(names[position + 1 :]):
            yield _finding(f"{cte.alias} reads a WITH query that is defined after it", "define it before its first use")
        if names[position] in read and not (with_.args.get("recursive") and is_bounded(cte, grammar)):
            yield _finding(f"{cte.alias} reads itself without a bound", hint(grammar))


def _finding(message: str, hint: str) -> Finding:
    return Finding("limits", message, hint)
