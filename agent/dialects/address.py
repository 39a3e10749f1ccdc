"""Where a database is: its URL, read once, and shown without the password in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from agent.errors import UsageError

# The engines by the first word of a URL, under the names that the SQL parser has for their dialects.
DIALECTS_BY_SCHEME = {
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "postgresql": "postgres",
    "postgres": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "mssql": "tsql",
}
FILE_ENGINES = ("sqlite", "duckdb")
DUCKDB_MAGIC = b"DUCK"
DUCKDB_MAGIC_OFFSET = 8
DUCKDB_SUFFIXES = (".duckdb", ".ddb")

_EXAMPLE = "write for example sqlite:///shop.db or postgresql://user@host/shop"
_PASSWORD = re.compile(r"(?<=//)([^/@]*?):.*@")


@dataclass(frozen=True, slots=True)
class Address:
    """A database's URL and the dialect of its SQL; only `shown`, which holds no password, is ever printed."""

    dialect: str
    url: str = field(repr=False)

    @property
    def shown(self) -> str:
        """The URL without its password and options."""
        # The password first: it may hold a question mark.
        return _PASSWORD.sub(r"\1@", self.url).partition("?")[0]

    @property
    def file(self) -> str:
        """What a URL of SQLite or DuckDB names: all after the three slashes."""
        return self.url.partition(":///")[2]

    @property
    def database(self) -> str:
        """The last part of the URL: the name of a database, or of a file without its suffix."""
        # What is shown, for a password may hold a slash.
        name = self.file if self.dialect in FILE_ENGINES else urlsplit(self.shown).path
        return Path(name).stem if self.dialect in FILE_ENGINES else name.strip("/")


def read_address(db: str) -> Address:
    """The address that a URL or the name of a database file stands for; UsageError when it is neither."""
    scheme, separator, _ = db.partition("://")
    if not separator:
        return _of_file(db)
    name = scheme.partition("+")[0].lower()
    # The rest of a URL may hold a password, so only a plain scheme is ever repeated.
    if not name.isidentifier():
        raise UsageError("this is not a database URL", _EXAMPLE)
    return Address(DIALECTS_BY_SCHEME.get(name, name), db)


def _of_file(name: str) -> Address:
    engine = "duckdb" if _is_duckdb(Path(name)) else "sqlite"
    return Address(engine, f"{engine}:///{name}")


def _is_duckdb(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(DUCKDB_MAGIC_OFFSET + len(DUCKDB_MAGIC))
    except (OSError, ValueError):
        head = b""
    return head[DUCKDB_MAGIC_OFFSET:] == DUCKDB_MAGIC if head else path.suffix.lower() in DUCKDB_SUFFIXES
