"""How rows of every kind are printed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

import pytest
from rich.cells import cell_len

from agent.cli import render
from agent.cli.table import table
from agent.records import Answer

LONG = 3_000_000


def answer(columns: tuple[str, ...], *rows: tuple[Any, ...], sql: str = "SELECT 1") -> Answer:
    return Answer("", sql, columns, rows, (), (), "", 1.0)


class Terminal(io.StringIO):
    """A stdout that is read by a person."""

    def isatty(self) -> bool:
        return True


def in_a_terminal(print_it: Callable[[Answer], None], what: Answer) -> str:
    with redirect_stdout(Terminal()) as terminal:
        print_it(what)
    return terminal.getvalue()


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    return lambda: capsys.readouterr().out


LONG_TEXT = answer(("id", "text"), *((n, "short") for n in range(900)), (900, "x" * LONG))


def test_one_long_text_does_not_widen_every_row(printed: Callable[[], str]) -> None:
    table(LONG_TEXT)

    lines = printed().splitlines()
    assert lines[1] == "  0  short"
    assert lines[-1] == "900  " + "x" * 199 + "…"
    assert len(lines) == 902


def test_a_long_text_is_cut_in_a_terminal_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    text = in_a_terminal(table, answer(("id", "text"), (1, "so " * LONG)))

    assert text.count("so") == 199 // 3
    # The header is bold, which takes some letters that are not seen.
    assert max(map(len, text.splitlines()[1:])) <= 80


def test_csv_and_json_keep_a_long_text_whole(printed: Callable[[], str]) -> None:
    render.rows_as_csv(LONG_TEXT)
    assert printed().splitlines()[-1] == "900," + "x" * LONG
    render.envelope(LONG_TEXT)
    assert json.loads(printed())["rows"][-1] == [900, "x" * LONG]


def test_columns_are_aligned_by_the_width_that_letters_take(printed: Callable[[], str]) -> None:
    table(answer(("city", "größe", "n"), ("東京", "ü", 1), ("Oslo", "longer", 20), (None, "", None)))

    lines = printed().splitlines()
    assert lines == ["city  größe    n", "東京  ü        1", "Oslo  longer  20", ""]
    assert [cell_len(line) for line in lines[:3]] == [16] * 3


def test_a_table_without_rows_has_its_header(printed: Callable[[], str]) -> None:
    table(answer(("name", "total")))

    assert printed() == "name  total\n"


def test_where_one_number_has_decimals_all_have(printed: Callable[[], str]) -> None:
    table(answer(("total",), (1,), (2345.678,), (None,)))

    assert printed() == "   total\n    1.00\n2,345.68\n\n"


def test_line_breaks_in_a_cell_are_signs(printed: Callable[[], str]) -> None:
    table(answer(("a\nb", "n"), ("one\r\ntwo\tthree", 1)))

    assert printed().splitlines() == ["a␊b             n", "one␍␊two␉three  1"]


def test_numbers_that_json_lacks_are_text(printed: Callable[[], str]) -> None:
    numbers = answer(("n",), (float("inf"),), (float("-inf"),), (float("nan"),), (0.1 + 0.2,))

    render.envelope(numbers)
    rows = json.loads(printed(), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))["rows"]
    assert rows == [["Infinity"], ["-Infinity"], ["NaN"], [0.3]]
    render.rows_as_csv(numbers)
    assert printed() == "n\nInfinity\n-Infinity\nNaN\n0.3\n"


HOSTILE = "\x1b[31mred\x9b2J"


@pytest.mark.parametrize("format", render.FORMATS)
def test_no_format_steers_a_terminal(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")  # which has no bold either

    text = in_a_terminal(render.FORMATS[format], answer((HOSTILE,), (HOSTILE,)))

    assert "red" in text
    assert "\x1b" not in text
    assert "\x9b" not in text


def test_csv_and_json_keep_control_characters_for_programs(printed: Callable[[], str]) -> None:
    render.rows_as_csv(answer((HOSTILE,), (HOSTILE,)))
    assert list(csv.reader(io.StringIO(printed()))) == [[HOSTILE], [HOSTILE]]
    render.envelope(answer((HOSTILE,), (HOSTILE,)))
    assert json.loads(printed())["rows"] == [[HOSTILE]]


def test_names_in_sql_do_not_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    sql = f'SELECT\n  *\nFROM "{HOSTILE}"'

    render.sql(sql)
    render.evidence(answer(("n",), (1,), sql=sql), quiet=False)

    printed = capsys.readouterr()
    assert printed.out == 'SELECT\n  *\nFROM "␛[31mred�2J"\n'
    assert "␛[31mred" in printed.err
    assert "\x1b" not in printed.err
