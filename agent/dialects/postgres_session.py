"""One session on PostgreSQL: each statement is a cursor in a read-only transaction that is rolled back."""

from __future__ import annotations

import json
import logging
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from agent.dialects.failures import FailureError, one_line
from agent.dialects.fetch import Fetch
from agent.dialects.lock_time import lock_time
from agent.dialects.postgres_plan import postgres_plan
from agent.dialects.server_url import ServerUrl
from agent.errors import DatabaseError, UsageError
from agent.records import Limits, Plan, Row

if TYPE_CHECKING:
    import psycopg

    from agent.dialects.server import Table
    from agent.dialects.wire import FailureKind

CONNECT_SECONDS = 10
CANCEL_SECONDS = 2.0

# A transaction that ends unexpectedly leaves a session that is read-only still. The plan is that for all rows,
# and the forms of text are those that are read here.
BEGIN = """
SET default_transaction_read_only = on;
BEGIN READ ONLY;
SET LOCAL statement_timeout = {milliseconds};
SET LOCAL lock_timeout = {lock_milliseconds};
SET LOCAL idle_in_transaction_session_timeout = {idle_milliseconds};
SET LOCAL cursor_tuple_fraction = 1;
SET LOCAL standard_conforming_strings = on;
SET LOCAL DateStyle = ISO;
SET LOCAL IntervalStyle = postgres;
"""

EXPLAIN = b"EXPLAIN (FORMAT JSON) DECLARE sqlwright NO SCROLL CURSOR FOR "

KINDS: dict[str, FailureKind] = {
    "25006": "denied",  # it would write
    "55P03": "busy",  # a lock was not to be had in time
}
LOST_CLASSES = ("08", "57P")

# What a failed opening says, and what to do about it; the first that is found.
HINTS = (
    ("password|authentication failed|pg_hba", "check the user and the password in the URL"),
    ('role ".*" does not exist', "check the user in the URL"),
    ('database ".*" does not exist', "check the last part of the URL, the name of the database"),
    ("ssl|tls|certificate", "check the options sslmode and sslrootcert of the URL"),
    ("connection option|invalid .* value", "the options after ? are those of PostgreSQL's own clients"),
    ("", "check the host and the port in the URL, and that the server runs"),
)
NOISE = re.compile(
    r'^connection failed: |connection to server at "[^"]*"(, port \d+)? failed: |FATAL: +| Is the server running .*'
)


def open_session(url: ServerUrl, shown: str) -> PostgresSession:
    """Connect; DatabaseError when that fails. `shown` is the URL as it may be printed."""
    import psycopg
    from psycopg.conninfo import make_conninfo
    from psycopg.types.json import set_json_loads

    from agent.dialects.postgres_values import register

    # What the driver logs would reach stderr.
    logging.getLogger("psycopg").addHandler(logging.NullHandler())
    parts = {"user": url.user, "password": url.password, "host": url.host, "port": url.port, "dbname": url.database}
    if "conninfo" in url.options:
        raise UsageError("an option of the database URL is not known", HINTS[-2][1])
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, **url.options}
    arguments |= {name: part for name, part in parts.items() if part}
    arguments |= {"application_name": "sqlwright", "client_encoding": "utf8"}
    try:
        connection = psycopg.connect(make_conninfo(**arguments), autocommit=True)
    except (psycopg.Error, ValueError, OSError) as error:
        reason = NOISE.sub("", one_line(str(error))).strip()
        hint = next(hint for pattern, hint in HINTS if re.search(pattern, reason, re.IGNORECASE))
        # Not `from error`: what a driver repeats of an option is nothing for a trace either.
        raise DatabaseError(f"cannot connect to {shown}: {reason}", hint) from None
    register(connection)
    set_json_loads(partial(json.loads, parse_float=Decimal), connection)
    return PostgresSession(connection)


class PostgresSession:
    """A `Session` over a connection of psycopg."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection

    @property
    def alive(self) -> bool:
        """Whether it can be used again."""
        return not self._connection.closed

    def query(self, sql: str, limits: Limits) -> Table:
        """Run one statement; errors as in `Session.query`."""
        with self._transaction(limits), self._cursor() as cursor:
            cursor.execute(sql)
            columns = tuple(column.name for column in cursor.description or ())
            batches = Fetch(cursor.fetchmany, limits.rows, limits.result_bytes)
            rows = [row for batch in batches for row in batch]
        return columns, rows, batches.cut

    def plan(self, sql: str, limits: Limits) -> Plan:
        """Plan one statement; it is a cursor here too, so that it can be nothing but a query."""
        with self._transaction(limits):
            # The binary protocol takes one statement alone.
            explained = self._connection.execute(EXPLAIN + sql.encode(), binary=True).fetchone()
        return postgres_plan(explained[0] if explained else None)

    def stop(self) -> None:
        """Cancel what the server runs."""
        with suppress(Exception):
            self._connection.cancel_safe(timeout=CANCEL_SECONDS)

    def cut(self) -> None:
        """Shut the socket down, which is safe while another thread waits for it; closing it is not."""
        with suppress(Exception), socket.fromfd(self._connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as line:
            line.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """Disconnect."""
        with suppress(Exception):
            self._connection.close()

    @contextmanager
    def _transaction(self, limits: Limits) -> Iterator[None]:
        """A transaction that only reads. What runs in it is a cursor: the grammar lets that be nothing but a query."""
        import psycopg

        try:
            self._connection.execute(_begin(limits.seconds))
            try:
                yield
            finally:
                self._roll_back()
        except psycopg.Error as error:
            raise FailureError(_kind(error, self._connection), _text(error)) from error
        except (ValueError, RecursionError) as error:
            # Text that is not in the encoding it should have, or JSON nested too deep.
            raise FailureError("statement", f"a value cannot be read: {error}") from error

    @contextmanager
    def _cursor(self) -> Iterator[psycopg.ServerCursor[Row]]:
        import psycopg

        cursor = self._connection.cursor("sqlwright", scrollable=False)
        try:
            yield cursor
        finally:
            try:
                cursor.close()
            except psycopg.Error:
                # On a line that broke it closes once that is closed.
                self.end()
                cursor.close()

    def _roll_back(self) -> None:
        import psycopg

        try:
            if not self._connection.closed:
                self._connection.execute("ROLLBACK")
        except psycopg.Error:
            # Not to hide what ended the statement.
            self.end()


def _begin(seconds: float) -> bytes:
    return BEGIN.format(
        milliseconds=max(1, int(1000 * seconds)),
        lock_milliseconds=max(1, int(1000 * lock_time(seconds))),
        idle_milliseconds=max(1, int(1000 * (seconds + CANCEL_SECONDS))),
    ).encode()


def _kind(error: psycopg.Error, connection: psycopg.Connection[Row]) -> FailureKind:
    state = error.sqlstate or ""
    if connection.closed or state.startswith(LOST_CLASSES):
        return "lost"
    return KINDS.get(state, "statement")


def _text(error: psycopg.Error) -> str:
    """The server's own message with its hint, without the line of the statement that psycopg adds."""
    told = error.diag
    parts = (told.message_primary or str(error), told.message_hint)
    return "; ".join(part for part in parts if part)
