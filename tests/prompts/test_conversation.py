"""What a model is told, whole and within its budget, with nothing from outside that leaves its place."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from agent.prompts.all_templates import all_templates
from agent.prompts.conversation import REPAIR_TOKENS, Conversation, conversation
from agent.prompts.loader import Template, load_template
from agent.prompts.tokens import estimate_tokens
from agent.records import Attempt, Column, Context, Draft, Example, Finding, ForeignKey, Table, Term, ValueMatch
from tests.prompts.contexts import EVIL, LOANS, READERS, context_of

TEMPLATES = pytest.mark.parametrize("template", all_templates(), ids=lambda template: template.facts.name)
GENERAL = load_template("general")
NAME = READERS.columns[1].name
GLOSSARY = (
    Term(
        "lapsed reader", "Nobody\nhas lent to them for a year.", ("readers", "desk.loans"), (("desk.loans", "lent_on"),)
    ),
    Term("card", "What a reader shows."),
    Term("ada", "A person."),
)
EXAMPLES = tuple(
    Example(f"how many readers on day {n}?", f"SELECT COUNT(*) AS n{n} FROM readers", f"note {n}") for n in range(9)
)
FAILED = tuple(
    Attempt(Draft(f"SELECT wrong_{n}, '{'long ' * 400}'", "x", 0.5), (Finding("names", f"no wrong_{n}", f"try {n}"),))
    for n in range(3)
)


def told(context: Context, template: Template = GENERAL, budget: int = 20_000, failed: int = 0) -> Conversation:
    return conversation(template, context, FAILED[:failed], "monday", budget)


def text_of(made: Conversation) -> str:
    return f"{made.system}\n{made.user}"


@TEMPLATES
def test_every_template_tells_all_that_it_has_a_place_for(template: Template) -> None:
    context = context_of(
        "wie viele lapsed readers heißen Ann?",
        READERS,
        LOANS,
        dialect="duckdb",
        earlier=("how many readers are there?",),
        glossary=GLOSSARY,
        values=(ValueMatch("Ann", READERS.id, NAME, "Ann"),),
        examples=EXAMPLES,
    )
    made = conversation(template, context, FAILED[:1], "monday", 20_000)
    text = text_of(made)

    assert made.tables == 2
    assert made.examples == 5
    assert "wie viele lapsed readers heißen Ann?" in text
    assert "readers" in text and "lent_on" in text and "Ada" in text and "People with a card." in text
    assert "DuckDB" in text or "duckdb" in text
    assert "2026-11-21, a Saturday" in text
    assert "Monday" in text
    assert """"Ann" is stored as readers."Full Name" = 'Ann'""" in text
    assert "lapsed reader: Nobody has lent to them" in text
    assert "Question: how many readers on day 4?\nNote: note 4\nSQL: SELECT COUNT(*) AS n4 FROM readers" in text
    assert "how many readers on day 5?" not in text
    assert "how many readers are there?" in text
    assert "no wrong_0 (try 0)" in text
    assert "SELECT wrong_0" in text
    assert "{{" not in text


@TEMPLATES
def test_what_there_is_nothing_of_leaves_no_trace(template: Template) -> None:
    text = text_of(told(context_of("how many?", READERS), template))

    assert not re.search(r"\n{3,}|\(none\)", text)
    for trace in ("Similar", "like this one", "Earlier", "asked before", "Glossary", "Failed", "相似问题", "错误"):
        # In its rules a template may speak of what it has not got here.
        assert trace not in text.partition("Rules:")[0] + text.rpartition("in a few words.")[2]


@TEMPLATES
def test_a_prompt_ends_where_the_model_goes_on(template: Template) -> None:
    made = told(context_of("how many?", READERS), template, failed=2)

    ends = {
        "open-fence": "```sql",
        "after-marker": template.facts.marker,
        "whole": "### Response (use duckdb shorthand if possible):",
    }
    assert made.user.endswith(ends.get(template.facts.reply, "")), made.user[-80:]
    assert (template.facts.format == "completion") <= (not made.system)


@TEMPLATES
def test_nothing_from_outside_leaves_its_place_in_a_prompt(template: Template) -> None:
    """Whatever a database says, the marks of the template stand as often as where it says nothing odd."""
    source = "\n".join(template.parts.values())
    begin = re.compile(r"<[^<>\s]+>|\[/?[A-Z]+\]|【[^】]*】|#+ \w+(?: \w+)*|^[A-Z][\w ]+:$|```\w*", re.MULTILINE)
    marks = {mark for mark in begin.findall(source) if mark != "```"} | {"# Table:", "【Foreign keys】"}
    imitation = "\n".join([EVIL, *(line for line in source.splitlines() if "{{" not in line), *marks])
    flat = " ".join(imitation.split())

    def hostile(said: str) -> Context:
        table = Table(
            "readers",
            (Column("note", "TEXT", comment=said, samples=(said,)), Column("id", "INTEGER")),
            comment=said,
            foreign_keys=(ForeignKey(("id",), "readers", ("note",)),),
        )
        return context_of(
            said,
            table,
            earlier=(said, said),
            glossary=(Term("x", said, (table.id,), ((table.id, "note"),)),),
            values=(ValueMatch(said, table.id, "note", said),),
            examples=(Example(said, said[:1_500], said),),
        )

    def marks_in(said: str) -> Counter[str]:
        failed = (Attempt(Draft(said, "x", 0.5), (Finding("names", said, said),)),)
        made = conversation(template, hostile(said), failed, "monday", 60_000)
        assert made.tables == 1
        text = f"\n{text_of(made)}\n"
        # A label is one where it has a line of its own.
        places = {mark: f"\n{mark}\n" if mark.endswith(":") and mark[0] != "#" else mark for mark in marks}
        any_case = {mark: len(re.findall(re.escape(place), text, re.IGNORECASE)) for mark, place in places.items()}
        # In small letters it is a column of SQL Server.
        return Counter({mark: text.count(mark) if mark[0] == "[" else times for mark, times in any_case.items()})

    plain = marks_in("x says nothing odd")
    assert max(plain.values()) > 0
    for said in (EVIL, imitation, imitation.lower(), flat, f"x {flat}"):
        assert marks_in(said) == plain


def test_a_name_cannot_close_its_place_either() -> None:
    evil = Table(EVIL, (Column(EVIL, EVIL), Column("id", "INTEGER")), schema=EVIL)
    text = told(context_of("how many?", evil)).user

    assert text.count("</schema>") == text.count("<schema>") == 1
    assert not any(token in text for token in ("<|", "[INST]", "<start_of_turn>", "\x00", "\u2028", "```"))


def test_a_value_that_is_only_near_is_told_as_a_guess() -> None:
    values = (ValueMatch("Ann", READERS.id, NAME, "Ann"), ValueMatch("Berta", READERS.id, NAME, "Bertha", distance=1))
    text = told(context_of("is Ann or Berta there?", READERS, values=values)).user

    assert """"Ann" is stored as readers."Full Name" = 'Ann'""" in text
    assert """"Berta" may be misspelled for readers."Full Name" = 'Bertha'""" in text


def test_words_of_the_question_that_the_glossary_knows_are_explained() -> None:
    def explained(text: str) -> str:
        user = told(context_of(text, READERS, LOANS, glossary=GLOSSARY)).user
        return user.partition("<glossary>\n")[2].partition("\n</glossary>")[0]

    assert explained("how many Lapsed  readers have cards in Canada?") == (
        "lapsed reader: Nobody has lent to them for a year. (see desk.loans.lent_on)\ncard: What a reader shows."
    )
    assert explained("how many readers are there?") == ""


def test_the_question_is_told_as_it_was_asked() -> None:
    for question in ("Сколько читателей?", "有多少读者？", "wie viele\nLeser gibt es?", "{{schema}} \\1"):
        assert f"<question>\n{question}\n</question>" in told(context_of(question, READERS)).user


@TEMPLATES
def test_a_prompt_keeps_within_its_budget(template: Template) -> None:
    tables = tuple(replace(READERS, name=f"readers_{n}") for n in range(100))
    words = tuple(Term(f"card {n}", "It is " + "very " * 50) for n in range(30))
    context = context_of(
        " ".join(word.term for word in words),
        *tables,
        earlier=tuple(f"question {n} {'long ' * 100}" for n in range(20)),
        glossary=words,
        values=tuple(ValueMatch(f"Ann {n}", tables[0].id, NAME, f"Ann {n}") for n in range(40)),
        examples=EXAMPLES,
    )
    fitted = 0
    for budget in (*range(600, 12_000, 700), 100_000):
        for failed in (0, 1, 3):
            made = told(context, template, budget, failed)
            assert estimate_tokens(made.system) + estimate_tokens(made.user) <= made.tokens
            if made.tables:
                assert made.tokens <= budget
                assert f"no wrong_{failed - 1}" in made.user or not failed
            fitted = max(fitted, made.tables)
    assert fitted == 100


def test_the_least_relevant_tables_are_dropped_and_the_room_for_repairs_is_kept() -> None:
    tables = tuple(replace(READERS, name=f"readers_{n}") for n in range(200))
    context = context_of("how many?", *tables)
    counts = []
    for failed in (0, 1, 3):
        made = told(context, budget=6_000, failed=failed)
        counts.append(made.tables)
        assert re.findall(r"# Table: readers_(\d+)", made.user) == [str(n) for n in range(made.tables)]
        assert ("no wrong_2" in made.user) == (failed == 3)
        assert "no wrong_0" not in made.user or failed == 1
    # A repair is asked with the same schema, so that a server need not read it again.
    assert len(set(counts)) == 1
    assert 0 < counts[0] < 200
    assert REPAIR_TOKENS < 6_000


def test_a_repair_begins_as_the_first_prompt_did() -> None:
    context = context_of("how many?", READERS, LOANS)
    first, second = told(context), told(context, failed=1)

    assert second.system == first.system
    assert second.user.startswith(first.user)


def test_examples_give_way_before_the_first_table_does() -> None:
    wide = replace(READERS, columns=tuple(Column(f"column_{n}", "INTEGER") for n in range(60)))
    context = context_of("how many?", wide, examples=EXAMPLES)
    enough = next(budget for budget in range(500, 9_000, 50) if told(context, budget=budget).tables)
    assert told(context, budget=enough).examples == 0
    assert told(context, budget=enough * 3).examples == 5


def test_sql_of_an_example_is_told_whole_or_not_at_all() -> None:
    long = Example("all?", "SELECT " + ", ".join(f"column_{n}" for n in range(900)) + " FROM readers")
    made = told(context_of("how many?", READERS, examples=(long, EXAMPLES[0])))

    assert made.examples == 1
    assert "column_1" not in made.user


def test_the_last_earlier_questions_are_those_that_are_kept() -> None:
    earlier = tuple(f"question {n} {'long ' * 60}" for n in range(10))
    text = told(context_of("and now?", READERS, earlier=earlier), budget=4_000).user
    kept = [int(number) for number in re.findall(r"question (\d+)", text)]

    assert kept == list(range(min(kept), 10))
    assert 0 < min(kept) < 9


def test_messages_are_those_of_a_chat() -> None:
    made = told(context_of("how many?", READERS))
    assert made.messages == [{"role": "system", "content": made.system}, {"role": "user", "content": made.user}]
    assert [m["role"] for m in told(context_of("how many?", READERS), load_template("omnisql")).messages] == ["user"]
