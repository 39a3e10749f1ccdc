"""Ctrl-C while a server is asked one thing after another, at any moment of it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from agent.dialects import Reader, open_reader
from agent.dialects.address import read_address
from tests.services import postgres_database

MILLISECONDS = [number / 7 for number in range(3, 120)]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with postgres_database("CREATE TABLE t (a INTEGER)") as url, closing(open_reader(read_address(url))) as reader:
        yield reader


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("statement", ["SELECT 1", "SELECT pg_sleep(0.002)", "SELECT * FROM generate_series(1, 300)"])
def test_interrupt_is_never_an_error_of_the_database(statement: str, reader: Reader) -> None:
    for milliseconds in MILLISECONDS:
        signal.setitimer(signal.ITIMER_REAL, milliseconds / 1000)
        # Python drops one that comes while it deletes an object, so it need not arrive; no other error may.
        with suppress(KeyboardInterrupt):
            for _ in range(40):
                reader.rows(statement, 30)
            signal.setitimer(signal.ITIMER_REAL, 0)
        assert reader.rows("SELECT 1", 30) == [(1,)]


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
