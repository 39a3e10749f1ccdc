from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import Agent
from agent.errors import UsageError
from agent.evaluate.quality import Quality
from agent.examples import read_examples
from agent.schema_index.documents import STEP as EMBED
from agent.schema_index.embed import STEP as EXPORT
from agent.schema_index.tuned import read_tuning
from agent.tuning import TuningReport, tune_encoder, untune_encoder
from tests.conftest import TODAY

ROOT = Path(__file__).parents[1]

# What is said in one house alone: no model knows these words before it is tuned.
JARGON = (
    ("how many blorks sit in {}", "SELECT count(*) FROM customers WHERE country = '{}'"),
    ("the greatest zumf since {}", "SELECT max(total) FROM orders WHERE status = '{}'"),
    ("which quibs carry {}", "SELECT id FROM reviews WHERE comment = '{}'"),
    ("flemmed ones after {}", "SELECT id FROM products WHERE name = '{}'"),
)
PLACES = ("Rome", "Oslo", "Bonn", "Cork", "Graz", "Lima", "Nice", "York", "Bern", "Metz")
STEPS = 8


@pytest.fixture(scope="module")
def agent(cache: Path, shop: Agent, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    """The demo shop in a cache folder of its own, for tuning changes what an index is made of."""
    own = tmp_path_factory.mktemp("tuning")
    assert shop.index.encoder
    (own / "encoders").symlink_to(cache / "encoders")
    with Agent.connect(today=TODAY, cache_dir=own) as agent:
        yield agent


def _write(file: Path, *lines: dict[str, str]) -> Path:
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def _jargon(file: Path) -> Path:
    lines = [
        {"question": question.format(place), "sql": sql.format(place)} for question, sql in JARGON for place in PLACES
    ]
    return _write(file, *lines)


def _quality(*recalls: float) -> Quality:
    figures = dict(zip((1, 3, 5, 10), recalls, strict=True))
    return Quality(20, figures, figures)


@pytest.mark.parametrize(("recall", "used"), [(0.5, False), (0.4, False), (0.6, True)])
def test_a_model_is_used_only_where_recall_rose(recall: float, used: bool) -> None:
    before = _quality(0.5, 0.7, 0.8, 0.9)
    assert TuningReport(20, (), 1, before, _quality(recall, 0.9, 0.9, 0.9)).used is used


def test_tuning_teaches_the_words_of_the_house_and_can_be_taken_back(
    agent: Agent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    untuned = agent.index.settings["encoder_key"]
    seen: list[tuple[str, int, int]] = []
    report = tune_encoder(agent, _jargon(tmp_path / "jargon.jsonl"), lambda *said: seen.append(said), steps=STEPS)
    assert (report.k, report.used, report.unusable) == (1, True, ())
    assert report.shown + report.before.questions == len(JARGON) * len(PLACES)
    assert report.before.questions >= 20
    assert ("tuning the embedding model", STEPS, STEPS) in seen
    # The trial exports the model and encodes the documents, and the index takes over what it has made.
    steps = [what for what, done, total in seen if (done, total) != (0, 0)]
    assert steps.count(EXPORT) == 2
    assert EMBED not in steps[len(steps) - steps[::-1].index("ranking the tables") :]
    tuning = read_tuning(agent.index.folder)
    assert tuning and (tuning.before, tuning.after) == (report.before.recall[1], report.after.recall[1])
    # What was measured is what now answers, also after the next start.
    question = "how many blorks sit in Utrecht"
    with Agent.connect(today=TODAY, cache_dir=agent.settings.cache_dir) as next_one:
        assert next_one.search(question, 1)[0].table.name == "customers"
        assert next_one.index.settings["encoder"] == str(agent.index.folder / tuning.model)
    folder = agent.index.folder
    assert {path.name for path in folder.glob("*tun*")} == {"tuned.json", tuning.model}
    assert untune_encoder(agent)
    assert agent.index.settings["encoder_key"] == untuned
    assert not list(folder.glob("*tun*"))
    assert not untune_encoder(agent)


def test_a_model_that_finds_no_more_is_not_used(agent: Agent, tmp_path: Path) -> None:
    # Names find all of these already, so that no model can be better.
    names = ("customers", "orders", "products", "reviews", "categories")
    sql = "SELECT * FROM {} LIMIT {}"
    lines = [{"question": f"{n} {name}", "sql": sql.format(name, n)} for name in names for n in range(1, 6)]
    before = agent.index.settings
    report = tune_encoder(agent, _write(tmp_path / "names.jsonl", *lines), steps=1)
    assert report.before.recall[1] == 1.0
    assert not report.used
    assert agent.index.settings == before
    assert not list(agent.index.folder.glob("*tun*"))


def test_an_interrupted_tuning_leaves_the_index_as_it_was(agent: Agent, tmp_path: Path) -> None:
    folder, before = agent.index.folder, agent.index.settings
    command = [sys.executable, "-m", "agent", "index", "--tune", str(_jargon(tmp_path / "jargon.jsonl")), "--quiet"]
    environment = os.environ | {"SQLWRIGHT_CACHE_DIR": str(agent.settings.cache_dir)}
    child = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    for _ in range(1200):
        if list(folder.glob(".tuned-*/triplets.json")) or child.poll() is not None:
            break
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    assert child.communicate(timeout=60)[1].splitlines()[-1:] == ["interrupted"]
    assert child.returncode == 130
    assert not list(folder.glob("*tun*"))
    with Agent.connect(today=TODAY, cache_dir=agent.settings.cache_dir) as next_one:
        assert next_one.index.settings == before


def test_lines_that_cannot_be_used_are_told_by_number(agent: Agent, tmp_path: Path) -> None:
    file = _write(
        tmp_path / "questions.jsonl",
        {"question": "how many customers?", "sql": "SELECT count(*) FROM customers"},
        {"question": "how many clients?", "sql": "select COUNT(*) from customers"},
        {"question": "how many customers?", "sql": "SELECT count(id) FROM customers"},
        {"question": "how many ships?", "sql": "SELECT count(*) FROM ships"},
        {"question": "how many cows?", "sql": "SELECT count(*) FROM cows", "db": "farm"},
        {"question": "one", "sql": "SELECT 1"},
        {"question": "no sql"},
        {"question": "harm", "sql": "DELETE FROM customers"},
    )
    examples = read_examples(file, agent)
    (group,) = examples.groups.values()
    assert [example.question for example in group] == ["how many customers?", "how many clients?"]
    assert group[0].tables == ("customers",)
    told = "\n".join(examples.unusable)
    for number, what in ((3, "same question"), (4, "ships"), (5, "farm"), (6, "no table"), (7, "sql is missing")):
        assert f"line {number}: " in told
        assert what in told
    assert "line 8: the SQL does not pass" in told
    with pytest.raises(UsageError, match=r"only 2 questions can be used, and 6 cannot: .*line 3") as caught:
        tune_encoder(agent, file)
    assert "tuning needs 20" in caught.value.hint


def test_rewordings_of_one_query_stay_on_one_side(agent: Agent, tmp_path: Path) -> None:
    lines = [{"question": f"how many customers {n}", "sql": "SELECT count(*) FROM customers"} for n in range(30)]
    with pytest.raises(UsageError, match="nearly all questions have the same SQL"):
        tune_encoder(agent, _write(tmp_path / "questions.jsonl", *lines))


def test_an_encoder_of_ollama_is_refused(tmp_path: Path) -> None:
    with Agent.connect(today=TODAY, cache_dir=tmp_path) as agent:
        agent.settings.encoder = "ollama:nomic-embed-text"
        with pytest.raises(UsageError, match="cannot be tuned"):
            tune_encoder(agent, tmp_path / "none.jsonl")
