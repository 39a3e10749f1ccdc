from __future__ import annotations

import pytest

from agent.errors import UsageError
from agent.records import Catalog, Column, Table
from agent.schema_index.tags import tagged

CATALOG = Catalog(
    "sqlite",
    (
        Table("orders", (Column("id", "INTEGER"),), tags=("Finance",)),
        Table("payments", (Column("amount", "REAL", tags=("finance",)), Column("day", "DATE", tags=("time",)))),
        Table("reviews", (Column("id", "INTEGER"),)),
    ),
)


def test_a_table_is_tagged_by_itself_or_by_a_column() -> None:
    assert tagged(CATALOG, ["FINANCE"]) == {"orders", "payments"}
    assert tagged(CATALOG, ["time", "finance"]) == {"orders", "payments"}
    assert tagged(CATALOG, ["time"]) == {"payments"}


@pytest.mark.parametrize(
    ("tags", "hint"), [(["finance", "fnance"], "did you mean finance?"), (["x"], "the tags are: finance, time")]
)
def test_a_tag_that_nothing_bears_is_an_error(tags: list[str], hint: str) -> None:
    with pytest.raises(UsageError, match=f"no table or column has the tag {tags[-1]}") as caught:
        tagged(CATALOG, tags)
    assert caught.value.hint == hint


def test_without_any_tag_the_hint_says_how_to_give_one() -> None:
    with pytest.raises(UsageError, match="agent schema describe --table NAME --tag TAG"):
        tagged(Catalog("sqlite", CATALOG.tables[2:]), ["x"])
