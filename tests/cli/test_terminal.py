"""The command in a real terminal: what comes and goes there, what it asks, and its colours."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from agent import Agent

if sys.platform == "win32":
    pytest.skip("pseudo-terminals", allow_module_level=True)

from tests.cli.terminal import agent, terminal

COLOUR = re.compile(r"\x1b\[[0-9;]*(3[0-79]|38;|9[0-7])[0-9;]*m")
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
AMBIGUOUS = "number of parcels per customer"


@pytest.fixture(scope="module")
def parcels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which a parcel has two customers, so that a question can be read in two ways."""
    path = tmp_path_factory.mktemp("parcels") / "parcels.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT);
            CREATE TABLE parcels (
                id INTEGER PRIMARY KEY,
                sender_id INTEGER REFERENCES customers (id),
                recipient_id INTEGER REFERENCES customers (id)
            );
            INSERT INTO customers VALUES (1, 'Ann'), (2, 'Ben');
            INSERT INTO parcels VALUES (1, 1, 2), (2, 1, 2), (3, 2, 1);
            """
        )
        database.commit()
    with Agent.connect(path) as made:
        assert made.index.catalog.tables
    return path


def ask(path: Path, *options: str) -> tuple[str, ...]:
    return agent("ask", AMBIGUOUS, "--db", str(path), "--format", "csv", *options)


def counts(text: str) -> dict[str, int]:
    """The parcels of each customer, who is shown by name or by number."""
    names = {"1": "Ann", "2": "Ben"}
    shown = re.findall(r"^(Ann|Ben|1|2),(\d+)$", text, flags=re.MULTILINE)
    return {names.get(who, who): int(count) for who, count in shown}


@pytest.mark.parametrize(
    ("keys", "meant"),
    [("\n", 0), ("1\n", 0), ("2\n", 1), ("x\n7\n0\n2\n", 1)],
    ids=["Enter", "1", "2", "what is no number of these"],
)
def test_a_person_is_asked_which_reading_is_meant(keys: str, meant: int, parcels: Path) -> None:
    answers = [{"Ann": 2, "Ben": 1}, {"Ann": 1, "Ben": 2}]

    with terminal(*ask(parcels)) as shown:
        shown.wait_for("Which is meant?")
        listed = re.findall(r"^  (\d)  (.*)$", shown.text, flags=re.MULTILINE)
        shown.press(keys)
        assert shown.end() == 0

    assert [number for number, _ in listed] == ["1", "2"]
    by_sender = ["sender" in reading for _, reading in listed]
    assert sorted(by_sender) == [False, True]
    assert counts(shown.text) == answers[0 if by_sender[meant] else 1]


def test_ctrl_c_at_the_choice_ends_the_command(parcels: Path) -> None:
    with terminal(*ask(parcels)) as shown:
        shown.wait_for("Which is meant?")
        shown.press("\x03")
        assert shown.end() == 130

    assert "interrupted" in shown.text
    assert "Traceback" not in shown.text


def test_ctrl_d_at_the_choice_chooses_nothing(parcels: Path) -> None:
    with terminal(*ask(parcels)) as shown:
        shown.wait_for("Which is meant?")
        shown.press("\x04")
        assert shown.end() == 3

    assert "can be read in 2 ways" in shown.text.rpartition("error:")[2]


@pytest.mark.parametrize("option", ["--yes", "--quiet"])
def test_nobody_is_asked_with_yes_or_quiet(option: str, parcels: Path) -> None:
    with terminal(*ask(parcels, option)) as shown:
        code = shown.end()

    assert "Which is meant?" not in shown.text
    assert code == (0 if option == "--yes" else 3)
    assert ("it could also be" in shown.text) == (option == "--yes")


def test_a_line_says_what_is_done_and_goes_again(parcels: Path) -> None:
    with terminal(*agent("ask", "how many parcels", "--db", str(parcels))) as shown:
        assert shown.end() == 0

    assert "reading the question" in shown.text
    assert "━" not in shown.text, "a bar for what has no length"
    assert shown.raw.rindex(HIDE) < shown.raw.rindex(SHOW) < shown.raw.index("parcel_count")


def test_a_note_stands_on_a_line_of_its_own(parcels: Path) -> None:
    command = agent("ask", "how many parcels", "--db", str(parcels))
    with terminal(*command, SQLWRIGHT_MODEL="auto", SQLWRIGHT_OLLAMA="http://127.0.0.1:9") as shown:
        assert shown.end() == 0

    before = shown.raw.partition("Drafting with")[0]
    assert before.rindex(HIDE) < before.rindex(SHOW)


def test_the_line_is_not_shown_when_quiet_nor_in_a_dumb_terminal(parcels: Path) -> None:
    command = agent("ask", "how many parcels", "--db", str(parcels))
    with terminal(*command, "-q") as quiet, terminal(*command, TERM="dumb") as dumb:
        assert quiet.end() == dumb.end() == 0

    assert quiet.text.split() == ["parcel_count", "3"]
    assert "reading the question" not in dumb.text
    assert "\x1b" not in dumb.raw


def test_stdout_is_data_while_the_line_is_in_the_terminal(parcels: Path, tmp_path: Path) -> None:
    with (
        (tmp_path / "out.json").open("wb") as file,
        terminal(
            *agent("ask", "how many parcels", "--db", str(parcels), "--format", "json"), stdout=file.fileno()
        ) as shown,
    ):
        assert shown.end() == 0

    assert json.loads((tmp_path / "out.json").read_bytes())["rows"] == [[3]]
    assert "SELECT" in shown.text


def test_colours_are_those_that_one_asks_for(parcels: Path, tmp_path: Path) -> None:
    command = agent("ask", "how many parcels", "--db", str(parcels))
    with terminal(*command) as plain, terminal(*command, NO_COLOR="1") as none:
        assert plain.end() == none.end() == 0

    assert COLOUR.search(plain.raw)
    assert not COLOUR.search(none.raw)


def test_a_question_can_be_typed(parcels: Path) -> None:
    with terminal(*agent("ask", "-", "--db", str(parcels), "--format", "csv")) as shown:
        shown.wait_for("Ctrl-D")
        shown.press("how many\nparcels\n\x04")
        assert shown.end() == 0

    assert "parcel_count" in shown.text


def test_init_asks_again_for_what_it_cannot_read(tmp_path: Path, parcels: Path) -> None:
    with terminal(*agent("init"), cwd=tmp_path) as shown:
        shown.wait_for("the demo shop]: ")
        shown.press("nowhere.db\n")
        shown.wait_for("no such file")
        shown.press(f"{parcels}\n")
        shown.wait_for("[auto]: ")
        shown.press("gpt-17\n")
        shown.wait_for("is not a drafter")
        shown.press("builtin\n")
        shown.wait_for("[low-cardinality]: ")
        shown.press("\n")
        assert shown.end() == 0

    text = (tmp_path / "sqlwright.yaml").read_text()
    assert f"\ndb: {parcels}\n" in text
    assert "\nmodel: builtin\n" in text
    assert "\nvalues: low-cardinality\n" in text


@pytest.fixture
def shell(tmp_path: Path) -> Path:
    """A folder with connections, and a start file for bash in which `agent` is completed."""
    (tmp_path / "sqlwright.yaml").write_text("connections: {sales: a.db, salaries: b.db, zebra: c.db}\n")
    (tmp_path / "zoo.db").touch()
    (tmp_path / "agent").write_text(f"#!{sys.executable}\nfrom agent.cli import main\n\nmain()\n")
    (tmp_path / "agent").chmod(0o755)
    setup = f'PATH="{tmp_path}:$PATH"\neval "$(agent --show-completion)"\nPS1="ready> "\n'
    (tmp_path / "start").write_text(setup)
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("agent conn", "agent connections "),
        ("agent ask --form", "agent ask --format "),
        ("agent ask x --format js", "agent ask x --format json"),
        ("agent ask x --db ze", "agent ask x --db zebra "),
        ("agent ask x --db sal\t", "salaries  sales"),
        ("agent ask x --db zo", "agent ask x --db zoo.db "),
        ("agent index --db ze", "agent index --db zebra "),
        ("agent ask x --model bui", "agent ask x --model builtin "),
    ],
)
def test_bash_completes(typed: str, completed: str, shell: Path) -> None:
    root = str(Path(__file__).parents[2])
    bash = ("bash", "--noprofile", "--rcfile", str(shell / "start"), "-i")
    with terminal(*bash, cwd=shell, PYTHONPATH=root) as shown:
        shown.wait_for("ready> ")
        shown.press(f"{typed}\t")
        shown.wait_for(completed)
