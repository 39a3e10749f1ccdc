"""Finding and opening SQLite files read-only."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.dialects import connect
from agent.dialects.address import read_address
from agent.dialects.sqlite import open_read_only, path_of
from agent.errors import DatabaseError, UsageError
from agent.records import Limits

ODD_NAMES = [
    "with space.db",
    "100%.db",
    "a%20b.db",
    "why?mode=rwc.db",
    "no#1.db",
    "a&b=c;d.db",
    'it\'s "quoted".db',
    "größe-日本.db",
    "line\nbreak.db",
    "file:odd.db",
]

# The root user may read and write anything, so a script gives its rights up before it tries.
UNPRIVILEGED = """
import os, sys
from pathlib import Path
from agent.dialects.sqlite import open_read_only, path_of
from agent.errors import DatabaseError
if os.getuid() == 0:
    os.setuid(65534)
try:
    path = path_of("sqlite:///" + sys.argv[1])
    print(open_read_only(path).execute("SELECT a FROM t").fetchall())
except DatabaseError as error:
    print(error.message)
"""


def make_database(path: Path, journal_mode: str = "delete") -> Path:
    with closing(sqlite3.connect(path)) as writer:
        writer.execute(f"PRAGMA journal_mode = {journal_mode}")
        writer.execute("CREATE TABLE t (a)")
        writer.execute("INSERT INTO t VALUES (1)")
        writer.commit()
    return path


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users can reach, which the folders of pytest are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def as_unprivileged(path: Path) -> str:
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED, str(path)], cwd=root, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_path_of_relative_absolute_and_encoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = make_database(tmp_path / "my shop.db")
    assert path_of("sqlite:///my shop.db") == path
    assert path_of("sqlite:///my%20shop.db") == path
    assert path_of(f"sqlite:///{path}") == path
    assert path_of("sqlite+pysqlite:///my shop.db") == path


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_file_names(name: str, tmp_path: Path) -> None:
    path = make_database(tmp_path / name)
    with closing(connect(read_address(f"sqlite:///{path}"))) as connection:
        assert connection.run("SELECT a FROM t", Limits()).rows == ((1,),)
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://shop.db",
        "sqlite:///a\0b",
        "sqlite:///a%00b",
        "oracle://user:secret@host/shop",
        "user:secret@host://",
    ],
)
def test_wrong_url_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        connect(read_address(url))
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_wrong_file_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.db").write_text("SQLite format 2, or so")
    (tmp_path / "short.db").write_bytes(b"SQLite")
    os.mkfifo(tmp_path / "pipe.db")
    (tmp_path / "loop.db").symlink_to("loop.db")
    wrong = {
        "missing.db": "no such file",
        "folder": "not a file",
        "text.db": "not an SQLite database",
        "short.db": "not an SQLite database",
        "pipe.db": "not a file",
        "line\nbreak.db": "no such file",
        "long" * 1000: "cannot find",
        "loop.db": "cannot find",
        "\ud800.db": "cannot find|no such file",
    }
    for name, message in wrong.items():
        with pytest.raises(DatabaseError, match=message) as caught:
            connect(read_address(f"sqlite:///{tmp_path / name}"))
        assert str(caught.value).isprintable()


def test_empty_file_is_a_database_without_tables(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with closing(connect(read_address(f"sqlite:///{tmp_path / 'empty.db'}"))) as connection:
        assert connection.run("SELECT 1", Limits()).rows == ((1,),)


def test_unreadable_file(open_folder: Path) -> None:
    path = make_database(open_folder / "shop.db")
    path.chmod(0)
    assert as_unprivileged(path).startswith("cannot read")


def test_opened_file_cannot_be_written(tmp_path: Path) -> None:
    path = make_database(tmp_path / "shop.db")
    with closing(open_read_only(path)) as connection:
        connection.execute("PRAGMA query_only = 0")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("INSERT INTO t VALUES (2)")


def test_rows_still_in_the_wal_are_seen(tmp_path: Path) -> None:
    path = make_database(tmp_path / "shop.db", "wal")
    with closing(connect(read_address(f"sqlite:///{path}"))) as connection, closing(sqlite3.connect(path)) as writer:
        assert connection.run("SELECT a FROM t", Limits()).rows == ((1,),)
        writer.execute("INSERT INTO t VALUES (2)")
        writer.commit()
        assert connection.run("SELECT a FROM t", Limits()).rows == ((1,), (2,))


def test_wal_database_in_a_read_only_folder(open_folder: Path) -> None:
    path = make_database(open_folder / "shop.db", "wal")
    path.chmod(0o444)
    open_folder.chmod(0o555)
    assert as_unprivileged(path) == "[(1,)]"
    assert [file.name for file in open_folder.iterdir()] == ["shop.db"]


def test_database_locked_by_a_writer(tmp_path: Path) -> None:
    path = make_database(tmp_path / "shop.db")
    limits = Limits(seconds=0.4)
    with closing(connect(read_address(f"sqlite:///{path}"))) as connection:
        with closing(sqlite3.connect(path, isolation_level=None)) as writer:
            writer.execute("BEGIN EXCLUSIVE")
            with pytest.raises(DatabaseError, match="locked by another program"):
                connection.run("SELECT a FROM t", limits)
            with pytest.raises(DatabaseError, match="locked by another program"):
                connection.plan("SELECT a FROM t", limits)
        assert connection.run("SELECT a FROM t", Limits()).rows == ((1,),)


def test_database_left_in_the_middle_of_a_write(tmp_path: Path) -> None:
    path = make_database(tmp_path / "shop.db")
    crashed = tmp_path / "crashed.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN")
        writer.executemany("INSERT INTO t VALUES (?)", [("x" * 1000,)] * 100)
        shutil.copy(path, crashed)
        shutil.copy(f"{path}-journal", f"{crashed}-journal")
        writer.execute("ROLLBACK")
    with (
        closing(connect(read_address(f"sqlite:///{crashed}"))) as connection,
        pytest.raises(DatabaseError, match="unfinished write"),
    ):
        connection.run("SELECT a FROM t", Limits())


def test_corrupt_database(tmp_path: Path) -> None:
    path = make_database(tmp_path / "shop.db")
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 5000)
    with (
        closing(connect(read_address(f"sqlite:///{path}"))) as connection,
        pytest.raises(DatabaseError, match="cannot be read"),
    ):
        connection.run("SELECT a FROM t", Limits())


def test_replaced_and_removed_file_is_noticed(tmp_path: Path) -> None:
    path = make_database(tmp_path / "shop.db")
    with closing(connect(read_address(f"sqlite:///{path}"))) as connection:
        assert connection.run("SELECT count(*) FROM t", Limits()).rows == ((1,),)
        newer = make_database(tmp_path / "newer.db")
        with closing(sqlite3.connect(newer)) as writer:
            writer.execute("INSERT INTO t VALUES (2)")
            writer.commit()
        newer.replace(path)
        assert connection.run("SELECT count(*) FROM t", Limits()).rows == ((2,),)
        path.unlink()
        with pytest.raises(DatabaseError, match="cannot read"):
            connection.run("SELECT count(*) FROM t", Limits())
