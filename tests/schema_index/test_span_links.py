from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from agent.dialects.address import Address
from agent.records import NearName, Question
from agent.schema_index.build import build_index
from agent.schema_index.embed import Encoder
from agent.schema_index.index_file import FILE_NAME
from agent.schema_index.options import IndexOptions
from agent.schema_index.retrieve import retrieve
from agent.schema_index.short_vectors import ShortVectors
from agent.schema_index.span_links import COLUMN_NAMES, FLOOR, SPANS, TABLE_NAMES, span_links
from agent.schema_index.store import SchemaIndex

SCHOOL = """
    CREATE TABLE students (id INTEGER PRIMARY KEY, fname TEXT, lname TEXT, age INTEGER, home_city TEXT, dob DATE);
    CREATE TABLE teachers (id INTEGER PRIMARY KEY, fname TEXT, lname TEXT, pay REAL, country TEXT, phone_number TEXT);
    CREATE TABLE courses (id INTEGER PRIMARY KEY, title TEXT, credits INTEGER, teacher_id INTEGER REFERENCES teachers);
    INSERT INTO teachers VALUES (1, 'Ada', 'Weber', 4000, 'Austria', '1'), (2, 'Bo', 'Lind', 3000, 'Sweden', '2');
"""
MakeDatabase = Callable[..., Address]


@pytest.fixture
def options(cache: Path, encoder: Encoder) -> IndexOptions:
    return IndexOptions(cache)


@pytest.fixture
def school(options: IndexOptions, database: MakeDatabase) -> Iterator[SchemaIndex]:
    with build_index(database(SCHOOL), options) as index:
        yield index


def near(index: SchemaIndex, text: str) -> tuple[NearName, ...]:
    return retrieve(Question(text, date(2026, 11, 21)), index).near


def best(links: Sequence[NearName], phrase: str) -> list[tuple[str, str]]:
    """What a phrase may mean: all that is as near as the nearest."""
    found = [link for link in links if link.phrase == phrase]
    return [(link.table, link.column) for link in found if link.score == found[0].score]


@pytest.mark.parametrize(
    ("question", "phrase", "meant"),
    [
        ("average salary of all teachers", "salary", [("teachers", "pay")]),
        ("which nation is each teacher from", "nation", [("teachers", "country")]),
        ("how many pupils are there", "pupils", [("students", "")]),
        ("How old is every student?", "How old", [("students", "age")]),
        ("surname of each teacher", "surname", [("students", "lname"), ("teachers", "lname")]),
        ("the home town of students", "home town", [("students", "home_city")]),
        ("place of residence of students", "place of residence", [("students", "home_city")]),
        ("birthday of the students", "birthday", [("students", "dob")]),
        ("telephone numbers of teachers", "telephone numbers", [("teachers", "phone_number")]),
        ("list the lectures", "lectures", [("courses", "")]),
    ],
)
def test_another_word_leads_to_the_name(
    question: str, phrase: str, meant: list[tuple[str, str]], school: SchemaIndex
) -> None:
    assert sorted(best(near(school, question), phrase)) == meant


def test_a_phrase_is_told_as_typed_with_its_place(school: SchemaIndex) -> None:
    question = "Überall: Home  Town and SALARY"
    links = near(school, question)
    assert {"Home", "Town", "Home  Town", "SALARY"} <= {link.phrase for link in links}
    assert all(question[link.start : link.end] == link.phrase for link in links)


def test_a_synonym_says_so_and_counts_more_than_a_like_word(school: SchemaIndex) -> None:
    links = [link for link in near(school, "forenames of teachers") if link.phrase == "forenames"]
    assert {(link.column, link.score, link.source) for link in links[:2]} == {("fname", 0.9, "synonym")}
    assert all(link.source == "vector" and link.score < 0.9 for link in links[2:])


@pytest.mark.parametrize(
    "question",
    [
        "",
        "students",
        "What is the phone number of every teacher?",
        "show me the total and the average of 100 for each",
        "teachers called 'the salary'",
        "teachers from Austria",
        "student age",
        "学生",
    ],
)
def test_what_needs_no_other_name_has_none(question: str, school: SchemaIndex) -> None:
    assert near(school, question) == ()


def test_few_are_told_of_each_phrase_and_all_are_near(school: SchemaIndex) -> None:
    text = "salary wage income nationality homeland birthplace pupil scholar lecturer professor tutor lesson seminar"
    links = near(school, text)
    spans = list(dict.fromkeys((link.start, link.end) for link in links))
    assert len(spans) <= SPANS
    assert min(link.score for link in links) >= FLOOR
    for span in spans:
        of_span = [link for link in links if (link.start, link.end) == span]
        assert [link.score for link in of_span] == sorted((link.score for link in of_span), reverse=True)
        assert len({link.column for link in of_span if link.column}) <= COLUMN_NAMES
        assert sum(not link.column for link in of_span) <= TABLE_NAMES
        assert len({(link.table, link.column) for link in of_span}) == len(of_span)


def test_only_the_tables_of_the_context_are_looked_at(school: SchemaIndex) -> None:
    tables = [table for table in school.catalog.tables if table.id != "teachers"]
    found = {link.table for link in span_links("salary of the lecturers by nation", tables, school)}
    assert found <= {"students", "courses"}


def test_a_synonym_of_a_description_is_a_name_too(
    options: IndexOptions, database: MakeDatabase, tmp_path: Path
) -> None:
    described = IndexOptions(
        options.cache, descriptions={"tables": {"t1": {"columns": {"c1": {"synonyms": ["wage"]}}}}}
    )
    address = database("CREATE TABLE t1 (c1 REAL, c2 TEXT, c3 DATE)")
    with build_index(address, described) as index:
        assert best(near(index, "the highest salary"), "salary") == [("t1", "c1")]


def kept(index: SchemaIndex) -> set[str]:
    with closing(sqlite3.connect(index.folder / FILE_NAME)) as db:
        return {text for (text,) in db.execute("SELECT text FROM name_vector")}


def test_an_index_keeps_the_vectors_of_its_names_and_of_no_others(
    options: IndexOptions, database: MakeDatabase, encoder: Encoder
) -> None:
    address = database(SCHOOL)
    with build_index(address, options) as index:
        assert {"pay", "last name", "date of birth", "home city"} <= kept(index)
        vectors = index.short_vectors.of(["pay", "salary", "pay"])
    expected = encoder.encode(["pay", "salary", "pay"])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert np.allclose(vectors, expected, atol=1e-3)
    database("ALTER TABLE teachers RENAME COLUMN pay TO wage")
    with build_index(address, options) as index:
        assert "wage" in kept(index)
        assert "pay" not in kept(index)
    with build_index(address, IndexOptions(options.cache, document_prefix="passage: ")) as index:
        prefixed = index.short_vectors.of(["last name"])
    assert not np.allclose(prefixed, encoder.encode(["last name"]), atol=1e-2)


def test_a_text_is_encoded_once(encoder: Encoder) -> None:
    read: list[Sequence[str]] = []

    def nothing(texts: Sequence[str]) -> dict[str, bytes]:
        read.append(texts)
        return {}

    vectors = ShortVectors(encoder, nothing)
    first = vectors.of(["pay", "wage"])
    assert (vectors.of(["wage", "pay"]) == first[::-1]).all()
    assert read == [["pay", "wage"]]
