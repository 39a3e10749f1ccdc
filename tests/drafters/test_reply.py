"""What is taken from a model's reply."""

from __future__ import annotations

import pytest

from agent.drafters.reply import closed_part, decline_in, spoken, sql_in

BRACKETS = (
    "SELECT [Order Id], tags[1], `odd;name` FROM \"a;b\" WHERE note = 'x; ```sql ''y''' -- a; comment\n  AND n > 1"
)


@pytest.mark.parametrize(
    ("reply", "sql"),
    [
        ("```sql\nSELECT 1\n```", "SELECT 1"),
        ("Sure!\n\n```sql\nSELECT 1;\n```\nThis counts one.", "SELECT 1;"),
        ("```sql\nSELECT 1\n```\nor better:\n```sql\nSELECT 2\n```", "SELECT 2"),
        ("```sql\nSELECT 1\n```\nwhich gives\n```text\n1\n```", "SELECT 1"),
        ("```SQL\nSELECT 1\n```", "SELECT 1"),
        ("```postgresql\nSELECT 1\n```\n```\nrows\n```", "SELECT 1"),
        ("```\nSELECT 1\n```", "SELECT 1"),
        ("```sql SELECT 1 ```", "SELECT 1"),
        ("```SELECT 1```", "SELECT 1"),
        ("```sql\nSELECT 1```", "SELECT 1"),
        ("```sql\nSELECT 1", "SELECT 1"),
        ("  ```sql\n  SELECT 1\n  ```", "SELECT 1"),
        ("```sql\r\nSELECT 1\r\n```\r\n", "SELECT 1"),
        ("```sql\nSELECT 1\n```sql\nSELECT 2\n```", "SELECT 2"),
        ("SELECT 1", "SELECT 1"),
        ("The query is:\nselect a\nfrom b; It reads b.", "select a\nfrom b"),
        ("WITH x AS (SELECT 1)\nSELECT * FROM x;\n", "WITH x AS (SELECT 1)\nSELECT * FROM x"),
        ("SELECT 1\n```", "SELECT 1"),
        ("SQL: SELECT 1", "SELECT 1"),
        ("1. SELECT 1", "SELECT 1"),
        ("`SELECT 1` counts one.", "SELECT 1"),
        ("SELECT `a`", "SELECT `a`"),
        ("(SELECT 1)\nUNION\n(SELECT 2)", "(SELECT 1)\nUNION\n(SELECT 2)"),
        ("With pleasure! Here it is:\nSELECT 3", "SELECT 3"),
        ('```json\n{"n": 1}\n```\nSELECT 1', "SELECT 1"),
        ("```sql\nDROP TABLE orders; SELECT 1\n```", "DROP TABLE orders; SELECT 1"),
    ],
)
def test_the_sql_is_found_among_fences_and_prose(reply: str, sql: str) -> None:
    assert sql_in(reply) == sql


@pytest.mark.parametrize(
    "frame", ["{}", "```sql\n{}\n```", "Here:\n```\n{}\n```\nDone.", "Here it is:\n{};\nDone; bye."]
)
def test_strings_names_and_comments_stay_as_they_are(frame: str) -> None:
    assert sql_in(frame.format(BRACKETS)) == BRACKETS


def test_a_fence_within_a_string_ends_nothing() -> None:
    sql = "SELECT '```' AS fence, 'say ```sql' AS other\nFROM notes WHERE text = '```;'"

    assert sql_in(f"```sql\n{sql}\n```") == sql


def test_a_line_separator_within_a_string_stays() -> None:
    sql = "SELECT 'one\u2028two\x0bthree'"

    assert sql_in(f"```sql\n{sql}\n```") == sql


@pytest.mark.parametrize(
    "reply", ["", "I am not sure.", "You select a table with care.", "```sql\n```", "```sql", "```json\n[1]\n```"]
)
def test_a_reply_without_sql_has_none(reply: str) -> None:
    assert sql_in(reply) is None


@pytest.mark.parametrize(
    ("reply", "rest"),
    [
        ("<think>SELECT 0?</think>\n\nSELECT 1", "SELECT 1"),
        ("\n<thinking>\n```sql\nSELECT 0\n```\n</thinking>ok", "ok"),
        ("I wonder.\n</think>\nSELECT 1", "SELECT 1"),
        ("<think>and so on", ""),
        ("```sql\nSELECT '</think>'\n```", "```sql\nSELECT '</think>'\n```"),
        ("SELECT '<think>x</think>'", "SELECT '<think>x</think>'"),
    ],
)
def test_thoughts_are_left_out_and_strings_are_not(reply: str, rest: str) -> None:
    assert spoken(reply) == rest


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("CANNOT ANSWER: no table holds weather.", "no table holds weather."),
        ("**CANNOT ANSWER**: no weather", "no weather"),
        ("I have looked.\nCANNOT ANSWER: no weather\nSorry.", "no weather"),
        ("```\nCANNOT ANSWER: no weather\n```", "no weather"),
        ("```sql\n-- CANNOT ANSWER: no weather\n```", "no weather"),
        ("CANNOT ANSWER", ""),
        ("CANNOT ANSWER: x\n```sql\nSELECT 1\n```", "x"),
        ("```sql\nSELECT 1\n```\nCANNOT ANSWER: more", None),
        ("SELECT 'CANNOT ANSWER'", None),
        ("I can answer.", None),
    ],
)
def test_a_reply_may_decline(reply: str, reason: str | None) -> None:
    assert decline_in(reply) == reason


@pytest.mark.parametrize(
    ("reply", "whole"),
    [
        ("```sql\nSELECT 1\n```\nand this means th", "```sql\nSELECT 1\n```"),
        ("```sql\nSELECT 1\n```\nor\n```sql\nSELECT a FROM", "```sql\nSELECT 1\n```"),
        ("```sql\nSELECT a FROM b WHERE", ""),
        ("SELECT a FROM b WHERE", ""),
    ],
)
def test_of_a_cut_reply_only_closed_fences_count(reply: str, whole: str) -> None:
    assert closed_part(reply) == whole
