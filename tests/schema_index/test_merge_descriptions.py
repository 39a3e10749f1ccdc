from __future__ import annotations

from typing import Any

import pytest

from agent.errors import UsageError
from agent.schema_index.merge_descriptions import merge_descriptions

HELD: dict[str, Any] = {
    "tables": {
        "Orders": {
            "description": "One row per order.",
            "synonyms": ["sales"],
            "columns": {"total": "What was paid.", "status": {"tags": ["state"]}},
        }
    },
    "glossary": {"churn": "Having left."},
}
MORE: dict[str, Any] = {
    "tables": {
        "orders": {
            "description": "All orders.",
            "synonyms": ["Sales", "purchases"],
            "columns": {"TOTAL": {"tags": ["euros"]}, "status": "How far it is."},
        },
        "returns": {"tags": ["quality"]},
    },
    "glossary": {"Churn": {"meaning": "Gone.", "tables": ["customers"]}, "vip": "One who spends."},
}


@pytest.mark.parametrize("overwrite", [True, False])
def test_both_are_said(overwrite: bool) -> None:
    merged = merge_descriptions(HELD, MORE, overwrite=overwrite)

    assert merged.descriptions == {
        "tables": {
            "Orders": {
                "description": "All orders." if overwrite else "One row per order.",
                "synonyms": ["sales", "purchases"],
                "columns": {
                    "total": {"description": "What was paid.", "tags": ["euros"]},
                    "status": {"tags": ["state"], "description": "How far it is."},
                },
            },
            "returns": {"tags": ["quality"]},
        },
        "glossary": {
            "churn": {"meaning": "Gone." if overwrite else "Having left.", "tables": ["customers"]},
            "vip": "One who spends.",
        },
    }
    assert merged.differing == ("tables.Orders.description", "glossary.churn.meaning")


def test_nothing_changes_where_nothing_is_new() -> None:
    again = merge_descriptions(HELD, HELD)

    assert (again.descriptions, again.differing) == (HELD, ())
    assert merge_descriptions({}, HELD).descriptions == HELD
    assert merge_descriptions({"tables": None}, HELD).descriptions == HELD


@pytest.mark.parametrize(
    ("held", "key"),
    [({"tables": []}, "tables"), ({"tables": {"orders": {"synonyms": "sales"}}}, "tables.orders.synonyms")],
)
def test_another_form_is_an_error(held: dict[str, Any], key: str) -> None:
    with pytest.raises(UsageError, match=f"{key} is once a"):
        merge_descriptions(held, MORE)
