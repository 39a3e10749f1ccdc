"""Work in several processes, some of which come to harm."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import psutil
import pytest

from agent.errors import UsageError
from agent.evaluate.spread import spread

Found = list[tuple[str, object]]


@dataclass
class Obey:
    """Does what an item says, and otherwise gives it back with the number of items that this process has had."""

    count: int = field(default=0, init=False)

    def do(self, item: str) -> tuple[str, object]:
        self.count += 1
        match item:
            case "die":
                os._exit(3)
            case "hang":
                time.sleep(600)
            case "raise":
                raise RuntimeError("no\nluck")
            case "refuse":
                raise UsageError("a setting is wrong", "right it")
        return item, self.count


def lost(item: str, reason: str) -> tuple[str, object]:
    return item, reason


@pytest.fixture(autouse=True)
def _is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.evaluate.spread.PREPARING_SECONDS", 20.0)


def test_a_group_goes_on_in_one_process_until_that_comes_to_harm() -> None:
    groups = [["a", "raise", "b", "die", "c", "d"], ["e"], []]
    found: Found = list(spread(groups, Obey(), lost, patience=20))

    assert sorted(found, key=str) == [
        ("a", 1),
        ("b", 3),
        ("c", 1),
        ("d", 2),
        ("die", "it ended its process"),
        ("e", 1),
        ("raise", "RuntimeError: no luck"),
    ]


def test_what_hangs_is_given_up() -> None:
    found: Found = list(spread([["a", "hang", "b"]], Obey(), lost, patience=0.2))

    assert found == [("a", 1), ("hang", "it took too long"), ("b", 1)]


def test_an_error_for_the_user_ends_it() -> None:
    with pytest.raises(UsageError, match="a setting is wrong") as caught:
        list(spread([["refuse"]], Obey(), lost, patience=20))

    assert caught.value.hint == "right it"


def test_no_process_outlives_the_iterator() -> None:
    def workers() -> Iterator[psutil.Process]:
        for child in psutil.Process().children():
            if "spawn_main" in " ".join(child.cmdline()):
                yield child

    with closing(spread([["a", "hang"], ["b", "hang"]], Obey(), lost, patience=20)) as results:
        next(results)
        assert list(workers())
    assert not list(workers())
