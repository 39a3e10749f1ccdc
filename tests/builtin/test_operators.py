"""The rules that read operators: what each phrase is proposed to mean, whatever the ranker makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from agent.drafters.builtin import BuiltinDrafter
from agent.drafters.builtin.query.query import ColumnTerm, Condition, MeasureTerm
from agent.drafters.builtin.question.dates import Window
from agent.drafters.builtin.read.effects import (
    AgainstMean,
    During,
    Effect,
    Filter,
    Having,
    Limit,
    Measure,
    OrderShown,
    Rank,
    RankCount,
)
from agent.drafters.builtin.read.rules import RULES
from agent.records import Catalog, Column, Context, ForeignKey, Question, ScoredTable, Table

SHEEP = Table(
    "sheep",
    (
        Column("id", "INTEGER", "integer"),
        Column("name", "TEXT", "text"),
        Column("breed", "TEXT", "text"),
        Column("age", "INTEGER", "integer"),
        Column("weight", "REAL", "number"),
        Column("born_on", "DATE", "date"),
        Column("year_bought", "INTEGER", "integer"),
    ),
    primary_key=("id",),
)
SHEARINGS = Table(
    "shearings",
    (
        Column("id", "INTEGER", "integer"),
        Column("sheep_id", "INTEGER", "integer"),
        Column("wool", "REAL", "number"),
        Column("minutes", "INTEGER", "integer"),
    ),
    primary_key=("id",),
    foreign_keys=(ForeignKey(("sheep_id",), "sheep", ("id",)),),
)
CATALOG = Catalog("sqlite", (SHEEP, SHEARINGS))
NAME, BREED, AGE = (ColumnTerm("sheep", name) for name in ("name", "breed", "age"))
WEIGHT, BORN, BOUGHT = (ColumnTerm("sheep", name) for name in ("weight", "born_on", "year_bought"))
WOOL, MINUTES = ColumnTerm("shearings", "wool"), ColumnTerm("shearings", "minutes")


def compared(term: ColumnTerm, operator: str, *values: str | float) -> Filter:
    return Filter(Condition(term, operator, values))


def counted(operator: str, number: int, table: str | None = "shearings") -> Having:
    return Having("count", table, None, operator, number)


MEANT: list[tuple[str, Effect]] = [
    ("names of sheep older than 3", compared(AGE, ">", 3)),
    ("names of sheep aged 3 or older", compared(AGE, ">=", 3)),
    ("names of sheep that are 3 or younger", compared(AGE, "<=", 3)),
    ("sheep whose weight is no more than 70", compared(WEIGHT, "<=", 70)),
    ("sheep whose weight is not more than 70", compared(WEIGHT, "<=", 70)),
    ("sheep with a weight of at least 70", compared(WEIGHT, ">=", 70)),
    ("sheep with more weight than 70", compared(WEIGHT, ">", 70)),
    ("sheep with a weight between 60 and 70", compared(WEIGHT, "between", 60, 70)),
    ("sheep with a weight of 60 to 70", compared(WEIGHT, "between", 60, 70)),
    ("sheep bought after the year 2008", compared(BOUGHT, ">", 2008)),
    ("sheep of after year bought 2008", compared(BOUGHT, ">", 2008)),
    ("sheep with exactly 70 weight", compared(WEIGHT, "in", 70)),
    ("sheep whose born on is later than 2020-05-01", During(Window(date(2020, 5, 2), None), "2020-05-01", BORN)),
    ("show the names that contain 'ol'", compared(NAME, "contains", "ol")),
    ("sheep with the letter a in their name", compared(NAME, "contains", "a")),
    ("sheep that have 'ol' in their names", compared(NAME, "contains", "ol")),
    ("breeds starting with the letter M", compared(BREED, "starts", "M")),
    ("sheep whose breed does not end with 'no'", Filter(Condition(BREED, "ends", ("no",), negated=True))),
    ("sheep whose breed is missing", Filter(Condition(BREED, "null"))),
    ("sheep with an unknown breed", Filter(Condition(BREED, "null"))),
    ("sheep whose breed is not null", Filter(Condition(BREED, "null", negated=True))),
    ("sheep whose weight is above the average", AgainstMean(WEIGHT, ">", "avg", WEIGHT)),
    ("sheep older than average", AgainstMean(AGE, ">", "avg", AGE)),
    ("sheep whose weight is greater than the weight of all merinos", AgainstMean(WEIGHT, ">", "max", WEIGHT)),
    ("sheep whose weight is greater than the weight of some merinos", AgainstMean(WEIGHT, ">", "min", WEIGHT)),
    ("sheep with a higher weight than all merinos", AgainstMean(WEIGHT, ">", "max", WEIGHT)),
    ("sheep with at least two shearings", counted(">=", 2)),
    ("sheep with two or more shearings", counted(">=", 2)),
    ("sheep with multiple shearings", counted(">", 1)),
    ("sheep that were shorn more than twice", counted(">", 2, None)),
    ("sheep that were shorn once", counted("=", 1, None)),
    ("sheep whose number of shearings is less than 3", counted("<", 3)),
    ("sheep whose total wool is above 10", Having("sum", "shearings", WOOL, ">", 10)),
    ("sheep with more than 10 total wool", Having("sum", "shearings", WOOL, ">", 10)),
    ("how many merino sheep are there", Measure("count", "sheep")),
    ("the number of sheep and shearings", Measure("count", "shearings")),
    ("the total number of minutes and wool", Measure("sum", "shearings", WOOL)),
    ("the average age and weight", Measure("avg", "sheep", WEIGHT)),
    ("number of different breeds", Measure("count", "sheep", BREED, distinct=True)),
    ("what are the highest, lowest and average weight", Measure("max", "sheep", WEIGHT)),
    ("what are the highest, lowest and average weight", Measure("min", "sheep", WEIGHT)),
    ("what are the highest, lowest and average weight", Measure("avg", "sheep", WEIGHT)),
    ("the average number of minutes", Measure("avg", "shearings", MINUTES)),
    ("the wool of all shearings on average", Measure("avg", "shearings", WOOL)),
    ("average sheep weight", Measure("avg", "sheep", WEIGHT)),
    ("how many minutes in total", Measure("sum", "shearings", MINUTES)),
    ("the three heaviest sheep", Rank(WEIGHT, True, 3)),
    ("the top 3 heaviest sheep", Rank(WEIGHT, True, 3)),
    ("the 3 sheep with the most shearings", Limit(3)),
    ("the sheep with the most shearings", RankCount("shearings", True, 1)),
    ("the sheep with the largest number of long shearings", RankCount("shearings", True, 1)),
    ("the sheep whose weight is the lowest", Rank(WEIGHT, False, 1)),
    ("the oldest sheep", Rank(AGE, True, 1)),
    ("the breed with the highest average weight", Rank(MeasureTerm("avg", "sheep", WEIGHT), True, 1)),
    ("the sheep with the largest wool in total", Rank(WOOL, True, 1)),
    ("the most common breed", RankCount(None, True, 1)),
    ("names in the alphabetical order", OrderShown(False)),
    ("names in descending alphabetical order", OrderShown(True)),
    ("names from the highest to the lowest", OrderShown(True)),
    ("names by weight in descending order", Rank(WEIGHT, True)),
    ("names sorted by sheep weight, descending", Rank(WEIGHT, True)),
    ("names ordered by breed and weight", Rank(WEIGHT, False)),
    ("names sorted first by breed, then by weight in descending order", Rank(BREED, False)),
    ("names sorted first by breed, then by weight in descending order", Rank(WEIGHT, True)),
    ("names in the order of their born on from old to young", Rank(BORN, False)),
    ("breeds ordered by the number of shearings", RankCount("shearings", False)),
    ("breeds ordered by average weight", Rank(MeasureTerm("avg", "sheep", WEIGHT), False)),
]


@pytest.mark.parametrize(("question", "meant"), MEANT, ids=[f"{text} {type(meant).__name__}" for text, meant in MEANT])
def test_a_phrase_is_proposed_to_mean_what_it_says(question: str, meant: Effect) -> None:
    assert meant in set(proposed(question))


@pytest.mark.parametrize(
    ("question", "never"),
    [
        ("sheep aged 3 or younger", compared(AGE, ">=", 3)),
        ("sheep after 3 or before 5", counted("<=", 3, None)),
        ("sheep whose breed is missing", Filter(Condition(BREED, "null", negated=True))),
        ("names in descending order", OrderShown(False)),
    ],
)
def test_a_phrase_is_not_proposed_to_mean_the_contrary(question: str, never: Effect) -> None:
    assert never not in set(proposed(question))


def proposed(question: str) -> Iterator[Effect]:
    """Every effect that a rule proposes for some span of the question, in any way to cut it into spans."""
    tables = tuple(ScoredTable(table, 1.0) for table in CATALOG.tables)
    context = Context(Question(question, date(2026, 11, 21)), CATALOG, tables)
    first, _ = BuiltinDrafter().scene(context)
    for scene in (first, *first.others):
        for start in range(len(scene.items)):
            for rule in RULES:
                yield from (fragment.effect for fragment in rule(scene, start))
