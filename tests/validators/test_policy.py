"""What a policy hides cannot be read: a query that passes answers as if it were not in the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.records import Catalog, Column, Policy, Table
from agent.schema_index.policy import apply_policy
from agent.validators import validate
from tests.validators.corpus import DIALECTS, SAFETY
from tests.validators.engines import ERRORS, Engine, engine

CASES = yaml.safe_load((SAFETY / "policy.yaml").read_text("utf-8"))
SCRIPT = (SAFETY / "policy.sql").read_text("utf-8")
POLICY = Policy(tuple(CASES["policy"]["tables"]), tuple(CASES["policy"]["hidden"]))
HIDING = """
    INSERT INTO customers VALUES (1, 'Ann', 'z@example.com', 'FR', 'p3', 3), (2, 'Bob', 'a@example.com', 'DE', 'p1', 1),
        (3, 'Cid', 'm@example.com', 'FR', 'p2', 2);
    INSERT INTO staff VALUES ('Ann', 9, NULL), ('Bob', 2, 'Ann'), ('Cid', 7, 'Ann');
    INSERT INTO salaries VALUES ('Ann', 90), ('Bob', 20);
"""
BARE = """
    ALTER TABLE customers DROP COLUMN email;
    ALTER TABLE customers DROP COLUMN password;
    ALTER TABLE staff DROP COLUMN pay;
    DROP TABLE salaries;
"""
TABLES = {
    "customers": ("id", "name", "email", "country", "password", "score"),
    "orders": ("id", "customer_id", "ordered_on", "total"),
    "leads": ("id", "name", "email"),
    "staff": ("name", "pay", "manager"),
    "salaries": ("person", "amount"),
}


def whole(dialect: str) -> Catalog:
    tables = (Table(name, tuple(Column(column, "") for column in columns)) for name, columns in TABLES.items())
    return Catalog(dialect, tuple(tables))


def shown(dialect: str) -> Catalog:
    return apply_policy(whole(dialect), POLICY)


def of(group: str, dialect: str) -> list[dict[str, Any]]:
    return [case for case in CASES[group] if dialect in case.get("dialects", DIALECTS)]


@pytest.fixture(scope="module", params=DIALECTS)
def worlds(request: pytest.FixtureRequest) -> Iterator[tuple[str, Engine, Engine]]:
    """A database, and the same where all that is hidden has never been."""
    with ExitStack() as stack:
        yield (
            request.param,
            stack.enter_context(engine(request.param, SCRIPT + HIDING)),
            stack.enter_context(engine(request.param, SCRIPT + HIDING + BARE)),
        )


ATTACKS = [(dialect, case) for dialect in DIALECTS for case in of("attacks", dialect)]


@pytest.mark.parametrize(("dialect", "case"), ATTACKS, ids=lambda value: value if value in DIALECTS else value["sql"])
def test_nothing_reads_what_is_hidden(dialect: str, case: dict[str, str]) -> None:
    verdict = validate(case["sql"], shown(dialect), POLICY)
    assert verdict.query is None
    assert any(case["says"] in finding.message for finding in verdict.findings), verdict.findings
    assert not all("parser stops" in finding.message for finding in verdict.findings), verdict.findings


@pytest.mark.parametrize(("dialect", "case"), ATTACKS, ids=lambda value: value if value in DIALECTS else value["sql"])
def test_no_hint_tells_what_is_hidden(dialect: str, case: dict[str, str]) -> None:
    """A finding says no more than the statement did."""
    said = " ".join(f"{f.message} {f.hint}" for f in validate(case["sql"], shown(dialect), POLICY).findings).lower()
    for name in ("email", "password", "pay", "salaries", "amount", "person"):
        assert name in case["sql"].lower() or name not in said.replace("leads.email", ""), said


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_hidden_name_is_told_like_one_that_never_was(dialect: str) -> None:
    hidden = validate("SELECT password FROM customers", shown(dialect), POLICY)
    never = validate("SELECT pazzword FROM customers", shown(dialect), POLICY)
    assert str(hidden).replace("password", "x") == str(never).replace("pazzword", "x")


def test_what_passes_answers_as_if_nothing_were_hidden(worlds: tuple[str, Engine, Engine]) -> None:
    dialect, whole_world, bare_world = worlds
    for case in of("honest", dialect):
        verdict = validate(case["sql"], shown(dialect), POLICY)
        assert verdict.query, (case["sql"], verdict.findings)
        assert whole_world.run(verdict.query.sql) == bare_world.run(verdict.query.sql) == bare_world.run(case["sql"])


def test_what_passes_of_spliced_statements_answers_so_too(worlds: tuple[str, Engine, Engine]) -> None:
    dialect, whole_world, bare_world = worlds
    texts = [case["sql"] for case in (*of("honest", dialect), *of("attacks", dialect))]
    catalog = shown(dialect)

    @settings(deadline=None, derandomize=True, max_examples=500)
    @given(st.sampled_from(texts), st.sampled_from(texts), st.data())
    def judge(left: str, right: str, data: st.DataObject) -> None:
        heads, tails = left.split(" "), right.split(" ")
        cut, join = data.draw(st.integers(0, len(heads))), data.draw(st.integers(0, len(tails)))
        query = validate(" ".join([*heads[:cut], *tails[join:]]), catalog, POLICY).query
        if query:
            assert differs(query.sql, whole_world, bare_world) is not True, query.sql

    judge()


def test_the_two_worlds_tell_when_something_hidden_is_read(worlds: tuple[str, Engine, Engine]) -> None:
    """Without the checker, most attacks run, and read what is not in the other database."""
    dialect, whole_world, bare_world = worlds
    read = [case["sql"] for case in of("attacks", dialect) if differs(case["sql"], whole_world, bare_world)]
    assert len(read) >= 50


def differs(sql: str, whole_world: Engine, bare_world: Engine) -> bool | None:
    """Whether a statement reads what is hidden; None where the engine does not run it."""
    try:
        rows = whole_world.run(sql)
    except ERRORS:
        return None
    try:
        other = bare_world.run(sql)
    except ERRORS:
        return True
    # Engines order the rows as they like where the statement does not say, or says it of equal ones.
    return sorted(map(repr, rows[1])) != sorted(map(repr, other[1]))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_without_a_policy_the_same_statements_are_not_its_matter(dialect: str) -> None:
    for case in of("attacks", dialect):
        found = validate(case["sql"], whole(dialect)).findings
        assert all(finding.rule != "policy" for finding in found), case["sql"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_functions_of_the_owner_are_allowed_by_their_bare_names(dialect: str) -> None:
    allowing = Policy(allow_functions=frozenset({"my_bucket"}))
    sql = "SELECT My_Bucket(total), COUNT(*) FROM orders GROUP BY my_bucket(total)"
    assert validate(sql, whole(dialect), allowing).findings == ()
    assert [finding.rule for finding in validate(sql, whole(dialect)).findings] == ["functions", "functions"]
    for refused in ('"my_bucket"(total)', "main.my_bucket(total)", "my_other(total)", "total.my_bucket(1)"):
        assert validate(f"SELECT {refused} FROM orders", whole(dialect), allowing).query is None
    assert validate("SELECT x.id FROM my_bucket(5) AS x(id)", whole(dialect), allowing).query is None
