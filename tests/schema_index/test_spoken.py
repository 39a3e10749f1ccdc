from __future__ import annotations

import pytest

from agent.records import Column, Table
from agent.schema_index.spoken import spoken, written_out


def columns_of(*names: str) -> list[str]:
    table = Table("t", tuple(Column(name, "TEXT") for name in names))
    return list(spoken(table, {}).columns.values())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("custOrdQty", "customer order quantity"),
        ("INV_DT", "invoice date"),
        ("address2", "address 2"),
        ("HTMLPage", "html page"),
        ("straße_nbr", "straße number"),
        ("___", "___"),
        ("状态", "状态"),
    ],
)
def test_a_name_is_said_in_whole_words(name: str, said: str) -> None:
    assert written_out(name, {}) == said


def test_the_users_own_abbreviations_come_first() -> None:
    assert written_out("cust_pnr", {"cust": "custody", "pnr": "booking"}) == "custody booking"


def test_a_first_word_that_all_columns_share_is_left_out() -> None:
    assert columns_of("emp_first_name", "emp_dept", "emp") == ["first name", "department", "employee"]
    assert columns_of("prod_a_x", "prod_a_y", "prod_a_z") == ["x", "y", "z"]


def test_a_word_that_few_columns_share_stays() -> None:
    assert columns_of("order_id", "order_date") == ["order identifier", "order date"]
    assert columns_of("order_id", "order_date", "total") == ["order identifier", "order date", "total"]
