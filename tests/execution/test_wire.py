"""The messages between the two processes, and what the parent believes of them."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from agent.dialects import wire
from agent.records import Limits


class Evil:
    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return (os.mkdir, ("stolen",))


def frame(data: bytes) -> BytesIO:
    return BytesIO(wire.HEADER.pack(len(data)) + data)


@pytest.mark.parametrize(
    "data", [pickle.dumps(("rows", [(Evil(),)])), pickle.dumps(Limits()), b"", b"no pickle", b"\x80\x05]"]
)
def test_malformed_reply_is_refused(data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(wire.MalformedFrameError):
        wire.read_reply(frame(data))
    assert not [*tmp_path.iterdir()]


def test_reply_of_any_size_is_refused_unread() -> None:
    with pytest.raises(wire.MalformedFrameError, match="bytes"):
        wire.read_reply(BytesIO(wire.HEADER.pack(2**62)))


def test_reply_holds_values_of_every_engine() -> None:
    now = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
    row = (
        now,
        now.replace(tzinfo=None),
        date(2026, 11, 21),
        time(12),
        timedelta(1),
        Decimal("1.5"),
        UUID(int=7),
    )
    stream = BytesIO()
    wire.write(stream, ("rows", [row]))
    stream.seek(0)
    assert wire.read_reply(stream) == ("rows", [row])
    with pytest.raises(EOFError):
        wire.read_reply(stream)
