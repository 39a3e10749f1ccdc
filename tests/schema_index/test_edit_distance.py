from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.schema_index.edit_distance import edit_distance

WORDS = st.text("abc", max_size=8)


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [
        ("germany", "germany", 0),
        ("germny", "germany", 1),
        ("germmany", "germany", 1),
        ("garmany", "germany", 1),
        ("germnay", "germany", 1),
        ("gremnay", "germany", 2),
        ("", "ab", 2),
        ("ab", "ba", 1),
        ("grenada", "germany", 3),
        ("x", "germany", 3),
    ],
)
def test_a_letter_dropped_added_changed_or_swapped_counts_one(left: str, right: str, distance: int) -> None:
    assert edit_distance(left, right, 2) == edit_distance(right, left, 2) == distance


@given(WORDS, WORDS, st.integers(1, 3))
def test_the_band_changes_nothing(left: str, right: str, most: int) -> None:
    assert edit_distance(left, right, most) == min(whole_table(left, right), most + 1)


def whole_table(left: str, right: str) -> int:
    """The same distance by its definition, without a band."""
    rows: list[list[int]] = [[*range(len(right) + 1)]]
    for i, letter in enumerate(left, start=1):
        rows.append([i])
        for j, other in enumerate(right, start=1):
            best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                best = min(best, rows[i - 2][j - 2] + 1)
            rows[i].append(best)
    return rows[-1][-1]
