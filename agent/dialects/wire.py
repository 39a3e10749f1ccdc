"""The messages between a connection and its child process: length-prefixed pickles over pipes."""

from __future__ import annotations

import pickle
import struct
from io import BytesIO
from typing import Any, BinaryIO, Literal, NamedTuple

HEADER = struct.Struct("!Q")
MAX_FRAME_BYTES = 1 << 30

# What the values of a row may be, beyond the types that pickle builds in.
VALUE_TYPES = {
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "time"),
    ("datetime", "timedelta"),
    ("datetime", "timezone"),
    ("decimal", "Decimal"),
    ("uuid", "UUID"),
}

FailureKind = Literal["time", "memory", "busy", "recovery", "broken", "lost", "denied", "statement"]


class Request(NamedTuple):
    """One statement for the child: to run it, or only to plan it. The limits are those of `Limits`."""

    action: Literal["run", "plan"]
    target: str
    sql: str
    rows: int
    seconds: float
    result_bytes: int
    memory_bytes: int


# Plain tuples, so that the parent needs no class to read an answer. A run is answered by columns, any number
# of rows, and done (were the rows cut?); a plan by the rows of its largest step, where the engine tells; a failure
# ends any answer.
Reply = (
    tuple[Literal["ready"]]
    | tuple[Literal["columns"], tuple[str, ...]]
    | tuple[Literal["rows"], list[tuple[Any, ...]]]
    | tuple[Literal["done"], bool]
    | tuple[Literal["planned"], float | None]
    | tuple[Literal["failed"], FailureKind, str]
)
LAST = ("done", "planned", "failed")


class MalformedFrameError(Exception):
    """The other side sent something that is no message."""


class _ValueUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in VALUE_TYPES:
            raise pickle.UnpicklingError(f"{module}.{name} is not a value")
        return super().find_class(module, name)


def write(stream: BinaryIO, message: Request | Reply) -> None:
    """Send one message; OSError when the other side is gone."""
    data = pickle.dumps(message, protocol=5)
    stream.write(HEADER.pack(len(data)))
    stream.write(data)
    stream.flush()


def read_request(stream: BinaryIO) -> Request:
    """Receive one request from the parent, which is trusted; EOFError at the end of the stream."""
    request: Request = pickle.loads(_read_frame(stream))  # noqa: S301
    return request


def read_reply(stream: BinaryIO) -> Reply:
    """Receive one reply from a child, which is not trusted: only plain values are unpickled.

    Raises EOFError at the end of the stream and MalformedFrameError for anything that is no message.
    """
    frame = _read_frame(stream)
    try:
        reply: Reply = _ValueUnpickler(BytesIO(frame)).load()
    except Exception as error:  # a malformed pickle raises nearly any type of error
        raise MalformedFrameError(str(error)) from error
    return reply


def _read_frame(stream: BinaryIO) -> bytes:
    (size,) = HEADER.unpack(_read_exactly(stream, HEADER.size))
    if size > MAX_FRAME_BYTES:
        raise MalformedFrameError(f"a message of {size} bytes")
    return _read_exactly(stream, size)


def _read_exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
