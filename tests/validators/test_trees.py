"""Random queries: honest ones keep their meaning, and one forbidden thing anywhere in them is refused."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agent.validators import validate
from tests.validators.corpus import DIALECTS, corpus
from tests.validators.engines import ERRORS, Engine, engine
from tests.validators.trees import forbidden, honest, is_ordered, places, planted, queries

# The same examples in every run, on a machine of any speed.
# A failing query is shown as it was drawn: making it shorter takes minutes.
STEADY = settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_honest_query_passes_and_gives_the_rows_that_it_gave_as_drafted(dialect: str) -> None:
    ran = []
    with engine(dialect) as opened:

        @STEADY
        @given(queries(dialect))
        def judge(marked: str) -> None:
            sql = honest(marked)
            verdict = validate(sql, corpus(dialect).catalog)
            assert verdict.findings == (), sql
            assert verdict.query is not None
            try:
                drafted = _given(opened, sql, marked)
            except ERRORS:
                return
            ran.append(bool(drafted[1]))
            assert _given(opened, verdict.query.sql, marked) == drafted, verdict.query.sql

        judge()
    # Most make sense to the engine, and many give rows to compare.
    assert len(ran) > 45
    assert sum(ran) > 15


def _given(opened: Engine, sql: str, marked: str) -> tuple[list[str], list[str]]:
    """The names and rows of a statement; the order of the rows counts only where the drawn query orders them."""
    names, rows = opened.run(sql)
    texts = [repr(row) for row in rows]
    return names, texts if is_ordered(marked) else sorted(texts)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_one_forbidden_thing_anywhere_is_refused_and_named(dialect: str) -> None:
    catalog, tried = corpus(dialect).catalog, set()

    @settings(STEADY, max_examples=40)
    @given(queries(dialect), st.data())
    def judge(marked: str, data: st.DataObject) -> None:
        for kind, things in forbidden(dialect).items():
            for thing, name in things if places(marked, kind) else ():
                sql = planted(marked, kind, data.draw(st.sampled_from(places(marked, kind))), thing)
                tried.add(thing)
                verdict = validate(sql, catalog)
                assert verdict.query is None, sql
                assert any(name.lower() in finding.message.lower() for finding in verdict.findings), (sql, verdict)

    judge()
    assert tried == {thing for things in forbidden(dialect).values() for thing, _ in things}
