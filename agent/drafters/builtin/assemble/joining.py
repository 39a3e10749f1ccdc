"""The queries of a draft: with its tables joined in every way, with repeats and without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.drafters.builtin.assemble.conditions import condition_tables
from agent.drafters.builtin.assemble.joined import joined_tables, many_as_exists, required_tables
from agent.drafters.builtin.assemble.once_each import once_each
from agent.drafters.builtin.assemble.other_keys import by_keys
from agent.drafters.builtin.assemble.parts import Features
from agent.drafters.builtin.assemble.query_draft import QueryDraft
from agent.drafters.builtin.assemble.said_words import says_name
from agent.drafters.builtin.assemble.shown_rows import kind_of_shown
from agent.drafters.builtin.assemble.whole import whole_features
from agent.drafters.builtin.query.home import home
from agent.drafters.builtin.query.query import (
    AllColumns,
    ColumnTerm,
    MeasureTerm,
    Query,
    Term,
)
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.paths import detours, multiplies, path_between, siblings
from agent.drafters.builtin.schema.rows import is_calendar, is_numeric
from agent.schema_index.joins import Join


def joining(draft: QueryDraft, scene: Scene) -> Iterator[tuple[Query, Features]]:
    """The tables that are only named as joined or not, and conditions on many rows as joins or EXISTS."""
    catalog, root = scene.catalog, draft.root
    used = _needed(draft)
    about = [table for table in dict.fromkeys(draft.parts.about) if table not in used and table != root]
    only_measured = bool(draft.measured) and not draft.groups
    for joined, how in _ways_of_joining(about, used, draft, scene):
        tables = [*joined, *used]
        path = path_between(catalog, root, *tables)
        if path is None:
            continue
        many = {table for table in tables if multiplies(catalog, root, table)}
        if only_measured and many:
            fixed = many_as_exists(root, draft.where, joined, many)
            if fixed is not None:
                where, left = fixed
                less = [table for table in used if table not in many]
                short = path_between(catalog, root, *left, *less) or ()
                features = draft.features | how | _path_features(short, {root, *less, *left}, scene)
                features["many rows as exists"] = 1.0
                yield from _told_apart(replace(draft, where=where), features, left, short, scene)
            how = how | {"many rows as joined": 1.0, f"measure multiplied {draft.measured[0].function}": 1.0}
        features = draft.features | how | _path_features(path, {root, *tables}, scene)
        counted = {term.table for term in _counts(draft)} if draft.groups else set()
        fanned = any(multiplies(catalog, table, other) for table in counted for other in tables)
        if fanned:
            other = features | {"count distinct fans": 1.0}
            yield from _told_apart(_distinct_counts(draft), other, joined, path, scene)
            features["count plain fans"] = 1.0
        yield from _told_apart(draft, features, joined, path, scene)


def _ways_of_joining(
    about: Sequence[str], used: Sequence[str], draft: QueryDraft, scene: Scene
) -> Iterator[tuple[list[str], Features]]:
    """The tables that are joined though nothing of them is needed, also to come by them to the others."""
    for joined, how in joined_tables(about, draft.root, draft.parts.clauses, bool(draft.where), scene):
        yield joined, how
        for bridge in detours(scene.catalog, draft.root, [*joined, *used]):
            yield [bridge, *joined], how | {"detour": 1.0}


def _counts(draft: QueryDraft) -> list[MeasureTerm]:
    terms = [*draft.select, *(key.term for key in draft.order), *(condition.term for condition in draft.having)]
    return [
        term
        for term in terms
        if isinstance(term, MeasureTerm) and term.function == "count" and term.column is None and not term.distinct
    ]


def _distinct_counts(draft: QueryDraft) -> QueryDraft:
    """The draft with every count of rows as one of different rows."""
    counts = {term: replace(term, distinct=True) for term in _counts(draft)}

    def told_apart(term: Term) -> Term:
        return counts.get(term, term) if isinstance(term, MeasureTerm) else term

    return replace(
        draft,
        select=[told_apart(term) for term in draft.select],
        order=[replace(key, term=told_apart(key.term)) for key in draft.order],
        having=[
            replace(condition, term=counts.get(condition.term, condition.term))
            if isinstance(condition.term, MeasureTerm)
            else condition
            for condition in draft.having
        ],
    )


def _told_apart(
    draft: QueryDraft, chosen: Features, joined: Sequence[str], path: tuple[Join, ...], scene: Scene
) -> Iterator[tuple[Query, Features]]:
    """With repeats and without, where that can make a difference."""
    said = "said" if draft.parts.distinct else "unsaid"
    fans = any(join.fans_out for join in path)
    fixed = bool(draft.measured or draft.groups) or any(isinstance(term, AllColumns) for term in draft.select)
    kind = kind_of_shown(draft.select, scene) if not fixed or draft.parts.distinct else ""
    # Each row is there once; two that are called alike stay two.
    own = all(home(term) == draft.root for term in draft.select)
    # And of figures each is one, also where two are the same.
    alone = kind == "key" or (own and (kind == "label" or _are_figures(draft, scene)))
    fixed |= alone and not fans and not draft.parts.distinct
    for distinct in (False,) if fixed else (False, True):
        features = dict(chosen)
        if not fixed or draft.parts.distinct:
            on = f"distinct {'on' if distinct else 'off'} {said}"
            spread = "fans" if fans else "joined" if joined else "flat"
            given = "given" if draft.where else "all"
            features |= dict.fromkeys(
                (on, f"{on} {spread}", f"{on} {kind}", f"{on} {kind} {spread}", f"{on} {kind} {spread} {given}"), 1.0
            )
            features[f"{on} opened by {scene.opener}"] = 1.0
        query = Query(
            root=draft.root,
            select=tuple(draft.select),
            where=tuple(dict.fromkeys(draft.where)),
            group_by=tuple(draft.groups),
            having=tuple(draft.having),
            order_by=tuple(draft.order),
            limit=draft.limit,
            distinct=distinct,
            joined=tuple(joined),
        )
        features |= whole_features(query)
        for keyed, how in by_keys(query, path, scene):
            # Whole rows are never meant twice.
            whole = any(isinstance(term, AllColumns) for term in keyed.select)
            yield (once_each(keyed, scene) if distinct or whole else keyed), features | how


def _are_figures(draft: QueryDraft, scene: Scene) -> bool:
    """Whether nothing but amounts of the rows is shown."""
    table = scene.catalog.table(draft.root)
    names = [term.column for term in draft.select if isinstance(term, ColumnTerm)]
    columns = [table.column(name) for name in names] if table else []
    amounts = [column for column in columns if column is not None and is_numeric(column)]
    return 0 < len(amounts) == len(draft.select) and not any(is_calendar(each, scene.lexicon) for each in amounts)


def _needed(draft: QueryDraft) -> list[str]:
    terms = required_tables([*draft.select, *draft.groups], draft.having, draft.order)
    return [*terms, *condition_tables(draft.where)]


def _path_features(path: tuple[Join, ...], wanted: set[str], scene: Scene) -> Features:
    """What the joins are like; `wanted` are the tables that they are for, with the root."""
    if not path:
        return {}
    bridges = [join.right for join in path if join.right not in wanted]
    said = sum(says_name(scene, bridge, " ".join(sorted(wanted))) for bridge in bridges)
    return {
        "joins": float(len(path)),
        "bridges": float(len(bridges)),
        "bridges said": float(said),
        "inferred joins": float(sum(join.inferred for join in path)),
        "sibling joins": float(siblings(path, path[0].left)),
    }
