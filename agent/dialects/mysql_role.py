"""What a user of MySQL or MariaDB may do beyond reading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.dialects.role import Role

if TYPE_CHECKING:
    from agent.dialects import Reader

SECONDS = 10.0

WHO = "SELECT current_user(), version()"
GRANT = re.compile(r"GRANT (?P<rights>.+) ON (?P<object>.+?) TO ", re.DOTALL)
COLUMNS = re.compile(r"\([^)]*\)")

READING = frozenset(
    ("USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES", "PROCESS", "REPLICATION CLIENT", "BINLOG MONITOR", "PROXY")
)
# Rights over the whole server, most harmful first.
SERVER_RIGHTS = {
    "FILE": "read and write files of the server",
    "SUPER": "change the server's settings",
    "SYSTEM_VARIABLES_ADMIN": "change the server's settings",
    "SHUTDOWN": "stop the server",
    "CREATE USER": "create users",
}
PASSWORDS = ("*.*", "mysql.*", "mysql.user", "mysql.global_priv")
DATA_RIGHTS = frozenset(("INSERT", "UPDATE", "DELETE", "DELETE HISTORY", "TRUNCATE"))


def read_role(reader: Reader) -> Role:
    """The user of a session; errors as in `Reader.rows`."""
    ((name, version),) = reader.rows(WHO, SECONDS)
    is_mariadb = "mariadb" in version.lower()
    server = f"MariaDB {version.partition('-')[0]}" if is_mariadb else f"MySQL {version}"
    return Role(name, server, read_rights(reader))


def read_rights(reader: Reader) -> tuple[str, ...]:
    """What the user of a session may do beyond reading, as in `Role.may`; errors as in `Reader.rows`."""
    from agent.dialects.mysql_session import OWN_STATEMENT

    return rights_of([str(line) for (line,) in reader.rows(OWN_STATEMENT, SECONDS)])


def rights_of(grants: list[str]) -> tuple[str, ...]:
    """What the lines of SHOW GRANTS allow beyond reading, in plain words and most harmful first."""
    found: list[tuple[int, str]] = []
    for line in grants:
        if match := GRANT.match(line):
            rights = {right.strip().upper() for right in COLUMNS.sub("", match["rights"]).split(",")}
            where = re.sub(r"\\([_%])", r"\1", match["object"].replace("`", ""))
            if "SELECT" in rights and where in PASSWORDS:
                found.append((2, f"read the passwords of users (SELECT on {where})"))
            found += _beyond_reading(rights - READING, where)
    return tuple(dict.fromkeys(right for _, right in sorted(found)))


def _beyond_reading(rights: set[str], where: str) -> list[tuple[int, str]]:
    """What to say of rights on an object, each with its place in the order of harm."""
    if rights & {"ALL PRIVILEGES", "ALL"}:
        place = "on the whole server" if where == "*.*" else f"with {where}"
        return [(0, f"do anything {place}")]
    found = [(1, f"{plain} ({right})") for right, plain in SERVER_RIGHTS.items() if right in rights]
    if data := rights & DATA_RIGHTS:
        found.append((2, f"change the data of {where} ({', '.join(sorted(data))})"))
    if others := rights - DATA_RIGHTS - set(SERVER_RIGHTS):
        found.append((3, f"do more than read {where} ({', '.join(sorted(others))})"))
    return found
