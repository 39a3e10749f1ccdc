from __future__ import annotations

import pytest

from agent.drafters.builtin.link.said_part import said_part


@pytest.mark.parametrize(
    ("phrase", "value", "part"),
    [
        ("garden lamps", "Blue Garden Lamp", "Garden Lamp"),
        ("Broken", "broken on arrival", "broken"),
        ("lamps", "Lamp", ""),
        ("lamp", "Lampshade blue", ""),
        ("UK", "United Kingdom", ""),
    ],
)
def test_the_part_is_as_it_is_stored(phrase: str, value: str, part: str) -> None:
    assert said_part(phrase, value) == part
