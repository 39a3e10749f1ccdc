"""A query in plain words: what it shows, of which rows, in which order, and how many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from agent.explain.conditions import conditions, where
from agent.explain.order import order_words
from agent.explain.scope import Relation, Scope, all_of
from agent.explain.terms import is_aggregate
from agent.schema_index.words import humanise
from agent.wording import listed, one_of, plural

# What has no words of its own.
_OTHER_PARTS = ("qualify", "sample")
_SETS = (exp.Rollup, exp.Cube, exp.GroupingSets)
_OTHER_JOINS = ("ASOF", "POSITIONAL")
_NEEDING = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between, exp.Like)
_ONLY = {"SEMI": "only those with", "ANTI": "only those without"}


def query(node: exp.Expr, outer: Scope) -> str:
    """A query in words, without a full stop; `outer` is the scope around it."""
    inner = node
    while isinstance(inner, exp.Subquery) and not inner.args.get("alias"):
        inner = inner.this
    scope, before = _withs(inner, outer)
    if isinstance(inner, exp.Select):
        text = _select(inner, scope)
    elif isinstance(inner, exp.SetOperation):
        text = _combined(inner, scope)
    else:
        text = scope.text(inner)
    return f"first, {before}; then {text}" if before else text


def _withs(node: exp.Expr, scope: Scope) -> tuple[Scope, str]:
    """The scope with the queries that WITH names, and what they are."""
    with_ = node.args.get("with_")
    parts = []
    is_recursive = bool(with_ and with_.args.get("recursive"))
    for cte in with_.expressions if with_ else ():
        name, columns = cte.alias, [column.name for column in cte.args["alias"].columns]
        if is_recursive:
            # It may read itself, and its columns are those of its first part.
            first = cte.this.this if isinstance(cte.this, exp.SetOperation) else cte.this
            scope = scope.with_(name, first, columns, is_recursive=True)
            parts.append(f"{humanise(name)}, step by step: {query(cte.this, scope)}")
            continue
        parts.append(f"{humanise(name)}: {query(cte.this, scope)}")
        scope = scope.with_(name, cte.this, columns)
    return scope, "; ".join(parts)


def _combined(node: exp.SetOperation, scope: Scope) -> str:
    left, right = query(node.this, scope), query(node.expression, scope)
    if isinstance(node.expression.unnest(), exp.SetOperation):
        right = f"({right})"
    every = "" if node.args.get("distinct") else ", repeated ones too"
    match node:
        case exp.Union():
            text = f"{left}; together with {right}{every}"
        case exp.Intersect():
            text = f"{left}; only what is also in: {right}{every}"
        case _:
            text = f"{left}; without what is in: {right}{every}"
    first: exp.Expr = node
    while isinstance(first, exp.SetOperation | exp.Subquery):
        first = first.this
    within = scope.of(first) if isinstance(first, exp.Select) else scope
    ordered = _order(node, within)
    return f"{text}; of all that, {ordered}" if ordered else text


def _select(select: exp.Select, outer: Scope) -> str:
    scope = outer.of(select)
    lost = _lost(select, scope)
    shown = _shown(select, scope)
    filtered = _where(select, scope, lost)
    having = select.args.get("having")
    kept = conditions(list(all_of(having.this)), scope) if having else []
    parts = [
        f"where {listed(filtered)}" if filtered else "",
        f"keeping those where {listed(kept)}" if kept else "",
        *(scope.text(part) for name in _OTHER_PARTS if (part := select.args.get(name))),
        _order(select, replace(scope, headings_first=True)),
    ]
    parts = [*_kept_rows(select, scope, lost), *parts]
    # Which relations nothing has spoken of is known last, and told after what is shown.
    parts = [shown, _from(scope, lost, shown), *parts]
    text = ", ".join(part for part in parts if part)
    owner = _owner(select, scope)
    return f"the {owner.row}'s {text}" if owner else text


def _owner(select: exp.Select, scope: Scope) -> Relation | None:
    """The relation outside of which a row owns the rows of a scalar query."""
    if not isinstance(select.parent, exp.Subquery) or isinstance(select.parent.parent, exp.From | exp.Join | exp.In):
        return None
    node = select.args.get("where")
    for part in all_of(node.this) if node else ():
        link = scope.link(part)
        outside = [each for each in link or () if not any(each is own for own in scope.relations)]
        if outside:
            return outside[0]
    return None


def _shown(select: exp.Select, scope: Scope) -> str:
    shown = list(select.expressions)
    if group := select.args.get("group"):
        keys, also = _keys(group, scope)
        return _grouped(shown, keys, scope) + also
    stars = [each for each in shown if each.is_star and isinstance(each, exp.Star | exp.Column)]
    if stars and len(stars) == len(shown) and not any(map(_excludes, stars)):
        found = [relation for star in stars for relation in _of_star(star, scope)]
        different = "different " if select.args.get("distinct") else ""
        if len(scope.relations) == 1 and found and found[0].table is None:
            return different + found[0].told
        return different + listed([scope.rows(relation) for relation in found])
    if not stars and not select.args.get("distinct") and (columns := _of_one(shown, scope)):
        return columns
    if select.args.get("distinct"):
        return _distinct(select.args["distinct"], list(_terms(shown, scope)), scope)
    return listed([text for _, text in _terms(shown, scope)])


def _distinct(distinct: exp.Distinct, terms: list[tuple[exp.Expr, str]], scope: Scope) -> str:
    said = listed([text for _, text in terms])
    if on := distinct.args.get("on"):
        keys = on.expressions if isinstance(on, exp.Tuple) else [on]
        return f"{said}, the first for each {listed([scope.voice.term(key, scope) for key in keys])}"
    if len(terms) > 1:
        return f"different combinations of {said}"
    return f"different {plural(said) if isinstance(terms[0][0].unalias(), exp.Column) else said}"


def _terms(shown: list[exp.Expr], scope: Scope) -> Iterator[tuple[exp.Expr, str]]:
    for each in shown:
        if each.is_star and isinstance(each, exp.Star | exp.Column):
            rows = listed([scope.rows(relation) for relation in _of_star(each, scope)])
            yield each, f"every column of {rows}{f' ({scope.text(each)})' if _excludes(each) else ''}"
        else:
            yield each, scope.voice.term(each.unalias(), scope)


def _excludes(star: exp.Expr) -> bool:
    """Whether a * says more than that it is all columns."""
    star = star.this if isinstance(star, exp.Column) else star
    return any(star.args.values())


def _of_star(star: exp.Expr, scope: Scope) -> list[Relation]:
    called = star.table.casefold() if isinstance(star, exp.Column) else ""
    return [each for each in scope.relations if not called or each.called.casefold() == called]


def _of_one(shown: list[exp.Expr], scope: Scope) -> str:
    """Columns of one table: "name and city of customers"; nothing for others."""
    nodes = [node for each in shown if isinstance(node := each.unalias(), exp.Column)]
    found = [pair for node in nodes if (pair := scope.find(node)) and scope.table_column(node)]
    relations = {id(relation): relation for relation, owner in found if owner is scope}
    if len(found) != len(shown) or len(relations) != 1 or scope.twins:
        return ""
    (relation,) = relations.values()
    return f"{listed([humanise(node.name) for node in nodes])} of {scope.rows(relation)}"


def _resolved(key: exp.Expr, scope: Scope) -> exp.Expr:
    """A key of a group or an order, in which a place among the columns is replaced by what stands there."""
    place = key.this if isinstance(key, exp.Ordered) else key
    if not isinstance(place, exp.Literal) or not place.is_int or not 0 < int(place.name) <= len(scope.shown):
        return key
    meant = scope.shown[int(place.name) - 1].unalias()
    return exp.Ordered(this=meant.copy(), desc=key.args.get("desc")) if isinstance(key, exp.Ordered) else meant


def _keys(group: exp.Group, scope: Scope) -> tuple[list[exp.Expr], str]:
    """What rows are grouped by, and whether there are rows for larger groups too."""
    if group.args.get("all"):
        return [each.unalias() for each in scope.shown if not any(map(is_aggregate, each.find_all(exp.Anonymous)))], ""
    sets = [each for part in ("rollup", "cube", "grouping_sets") for each in group.args.get(part) or ()]
    sets += [key for key in group.expressions if isinstance(key, _SETS)]
    keys = [_resolved(key, scope) for key in group.expressions if not isinstance(key, _SETS)]
    columns = {scope.text(column): column for each in sets for column in each.find_all(exp.Column)}
    return [*keys, *columns.values()], " with subtotals" if sets else ""


def _grouped(shown: list[exp.Expr], keys: list[exp.Expr], scope: Scope) -> str:
    owners = [relation.called for key in keys if (relation := scope.identifies(key))]
    whole = [each for each in scope.relations if each.called in owners]
    per = [scope.voice.term(key, scope) for key in keys if _relation(key, scope) not in owners]
    texts = {scope.text(key) for key in keys if _relation(key, scope) not in owners}
    names = {key.name.casefold() for key in keys if isinstance(key, exp.Column) and not scope.find(key)}
    named = [
        each
        for each in shown
        if scope.text(each.unalias()) not in texts
        and not (isinstance(each, exp.Alias) and each.alias.casefold() in names)
        and not (scope.identifies(each.unalias()) and _relation(each.unalias(), scope) in owners and len(shown) > 1)
    ]
    terms = [text for _, text in _terms(named, scope)]
    groups = [one_of(scope.rows(each)) if each not in scope.twins else scope.rows(each) for each in whole] + per
    if terms:
        return f"{listed(terms)} per {listed(groups)}"
    if not groups:
        return listed([text for _, text in _terms(shown, scope)])
    return f"different combinations of {listed(groups)}" if len(groups) > 1 else f"different {plural(groups[0])}"


def _relation(node: exp.Expr, scope: Scope) -> str:
    found = scope.find(node) if isinstance(node, exp.Column) else None
    return found[0].called if found and found[1] is scope else ""


def _lost(select: exp.Select, scope: Scope) -> list[Relation]:
    """The relations that are joined to find the rows without a partner there: LEFT JOIN … WHERE key IS NULL."""
    parts = (_missing(part, scope) for part in all_of(_where_of(select)))
    return [relation for relation in parts if relation]


def _missing(part: exp.Expr, scope: Scope) -> Relation | None:
    """The outer relation of which a condition says that a column is missing that no row of it lacks."""
    if not isinstance(part, exp.Is) or not isinstance(part.expression, exp.Null) or part.args.get("negate"):
        return None
    found, stored = scope.find(part.this) if isinstance(part.this, exp.Column) else None, scope.table_column(part.this)
    column = stored[0].column(stored[1]) if stored else None
    if not found or not stored or not column or found[1] is not scope or not found[0].is_outer:
        return None
    is_known = not column.nullable or stored[1] in stored[0].primary_key or _is_joined_by(part.this, scope)
    return found[0] if is_known else None


def _is_joined_by(column: exp.Expr, scope: Scope) -> bool:
    """Whether rows are joined by the equality of a column with another, so that it is not missing where they are."""
    select = column.find_ancestor(exp.Select)
    joins = (select.args.get("joins") or ()) if select else ()
    pairs = (part for join in joins for part in all_of(join.args.get("on")) if isinstance(part, exp.EQ))
    return any(column in (pair.this, pair.expression) for pair in pairs)


def _where_of(select: exp.Select) -> exp.Expr | None:
    where_ = select.args.get("where")
    return where_.this if where_ else None


def _where(select: exp.Select, scope: Scope, lost: list[Relation]) -> list[str]:
    absent = [f"there are no {_narrowed(select, relation, scope)}" for relation in lost]
    return [*where(select, scope, lambda part: bool(lost) and _missing(part, scope) is not None), *absent]


def _narrowed(select: exp.Select, relation: Relation, scope: Scope) -> str:
    """The rows of an outer relation, with what its join asks of them beside the keys."""
    within = replace(scope, shown=())
    for join in select.args.get("joins") or ():
        if join.alias_or_name == relation.called:
            parts = [part for part in all_of(join.args.get("on")) if not within.link(part)]
            said = conditions(parts, within)
            rows = scope.rows(relation)
            return f"{rows} where {said[0]}" if len(said) == 1 else f"{rows} where ({listed(said)})" if said else rows
    return scope.rows(relation)


def _from(scope: Scope, lost: list[Relation], shown: str) -> str:
    """The relations that nothing has spoken of, and the queries among them."""
    links = [name for pair in scope.joined for name in pair]
    between: list[str] = []
    beside: list[str] = []
    for relation in scope.relations:
        if relation.table is None:
            if not re.search(rf"(?<!\w){re.escape(relation.told)}(?!\w)", shown):
                beside.append(f"({relation.told})" if relation.is_nameless else relation.told)
        elif relation.called not in scope.named and relation not in lost:
            (between if links.count(relation.called) > 1 else beside).append(scope.rows(relation))
    if len(between) + len(beside) == len(scope.relations):
        return f"from {listed(beside + between)}" if beside else ""
    told = [f"with {listed(beside)}"] if beside else []
    return " ".join([*told, *([f"through {listed(between)}"] if between else ())])


def _kept_rows(select: exp.Select, scope: Scope, lost: list[Relation]) -> Iterator[str]:
    """What joins do beside joining: which rows stay without a partner, or have to be without one."""
    before = scope.relations[0].rows if scope.relations else ""
    for join in select.args.get("joins") or ():
        relation = next((each for each in scope.relations if each.called == join.alias_or_name), None)
        if relation is None or relation in lost:
            continue
        if join.method in _OTHER_JOINS:
            yield f"matched by {join.method} JOIN"
        if (not join.side and join.kind not in _ONLY) or (join.side == "LEFT" and _is_needed(select, relation, scope)):
            continue
        narrowed = _narrowed(select, relation, scope)
        if join.kind in _ONLY:
            yield f"{_ONLY[join.kind]} {narrowed}"
        elif join.side == "LEFT":
            yield f"including {before} without {narrowed}"
        elif join.side == "RIGHT":
            yield f"including {narrowed} without {before}"
        else:
            yield f"including {before} without {narrowed} and {narrowed} without {before}"


def _is_needed(select: exp.Select, relation: Relation, scope: Scope) -> bool:
    """Whether a condition on the rows of an outer relation leaves none without a partner there."""
    needing = (part for part in all_of(_where_of(select)) if _is_known(part) or isinstance(part, _NEEDING))
    compared = (part.this.this if isinstance(part, exp.Not) else part.this for part in needing)
    return any(_relation(node, scope) == relation.called for node in compared)


def _is_known(part: exp.Expr) -> bool:
    """Whether a condition is that something is not missing."""
    inner = part.this if isinstance(part, exp.Not) else part
    is_null = isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null)
    return is_null and (inner is not part) is not bool(inner.args.get("negate"))


def _order(node: exp.Expr, scope: Scope) -> str:
    order, limit, offset = (node.args.get(part) for part in ("order", "limit", "offset"))
    keys = [_resolved(key, scope) for key in order.expressions] if order else []
    count = _count(limit, scope) if limit else ""
    skipped = f", leaving out the first {scope.voice.term(offset.expression, scope)}" if offset else ""
    if not keys:
        return f"first {count if count != '1' else 'row'}{skipped}" if limit else skipped.removeprefix(", ")
    first = "one" if count == "1" else count
    if limit and len(keys) == 1 and not offset and (superlative := order_words(keys[0], scope).superlative):
        return f"the {first} with the {superlative}"
    said = ", then ".join(order_words(key, scope).text for key in keys)
    return f"{f'the first {first} ' if limit else ''}in order of {said}{skipped}"


def _count(limit: exp.Expr, scope: Scope) -> str:
    count = limit.args.get("count") if isinstance(limit, exp.Fetch) else limit.expression
    ties = limit.args.get("limit_options") if isinstance(limit, exp.Fetch) else None
    return f"{scope.voice.term(count, scope) if count else '1'}{f' {scope.text(ties).lower()}' if ties else ''}"
