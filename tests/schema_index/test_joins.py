from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.dialects.address import Address
from agent.records import Catalog, Column, ForeignKey, Table
from agent.schema_index.joins import Join, join_tables
from agent.schema_index.keys import infer_foreign_keys
from agent.schema_index.reflect import reflect
from agent.schema_index.shards import fold_shards

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
    assert inferred(table("a", "id: owner_id:"), table("b", "id:")) == []


def test_the_table_that_bears_the_name_is_meant_among_several() -> None:
    customers = table("customers", "customer_id:", key="customer_id")
    details = table("customer_details", "customer_id:", key="customer_id")
    orders = table("orders", "order_id: customer_id:", key="order_id")
    assert inferred(customers, details, orders) == [
        ("customer_details", "customer_id", "customers.customer_id"),
        ("orders", "customer_id", "customers.customer_id"),
    ]


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


def test_a_unique_column_is_one_to_one() -> None:
    parts = replace(table("b", "id: a_id:", to("a_id", "a")), unique=(("a_id",),))
    assert [join.fans_out for join in join_tables(Catalog("sqlite", (table("a", "id:"), parts)), ["a", "b"]) or ()] == [
        False
    ]


def test_inferred_and_composite_keys_of_several_schemas_are_bridges() -> None:
    customers = replace(table("customers", "id:"), schema="crm")
    orders = replace(table("orders", "id: customer_id:"), schema="sales")
    lines = replace(table("order_lines", "order_id: line_number:", key="order_id line_number"), schema="sales")
    shipments = replace(table("shipments", "id: order_id: line_number:"), schema="sales")
    catalog = infer_foreign_keys(Catalog("postgres", (customers, orders, lines, shipments)))
    joins = join_tables(catalog, ["sales.order_lines", "crm.customers"])
    assert joins == (
        Join("sales.order_lines", ("order_id",), "sales.orders", ("id",), fans_out=False, inferred=True),
        Join("sales.orders", ("customer_id",), "crm.customers", ("id",), fans_out=False, inferred=True),
    )
    [join] = join_tables(catalog, ["sales.order_lines", "sales.shipments"]) or ()
    assert join.right_columns == ("order_id", "line_number")
    assert join.fans_out


def test_ten_thousand_tables_are_joined() -> None:
    """A chain, whose ends are as far apart as tables can be, and a table that nothing leads to."""
    chain = [table(f"t{n}", "id: next:", to("next", f"t{n + 1}")) for n in range(10_000)]
    catalog = Catalog("sqlite", (*chain, table("t10000", "id:"), table("alone", "id:")))
    assert len(join_tables(catalog, ["t0", "t10000"]) or ()) == 10_000
    assert join_tables(catalog, ["t0", "alone"]) is None


def test_a_copy_by_date_is_no_bridge() -> None:
    days = [table(f"events_2024010{day}", "id: a_id: b_id:", to("a_id", "a"), to("b_id", "b")) for day in (1, 2, 3)]
    catalog = fold_shards(Catalog("sqlite", (*days, table("a", "id:"), table("b", "id:"))))
    assert [join.right for join in join_tables(catalog, ["a", "b"]) or ()] == ["events_20240103", "b"]
    assert [join.right for join in join_tables(catalog, ["a", "events_20240101"]) or ()] == ["events_20240101"]


def test_what_is_too_far_away_is_not_connected() -> None:
    chain = [table(f"t{n}", "id: next:", to("next", f"t{n + 1}")) for n in range(5)]
    catalog = Catalog("sqlite", (*chain, table("t5", "id:")))
    for _ in range(2):  # whatever an earlier search has found
        assert join_tables(catalog, ["t0", "t3"], within=2) is None
        assert len(join_tables(catalog, ["t0", "t3"], within=3) or ()) == 3
        assert len(join_tables(catalog, ["t0", "t5"]) or ()) == 5
        assert join_tables(catalog, ["t0", "t3", "t5"], within=2) is None


def test_each_catalog_has_its_own_graph() -> None:
    for target in ("b", "c") * 20:
        catalog = Catalog("sqlite", (table("a", "id: x:", to("x", target)), table("b", "id:"), table("c", "id:")))
        other = "c" if target == "b" else "b"
        assert join_tables(catalog, ["a", target])
        assert join_tables(catalog, ["a", other]) is None
        del catalog
