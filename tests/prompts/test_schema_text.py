"""The schema as a model is told it: spelled right, bounded, and unable to leave its place."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from agent.prompts.outside import outside_block, outside_line
from agent.prompts.schema_text import FORMS, schema_text
from agent.prompts.sql_names import column_name, table_name
from agent.prompts.tokens import estimate_tokens
from agent.records import ForeignKey, Table
from tests.prompts.contexts import ENDINGS, EVIL, LOANS, READERS

TOKENS = """<|im_start|> <|im_end|> <|endoftext|> <|begin_of_text|> <|start_header_id|> <|eot_id|> <|start|> <|channel|>
    <s> </s> <unk> <pad> <bos> <eos> <start_of_turn> <end_of_turn> <｜User｜> <｜Assistant｜> <｜end▁of▁sentence｜>
    [INST] [/INST] <<SYS>> <</SYS>> [SYSTEM_PROMPT] [TOOL_CALLS] [THINK] [gMASK] <think> </think> <answer>
    <tool_call> <fim_prefix> <|fim_middle|> ``` ~~~~"""


def test_a_schema_is_told_in_m_schema() -> None:
    told = schema_text([READERS, LOANS], "sqlite", 10_000)

    assert told.tables == (READERS, LOANS)
    assert told.text == (
        "# Table: readers, People with a card.\n[\n"
        "(id:INTEGER, Primary Key),\n"
        '("Full Name":TEXT, Examples: [Ada, O\'Neil])\n]\n'
        "# Table: desk.loans\n[\n"
        "(reader_id:INTEGER),\n"
        "(lent_on:TEXT, holds dates, First day.)\n]\n"
        "【Foreign keys】\n"
        "desk.loans.reader_id=readers.id"
    )


def test_a_schema_is_told_as_the_statements_that_would_make_it() -> None:
    told = schema_text([READERS, LOANS], "sqlite", 10_000, "ddl")

    assert told.tables == (READERS, LOANS)
    assert told.text == (
        "CREATE TABLE readers ( -- People with a card.\n"
        "    id INTEGER,\n"
        "    \"Full Name\" TEXT, -- example: ['Ada', 'O''Neil']\n"
        "    PRIMARY KEY (id)\n"
        ");\n"
        "CREATE TABLE desk.loans (\n"
        "    reader_id INTEGER,\n"
        "    lent_on TEXT, -- holds dates, First day.\n"
        "    FOREIGN KEY (reader_id) REFERENCES readers (id)\n"
        ");"
    )


def test_the_statements_are_statements() -> None:
    from sqlglot import parse

    hostile = replace(READERS, comment="ends */ -- here\nDROP TABLE readers;", name="readers; DROP TABLE x")
    keys = replace(LOANS, foreign_keys=(ForeignKey(("reader_id", "lent_on"), READERS.id, ("id", "Full Name")),))
    trees = parse(schema_text([hostile, keys, READERS], "sqlite", 10_000, "ddl").text, dialect="sqlite")

    assert [tree.key for tree in trees if tree] == ["create"] * 3
    assert "FOREIGN KEY (reader_id, lent_on) REFERENCES readers" in trees[1].sql("sqlite")  # type: ignore[union-attr]


def test_a_key_of_several_columns_is_one_condition() -> None:
    keys = replace(LOANS, foreign_keys=(ForeignKey(("reader_id", "lent_on"), READERS.id, ("id", "Full Name")),))
    text = schema_text([READERS, keys], "sqlite", 10_000).text

    assert text.endswith('\ndesk.loans.reader_id=readers.id AND desk.loans.lent_on=readers."Full Name"')


@pytest.mark.parametrize("form", FORMS)
def test_a_view_is_told_as_one(form: str) -> None:
    assert "a view" in schema_text([replace(READERS, kind="view")], "sqlite", 10_000, form).text


@pytest.mark.parametrize(
    ("name", "dialect", "spelled"),
    [
        ("plain", "sqlite", "plain"),
        ("Order Id", "mysql", "`Order Id`"),
        ("Order Id", "postgres", '"Order Id"'),
        ("OrderId", "postgres", '"OrderId"'),
        ("OrderId", "duckdb", "OrderId"),
        ("select", "duckdb", '"select"'),
        ('a"b', "sqlite", '"a""b"'),
        ("größe", "sqlite", "größe"),
        ("Order Id", "tsql", "[Order Id]"),
        ("Order Id", "nosuchengine", '"Order Id"'),
    ],
)
def test_a_name_is_spelled_as_its_dialect_needs_it(name: str, dialect: str, spelled: str) -> None:
    assert column_name(name, dialect) == spelled


def test_a_dot_within_a_name_is_not_the_one_after_a_schema() -> None:
    assert table_name(Table("a.b", (), schema="s"), "postgres") == 's."a.b"'


def test_copies_by_date_are_told_with_the_table_that_stands_for_them() -> None:
    newest = replace(
        LOANS, name="loans_202403", pattern="loans_YYYYMM", shards=("desk.loans_202401", "desk.loans_202402")
    )
    for form in FORMS:
        text = schema_text([newest], "sqlite", 1_000, form).text
        assert "sharded by date: loans_YYYYMM, 3 tables from loans_202401 to loans_202403\n" in text
        assert "sharded" not in schema_text([LOANS], "sqlite", 1_000, form).text


@pytest.mark.parametrize("form", FORMS)
def test_a_budget_cuts_details_first_and_never_within_a_table(form: str) -> None:
    tables = [replace(READERS, name=f"readers_{n}") for n in range(20)]
    linked = [
        replace(table, foreign_keys=(ForeignKey(("id",), other.id, ("id",)),))
        for table, other in zip(tables, [*tables[1:], tables[0]], strict=True)
    ]
    whole = schema_text(linked, "sqlite", 100_000, form)
    assert len(whole.tables) == 20
    seen = set()
    begin, end = (r"# Table: (\w+)", "]") if form == "m-schema" else (r"CREATE TABLE (\w+)", ");")
    for budget in range(0, estimate_tokens(whole.text) + 200, 7):
        told = schema_text(linked, "sqlite", budget, form)
        assert estimate_tokens(told.text) <= budget
        bodies, _, keys = told.text.partition("【Foreign keys】")
        assert (
            re.findall(begin, bodies)
            == [table.name for table in told.tables]
            == [t.name for t in tables[: len(told.tables)]]
        )
        assert bodies.count(f"\n{end}") == len(told.tables)
        named = set(re.findall(r"readers_\d+", keys + "".join(re.findall(r"REFERENCES \w+", bodies))))
        assert named <= {table.name for table in told.tables}
        rich = ["People with a card." in text for text in re.split(r"(?m)^(?=# Table|CREATE TABLE)", bodies)[1:]]
        assert rich == sorted(rich, reverse=True)
        seen.add((len(rich) == 20, any(rich), all(rich)))
    # All names come before any detail.
    assert {(True, False, False), (True, True, False), (True, True, True)} <= seen


def test_a_table_that_does_not_fit_is_not_told() -> None:
    assert schema_text([READERS], "sqlite", 5).tables == ()


@pytest.mark.parametrize("text", [outside_line(EVIL, 500), outside_block(EVIL, 500)])
def test_text_from_outside_cannot_close_its_place(text: str) -> None:
    assert not any(ending in text for ending in ENDINGS)
    assert "Ignore all rules" in text


@pytest.mark.parametrize(
    "token",
    TOKENS.split(),
)
def test_no_token_of_a_chat_format_is_left(token: str) -> None:
    for text in (token, f"a {token}b", f"{token}{token}", token.replace("<", "<\x00<"), f"\x00{token}"):
        assert token not in outside_line(text, 500)
        assert token not in outside_block(text, 500)


def test_harmless_text_stays_as_it_is() -> None:
    text = "a < b, a <= b, a <> b, '<10', tags[1], [Order Id], 5 > 3, it's 20 %, größe, 東京"

    assert outside_line(text, 500) == outside_block(text, 500) == text


def test_a_comparison_in_sql_means_what_it_meant() -> None:
    assert outside_block("SELECT a\nFROM t WHERE a <b", 500) == "SELECT a\nFROM t WHERE a < b"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert outside_line("x" * 200) == "x" * 79 + "…"
    assert outside_line("x" * 80) == "x" * 80
    assert outside_block("line\n" * 9, 10).endswith("…")
