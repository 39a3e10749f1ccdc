"""What the read-only connection of a superuser does not stop, found on a server of our own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pymysql
import yaml

from tests.safe_role import safe_role
from tests.safety.place import ANSWERED, EMPTY, LIMITED, SAFETY, Place, State, attacks, harms, read_only, script, stolen
from tests.safety.private import PrivateServer, private_server
from tests.safety.servers import ONLOOKERS, mariadb_script, state

DATABASE = "shop"
ANSWERS = (ANSWERED, EMPTY)  # the one that tells most first


@contextmanager
def superuser_place(dialect: str, folder: Path) -> Iterator[Place]:
    """A database on a server of our own, for its administrator."""
    with private_server(dialect, _fill) as server, ExitStack() as stack:
        url = server.url(DATABASE)
        look = stack.enter_context(ONLOOKERS[dialect](url))

        def seen() -> State:
            try:
                names = {"files of the server": sorted(str(path) for path in server.data.rglob("*"))}
                return state(url, url, look, folder) | (names if dialect == "mysql" else {})
            except (psycopg.Error, pymysql.Error) as error:
                return {"the server": f"does not answer: {error}"}

        def renew() -> None:
            for path in stolen():
                path.unlink()
            server.renew()

        try:
            yield Place(url, seen, renew)
        finally:
            renew()


def exceptions(dialect: str, folder: Path) -> dict[str, str]:
    """What each attack does that a superuser's connection does not stop, and that of a safe role does.

    That is a change, or an answer where the safe role is given none.
    """
    with superuser_place(dialect, folder) as place:
        outcomes: dict[str, str] = {}
        with read_only(place.url) as ask:

            def run(sql: str) -> str:
                outcomes[sql] = ask(sql)
                return outcomes[sql]

            changed = harms(attacks(dialect), place, run)
        answered = [sql for sql, said in outcomes.items() if said in ANSWERS and sql not in changed]
        with safe_role(place.url) as safe_url, read_only(safe_url) as ask:
            safely = {sql: ask(sql) for sql in answered}
        more = {
            sql: f"{outcomes[sql]}; a safe role: {said}" for sql, said in safely.items() if _less(said, outcomes[sql])
        }
        return changed | more


def _less(said: str, than: str) -> bool:
    """Whether a role was given less; a limit says nothing of what one may do."""
    return said != LIMITED and [*ANSWERS, said].index(said) > ANSWERS.index(than)


def listed(dialect: str) -> dict[str, list[str]]:
    """The attacks of which it is known that a superuser's connection does not stop them, by what they do."""
    groups = yaml.safe_load((SAFETY / f"{dialect}_superuser.yaml").read_text("utf-8"))
    return {str(group["does"]): list(group["sql"]) for group in groups}


def _fill(server: PrivateServer) -> None:
    text = script(server.dialect)
    if server.dialect == "postgres":
        with psycopg.connect(server.url(), autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {DATABASE}".encode())
        with psycopg.connect(server.url(DATABASE), autocommit=True) as owner:
            owner.execute(text.encode())
    else:
        mariadb_script(server.url(), f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4; USE {DATABASE}; {text}")
