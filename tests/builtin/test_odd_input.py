"""Texts and schemas that nobody expects: names of signs alone, quoted blanks, very long questions, many threads."""

from __future__ import annotations

import gc
import sqlite3
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from time import process_time

import pytest

from agent import Agent
from agent.drafters.builtin.lexicon.load_lexicon import load_lexicon
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.schema.paths import path_between
from agent.drafters.builtin.schema.rows import ranking_measure
from agent.errors import NotUnderstoodError
from agent.records import Catalog, Column, ForeignKey, Table

SCHEMA = """
CREATE TABLE plant (id INTEGER PRIMARY KEY, name TEXT NOT NULL, height REAL, "😀" TEXT, "?" INTEGER);
INSERT INTO plant VALUES (1, 'fern', 0.5, 'x', 1), (2, 'oak', 20, 'y', 2);
"""


@pytest.fixture(scope="module")
def plants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    file = tmp_path_factory.mktemp("plants") / "plants.db"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(SCHEMA)
    with Agent.connect(str(file), today=date(2026, 11, 21)) as agent:
        yield agent


def test_a_column_named_by_signs_alone_does_not_stop_other_questions(plants: Agent) -> None:
    assert plants.ask("How many plants are there?").rows == ((2,),)


@pytest.mark.parametrize(
    "question",
    ['show " "', 'plants whose name contains " "', "show plants '' ''", 'plants per " "', 'the name of " "', '" "'],
)
def test_a_quoted_blank_is_read_or_declined(plants: Agent, question: str) -> None:
    try:
        answer = plants.ask(question)
    except NotUnderstoodError:
        return
    assert answer.sql


def test_a_question_of_too_many_words_is_declined_at_once(plants: Agent) -> None:
    began = process_time()
    with pytest.raises(NotUnderstoodError, match="too long"):
        plants.ask("plants with the highest height and " * 55)
    assert process_time() - began < 5


def test_threads_find_the_same_stems() -> None:
    words = [f"{head}{tail}" for head in map(chr, range(97, 123)) for tail in ("anizations", "elations", "opping")] * 40
    alone = [stem.__wrapped__(word) for word in words]
    with ThreadPoolExecutor(8) as threads:
        together = [list(found) for found in threads.map(lambda _: map(stem.__wrapped__, words), range(8))]
    assert all(found == alone for found in together)


def _chain(length: int) -> Catalog:
    """Tables of which each has many rows of the next; the last has what adds up."""
    tables = []
    for number in range(length):
        amount = (Column("amount", "REAL", "number"),) if number == length - 1 else ()
        before = (ForeignKey(("up_id",), f"t{number - 1}", ("id",)),) if number else ()
        columns = (Column("id", "INTEGER", "integer"), Column("up_id", "INTEGER", "integer"), *amount)
        tables.append(Table(f"t{number}", columns, primary_key=("id",), foreign_keys=before))
    return Catalog("sqlite", tuple(tables))


def test_what_ranks_rows_is_looked_for_once() -> None:
    catalog, lexicon = _chain(300), load_lexicon()
    first = ranking_measure(catalog, catalog.tables[0], lexicon)
    began = process_time()
    again = [ranking_measure(catalog, catalog.tables[0], lexicon) for _ in range(1000)]

    assert first is not None
    assert first.table == "t299"
    assert set(again) == {first}
    assert process_time() - began < 1


def test_remembered_joins_do_not_keep_a_catalog() -> None:
    catalog = _chain(3)
    assert path_between(catalog, "t0", "t2")
    gone = weakref.ref(catalog)
    del catalog
    gc.collect()
    assert gone() is None
