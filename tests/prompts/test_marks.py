"""Whatever is typed or stored, a template's marks stand where the template put them, and nowhere else."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from agent.prompts.all_templates import find_template
from agent.prompts.conversation import conversation
from agent.prompts.marks import marks_of
from agent.records import Column, Table
from tests.prompts.contexts import context_of

PIECES = [
    *("<", ">", "/", "|", "[", "]", "#", "【", "】", ":", "`", "~", " ", "\n", "\t", "\x00", "\u200b", "x"),
    *("schema", "question", "QUESTION", "SQL", "Task", "task", "Database Schema", "Schema", "用户问题", "Foreign keys"),
    *("Question", "Instructions", "im_start", "im_end", "Table", "Answer", "INST", "```sql", "### ", "</", "[/"),
]
MARKS = {
    "general": r"</?(?:schema|question|values)>|<\|im_\w+\|>|(?m:^# Table:)|【Foreign keys】|```",
    "sqlcoder": r"#+[ \t]*(?:Task|Database Schema|Answer)\b|\[/?(?:QUESTION|SQL|INST)\]|</?schema>|```",
    "xiyansql": r"【(?:用户问题|数据库schema|Schema|Foreign keys)】|(?m:^# Table:)|<\|im_\w+\|>|```",
    "omnisql": r"(?m:^[ \t]*(?:Question|Instructions|Database Schema):[ \t]*$)|```",
}


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.sampled_from(sorted(MARKS)))
def test_no_text_makes_a_mark(text: str, name: str) -> None:
    template = find_template(name)

    def marks(said: str) -> list[str]:
        table = Table("t", (Column("c", "TEXT", comment=said, samples=(said,)),), comment=said)
        made = conversation(template, context_of(f"x {said} x", table, earlier=(said,)), (), "monday", 9_000)
        return re.findall(MARKS[name], made.user)

    assert marks(text) == marks("x")


def test_a_text_without_marks_stays_as_it_is() -> None:
    without = marks_of(["### Task\n[QUESTION]{{question}}[/QUESTION]\n<schema>\nDatabase Schema:\n【Schema】\n[SQL]"])
    text = "# of tasks, [question], a < b, [Order Id], tags[1], Schema: x, 【重要】, C#, Task 5, <b>, [1] ### Tea"

    assert without(text) == text
    assert without("### Task [QUESTION] <SCHEMA> 【schema】 database schema: \ndatabase schema: ") == (
        "＃＃＃ Task ⟦QUESTION] ‹SCHEMA> 〖schema】 database schema: \ndatabase schema -"
    )


def test_no_marks_change_nothing() -> None:
    assert marks_of([])("### Task <schema>") == "### Task <schema>"
