"""How sure an answer is that a model drafted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent import Agent
from agent.confidence import Grounds, confidence, retrieval_margin
from agent.records import CheckedQuery, Context

ALONE = Grounds(repairs=0, rows=3)


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (ALONE, replace(ALONE, repairs=1)),
        (replace(ALONE, repairs=1), replace(ALONE, repairs=3)),
        (ALONE, replace(ALONE, rows=0)),
        (replace(ALONE, margin=0.5), ALONE),
        (ALONE, replace(ALONE, margin=-0.5)),
        (replace(ALONE, agreeing=2, drafts=2), ALONE),
        (replace(ALONE, agreeing=4, drafts=4), replace(ALONE, agreeing=2, drafts=2)),
        (replace(ALONE, agreeing=2, drafts=3), replace(ALONE, agreeing=1, drafts=3)),
        (ALONE, replace(ALONE, agreeing=1, drafts=3)),
    ],
)
def test_what_speaks_for_an_answer_makes_it_surer(more: Grounds, less: Grounds) -> None:
    assert 0 < confidence(less)[0] < confidence(more)[0] < 1


def test_nothing_makes_it_certain() -> None:
    assert confidence(Grounds(0, 1, 10, 10, 1.0))[0] < 0.97
    assert confidence(Grounds(3, 0, 1, 10, -1.0))[0] > 0


@pytest.mark.parametrize(
    ("grounds", "said"),
    [
        (ALONE, "It rests on a single draft; it passed the check at the first try."),
        (
            Grounds(2, 0, 2, 3, -0.3),
            "2 of 3 drafts give these rows; it had to be repaired twice; a table that it does not read fits the "
            "question better; no row came back, so that a condition may be wrong.",
        ),
        (
            Grounds(1, 5, 3, 3, 0.4),
            "All 3 drafts give these rows; it had to be repaired once; it reads the table that fits the question best.",
        ),
        (
            replace(ALONE, margin=0.01),
            "It rests on a single draft; it passed the check at the first try; a table that it does not read fits the "
            "question as well.",
        ),
    ],
)
def test_it_is_explained_in_words(grounds: Grounds, said: str) -> None:
    assert confidence(grounds)[1] == said


def test_the_margin_is_that_of_the_tables_read(shop: Agent) -> None:
    context = next(shop.steps("how many customers"))
    assert isinstance(context, Context)
    first, second, *_ = (scored.table.id for scored in context.tables)

    def margin(*tables: str) -> float | None:
        return retrieval_margin(context, CheckedQuery("", "sqlite", tables))

    best, other = margin(first), margin(second)
    assert best is not None and other is not None
    assert best > 0 > other
    assert margin(first, second) is not None
    assert margin() is None
    assert margin(*(scored.table.id for scored in context.tables)) is None
