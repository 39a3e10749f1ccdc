"""Which readings are offered for a choice: those that differ in what a name stands for, which nothing settles."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from agent import Agent
from agent.drafters.builtin import BuiltinDrafter
from agent.drafters.builtin.compose.compose import compose
from agent.drafters.builtin.rank.beam import covers
from agent.drafters.builtin.rank.close_readings import MAX_READINGS, close_readings
from agent.drafters.builtin.rank.confidence import confidence
from agent.drafters.builtin.rank.keys_taken import keys_taken
from agent.drafters.builtin.rank.rank import Reading, readings
from agent.drafters.builtin.rank.told_apart import told_apart
from agent.drafters.builtin.rank.weights import Weights, load_weights, read_weights
from agent.drafters.builtin.read.scene import Scene
from agent.records import Question
from agent.schema_index.retrieve import retrieve

FERRIES = """
CREATE TABLE harbours (id INTEGER PRIMARY KEY, name TEXT, region TEXT);
CREATE TABLE boats (id INTEGER PRIMARY KEY, name TEXT, home_region TEXT, seats INTEGER);
CREATE TABLE crossings (
    id INTEGER PRIMARY KEY, boat_id INTEGER REFERENCES boats (id),
    departure_id INTEGER REFERENCES harbours (id), arrival_id INTEGER REFERENCES harbours (id),
    passengers INTEGER, sailed_on DATE
);
INSERT INTO harbours VALUES (1, 'Quay', 'Westland'), (2, 'Pier', 'Eastland'), (3, 'Jetty', 'Northland');
INSERT INTO boats VALUES (1, 'Puffin', 'Westland', 80), (2, 'Auk', 'Southland', 120);
INSERT INTO crossings VALUES (1, 1, 1, 2, 40, '2026-05-01'), (2, 1, 2, 1, 60, '2026-05-02'),
    (3, 2, 1, 3, 100, '2026-06-01');
"""


@pytest.fixture(scope="module")
def ferries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    path: Path = tmp_path_factory.mktemp("ferries") / "ferries.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(FERRIES)
    with Agent.connect(path, today=date(2026, 11, 21)) as agent:
        yield agent


@pytest.fixture(scope="module")
def scene(ferries: Agent) -> Callable[[str], Scene]:
    def made(question: str) -> Scene:
        return BuiltinDrafter().scene(retrieve(Question(question, ferries.today), ferries.index))[0]

    return made


@pytest.fixture(scope="module")
def read(scene: Callable[[str], Scene]) -> Callable[[str], list[Reading]]:
    return lambda question: readings(scene(question), load_weights())


def test_keys_that_nothing_tells_apart_are_a_choice(read: Callable[[str], list[Reading]]) -> None:
    close = close_readings(read("harbours without crossings"))

    assert told_apart(close) == [
        "crossings belong to harbours by departure_id",
        "crossings belong to harbours by arrival_id",
    ]


def test_a_key_that_is_named_is_none(read: Callable[[str], list[Reading]]) -> None:
    question = "What are the names of the arrival harbours of crossings with more than 50 passengers?"
    close = close_readings(read(question))

    assert len(close) == 1
    assert keys_taken(close[0].query, close[0].scene.catalog) == ("crossings belong to harbours by arrival_id",)


@pytest.mark.parametrize("question", ["how many boats", "names of boats", "average seats of boats", "boats per region"])
def test_how_a_sentence_is_built_is_no_choice(read: Callable[[str], list[Reading]], question: str) -> None:
    found = read(question)

    assert len(found) > 1
    assert len(close_readings(found)) == 1


def test_the_first_reading_is_the_best_and_few_are_offered(read: Callable[[str], list[Reading]]) -> None:
    for question in ("crossings in Westland", "crossings per harbour", "number of crossings per harbour and boat"):
        found = read(question)
        close = close_readings(found)
        assert close[0] is found[0]
        assert len(close) <= MAX_READINGS
        assert len(set(told_apart(close))) == len(close)


def test_a_value_of_two_columns_is_a_choice(read: Callable[[str], list[Reading]]) -> None:
    said = " | ".join(told_apart(close_readings(read("crossings in Westland"))))

    assert "Westland is harbours.region" in said
    assert "Westland is boats.home_region" in said


def test_readings_are_different_queries_best_first(read: Callable[[str], list[Reading]]) -> None:
    found = read("names of boats with more than 100 seats")

    assert len({reading.query for reading in found}) == len(found)
    assert [reading.score for reading in found] == sorted((reading.score for reading in found), reverse=True)
    for reading in found[:5]:
        assert load_weights().score(reading.features.items()) == pytest.approx(reading.score)


def test_the_rows_of_the_best_reading_are_those_asked_for(ferries: Agent, read: Callable[[str], list[Reading]]) -> None:
    best = read("names of boats with more than 100 seats")[0]
    with closing(sqlite3.connect(ferries.address.url.removeprefix("sqlite:///"))) as database:
        assert database.execute(compose(best.query, best.scene.catalog)).fetchall() == [("Auk",)]


def test_a_cover_reads_or_skips_each_item_once(scene: Callable[[str], Scene]) -> None:
    asked = scene("how many crossings had more than 50 passengers in May 2026")
    found = covers(asked, load_weights(), width=20)

    assert 0 < len(found) <= 20
    for cover in found:
        read = [place for fragment in cover.fragments for place in range(fragment.start, fragment.end)]
        assert sorted([*read, *cover.skipped]) == list(range(len(asked.items)))


def test_a_rule_can_be_left_out(scene: Callable[[str], Scene]) -> None:
    asked = scene("how many boats")

    assert any(fragment.rule == "count" for fragment in covers(asked, load_weights())[0].fragments)
    for cover in covers(asked, load_weights(), without=frozenset({"count"})):
        assert all(fragment.rule != "count" for fragment in cover.fragments)


def test_what_is_read_in_full_is_surer_than_what_is_not(read: Callable[[str], list[Reading]]) -> None:
    sure = confidence(read("names of boats with more than 100 seats"))
    unsure = confidence(read("names of the whales that boats scare near their old feeding grounds in winter storms"))

    assert 0 <= unsure < sure <= 1


def test_two_readings_that_are_as_likely_are_less_sure_than_one(read: Callable[[str], list[Reading]]) -> None:
    best, *_ = read("names of boats")

    assert confidence([best, best]) < confidence([best])


def test_weights_are_read_from_lines(tmp_path: Path) -> None:
    file = tmp_path / "weights.yaml"
    file.write_text("# what counts\ncount: 1.5\nabout then end: -0.25  # rarely\n\n", "utf-8")

    assert read_weights(file) == Weights({"count": 1.5, "about then end": -0.25})
    assert read_weights(file).score([("count", 2.0), ("unknown", 9.0), ("about then end", 1.0)]) == 2.75
