"""Where settings come from, which source wins, and how a bad value is blamed on its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import Agent
from agent.config import FILE_NAME, load_settings, user_file
from agent.errors import UsageError


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of the folder one works in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / FILE_NAME


@pytest.fixture
def everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file that holds for every folder."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    file = user_file()
    # Where the system has another place for it, the real one of this user must not be touched.
    if tmp_path not in file.parents:
        pytest.skip("the user's settings cannot be moved on this system")
    file.parent.mkdir(parents=True)
    return file


def test_the_nearer_source_wins(here: Path, everywhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().limit == 1_000
    everywhere.write_text("limit: 1\ntimeout: 1\n")
    assert (load_settings().limit, load_settings().timeout) == (1, 1.0)
    here.write_text("limit: 2\n")
    assert (load_settings().limit, load_settings().timeout) == (2, 1.0)
    monkeypatch.setenv("SQLWRIGHT_LIMIT", "3")
    assert load_settings().limit == 3
    assert load_settings(limit=4).limit == 4
    assert load_settings(limit=None).limit == 3


def test_a_bad_value_is_blamed_on_its_source(here: Path, everywhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def blame(**flags: object) -> str:
        with pytest.raises(UsageError) as caught:
            load_settings(**flags)
        return caught.value.message

    everywhere.write_text("limit: 0\n")
    assert blame().startswith(f"setting limit in {everywhere}: ")
    here.write_text("limit: -1\n")
    assert blame().startswith(f"setting limit in {FILE_NAME}: ")
    monkeypatch.setenv("SQLWRIGHT_LIMIT", "many")
    assert blame().startswith("environment variable SQLWRIGHT_LIMIT: ")
    assert blame(limit=0).startswith("limit: ")


def test_an_argument_of_the_library_is_called_by_its_name() -> None:
    with pytest.raises(UsageError, match=r"^limit: "):
        Agent.connect(limit=0)


def test_an_unknown_setting_is_named_with_those_there_are(here: Path) -> None:
    here.write_text("colour: blue\n")

    with pytest.raises(UsageError) as caught:
        load_settings()

    assert caught.value.message.startswith(f"setting colour in {FILE_NAME}: ")
    assert "timeout" in caught.value.hint


@pytest.mark.parametrize("name", ["db", "cache_dir", "descriptions"])
def test_an_empty_value_is_an_error_and_no_default(name: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=f"^{name}: it is empty"):
        load_settings(**{name: ""})
    monkeypatch.setenv(f"SQLWRIGHT_{name.upper()}", "")
    with pytest.raises(UsageError, match=f"^environment variable SQLWRIGHT_{name.upper()}: it is empty"):
        load_settings()


MALFORMED = {
    "no YAML": b"limit: [1\n",
    "a list": b"- limit\n",
    "text": b"limit\n",
    "a key that is no name": b"1: 2\n",
    "no UTF-8": b"db: gr\xf6\xdfe.db\n",
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("which", ["here", "everywhere"])
def test_a_malformed_file_is_blamed_by_its_own_path(which: str, content: bytes, here: Path, everywhere: Path) -> None:
    (here if which == "here" else everywhere).write_bytes(content)

    with pytest.raises(UsageError) as caught:
        load_settings()

    assert (str(everywhere) in caught.value.message) == (which == "everywhere")
    assert FILE_NAME in caught.value.message
    assert "\n" not in caught.value.message


def test_a_file_that_cannot_be_read_is_an_error(here: Path) -> None:
    here.mkdir()

    with pytest.raises(UsageError, match=rf"^{FILE_NAME} cannot be read: "):
        load_settings()


def test_an_empty_file_says_nothing(here: Path) -> None:
    here.write_text("# nothing yet\n")

    assert load_settings().limit == 1_000
