"""A cover to typed queries: what its fragments say together, in every way that they leave open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.drafters.builtin.assemble.absence import absence
from agent.drafters.builtin.assemble.asked_features import asked_features
from agent.drafters.builtin.assemble.combination import combination
from agent.drafters.builtin.assemble.combines_amounts import combines_amounts
from agent.drafters.builtin.assemble.conditions import values_twice
from agent.drafters.builtin.assemble.contradicts import contradicts
from agent.drafters.builtin.assemble.date_features import date_features
from agent.drafters.builtin.assemble.each_features import each_features
from agent.drafters.builtin.assemble.figure_features import figure_features
from agent.drafters.builtin.assemble.finer_measures import finer_measures
from agent.drafters.builtin.assemble.finished import finished
from agent.drafters.builtin.assemble.implied_counts import implied_counts
from agent.drafters.builtin.assemble.known_first import known_first
from agent.drafters.builtin.assemble.means_of_groups import means_of_groups
from agent.drafters.builtin.assemble.parts import Features, Impossible, Parts, parts
from agent.drafters.builtin.assemble.pointer_features import pointer_features
from agent.drafters.builtin.assemble.ranked_figures import ranked_figures
from agent.drafters.builtin.assemble.rows_beneath import rows_beneath
from agent.drafters.builtin.assemble.selection import queries
from agent.drafters.builtin.query.query import Condition, Query
from agent.drafters.builtin.read.cover import Cover
from agent.drafters.builtin.read.effects import Both, Filter, Fragment, Without
from agent.drafters.builtin.read.rules.rows.own_rows import shows_named_row
from agent.drafters.builtin.read.scene import Scene

# A join that repeats rows makes sums and averages wrong, dates do not add up, and no day is in two times that are
# apart, whatever speaks for them.
WRONG = frozenset({"sum multiplied", "avg multiplied", "sum of dates", "sum of differences", "times apart"})
# What joins two things that are both so.
_ALSO = frozenset({"as well as", "and also", "along with"})


def assemble(cover: Cover, scene: Scene) -> Iterator[tuple[Query, Features]]:
    """The queries of a cover, each with the features of the choices that made it."""
    if any(shows_named_row(fragment, scene) for fragment in cover.fragments):
        return
    try:
        for query, features in _assembled(cover.fragments, scene):
            try:
                made = known_first(finished(query, cover.fragments), scene.catalog)
                made = rows_beneath(made, scene.catalog, scene.lexicon)
                each = each_features(made, scene)
            except Impossible:
                continue
            if contradicts(made) or combines_amounts(made, scene):
                continue
            asked = asked_features(made, scene) | date_features(made, scene) | pointer_features(made, scene)
            yield made, features | asked | each
    except Impossible:
        return


def _assembled(fragments: Sequence[Fragment], scene: Scene) -> Iterator[tuple[Query, Features]]:
    marks = [place for place, fragment in enumerate(fragments) if isinstance(fragment.effect, Both | Without)]
    if not marks:
        yield from _measured(parts(fragments, scene), scene)
        yield from _two_rows(fragments, scene)
        return
    before = fragments[: marks[0]]
    behind = [
        (fragments[mark].effect, fragments[mark + 1 : end])
        for mark, end in zip(marks, [*marks[1:], len(fragments)], strict=True)
    ]
    denials = [(effect, after) for effect, after in behind if isinstance(effect, Without)]
    if len(denials) == len(behind):
        yield from absence(before, denials, scene)
    elif len(behind) == 1:
        ((effect, after),) = behind
        if isinstance(effect, Both):
            yield from combination(effect, before, after, scene)


def _measured(found: Parts, scene: Scene) -> Iterator[tuple[Query, Features]]:
    """The queries of some parts, with every figure that they may mean."""
    for chosen, how in _chosen(found, scene):
        try:
            for query, features in queries(chosen, scene):
                figures = figure_features(query, scene)
                if not WRONG & figures.keys():
                    yield query, features | how | figures
        except Impossible:
            continue


def _chosen(found: Parts, scene: Scene) -> Iterator[tuple[Parts, Features]]:
    """With every figure that they may mean, of rows and of groups that are compared with an average."""
    for grouped, how in means_of_groups(found, scene):
        for chosen, which in _figures(grouped, scene):
            yield chosen, how | which


def _figures(found: Parts, scene: Scene) -> Iterator[tuple[Parts, Features]]:
    """With groups counted, with the figure that ranks them shown or not, and with sums of a finer table."""
    for counted, implied in implied_counts(found):
        for ranked, shown in ranked_figures(counted):
            for finer, which in finer_measures(ranked, scene):
                yield finer, implied | shown | which


def _two_rows(fragments: Sequence[Fragment], scene: Scene) -> Iterator[tuple[Query, Features]]:
    """Two values of one column are those of two rows, even if no word says so: "allergic to milk and eggs"."""
    apart = _one_value_each(fragments)
    filters = [place for place, fragment in enumerate(apart) if isinstance(fragment.effect, Filter)]
    effects = (apart[place].effect for place in filters)
    twice = values_twice([effect.condition for effect in effects if isinstance(effect, Filter)])
    if twice is None:
        return
    second = filters[twice[1]]
    said = "both" if any(item.category == "both" for item in scene.items) else "and"
    # "by phone as well as by mail" says that it is done twice.
    first, last = apart[filters[twice[0]]].end, apart[second].start
    said = "also" if any(item.phrase.casefold() in _ALSO for item in scene.items[first:last]) else said
    listed = " listed" if len(apart) > len(fragments) else ""
    how = {"two values as two rows": 1.0, f"two values as two rows {said}{listed}": 1.0}
    for query, features in combination(Both("intersect"), apart[:second], apart[second:], scene):
        yield query, features | how


def _one_value_each(fragments: Sequence[Fragment]) -> list[Fragment]:
    """The fragments, where one of two values has become two of one value."""
    found: list[Fragment] = []
    for fragment in fragments:
        effect = fragment.effect
        condition = effect.condition if isinstance(effect, Filter) else None
        if isinstance(condition, Condition) and not condition.negated and condition.operator == "in":
            values = condition.values if len(condition.values) == 2 else ()
            found += [replace(fragment, effect=Filter(replace(condition, values=(value,)))) for value in values]
            if values:
                continue
        found.append(fragment)
    return found
