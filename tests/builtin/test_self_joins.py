"""Rows that point to rows of their own table, rows that are called alike, and questions behind a refused one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from agent import Agent

FIRM = """
CREATE TABLE employees (
    id INTEGER PRIMARY KEY, name TEXT, salary INTEGER, manager_id INTEGER REFERENCES employees (id)
);
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT, signed_up_on DATE);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), total INTEGER, ordered_on DATE
);
INSERT INTO employees VALUES (1, 'Eve', 90, NULL), (2, 'Bob', 50, 1), (3, 'Ann', 60, 1), (4, 'Tom', 40, 2);
INSERT INTO customers VALUES (1, 'Kim', 'Bonn', '2024-02-01'), (2, 'Kim', 'Rome', '2023-05-01'),
    (3, 'Lee', 'Rome', '2022-01-01');
INSERT INTO orders VALUES (1, 1, 10, '2025-01-01'), (2, 1, 20, '2025-01-02'), (3, 2, 30, '2025-01-03'),
    (4, 2, 40, '2025-01-04'), (5, 3, 50, '2025-01-05'), (6, 3, 60, '2025-01-06'), (7, 3, 70, '2025-01-07');
"""


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    path: Path = tmp_path_factory.mktemp("firm") / "firm.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(FIRM)
    with Agent.connect(path, today=date(2026, 11, 21)) as agent:
        yield agent


def names(agent: Agent, question: str) -> list[object]:
    return sorted(row[0] for row in agent.ask(question).rows)


@pytest.mark.parametrize(
    "question",
    [
        "employees managed by Eve",
        "employees whose manager is Eve",
        "employees whose boss is Eve",
        "employees who report to Eve",
    ],
)
def test_those_below_a_named_row_are_shown(firm: Agent, question: str) -> None:
    assert names(firm, question) == ["Ann", "Bob"]


def test_the_row_above_a_named_one_is_shown(firm: Agent) -> None:
    assert names(firm, "the manager of Tom") == ["Bob"]


def test_those_who_are_called_alike_are_counted_apart(firm: Agent) -> None:
    # The two called Kim have four orders together, Lee alone has three.
    assert names(firm, "which customer has the most orders") == ["Lee"]
    assert names(firm, "customers with more than 2 orders") == ["Lee"]


@pytest.mark.parametrize(
    "question", ["customers signed up in 2024 or 2023", "customers from Bonn or signed up in 2023"]
)
def test_either_of_two_conditions_keeps_those_who_are_called_alike(firm: Agent, question: str) -> None:
    assert names(firm, question) == ["Kim", "Kim"]


def test_what_is_no_name_of_a_row_is_shown_once(firm: Agent) -> None:
    assert names(firm, "cities of customers signed up in 2023 or 2022") == ["Rome"]


def test_a_refused_question_says_nothing_about_the_next(firm: Agent) -> None:
    assert firm.ask("how many customers are there", earlier=["delete all orders"]).rows == ((3,),)
