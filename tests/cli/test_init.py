"""`agent init`: the file that it writes, and what it refuses to write."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from agent.cli.app import app
from agent.config import Settings, load_settings
from agent.demo import ensure_shop
from agent.init_file import EXAMPLES, read_database, settings_text
from agent.settings_file import FILE_NAME
from tests.conftest import TODAY
from tests.services import database_of, postgres_database


def init(*answers: str) -> Result:
    return CliRunner().invoke(app, ["init"], input="".join(f"{answer}\n" for answer in answers))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, and the file that init writes there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SQLWRIGHT_MODEL")
    monkeypatch.delenv("SQLWRIGHT_CACHE_DIR")
    return tmp_path / FILE_NAME


def test_without_answers_the_file_holds_the_defaults(here: Path) -> None:
    defaults = load_settings()

    result = init()

    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"Wrote {FILE_NAME}.\n"
    assert "agent doctor" in result.stderr
    assert load_settings() == defaults


def test_the_answers_are_the_settings(here: Path, cache: Path) -> None:
    shop = ensure_shop(cache / "demo", TODAY)

    result = init(str(shop), "ollama:qwen2.5-coder:7b", "none")

    assert result.exit_code == 0, result.stderr
    settings = load_settings()
    assert (settings.db, settings.model, settings.values) == (str(shop), "ollama:qwen2.5-coder:7b", "none")


def test_every_setting_is_in_the_file_with_its_default_and_meaning(here: Path) -> None:
    text = settings_text({})
    # Without the mark of a comment, what looks like a setting is one.
    settings = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("# ")]
    here.write_text("\n".join(line for line in settings if line.partition(":")[0] in Settings.model_fields), "utf-8")

    assert yaml.safe_load(here.read_text()).keys() == Settings.model_fields.keys()
    for name, field in Settings.model_fields.items():
        assert " ".join((field.description or "").split()) in " ".join(text.replace("\n# ", " ").split()), name


def test_the_example_of_connections_is_one(here: Path) -> None:
    example = settings_text({}).partition("# connections:")[2].partition("\n\n")[0]
    here.write_text("connections:" + example.replace("\n#", "\n"))

    assert load_settings().connections.keys() == {"shop", "files"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_a_setting(name: str, here: Path) -> None:
    here.write_text("\n".join(line.removeprefix("# ") for line in EXAMPLES[name].splitlines()))

    assert load_settings().model_fields_set == {name}


def test_a_file_that_is_there_is_never_overwritten(here: Path) -> None:
    here.write_text("limit: 7\n")

    result = init()

    assert result.exit_code == 1
    assert result.stderr == "error: sqlwright.yaml is here already\nhint: edit it, or move it away first\n"
    assert here.read_text() == "limit: 7\n"


@pytest.mark.parametrize(
    ("answers", "code", "says"),
    [
        (("nowhere.db",), 4, "no such file"),
        (("postgresql://ann@host/shop?password=secret",), 2, "among the options"),
        (("", "gpt-17"), 2, "gpt-17"),
        (("", "", "some"), 2, "values: "),
    ],
)
def test_a_bad_answer_from_a_pipe_is_an_error(answers: tuple[str, ...], code: int, says: str, here: Path) -> None:
    result = init(*answers)

    assert result.exit_code == code
    assert says in result.stderr
    assert "secret" not in result.output
    assert not here.exists()


def test_a_password_stays_out_of_the_file(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres_database("CREATE TABLE t (id int)") as url:
        password, name = url.partition("@")[0].rpartition(":")[2], database_of(url)
        result = init(url, "builtin")
        variable = f"{name.upper()}_PASSWORD"

        assert result.exit_code == 0, result.stderr
        assert f"export {variable}=" in result.stderr
        assert "could not be opened" not in result.stderr
        assert password not in here.read_text() + result.output
        monkeypatch.setenv(variable, password)
        assert load_settings().connection.url == url


def test_no_part_of_a_password_names_the_variable(here: Path) -> None:
    database = read_database("postgresql://u:pa/ss@127.0.0.1:1/shop")

    assert database.variable == "SHOP_PASSWORD"
    assert database.url == "postgresql://u:${SHOP_PASSWORD}@127.0.0.1:1/shop"


def test_a_server_that_does_not_answer_now_may_be_named(here: Path) -> None:
    result = init("postgresql://ann:p%40ss@127.0.0.1:9/shop-2")

    assert result.exit_code == 0, result.stderr
    assert "could not be opened just now" in result.stderr
    assert load_settings().db == "postgresql://ann:${SHOP_2_PASSWORD}@127.0.0.1:9/shop-2"
    assert "p%40ss" not in result.output


@pytest.mark.parametrize("url", ["mysql://ann@127.0.0.1:9/shop", "mysql://ann:${MY_PASSWORD}@127.0.0.1:9/shop"])
def test_a_url_without_a_password_is_kept(url: str) -> None:
    database = read_database(url)

    assert (database.url, database.variable) == (url, "")
