from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.drafters.builtin.lexicon.load_lexicon import load_lexicon
from agent.drafters.builtin.question.dates import Calendar, find_window

WINDOWS = yaml.safe_load((Path(__file__).parents[1] / "fixtures/questions/windows.yaml").read_text("utf-8"))
MONTHS = load_lexicon().months


@pytest.mark.parametrize("case", WINDOWS, ids=lambda case: case["words"])
def test_words_mean_their_days(case: dict[str, Any]) -> None:
    words = case["words"].split()
    found = find_window(words, Calendar(date(2026, 11, 21), "monday", MONTHS))

    if "first" not in case:
        assert found is None
        return
    assert found is not None
    window, used = found
    last = window.end - timedelta(days=1) if window.end else None
    assert (window.start, last, used) == (case["first"], case["last"], len(words))


def test_a_week_may_start_on_sunday() -> None:
    found = find_window(["this", "week"], Calendar(date(2026, 11, 22), "sunday", MONTHS))

    assert found is not None
    assert found[0].start == date(2026, 11, 22)


@pytest.mark.parametrize("words", ["next year", "last year", "tomorrow", "last month", "last 3 months"])
def test_the_ends_of_the_calendar_are_survived(words: str) -> None:
    for today in (date.min, date.max):
        find_window(words.split(), Calendar(today, "monday", MONTHS))
