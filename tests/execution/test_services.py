"""The helpers that other tests stand on: nothing stays behind, and a missing server is not overlooked."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.services import (
    MARIADB,
    POSTGRES,
    database_of,
    mariadb_admin,
    mariadb_database,
    postgres_database,
)

ROOT = Path(__file__).parents[2]
NOWHERE = {
    "SQLWRIGHT_TEST_POSTGRES": "postgresql://postgres@127.0.0.1:1/postgres",
    "SQLWRIGHT_TEST_MARIADB": "mysql://root@127.0.0.1:1/mysql",
}
NEEDING = """
from tests.services import needs_mariadb, needs_postgres

def test_postgres():
    needs_postgres()

def test_mariadb():
    needs_mariadb()
"""


@pytest.mark.parametrize(("required", "outcome"), [("", "2 skipped"), ("1", "2 failed")])
def test_missing_server_skips_or_fails(required: str, outcome: str, tmp_path: Path) -> None:
    (tmp_path / "test_needing.py").write_text(NEEDING)
    environment = os.environ | NOWHERE | {"REQUIRE_SERVICES": required, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert outcome in done.stdout


def test_databases_and_roles_are_dropped() -> None:
    with postgres_database("CREATE TABLE t (a integer)") as url:
        postgres_name = database_of(url)
    with mariadb_database("CREATE TABLE t (a integer)") as url:
        mariadb_name = database_of(url)
    with psycopg.connect(POSTGRES) as admin:
        names = "SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles"
        assert (postgres_name,) not in admin.execute(names.encode()).fetchall()
    assert MARIADB
    with closing(mariadb_admin()) as other, other.cursor() as cursor:
        cursor.execute("SELECT schema_name FROM information_schema.schemata UNION ALL SELECT user FROM mysql.user")
        assert (mariadb_name,) not in cursor.fetchall()
