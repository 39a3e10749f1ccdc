"""Texts of any kind: none makes the checker raise, and each gets a query or findings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.validators import validate
from tests.validators.corpus import DIALECTS, corpus, mutations

# The same examples in every run, on a machine of any speed.
STEADY = settings(deadline=None, derandomize=True, max_examples=100)

REPEATED = (
    ("", "("),
    ("", "NOT "),
    ("SELECT ", "~"),
    ("SELECT ", "- "),
    ("SELECT 1", " IS NOT NULL"),
    ("SELECT 1", " UNION SELECT 1"),
    ("SELECT 1", " + 1"),
    ("SELECT ", "["),
    ("", "'"),
    ("SELECT 1 FROM orders", " JOIN orders b"),
    ("SELECT 1 FROM orders", " LEFT JOIN orders b ON 1 = 1 JOIN orders c"),
    ("SELECT 1 FROM orders", " JOIN orders b, orders c"),
)


def judge(text: str, dialect: str) -> None:
    verdict = validate(text, corpus(dialect).catalog)
    assert (verdict.query is None) == bool(verdict.findings)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_characters_make_it_raise(dialect: str) -> None:
    STEADY(given(st.text(max_size=60))(lambda text: judge(text, dialect)))()


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(("start", "repeated"), REPEATED)
def test_no_repetition_makes_it_raise(dialect: str, start: str, repeated: str) -> None:
    judge((start + repeated * 20_000)[:20_000], dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_long_text_makes_it_raise(dialect: str) -> None:
    judge("x" * 1_000_000, dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_words_in_any_order_make_it_raise(dialect: str) -> None:
    words = st.sampled_from(
        [*mutations()["words"], *(word for sql in corpus(dialect).statements for word in sql.split())]
    )

    @STEADY
    @given(st.lists(words, min_size=1, max_size=30).map(" ".join))
    def judge_words(text: str) -> None:
        for sql in (text, f"SELECT {text}", f"SELECT id FROM orders WHERE {text}"):
            judge(sql, dialect)

    judge_words()
