from __future__ import annotations

from collections.abc import Callable

from agent.dialects.address import Address
from agent.records import Catalog, Column, ForeignKey, Table
from agent.schema_index.joins import Join, join_tables
from agent.schema_index.keys import infer_foreign_keys
from agent.schema_index.reflect import reflect

MakeDatabase = Callable[..., Address]


def table(name: str, columns: str, *keys: ForeignKey, key: str = "id") -> Table:
    """A table of columns such as `id:integer name:text`."""
    parts = (item.partition(":") for item in columns.split())
    made = tuple(Column(name, kind, "text" if kind == "text" else "integer") for name, _, kind in parts)
    return Table(name, made, primary_key=tuple(key.split()), foreign_keys=keys)


def to(column: str, target: str, inferred: bool = False) -> ForeignKey:
    return ForeignKey((column,), target, ("id",), inferred)


def inferred(*tables: Table) -> list[tuple[str, str, str]]:
    return [
        (one.id, key.columns[0], f"{key.target}.{key.target_columns[0]}")
        for one in infer_foreign_keys(Catalog("sqlite", tables)).tables
        for key in one.foreign_keys
        if key.inferred
    ]


def test_keys_are_inferred_from_names_and_types() -> None:
    customers = table("customers", "id: name:text")
    orders = table("orders", "id: customer_id: billing_customer_id: name:text")
    assert inferred(customers, orders) == [
        ("orders", "customer_id", "customers.id"),
        ("orders", "billing_customer_id", "customers.id"),
    ]


def test_a_key_that_only_one_table_has_is_recognised() -> None:
    customers = table("Client", "customerNumber: name:text", key="customerNumber")
    payments = table("payments", "checkNumber:text customerNumber:", key="customerNumber checkNumber")
    assert inferred(customers, payments) == [("payments", "customerNumber", "Client.customerNumber")]


def test_no_key_is_inferred_across_types_over_declared_ones_or_between_several() -> None:
    customers = table("customers", "id:")
    assert inferred(customers, table("a", "id: customer_id:text")) == []
    assert inferred(customers, table("a", "id: customer_id:", to("customer_id", "b")), table("b", "id:")) == []
    twins = table("x", "code_no:", key="code_no"), table("y", "code_no:", key="code_no")
    assert inferred(*twins, table("a", "id: code_no:")) == []
    assert inferred(table("a", "id: parent_id:"), table("b", "id:")) == []


def test_the_table_that_bears_the_name_is_meant_among_several() -> None:
    customers = table("customers", "customer_id:", key="customer_id")
    details = table("customer_details", "customer_id:", key="customer_id")
    orders = table("orders", "order_id: customer_id:", key="order_id")
    assert inferred(customers, details, orders) == [("orders", "customer_id", "customers.customer_id")]


def test_tables_between_are_found_and_fans_are_told(database: MakeDatabase) -> None:
    catalog = reflect(database())
    assert join_tables(catalog, ["Customers", "products"]) == (
        Join("customers", ("id",), "orders", ("customer_id",), fans_out=True, inferred=False),
        Join("orders", ("id",), "order_items", ("order_id",), fans_out=True, inferred=False),
        Join("order_items", ("product_id",), "products", ("id",), fans_out=False, inferred=False),
    )


def test_one_table_needs_no_join_and_strangers_have_none() -> None:
    catalog = Catalog("sqlite", (table("a", "id:"), table("b", "id:")))
    assert join_tables(catalog, ["a"]) == join_tables(catalog, ["a", "A"]) == ()
    assert join_tables(catalog, ["a", "b"]) is None
    assert join_tables(catalog, ["a", "unknown"]) is None


def test_one_declared_step_beats_a_guess_and_a_guess_beats_two_steps() -> None:
    direct = Catalog(
        "sqlite",
        (
            table("a", "id: b1: b2: c:", to("b2", "b", inferred=True), to("b1", "b"), to("c", "c")),
            table("b", "id: d:", to("d", "d", inferred=True)),
            table("c", "id: d:", to("d", "d")),
            table("d", "id: e:", to("e", "d")),
        ),
    )
    [join] = join_tables(direct, ["a", "b"]) or ()
    assert (join.left_columns, join.inferred) == (("b1",), False)
    assert [join.right for join in join_tables(direct, ["a", "d"]) or ()] == ["c", "d"]


def test_a_shared_key_is_one_to_one() -> None:
    catalog = Catalog("sqlite", (table("a", "id:"), table("b", "id:", to("id", "a"))))
    assert [join.fans_out for join in join_tables(catalog, ["a", "b"]) or ()] == [False]


def test_each_catalog_has_its_own_graph() -> None:
    for target in ("b", "c") * 20:
        catalog = Catalog("sqlite", (table("a", "id: x:", to("x", target)), table("b", "id:"), table("c", "id:")))
        other = "c" if target == "b" else "b"
        assert join_tables(catalog, ["a", target])
        assert join_tables(catalog, ["a", other]) is None
        del catalog
