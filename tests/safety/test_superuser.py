"""What a superuser's connection does not stop is known, and told in docs/safety.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.safety.superuser import exceptions, listed

DOCUMENT = Path(__file__).parents[2] / "docs" / "safety.md"
BEGIN, END = "<!-- exceptions -->\n", "<!-- /exceptions -->"
NAMES = {"postgres": "PostgreSQL", "mysql": "MariaDB"}


@pytest.mark.parametrize("dialect", NAMES)
def test_all_that_a_superuser_is_not_kept_from_is_listed(dialect: str, folder: Path) -> None:
    """A new one belongs into tests/fixtures/safety/<dialect>_superuser.yaml, under what it does."""
    known = {sql for group in listed(dialect).values() for sql in group}
    found = exceptions(dialect, folder)
    assert {sql: what for sql, what in found.items() if sql not in known} == {}
    assert known - found.keys() == set()


def test_the_document_tells_all_of_it() -> None:
    assert DOCUMENT.read_text("utf-8").partition(BEGIN)[2].partition(END)[0] == _told()


def _told() -> str:
    lines = []
    for dialect, name in NAMES.items():
        lines.append(f"{name}:\n")
        for does, (first, *others) in listed(dialect).items():
            more = f" and {len(others)} more" if others else ""
            lines.append(f"- {does}: `{first}`{more}")
        lines.append("")
    return "\n".join(lines)
