"""The statements that make a user of MySQL or MariaDB who can only read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from agent.dialects.grants import fill

if TYPE_CHECKING:
    from agent.dialects import Reader

SECONDS = 10.0

WHERE = "SELECT version(), DATABASE()"
EVERY_DATABASE = """
SELECT schema_name FROM information_schema.schemata
WHERE schema_name NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys') ORDER BY 1
"""


def read_grants(reader: Reader, schemas: tuple[str, ...]) -> tuple[str, ...]:
    """The statements for the named databases, or the one of the URL, or all; errors as in `Reader.rows`.

    The database `mysql`, which holds the passwords, is never among all.
    """
    ((version, database),) = reader.rows(WHERE, SECONDS)
    names = schemas or ((database,) if database else ()) or [name for (name,) in reader.rows(EVERY_DATABASE, SECONDS)]
    engine = "mariadb" if "mariadb" in version.lower() else "mysql"
    return fill(Path(__file__).with_name(f"{engine}_grants.txt"), [("database", _pattern(name)) for name in names])


def _pattern(database: str) -> str:
    """The name of a database where GRANT reads a pattern: shop_1 would also be shopX1."""
    escaped = re.sub(r"([_%])", r"\\\1", database)
    return "`{}`".format(escaped.replace("`", "``"))
