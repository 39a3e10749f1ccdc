"""A role that may do more than read is warned of when a question is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from typer.testing import CliRunner, Result

from agent import Agent
from agent.cli.app import app
from tests.services import (
    database_of,
    mariadb_admin_url,
    mariadb_database,
    postgres_admin_url,
    postgres_database,
)

BOOKS = "CREATE TABLE books (id integer PRIMARY KEY, title varchar(20)); INSERT INTO books VALUES (1, 'Emma');"
SERVERS = {
    "postgres": (postgres_database, postgres_admin_url, "(superuser)"),
    "mysql": (mariadb_database, mariadb_admin_url, "do anything on the whole server"),
}


@pytest.fixture(params=SERVERS)
def urls(request: pytest.FixtureRequest) -> Iterator[tuple[str, str, str]]:
    """A database as a role that may only read and as an administrator, and what is said of the latter."""
    database, admin_url, said = SERVERS[request.param]
    with database(BOOKS) as url:
        yield url, admin_url(database_of(url)), said


def ask(url: str, *options: str) -> Result:
    return CliRunner().invoke(app, ["ask", "how many books are there?", "--db", url, "--format", "csv", *options])


def test_a_privileged_role_is_warned_of_in_one_line(urls: tuple[str, str, str]) -> None:
    reader, admin, said = urls
    warned = ask(admin)
    [line] = [line for line in warned.stderr.splitlines() if "may do more than read" in line]

    assert said in line
    assert "agent doctor" in line
    assert warned.stdout.splitlines()[1:] == ["1"]
    assert "may do more than read" not in ask(admin, "--quiet").stderr
    assert "may do more than read" not in ask(reader).stderr
    assert "may do more than read" not in ask(admin, "--sql-only").stderr


def test_the_library_tells_it_without_printing(
    urls: tuple[str, str, str], shop: Agent, capsys: pytest.CaptureFixture[str]
) -> None:
    reader, admin, said = urls
    with Agent.connect(reader) as safe, Agent.connect(admin) as privileged:
        assert safe.may == shop.may == ()
        assert said in privileged.may[0]
    assert "".join(capsys.readouterr()) == ""
