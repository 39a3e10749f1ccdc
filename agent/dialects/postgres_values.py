"""Values of PostgreSQL in Python: in the types that lose nothing, else as the text that the server writes."""

from __future__ import annotations

from typing import Any, ClassVar

from psycopg import Connection, DataError
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Loader
from psycopg.types.datetime import (
    DateLoader,
    IntervalLoader,
    TimeLoader,
    TimestampLoader,
    TimestamptzLoader,
    TimetzLoader,
)
from psycopg.types.string import TextLoader

# Types whose Python form needs a class of the driver, or of ipaddress, to be understood.
AS_TEXT = (
    *("inet", "cidr", "macaddr"),
    *("int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange"),
    *("int4multirange", "int8multirange", "nummultirange", "datemultirange", "tsmultirange", "tstzmultirange"),
)


def register(connection: Connection[Any]) -> None:
    """Have a connection read values so that none of them fails or is changed on its way."""
    for name, loader in LOADERS.items():
        connection.adapters.register_loader(name, loader)
    for name in AS_TEXT:
        connection.adapters.register_loader(name, TextLoader)


class _Lenient(Loader):
    """Reads as another loader does, and what that cannot read (infinity, the year 20000, 24:00) as text."""

    strict: ClassVar[type[Loader]]

    def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
        super().__init__(oid, context)
        self._strict = self.strict(oid, context)

    def load(self, data: Buffer) -> Any:
        try:
            return self._strict.load(data)
        except (DataError, OverflowError):
            return bytes(data).decode()


class _Date(_Lenient):
    strict = DateLoader


class _Time(_Lenient):
    strict = TimeLoader


class _Timetz(_Lenient):
    strict = TimetzLoader


class _Timestamp(_Lenient):
    strict = TimestampLoader


class _Timestamptz(_Lenient):
    strict = TimestamptzLoader


class _Interval(_Lenient):
    strict = IntervalLoader

    def load(self, data: Buffer) -> Any:
        # In Python a month would be 30 days.
        text = bytes(data).decode()
        return text if "mon" in text or "year" in text else super().load(data)


LOADERS = {
    "date": _Date,
    "time": _Time,
    "timetz": _Timetz,
    "timestamp": _Timestamp,
    "timestamptz": _Timestamptz,
    "interval": _Interval,
}
