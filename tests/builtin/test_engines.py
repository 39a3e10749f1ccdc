"""The everyday questions on every engine, through the whole flow: the rows of SQLite, in the order asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlglot
import yaml
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from agent import Agent
from agent.demo import DESCRIPTIONS
from agent.dialects.sqlite import path_of
from agent.drafters.builtin import BuiltinDrafter
from agent.records import Answer, Context
from tests.shops import ENGINES, shop_on

QUESTIONS = Path(__file__).parents[1] / "fixtures/questions"
SHOP = [case["question"] for case in yaml.safe_load((QUESTIONS / "shop.yaml").read_text("utf-8"))["answered"]]
MORE = (QUESTIONS / "engines.txt").read_text("utf-8").splitlines()


@pytest.fixture(scope="module", params=ENGINES)
def copy(request: pytest.FixtureRequest, shop: Agent) -> Iterator[Agent]:
    """The demo shop on an engine, asked on the day on which the one on SQLite is."""
    with ExitStack() as parts:
        address = parts.enter_context(shop_on(request.param, path_of(shop.address.url)))
        yield parts.enter_context(
            Agent.connect(address.url, today=shop.today, limit=shop.limits.rows, descriptions=DESCRIPTIONS)
        )


@cache
def _asked(agent: Agent, question: str) -> Answer:
    return agent.ask(question)


def _plain(value: Any) -> Any:
    """A value as SQLite has it: numbers to 6 places, dates as text."""
    if isinstance(value, int | float | Decimal):
        return round(float(value), 6)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value


def _rows(answer: Answer) -> list[tuple[Any, ...]]:
    return [tuple(map(_plain, row)) for row in answer.rows]


def _keys(answer: Answer, dialect: str) -> list[Any]:
    """What the rows are ordered by, row by row; rows of one key may come in any order."""
    order = sqlglot.parse_one(answer.sql, dialect=dialect).args.get("order")
    name = order.expressions[0].this.name if order else None
    return [row[answer.columns.index(name)] for row in _rows(answer)] if name in answer.columns else []


@pytest.mark.parametrize("question", [*SHOP, *MORE])
def test_every_engine_gives_the_rows_of_sqlite(copy: Agent, shop: Agent, question: str) -> None:
    expected, answered = _asked(shop, question), copy.ask(question)

    assert Counter(_rows(answered)) == Counter(_rows(expected)), answered.sql
    assert _keys(answered, copy.address.dialect) == _keys(expected, "sqlite"), answered.sql
    assert answered.columns == expected.columns


@pytest.mark.parametrize("dialect", ["tsql", "oracle", "snowflake", "bigquery", "an engine of its own"])
@pytest.mark.parametrize("question", MORE)
def test_other_dialects_get_sql_that_they_can_parse(shop: Agent, question: str, dialect: str) -> None:
    context = next(shop.steps(question))
    assert isinstance(context, Context)
    known = dialect if dialect in Dialect.classes else ""

    draft = BuiltinDrafter().draft(replace(context, catalog=replace(context.catalog, dialect=dialect)))

    assert isinstance(sqlglot.parse_one(draft.sql, dialect=known), exp.Query)
