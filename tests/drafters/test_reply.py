"""What is taken from a model's reply."""

from __future__ import annotations

from time import perf_counter
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.drafters.reply import Place, decline_in, spoken, sql_in

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
        ("SELECT 'CANNOT ANSWER'", ""),
        ("```sql\nSELECT 'Cannot answer.' AS answer;\n```", ""),
        ("SELECT 'CANNOT ANSWER' AS said, name FROM b", None),
        ("SELECT name FROM b WHERE said = 'CANNOT ANSWER'", None),
        ("I can answer.", None),
    ],
)
def test_a_reply_may_decline(reply: str, reason: str | None) -> None:
    assert decline_in(reply) == reason


def test_a_template_may_have_other_words_to_decline() -> None:
    assert decline_in("I do not know", "I do not know") == ""
    assert decline_in("SELECT 'I do not know';", "I do not know") == ""
    assert decline_in("CANNOT ANSWER", "I do not know") is None


@pytest.mark.parametrize(
    ("place", "reply", "sql"),
    [
        ("open-fence", "SELECT 1\n```\nIt counts.\n```sql\nSELECT 2\n```", "SELECT 1"),
        ("open-fence", "SELECT 1", "SELECT 1"),
        ("open-fence", "SELECT 1<|im_end|>", "SELECT 1"),
        ("open-fence", "```sql\nSELECT 1\n```", "SELECT 1"),
        ("open-fence", "Here it is:\n```sql\nSELECT 1\n```", "SELECT 1"),
        ("open-fence", "-- all\nSELECT 1\n```", "-- all\nSELECT 1"),
        ("whole", "SELECT 1", "SELECT 1"),
        ("whole", " SELECT 1;</s>", "SELECT 1"),
        ("whole", "FROM taxi SELECT max(fare) WHERE a = ';'; It is so.", "FROM taxi SELECT max(fare) WHERE a = ';'"),
        ("whole", "-- all\nSELECT 1;", "-- all\nSELECT 1"),
        ("whole", "The query is:\nSELECT 1", "SELECT 1"),
        ("last-fence", "From this we see\nSELECT 1", "SELECT 1"),
        ("whole", "```sql\nSELECT 1\n```", "SELECT 1"),
        ("whole", "SELECT 1;\n```sql\nSELECT 2\n```", "SELECT 1"),
        ("after-marker", "[QUESTION]\nSELECT 0\n[/QUESTION]\n[SQL]\nSELECT 1\n[/SQL]\nDone.", "SELECT 1"),
        ("after-marker", "SELECT 1", "SELECT 1"),
        ("after-marker", "[SQL]\n```sql\nSELECT 1\n```", "SELECT 1"),
        ("after-marker", "SELECT '[SQL]'", "SELECT '[SQL]'"),
        ("last-fence", "SELECT 0\n```\nSELECT 1\n```", "SELECT 1"),
    ],
)
def test_each_template_has_its_place(place: Place, reply: str, sql: str) -> None:
    assert sql_in(reply, place, "[SQL]") == sql


@pytest.mark.parametrize(
    "after",
    [
        "\n\nThis query counts customers.",
        "\nThis query counts all of the customers.",
        "\n\nIn this query, the customers are counted",
        "\n\n**Explanation**: it counts.",
        "\n\n- the first column is the name\n- it is sorted",
        "\n\n1. Reads the table",
        "\n[/SQL]",
        "</answer>",
        "<|im_end|>",
        "\n```\nand more",
        ";\n\nSELECT 2 would be another.",
    ],
)
def test_what_is_told_after_a_query_is_no_part_of_it(after: str) -> None:
    sql = "SELECT name, 'x\n\nThis is no prose'\nFROM b\n\nWHERE a = 1\n\n  AND b IN (\n\nSELECT 3)\nORDER BY name"

    assert sql_in(sql + after) == sql


def test_a_sentence_that_begins_as_a_query_does_is_none() -> None:
    assert sql_in("Select the table first.\nSELECT 1") == "SELECT 1"


@pytest.mark.parametrize(
    ("reply", "rest"),
    [
        ("[THINK]a SELECT[/THINK]SELECT 1", "SELECT 1"),
        ("<think>a</think>\n<think>b</think>\nSELECT 1", "SELECT 1"),
        (
            "<|channel|>analysis<|message|>SELECT 0<|end|><|start|><|channel|>final<|message|>SELECT 1<|return|>",
            "SELECT 1",
        ),
        ("SELECT 1<|im_end|>\n", "SELECT 1"),
        ("SELECT 1</s>", "SELECT 1"),
        ("<think>x</think><answer>SELECT 1</answer>", "<answer>SELECT 1</answer>"),
    ],
)
def test_what_formats_add_is_left_out(reply: str, rest: str) -> None:
    assert spoken(reply) == rest


TEXTS = st.text(
    st.sampled_from("abZ0 '\"`[];-/*#$%\\\n\tä💡<>|_.,:{}()") | st.characters(exclude_categories=["Cs"]), max_size=20
)
LITERALS = TEXTS.map(lambda text: "'" + text.replace("'", "''") + "'")
NAMES = st.one_of(
    TEXTS.map(lambda text: '"' + text.replace('"', '""') + '"'),
    TEXTS.map(lambda text: "`" + text.replace("`", "") + "`"),
    TEXTS.map(lambda text: "[" + text.replace("]", "").replace("\n", "") + "]"),
    st.sampled_from(["tags[1]", "a.b[2:3]", "x::date", "data->>'k'", "[Order Id]", "total"]),
)
QUERIES = st.builds(
    lambda first, name, table, text, gap: f"SELECT {first},{gap}{name} AS n FROM{gap}{table}{gap}WHERE {name} = {text}",
    LITERALS, NAMES, NAMES, LITERALS, st.sampled_from([" ", "\n", "\n\n  ", " -- it's ``` so\n", " /* SELECT 'x */ "]),
)  # fmt: skip
FRAMES = [
    "{}",
    "{};",
    "```sql\n{}\n```",
    "```\n{}\n```",
    "Sure! Here's the query:\n\n```sql\n{}\n```\n\nIt's what you've asked for; it reads `b`.",
    "<think>SELECT 0? It's ```sql\nSELECT 1\n``` perhaps.</think>\n\n```sql\n{}\n```",
    "```sql\nSELECT 0\n```\nNo, better:\n```sql\n{}\n```",
    "The query is:\n{}\n\nThis is how it reads.",
    "{};\nIt's done.",
    "{}<|im_end|>",
]


@given(QUERIES, st.sampled_from(FRAMES))
@settings(max_examples=1_000, deadline=None)
def test_a_query_survives_byte_for_byte(query: str, frame: str) -> None:
    assert sql_in(spoken(frame.format(query.replace("\r", "")))) == query.replace("\r", "")


PIECES = ["```", "sql", "\n", "SELECT", "'", '"', ";", "<think>", "</think>", " ", "x", "[SQL]", "("]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
@settings(max_examples=500, deadline=None)
def test_no_reply_brings_it_down(reply: str) -> None:
    for place in get_args(Place):
        found = sql_in(spoken(reply), place, "[SQL]")
        assert found is None or found in reply


def test_a_long_reply_takes_no_time() -> None:
    started = perf_counter()
    for piece in ("```sql\nSELECT 'x\n", "SELECT (\n", "```\n", "SELECT '", "<think>", "x\n\nY " * 3):
        for place in get_args(Place):
            sql_in(spoken(piece * 4_000), place, "[SQL]")

    assert perf_counter() - started < 5


def test_empty_lines_without_end_take_no_time() -> None:
    started = perf_counter()
    for begin in ("SELECT", "```", "SQL:"):
        for blank in ("\n", " "):
            reply = spoken(f"{begin}{blank * 30_000}x")
            decline_in(reply)
            for place in get_args(Place):
                sql_in(reply, place, "[SQL]")

    assert perf_counter() - started < 5


@pytest.mark.parametrize(
    ("reply", "whole"),
    [
        ("```sql\nSELECT 1\n```\nand this means th", "SELECT 1"),
        ("```sql\nSELECT 1\n```\nor\n```sql\nSELECT a FROM", "SELECT 1"),
        ("```sql\nSELECT a FROM b WHERE", None),
        ("SELECT a FROM b WHERE", None),
        ("SELECT a FROM b; It reads", "SELECT a FROM b"),
    ],
)
def test_of_a_cut_reply_only_what_had_ended_counts(reply: str, whole: str | None) -> None:
    assert sql_in(reply, cut=True) == whole
