"""How rows of every kind are printed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Any
from uuid import UUID

import pytest
from rich.cells import cell_len

from agent.cli import render
from agent.cli.formats import FORMATS, envelope, rows_as_csv, rows_as_json_lines
from agent.cli.plain import plain, unique
from agent.cli.table import markdown, table
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
    rows_as_csv(LONG_TEXT)
    assert printed().splitlines()[-1] == "900," + "x" * LONG
    envelope(LONG_TEXT)
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

    envelope(numbers)
    rows = json.loads(printed(), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))["rows"]
    assert rows == [["Infinity"], ["-Infinity"], ["NaN"], [0.1 + 0.2]]
    rows_as_csv(numbers)
    assert printed() == "n\nInfinity\n-Infinity\nNaN\n0.30000000000000004\n"


@pytest.mark.parametrize("number", [1 / 3, 9007199254740991.0, 1.7976931348623157e308, 5e-324])
def test_no_digit_of_a_float_is_lost(number: float, printed: Callable[[], str]) -> None:
    envelope(answer(("n",), (number,)))
    assert json.loads(printed())["rows"] == [[number]]
    rows_as_csv(answer(("n",), (number,)))
    assert float(printed().split()[1]) == number


HOSTILE = "\x1b[31mred\x9b2J"


@pytest.mark.parametrize("format", FORMATS)
def test_no_format_steers_a_terminal(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")  # which has no bold either

    text = in_a_terminal(FORMATS[format], answer((HOSTILE,), (HOSTILE,)))

    assert "red" in text
    assert "\x1b" not in text
    assert "\x9b" not in text


def test_csv_and_json_keep_control_characters_for_programs(printed: Callable[[], str]) -> None:
    rows_as_csv(answer((HOSTILE,), (HOSTILE,)))
    assert list(csv.reader(io.StringIO(printed()))) == [[HOSTILE], [HOSTILE]]
    envelope(answer((HOSTILE,), (HOSTILE,)))
    assert json.loads(printed())["rows"] == [[HOSTILE]]


def test_names_in_sql_do_not_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    sql = f'SELECT\n  *\nFROM "{HOSTILE}"'

    render.sql(sql)
    render.evidence(answer(("n",), (1,), sql=sql), quiet=False)

    printed = capsys.readouterr()
    assert printed.out == 'SELECT\n  *\nFROM "␛[31mred�2J"\n'
    assert "␛[31mred" in printed.err
    assert "\x1b" not in printed.err


VIENNA = timezone(timedelta(hours=1))
ID = UUID("12345678-1234-5678-1234-567812345678")
VALUES: list[tuple[Any, Any, str, str]] = [
    # stored, in JSON, in CSV, in a table
    (Decimal("12.50"), 12.5, "12.50", "12.50"),
    (Decimal("28.7500000000000000"), 28.75, "28.7500000000000000", "28.75"),
    (Decimal("1234"), 1234, "1234", "1234"),
    (Decimal("1E+3"), 1000, "1000", "1000"),
    (Decimal("123456789012345.678"), "123456789012345.678", "123456789012345.678", "123,456,789,012,345.678"),
    (Decimal("12345678901234567890"), "12345678901234567890", "12345678901234567890", "12345678901234567890"),
    (Decimal("86.4213333333333333"), 86.42133333333333, "86.4213333333333333", "86.42"),
    (Decimal("0.00123456"), 0.00123456, "0.00123456", "0.00123"),
    (Decimal("NaN"), "NaN", "NaN", "NaN"),
    (Decimal("-Infinity"), "-Infinity", "-Infinity", "-Infinity"),
    (True, True, "true", "true"),
    (date(2026, 11, 21), "2026-11-21", "2026-11-21", "2026-11-21"),
    (datetime.fromisoformat("2026-11-21 09:30"), "2026-11-21T09:30:00", "2026-11-21T09:30:00", "2026-11-21 09:30:00"),
    (
        datetime(2026, 11, 21, 9, 30, tzinfo=VIENNA),
        "2026-11-21T09:30:00+01:00",
        "2026-11-21T09:30:00+01:00",
        "2026-11-21 09:30:00+01:00",
    ),
    (time(9, 30, tzinfo=UTC), "09:30:00+00:00", "09:30:00+00:00", "09:30:00+00:00"),
    (timedelta(hours=8, minutes=30), "08:30:00", "08:30:00", "08:30:00"),
    (timedelta(days=3, seconds=1.5), "3 days 00:00:01.500000", "3 days 00:00:01.500000", "3 days 00:00:01.500000"),
    (timedelta(minutes=-90), "-01:30:00", "-01:30:00", "-01:30:00"),
    (ID, str(ID), str(ID), str(ID)),
    ([1, None, "ü"], [1, None, "ü"], '"[1, null, ""ü""]"', '[1, null, "ü"]'),
    ([Decimal("1.5"), date(2026, 1, 2)], [1.5, "2026-01-02"], '"[1.5, ""2026-01-02""]"', '[1.5, "2026-01-02"]'),
    ({"a": [True], 2: None}, {"a": [True], "2": None}, '"{""a"": [true], ""2"": null}"', '{"a": [true], "2": null}'),
    (b"\xff\x00", "ff00", "ff00", "<2 bytes>"),
    (memoryview(b"\xff\x00"), "ff00", "ff00", "<2 bytes>"),
    (IPv4Address("10.0.0.1"), "10.0.0.1", "10.0.0.1", "10.0.0.1"),
    (None, None, '""', ""),
]


def _id(value: object) -> str:
    # The same in every run.
    return "memoryview" if isinstance(value, memoryview) else repr(value)[:40]


@pytest.mark.parametrize(("stored", "in_json", "in_csv", "in_table"), VALUES, ids=_id)
def test_a_value_of_any_engine_has_one_form_in_each_format(
    stored: Any, in_json: Any, in_csv: str, in_table: str, printed: Callable[[], str]
) -> None:
    one = answer(("v",), (stored,))

    envelope(one)
    assert json.loads(printed())["rows"] == [[in_json]]
    rows_as_json_lines(one)
    assert json.loads(printed()) == {"v": in_json}
    rows_as_csv(one)
    assert printed() == f"v\n{in_csv}\n"
    table(one)
    assert printed().splitlines()[1].strip() == in_table


def test_decimals_are_aligned_at_their_largest_scale(printed: Callable[[], str]) -> None:
    table(answer(("total",), (Decimal("1234.5"),), (Decimal("7"),), (Decimal("0.125"),), (None,)))

    assert printed() == "    total\n1,234.500\n    7.000\n    0.125\n\n"


def test_decimals_that_are_quotients_are_rounded_like_floats(printed: Callable[[], str]) -> None:
    table(answer(("mean",), (Decimal("86.4213333333333333"),), (Decimal("5"),)))

    assert printed() == " mean\n86.42\n 5.00\n"


def test_json_lines_number_columns_of_one_name(printed: Callable[[], str]) -> None:
    rows_as_json_lines(answer(("n", "n", "n_2", "n"), (1, 2, 3, 4), (5, 6, 7, 8)))

    assert [json.loads(line) for line in printed().splitlines()] == [
        {"n": 1, "n_3": 2, "n_2": 3, "n_4": 4},
        {"n": 5, "n_3": 6, "n_2": 7, "n_4": 8},
    ]
    assert unique(["total", "total"]) == ["total", "total_2"]


def test_json_lines_without_rows_are_nothing(printed: Callable[[], str]) -> None:
    rows_as_json_lines(answer(("n",)))

    assert printed() == ""


def test_markdown_escapes_what_would_be_markup(printed: Callable[[], str]) -> None:
    markdown(answer(("a|b", "n"), ("one | two\nthree\r\nfour", 1), ("<b>*x*</b> \\| `c`\t[l](u)", None)))

    assert printed().splitlines() == [
        r"| a\|b | n |",
        "| --- | ---: |",
        r"| one \| two<br>three<br>four | 1 |",
        r"| \<b>\*x\*\</b> \\\| \`c\`␉\[l](u) |  |",
    ]


def test_markdown_without_rows_has_its_header(printed: Callable[[], str]) -> None:
    markdown(answer(("name",)))

    assert printed() == "| name |\n| --- |\n"


def test_an_unknown_kind_of_value_is_text() -> None:
    class Odd:
        def __str__(self) -> str:
            return "odd"

    assert plain(Odd()) == "odd"
