"""One session on MySQL or MariaDB: each statement runs in a read-only transaction that is rolled back."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from agent.dialects.failures import FailureError, one_line
from agent.dialects.fetch import Fetch
from agent.dialects.lock_time import lock_time
from agent.dialects.mysql_plan import mysql_plan
from agent.errors import DatabaseError, UsageError
from agent.records import Limits, Plan

if TYPE_CHECKING:
    from pymysql import Connection
    from pymysql.cursors import SSCursor

    from agent.dialects.server import Table
    from agent.dialects.server_url import ServerUrl
    from agent.dialects.wire import FailureKind

CONNECT_SECONDS = 10
KILL_SECONDS = 2
LEAST_TEXT_BYTES, MOST_TEXT_BYTES = 1024, 2**32 - 1  # of a GROUP_CONCAT, the most that both servers take

# What the checker takes for a string or an operator is one, a query says which row of a group it means, and
# numbers without a sign may be subtracted below zero.
SQL_MODE = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_UNSIGNED_SUBTRACTION,ONLY_FULL_GROUP_BY"

# The first keeps schema changes out too, which the transaction alone would let through. MySQL would cut the
# text of a GROUP_CONCAT at 1,024 bytes and not say so.
BEGIN = (
    "SET SESSION TRANSACTION READ ONLY",
    "SET SESSION {time_limit}, sql_select_limit = {rows}, lock_wait_timeout = {lock_seconds}, "
    "innodb_lock_wait_timeout = {lock_seconds}, group_concat_max_len = {text_bytes}",
    "START TRANSACTION READ ONLY",
)

KINDS: dict[int, FailureKind] = {
    1792: "denied",  # it would write
    1205: "busy",  # a lock was not to be had in time
    1969: "time",  # MariaDB's limit
    3024: "time",  # MySQL's limit
    1053: "lost",  # the server shuts down
    1927: "lost",  # the connection was killed
    2006: "lost",
    2013: "lost",
    4031: "lost",  # it was idle for too long
}
HIDDEN_PLAN = 1345
OWN_STATEMENT = "SHOW GRANTS"  # the one of our own that has no plan
HINTS = {
    1044: "check the user in the URL, and what it may read",
    1045: "check the user and the password in the URL",
    1049: "check the last part of the URL, the name of the database",
    1698: "check the user and the password in the URL",
    2026: "check the options ssl_ca and ssl_verify_cert of the URL",
    3159: "the server wants TLS: add ?ssl_disabled=false to the URL",
}
SERVER_HINT = "check the host and the port in the URL, and that the server runs"
HINTS_BY_TYPE = (
    (OSError, "check the files that the options of the URL name"),
    (RuntimeError, 'pip install "sqlwright[mysql]"'),  # a package for the server's way to log in is missing
)

TEXT_OPTIONS = ("ssl_ca", "ssl_cert", "ssl_key", "unix_socket")
SWITCHES = ("ssl_disabled", "ssl_verify_cert", "ssl_verify_identity")
SWITCH_VALUES = {"true": True, "1": True, "false": False, "0": False}
IGNORED_OPTIONS = ("charset",)  # it is always utf8mb4
# What stays on this machine needs no TLS, which takes the driver 20 ms to prepare.
LOCAL_HOSTS = ("", "localhost", "127.0.0.1", "::1")

Connect = Callable[[int], "Connection[SSCursor]"]


def open_session(url: ServerUrl, shown: str) -> MysqlSession:
    """Connect; UsageError for a wrong option and DatabaseError when it fails. `shown` is the URL for messages."""
    import pymysql
    from pymysql.constants import FIELD_TYPE
    from pymysql.converters import conversions
    from pymysql.cursors import SSCursor

    arguments: dict[str, Any] = {
        "host": url.host,
        "port": url.port or 0,
        "user": url.user or None,
        "database": url.database or None,
        # The driver takes a password as Latin-1, the servers as UTF-8.
        "password": url.password.encode(),
        "charset": "utf8mb4",
        "sql_mode": SQL_MODE,
        "conv": conversions | {FIELD_TYPE.BIT: _number_of_bits},
        "program_name": "sqlwright",
        "cursorclass": SSCursor,
        "ssl_disabled": url.host in LOCAL_HOSTS and not any(name.startswith("ssl_") for name in url.options),
        **_options(url.options),
    }

    def connect(seconds: int) -> Connection[SSCursor]:
        # The first bounds TCP alone, and what answers there need not be a server of MySQL.
        return pymysql.connect(**arguments, connect_timeout=seconds, read_timeout=seconds, write_timeout=seconds)

    try:
        session = MysqlSession(connect(CONNECT_SECONDS), connect)
    except (pymysql.Error, OSError, ValueError, RuntimeError) as error:
        code, reason = _code_and_text(error)
        other_hint = next((hint for kind, hint in HINTS_BY_TYPE if isinstance(error, kind)), SERVER_HINT)
        # Not `from error`: what a driver repeats of an option is nothing for a trace either.
        raise DatabaseError(f"cannot connect to {shown}: {reason}", HINTS.get(code, other_hint)) from None
    session.wait_for_answers()
    return session


class MysqlSession:
    """A `Session` over a connection of PyMySQL; `connect` opens one more, within some seconds."""

    def __init__(self, connection: Connection[SSCursor], connect: Connect) -> None:
        self._connection = connection
        self._connect = connect
        self._is_mariadb = "mariadb" in str(connection.get_server_info()).lower()  # type: ignore[no-untyped-call]

    @property
    def alive(self) -> bool:
        """Whether it can be used again."""
        return bool(self._connection.open)

    def wait_for_answers(self) -> None:
        """Leave the time that a statement may take to its own limit, not to that of connecting."""
        self._connection._read_timeout = self._connection._write_timeout = None  # type: ignore[attr-defined]

    def query(self, sql: str, limits: Limits) -> Table:
        """Run one statement; errors as in `Session.query`."""
        with self._cursor(limits) as cursor:
            if sql != OWN_STATEMENT:
                _plan(cursor, sql)
            cursor.execute(sql)
            if cursor.description is None:
                raise FailureError("statement", "it is no query")
            columns = tuple(column[0] for column in cursor.description)
            lines = iter(cursor.fetchone, None)
            batches = Fetch(lambda count: [*islice(lines, count)], limits.rows, limits.result_bytes)
            rows = [row for batch in batches for row in batch]
            if batches.cut and cursor.fetchone() is not None:
                self._abandon(cursor)
        return columns, rows, batches.cut

    def plan(self, sql: str, limits: Limits) -> Plan:
        """Plan one statement."""
        with self._cursor(limits) as cursor:
            return _plan(cursor, sql)

    def stop(self) -> None:
        """Kill what the server runs, over a second connection."""
        with suppress(Exception), closing(self._connect(KILL_SECONDS)) as other, other.cursor() as cursor:
            number = self._connection.thread_id()  # type: ignore[no-untyped-call]
            cursor.execute(f"KILL QUERY {number}")

    def cut(self) -> None:
        """Shut the socket down, which is safe while another thread waits for it; closing it is not."""
        with suppress(Exception):
            self._connection._sock.shutdown(socket.SHUT_RDWR)  # type: ignore[attr-defined] # there is no public way

    def end(self) -> None:
        """Disconnect."""
        with suppress(Exception):
            self._connection.close()

    @contextmanager
    def _cursor(self, limits: Limits) -> Iterator[SSCursor]:
        import pymysql

        cursor = self._connection.cursor()
        try:
            for statement in self._begin(limits):
                cursor.execute(statement)
            yield cursor
            if self.alive:
                cursor.execute("ROLLBACK")
                cursor.close()
        except (pymysql.Error, OSError, UnicodeError) as error:
            self._abandon(cursor)
            code, text = _code_and_text(error)
            kind = "lost" if isinstance(error, OSError | pymysql.InterfaceError) else KINDS.get(code, "statement")
            raise FailureError(kind, text) from error
        except BaseException:
            self._abandon(cursor)
            raise

    def _begin(self, limits: Limits) -> Iterator[str]:
        milliseconds = max(1, int(1000 * limits.seconds))
        mysql, mariadb = f"max_execution_time = {milliseconds}", f"max_statement_time = {milliseconds / 1000}"
        for statement in BEGIN:
            yield statement.format(
                time_limit=mariadb if self._is_mariadb else mysql,
                rows=limits.rows + 1,
                lock_seconds=max(1, int(lock_time(limits.seconds))),
                text_bytes=max(LEAST_TEXT_BYTES, min(limits.result_bytes, MOST_TEXT_BYTES)),
            )

    def _abandon(self, cursor: SSCursor) -> None:
        """Give up a result that was not read to its end, as the driver, also when it forgets it, would."""
        if (result := getattr(cursor, "_result", None)) is not None:
            if result.unbuffered_active:
                self.stop()
            result.unbuffered_active = False
            result.connection = None
        cursor.connection = None  # type: ignore[assignment] # as the driver's own `close` does
        self.end()


def _plan(cursor: SSCursor, sql: str) -> Plan:
    """Plan a statement, which the server's grammar then lets be nothing but a query or a plain write.

    No other may run: a block of statements, or a setting for one of them, can leave the read-only session. The format
    keeps it from being an order to analyse, which would run it.
    """
    import pymysql

    try:
        cursor.execute(f"EXPLAIN FORMAT=JSON {sql}")
        [(explained,)] = cursor.fetchall()
    except pymysql.Error as error:
        # Who may read a view need not be shown its plan, and may run the statement all the same.
        if _code_and_text(error)[0] != HIDDEN_PLAN:
            raise
        return Plan()
    return mysql_plan(explained)


def _options(options: dict[str, str]) -> dict[str, Any]:
    known = (*TEXT_OPTIONS, *SWITCHES)
    arguments: dict[str, Any] = {}
    for name, value in options.items():
        if name in TEXT_OPTIONS:
            arguments[name] = value
        elif name in SWITCHES and value.lower() in SWITCH_VALUES:
            arguments[name] = SWITCH_VALUES[value.lower()]
        elif name not in IGNORED_OPTIONS:
            raise UsageError("an option of the database URL is not known", f"the options are {', '.join(known)}")
    return arguments


def _number_of_bits(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _code_and_text(error: Exception) -> tuple[int, str]:
    """The number of an error of the server, 0 where it has none, and its text."""
    match error.args:
        case (int(code), text, *_):
            return code, one_line(str(text))
    return 0, one_line(str(error) or type(error).__name__)
