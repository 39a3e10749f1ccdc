"""Weights learned from judged readings, and the figures of what each step is worth: on five tiny databases."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from agent.drafters.builtin.rank.weights import CONFIDENCE_WEIGHTS, READING_WEIGHTS, read_weights
from benchmarks.cases import read_cases
from benchmarks.judged_readings import strangers
from benchmarks.logistic import logistic
from benchmarks.loglinear import Candidate, Judged, learn
from benchmarks.readings import main as learn_readings
from benchmarks.risk import Answered, risk_table
from benchmarks.steps import STEPS
from benchmarks.steps import main as measure_steps
from benchmarks.trace import main as trace
from benchmarks.weights_file import write_weights

CLUB = Path(__file__).parent / "fixtures" / "learning"
NAMES = ("club_a", "club_b", "club_c", "club_d", "club_e")
FIXTURE = f"{CLUB / 'club.yaml'}={CLUB / 'club.sql'}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with five databases, and questions.jsonl with a few questions about each: the last one is held back."""
    folder = tmp_path_factory.mktemp("clubs")
    for name in NAMES:
        with closing(sqlite3.connect(folder / f"{name}.sqlite")) as database:
            database.executescript((CLUB / "club.sql").read_text("utf-8"))
            database.commit()
    answered = yaml.safe_load((CLUB / "club.yaml").read_text("utf-8"))["answered"]
    chosen = [case for case in answered if isinstance(case["sql"], str)]
    lines = [
        {"id": number, "db": NAMES[number % len(NAMES)], "question": case["question"], "sql": case["sql"]}
        for number, case in enumerate(chosen)
    ]
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return folder


def planted(questions: int) -> Judged:
    """Questions of four candidates, of which the one with `good` is right; `chance` and `always` say nothing."""
    judged, chance = Judged(), random.Random(3)
    for number in range(questions):
        right = chance.randrange(4)
        judged.add(
            str(number),
            f"group {number % 2}",
            [
                Candidate(str(n), {"good": float(n == right), "chance": chance.random(), "always": 1.0}, n == right)
                for n in range(4)
            ],
        )
    return judged


def test_a_planted_weight_is_learned_and_a_useless_one_is_left_out() -> None:
    choices = planted(60).choices()

    weights = learn(choices, {})

    assert weights["good"] > 2
    assert set(weights) == {"good"}
    assert learn(choices, {}, frozenset({"group 0"})).keys() == {"good"}
    assert learn(choices, {}, frozenset({"group 0", "group 1"})) == {}
    assert learn(choices, {}, least=61) == {}


def test_weights_stay_near_those_that_are_given() -> None:
    choices = planted(60).choices()

    given = {"good": 1.0, "chance": 0.5}

    assert learn(choices, given, l1=100.0) == given
    assert learn(choices, given, l1=0.1)["good"] > 2


def test_a_question_may_count_as_several() -> None:
    judged = Judged()
    for number in range(20):
        wanted, weight = ("x", 9.0) if number % 2 else ("y", 1.0)
        candidates = [Candidate(name, {name: 1.0}, name == wanted) for name in ("x", "y")]
        judged.add(str(number), "all", candidates, weight)

    weights = learn(judged.choices(), {})

    assert weights["x"] > 0 > weights["y"]


def test_what_too_few_questions_speak_of_keeps_its_weight() -> None:
    judged = planted(60)
    judged.add("seldom", "group 0", [Candidate("a", {"seldom": 1.0}, True), Candidate("b", {}, False)])
    choices = judged.choices()

    weights = learn(choices, {"seldom": 0.7, "never": 0.4, "chance": 1.0})

    assert "seldom" in choices.rare and "good" not in choices.rare
    assert (weights["seldom"], weights["never"]) == (0.7, 0.4)


def test_candidates_are_ranked_by_weights_and_known_ones_are_not_added_again() -> None:
    judged = Judged()
    first = [Candidate("a", {"x": 1.0}, False), Candidate("b", {"y": 1.0}, True)]

    assert judged.add("q", "g", first) == [True, True]
    assert judged.add("q", "g", [Candidate("b", {"y": 1.0}, True), Candidate("c", {"x": 2.0}, False)]) == [False, True]

    choices = judged.choices()
    ((question, order, scores),) = choices.ranked({"x": 1.0, "y": 1.5})
    assert (question, order.tolist(), scores.tolist()) == ("q", [2, 1, 0], [2.0, 1.5, 1.0])
    assert choices.telling.tolist() == [0]


def test_confidence_follows_the_evidence() -> None:
    evidence = [{"constant": 1.0, "doubt": float(number % 2)} for number in range(40)]

    weights = logistic(evidence, [number % 2 == 0 for number in range(40)])

    assert weights["constant"] > 1 > -1 > weights["doubt"] + weights["constant"]
    assert logistic([{"constant": 1.0}] * 2, [True, False], [3.0, 1.0])["constant"] > 0


def test_the_surest_answers_come_first_in_the_table() -> None:
    answers = [Answered(confidence, is_right) for confidence, is_right in ((0.2, False), (0.9, True), (0.5, True))]

    lines = risk_table(answers, 10).splitlines()

    assert lines[-3:] == ["| 10% | 1.000 | 0.90 |", "| 20% | 1.000 | 0.50 |", "| 30% | 0.667 | 0.20 |"]


def test_weights_are_written_by_rule_and_read_as_they_were(tmp_path: Path) -> None:
    weights = {"show after C": 0.5, "show": -1.25, "show rows": 2.0, "skip T": -0.333, "joins": 1.0, "tiny": 0.001}

    write_weights(tmp_path / "weights.yaml", weights, {"show", "show rows"}, "Learned from nothing")

    text = (tmp_path / "weights.yaml").read_text("utf-8")
    assert [line[2:] for line in text.splitlines()[2:] if line.startswith("#")] == [
        "show",
        "show rows",
        "skip",
        "the whole query",
    ]
    assert "# show\nshow: -1.25\nshow after C: 0.50\n" in text
    expected = {"show after C": 0.5, "show": -1.25, "show rows": 2.0, "skip T": -0.33, "joins": 1.0}
    assert read_weights(tmp_path / "weights.yaml").by_name == expected


def test_every_fifth_database_is_held_back_and_fixtures_are_not(place: Path, tmp_path: Path) -> None:
    cases = read_cases(place, [place / "questions.jsonl"], [FIXTURE], tmp_path)

    assert {case.db for case in cases if case.is_held_back} == {"club_e"}
    fixture = [case for case in cases if case.source == "club"]
    assert len(fixture) == 13
    assert [case.text for case in fixture if not case.sql] == ["which planets have rings"]
    assert max(len(case.sql) for case in fixture) == 2
    elsewhere = strangers(cases)
    assert elsewhere and not any(case.sql for case in elsewhere)
    assert all(case.path.stem == case.db for case in elsewhere)


def test_a_fixture_may_hold_questions_that_no_database_answers(place: Path, tmp_path: Path) -> None:
    fixture = tmp_path / "unanswerable.yaml"
    fixture.write_text("club: [which moons are cold, who sank]\nother: [which planets have rings]\n", "utf-8")

    cases = read_cases(place, [], [f"{fixture}={CLUB / 'club.sql'}"], tmp_path)

    assert [(case.text, case.sql) for case in cases] == [("which moons are cold", ()), ("who sank", ())]


def test_weights_are_learned_of_questions_and_their_databases(
    place: Path, tmp_path: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measured = tmp_path / "boats.yaml"
    measured.write_text((CLUB / "club.yaml").read_text("utf-8"), "utf-8")
    given = [str(place), str(place / "questions.jsonl"), "--fixture", FIXTURE, "--weight", "3", "--rounds", "1"]

    learn_readings(
        [*given, "--measure", f"{measured}={CLUB / 'club.sql'}", "--cache", str(cache), "--out", str(tmp_path)]
    )

    said = capsys.readouterr().out
    assert "round 1: " in said
    development, held = said.split("\nheld back:")
    assert "  questions: EX " in development and "  club: EX " in development and " of 12;" in development
    assert "  questions: EX " in held and "club: EX" not in held
    assert "boats: EX" not in development and "  boats: EX " in held
    weights = read_weights(tmp_path / READING_WEIGHTS.name)
    confidence = read_weights(tmp_path / CONFIDENCE_WEIGHTS.name)
    assert weights.by_name
    assert {"constant", "lead", "log share"} <= confidence.by_name.keys()


def test_every_step_is_switched_off_in_turn(place: Path, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measure_steps([str(place), str(place / "questions.jsonl"), "--cache", str(cache)])

    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    shares = {row[0].removeprefix("| "): float(row[1]) for row in rows if len(row) == 7 and row[1][0].isdigit()}
    assert list(shares) == [step.name for step in STEPS]
    assert shares["the rules of projections"] < shares["nothing"]
    assert shares["stored values"] <= shares["nothing"]


def test_a_question_is_followed_through_every_stage(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trace(["names of boats in the harbour Kiel", "--db", str(place / "club_a.sqlite")])

    stages = capsys.readouterr().out.split("\n\n")
    assert [stage.split(":")[0].splitlines()[0] for stage in stages] == ["items", "fragments", "covers", "readings"]
    assert "boats.harbour (" in stages[0]
    assert "Filter(boats.harbour in Kiel)" in stages[1]
    assert "SELECT boats.name FROM boats WHERE boats.harbour = 'Kiel'" in stages[3]
    assert "its confidence: " in stages[3]
