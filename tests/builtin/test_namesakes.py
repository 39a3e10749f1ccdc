"""Tables of one name in several schemas: nobody's name hides another's, and the user says which is meant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from agent import Agent
from agent.draft import take_first
from agent.drafters.builtin.compose.aliases import table_aliases
from agent.drafters.builtin.compose.place import Place
from agent.errors import ChoiceError
from agent.records import Draft, Table
from tests.services import postgres_database

SCRIPT = (Path(__file__).parents[1] / "fixtures/questions/namesakes.sql").read_text("utf-8")
# DuckDB has no keys between schemas, and there the key is inferred.
KEY = "ALTER TABLE hr.orders ADD FOREIGN KEY (sales_order_id) REFERENCES sales.orders (id);"
OPEN_LEAVE = "how many orders have kind leave and status open"


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    if request.param == "postgres":
        with postgres_database(SCRIPT + KEY) as url, Agent.connect(url, today=date(2026, 11, 21)) as agent:
            yield agent
        return
    import duckdb

    file = tmp_path_factory.mktemp("office") / "office.duckdb"
    with duckdb.connect(file) as connection:
        connection.execute(SCRIPT)
    with Agent.connect(f"duckdb:///{file}", today=date(2026, 11, 21)) as agent:
        yield agent


def readings(agent: Agent, question: str) -> dict[str, tuple[tuple[object, ...], ...]]:
    """The rows of every reading, best first."""
    offered: list[str] = []

    def rows(place: int) -> tuple[tuple[object, ...], ...]:
        def choose(drafts: tuple[Draft, ...]) -> Draft:
            offered[:] = [draft.reading for draft in drafts]
            return drafts[place]

        return agent.ask(question, choose).rows

    first = rows(0)
    return dict(zip(offered, [first, *(rows(place) for place in range(1, len(offered)))], strict=True))


def test_a_question_over_two_namesakes_is_answered_by_each(office: Agent) -> None:
    # Order 1 is the one open order with leave, and 10 the one leave of an open order.
    assert readings(office, OPEN_LEAVE) == {"orders is sales.orders": ((1,),), "orders is hr.orders": ((1,),)}


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("how many sales orders", ((4,),)),
        ("how many sales.orders", ((4,),)),
        ("how many hr orders", ((3,),)),
        ("how many hr.orders", ((3,),)),
        ("number of sales orders per sales order status", (("open", 3), ("closed", 1))),
        ("how many sales orders without hr orders", ((1,),)),
        ("number of hr orders per sales.orders status", (("open", 2), ("closed", 1))),
        ("how many hr notes", ((2,),)),
    ],
)
def test_the_name_of_a_schema_says_which(office: Agent, question: str, rows: tuple[tuple[object, ...], ...]) -> None:
    # Which column comes first is of no matter here.
    assert {frozenset(row) for row in office.ask(question).rows} == {frozenset(row) for row in rows}


def test_equal_namesakes_are_a_choice(office: Agent) -> None:
    with pytest.raises(ChoiceError) as caught:
        office.ask("how many orders")

    assert set(caught.value.readings) == {"orders is sales.orders", "orders is hr.orders"}


def test_a_table_of_the_default_schema_comes_first(office: Agent) -> None:
    default = "public" if office.address.dialect == "postgres" else "main"

    assert readings(office, "how many notes") == {f"notes is {default}.notes": ((1,),), "notes is hr.notes": ((2,),)}
    assert office.ask("how many notes", take_first).rows == ((1,),)
    assert office.ask(f"how many {default}.notes").rows == ((1,),)


def test_what_else_is_named_settles_which_with_a_word_on_it(office: Agent) -> None:
    answer = office.ask("how many orders with kind leave")

    assert answer.rows == ((2,),)
    assert "orders is hr.orders" in answer.assumptions


def test_a_column_of_one_namesake_alone_means_that_one(office: Agent) -> None:
    assert set(office.ask("order kind").rows) == {("leave",), ("sick",)}


def test_columns_of_one_name_have_headings_of_their_own(office: Agent) -> None:
    answer = office.ask("hr order id and sales order id")

    assert len(set(answer.columns)) == len(answer.columns) == 2


def test_tables_without_namesakes_need_no_alias() -> None:
    assert aliases(Table("orders", (), "sales"), Table("staff", (), "hr")) == {}


def test_a_table_of_the_default_schema_needs_no_alias() -> None:
    assert aliases(Table("orders", ()), Table("orders", (), "hr")) == {"hr.orders": "hr_orders"}


def test_an_alias_is_free_in_any_case() -> None:
    tables = [Table("Orders", (), "hr"), Table("orders", (), "sales"), Table("HR_orders", ())]

    assert aliases(*tables) == {"hr.Orders": "hr_Orders_2", "sales.orders": "sales_orders"}


def aliases(*tables: Table) -> dict[str, str]:
    """The aliases by the ids of the tables."""
    found = table_aliases({Place(table.id): table for table in tables})
    return {place.table: alias for place, alias in found.items()}
