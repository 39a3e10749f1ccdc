"""Random expressions keep their values when they are written anew."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.validators import validate
from tests.validators.corpus import DIALECTS, corpus, pieces
from tests.validators.engines import ERRORS, engine


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_expression_keeps_its_value(dialect: str) -> None:
    with engine(dialect) as opened:

        @settings(deadline=None, derandomize=True, max_examples=300)
        @given(expressions(pieces(dialect)))
        def judge(expression: str) -> None:
            sql = f"SELECT {expression} FROM orders ORDER BY id"
            query = validate(sql, corpus(dialect).catalog).query
            try:
                drafted = opened.run(sql)[1]
            except ERRORS:
                return
            if query:
                assert repr(opened.run(query.sql)[1]) == repr(drafted), query.sql

        judge()


def expressions(parts: dict[str, list[str]]) -> st.SearchStrategy[str]:
    return st.recursive(
        st.sampled_from(parts["values"]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(parts["operators"]), inner).map(" ".join),
            st.tuples(st.sampled_from(parts["prefixes"]), inner).map("".join),
            st.tuples(inner, st.sampled_from(parts["suffixes"])).map(" ".join),
            inner.map("({})".format),
            st.tuples(inner, inner).map(lambda pair: "CASE WHEN {} THEN {} END".format(*pair)),
            st.tuples(inner, inner).map(lambda pair: "coalesce({}, {})".format(*pair)),
        ),
        max_leaves=5,
    )
