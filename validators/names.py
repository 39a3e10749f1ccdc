"""Tables and columns: each must be one that the catalog knows, and no more than one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from sqlglot import exp
from sqlglot.optimizer.resolver import Resolver
from sqlglot.optimizer.scope import Scope, walk_in_scope

from agent.records import Catalog, Finding
from agent.validators.resolve import Resolution
from agent.validators.source import Source


def names(source: Source) -> Iterator[Finding]:
    """Refuse unknown tables, and unknown and ambiguous columns, with the nearest names that exist."""
    if source.tree is None:
        return
    resolution = source.resolution
    for name in resolution.unknown:
        yield _unknown_table(name, source.catalog)
    if resolution.fault and not resolution.unknown:
        yield Finding("names", f"the names cannot be resolved: {resolution.fault}", "name each table and column once")
    checked: set[int] = set()
    found: set[Finding] = set()
    for scope in resolution.scopes:
        if not isinstance(scope.expression, exp.Select):
            continue
        visible = _visible(scope, resolution)
        for column in _columns(scope, scope.expression):
            # An outer scope lists the columns of its subqueries again.
            if id(column) not in checked:
                checked.add(id(column))
                for finding in _check(column, visible | _joined(column, scope, resolution), resolution):
                    if finding not in found:
                        found.add(finding)
                        yield finding


def _columns(scope: Scope, select: exp.Select) -> Iterator[exp.Column]:
    """The columns of the scope, and those that it leaves out: bare names in HAVING and QUALIFY that are no outputs."""
    yield from scope.columns
    outputs = set(select.named_selects)
    for clause in (select.args.get("having"), select.args.get("qualify")):
        for node in walk_in_scope(clause) if clause else ():
            if isinstance(node, exp.Column) and (node.table or node.name not in outputs):
                yield node


def _check(column: exp.Column, visible: dict[str, Collection[str]], resolution: Resolution) -> Iterator[Finding]:
    name, qualifier = column.name, column.table
    if qualifier and qualifier not in visible:
        hint = _nearest(qualifier, visible)
        yield Finding("names", f"no table or alias {qualifier} is in reach of {qualifier}.{name}", hint)
        return
    holders = [qualifier] if qualifier else list(visible)
    having = [holder for holder in holders if name in visible[holder]]
    if len(having) > 1:
        choices = " or ".join(f"{holder}.{name}" for holder in having)
        yield Finding("names", f"the column {name} is ambiguous", f"write {choices}")
    elif not having and any(not visible[holder] or "*" in visible[holder] for holder in holders):
        # A table that is not known is a finding already; what it might hold is not guessed.
        if not resolution.unknown:
            yield Finding("names", f"it cannot be told where the column {name} is", "name the columns instead of *")
    elif not having:
        columns = list(dict.fromkeys(column for holder in holders for column in visible[holder]))
        where = f" in {qualifier}" if qualifier else ""
        text = f"put text in single quotes: '{name}'; " if column.this.args.get("quoted") else ""
        yield Finding("names", f"there is no column {name}{where}", text + _nearest(name, columns))


def _visible(scope: Scope, resolution: Resolution) -> dict[str, Collection[str]]:
    """The columns of every relation that the scope can name; an inner relation hides an outer namesake."""
    resolver = Resolver(scope, resolution.schema)
    visible: dict[str, Collection[str]] = {}
    for reach in (resolver, *resolver.outer_resolvers()):
        for name in reach.scope.selected_sources:
            visible.setdefault(name, reach.get_source_columns(name))
    return visible


def _joined(column: exp.Column, scope: Scope, resolution: Resolution) -> dict[str, Collection[str]]:
    """The columns of the right side of a SEMI or ANTI JOIN, which only its own condition can name."""
    join = column.find_ancestor(exp.Join, exp.Select)
    if not isinstance(join, exp.Join) or not join.is_semi_or_anti_join:
        return {}
    name = join.this.alias_or_name
    return {name: Resolver(scope, resolution.schema).get_source_columns(name)}


def _unknown_table(name: str, catalog: Catalog) -> Finding:
    return Finding("names", f"there is no table {name}", _nearest(name, [table.id for table in catalog.tables]))


def _nearest(name: str, known: Collection[str]) -> str:
    spelled = {candidate.lower(): candidate for candidate in known}
    near = [spelled[match] for match in get_close_matches(name.lower(), spelled, 3)]
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"there are: {', '.join(list(known)[:8])}" if known else "name a table to read from"
