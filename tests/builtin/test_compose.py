"""The SQL of typed queries, on every engine: checked, run, and compared with SQL written by hand."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import duckdb
import pytest

from agent import Agent
from agent.dialects import Connection, connect
from agent.dialects.address import Address, read_address
from agent.dialects.sqlite import path_of
from agent.drafters.builtin.compose.compose import compose
from agent.drafters.builtin.query.query import (
    AllColumns,
    AnyOf,
    BucketTerm,
    ColumnTerm,
    Combined,
    Condition,
    Difference,
    Exists,
    MeasureTerm,
    Ordering,
    Query,
    RelatedTerm,
    Share,
)
from agent.drafters.builtin.question.dates import Window
from agent.errors import NotUnderstoodError
from agent.records import Catalog, Limits, Row
from agent.schema_index.reflect import reflect
from agent.validators import validate
from tests.services import mariadb_database, postgres_database
from tests.shops import shop_on

FLIGHTS = """
CREATE TABLE airports (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, city VARCHAR(40));
CREATE TABLE airlines (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);
CREATE TABLE flights (
    id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES airports (id),
    destination_id INTEGER NOT NULL REFERENCES airports (id), airline_id INTEGER REFERENCES airlines (id),
    note VARCHAR(40), price INTEGER NOT NULL, flown_on DATE NOT NULL
);
CREATE TABLE staff (
    id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, salary INTEGER NOT NULL, boss_id INTEGER REFERENCES staff (id)
);
INSERT INTO airports VALUES (1, 'North', 'Oslo'), (2, 'South', 'Rome'), (3, 'East', 'Oslo'), (4, 'West', NULL);
INSERT INTO airlines VALUES (1, 'Swift'), (2, 'Calm');
INSERT INTO flights VALUES
    (1, 1, 2, 1, '50% off', 120, '2026-01-05'), (2, 1, 3, 1, '500 off', 80, '2026-01-09'),
    (3, 2, 1, 2, 'a_b', 100, '2026-02-01'), (4, 2, 3, NULL, 'AxB', 95, '2026-02-20'),
    (5, 3, 2, 2, NULL, 201, '2026-03-01'), (6, 1, 2, NULL, 'hot! c\\d', 120, '2026-03-04');
INSERT INTO staff VALUES (1, 'Ann', 90, NULL);
INSERT INTO staff VALUES (2, 'Bob', 95, 1);
INSERT INTO staff VALUES (3, 'Cid', 40, 1);
INSERT INTO staff VALUES (4, 'Dan', 45, 3);
"""
SCHEMAS = ("shop", "flights")
LIMITS = Limits(rows=100_000)


@dataclass(frozen=True, slots=True)
class Database:
    """A schema on an engine."""

    catalog: Catalog
    connection: Connection

    def rows(self, query: Query) -> list[Row]:
        """What the query gives, which must pass the checker."""
        sql = compose(query, self.catalog)
        verdict = validate(sql, self.catalog)
        assert verdict.query, f"{sql}\n{verdict.findings}"
        return [tuple(map(_plain, row)) for row in self.connection.run(verdict.query.sql, LIMITS).rows]


def _plain(value: Any) -> Any:
    if isinstance(value, int | float | Decimal):
        return round(float(value), 6)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value


@pytest.fixture(scope="module", params=["sqlite", "duckdb", "postgres", "mysql"])
def databases(
    request: pytest.FixtureRequest, shop: Agent, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Database]]:
    """Both schemas on an engine."""
    with ExitStack() as parts:
        folder = tmp_path_factory.mktemp("compose")
        yield {
            "shop": _opened(_shop(request.param, shop, parts), parts),
            "flights": _opened(_flights(request.param, folder, parts), parts),
        }


def _opened(address: Address, parts: ExitStack) -> Database:
    return Database(reflect(address), parts.enter_context(closing(connect(address))))


def _shop(engine: str, shop: Agent, parts: ExitStack) -> Address:
    if engine == "sqlite":
        return shop.address
    return parts.enter_context(shop_on(engine, path_of(shop.address.url)))


def _flights(engine: str, folder: Path, parts: ExitStack) -> Address:
    if engine == "postgres":
        return read_address(parts.enter_context(postgres_database(FLIGHTS)))
    if engine == "mysql":
        return read_address(parts.enter_context(mariadb_database(FLIGHTS.replace("\\", "\\\\"))))
    file = folder / f"flights.{engine}"
    if engine == "sqlite":
        with closing(sqlite3.connect(file)) as made:
            made.executescript(FLIGHTS)
    else:
        with closing(duckdb.connect(file)) as duck:
            duck.execute(FLIGHTS)
    return read_address(f"{engine}:///{file}")


@pytest.fixture(scope="module")
def by_hand(shop: Agent) -> Iterator[dict[str, sqlite3.Connection]]:
    """Both schemas on SQLite, on which the SQL written by hand is run."""
    with closing(sqlite3.connect(path_of(shop.address.url))) as goods, closing(sqlite3.connect(":memory:")) as air:
        air.executescript(FLIGHTS)
        yield {"shop": goods, "flights": air}


def column(name: str, via: str = "") -> ColumnTerm:
    table, column = name.split(".")
    return ColumnTerm(table, column, via)


def count(table: str) -> MeasureTerm:
    return MeasureTerm("count", table)


def of(function: Any, name: str, distinct: bool = False) -> MeasureTerm:
    return MeasureTerm(function, name.split(".")[0], column(name), distinct)


def names_of(table: str, *where: Condition | Exists | AnyOf) -> Query:
    return Query(table, (column(f"{table}.name"),), where)


PRICE, SEGMENT = column("products.price"), column("customers.segment")
AVERAGE_PRICE = Query("products", (of("avg", "products.price"),))
SOURCE, TARGET = column("airports.name", "source_id"), column("airports.name", "destination_id")
NOTE, SALARY = column("flights.note"), column("staff.salary")
IN_2025 = Condition(column("orders.ordered_at"), "window", (Window(date(2025, 1, 1), date(2026, 1, 1)),))

# The schema, the query, and the same by hand; those with an order are compared in it.
CASES: dict[str, tuple[str, Query, str]] = {
    "a value of all rows": (
        "shop",
        names_of("products", Condition(PRICE, ">", (AVERAGE_PRICE,))),
        "SELECT name FROM products WHERE price > (SELECT AVG(price) FROM products)",
    ),
    "a value of other rows, with joins of its own": (
        "shop",
        replace(
            names_of("products", Condition(column("categories.name"), "=", ("Cycling",)), Condition(
                PRICE, ">=", (
                    Query(
                        "products", (of("min", "products.price"),),
                        (Condition(column("categories.name"), "=", ("Cycling",)),),
                    ),
                ),
            )),
            distinct=True,
        ),
        "SELECT DISTINCT p.name FROM products p JOIN categories c ON c.id = p.category_id WHERE c.name = 'Cycling'"
        " AND p.price >= (SELECT MIN(q.price) FROM products q JOIN categories d ON d.id = q.category_id"
        " WHERE d.name = 'Cycling')",
    ),
    "among the rows of another query": (
        "shop",
        names_of("customers", Condition(column("customers.id"), "in", (
            Query("orders", (column("orders.customer_id"),), (Condition(column("orders.status"), "=", ("returned",)),)),
        ))),
        "SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE status = 'returned')",
    ),
    "among the first rows of another query": (
        "shop",
        names_of("customers", Condition(column("customers.id"), "in", (
            Query(
                "orders", (column("orders.customer_id"),),
                order_by=(Ordering(column("orders.total"), True), Ordering(column("orders.id"), False)), limit=5,
            ),
        ))),
        "SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders ORDER BY total DESC, id LIMIT 5)",
    ),
    "not among rows that may be without a value": (
        "shop",
        names_of("employees", Condition(column("employees.id"), "in", (
            Query("orders", (column("orders.employee_id"),)),
        ), negated=True)),
        "SELECT name FROM employees WHERE NOT EXISTS (SELECT 1 FROM orders WHERE employee_id = employees.id)",
    ),
    "not among the first rows, of which some are without a value": (
        "flights",
        names_of("airlines", Condition(column("airlines.id"), "in", (
            Query(
                "flights", (column("flights.airline_id"),),
                order_by=(Ordering(column("flights.id"), True),), limit=3,
            ),
        ), negated=True)),
        "SELECT 'Swift'",
    ),
    "groups above a value of all rows": (
        "shop",
        Query(
            "products", (column("products.brand"), of("avg", "products.price")),
            group_by=(column("products.brand"),),
            having=(Condition(of("avg", "products.price"), ">", (AVERAGE_PRICE,)),),
        ),
        "SELECT brand, AVG(price) FROM products GROUP BY brand"
        " HAVING AVG(price) > (SELECT AVG(price) FROM products)",
    ),
    "one column against another": (
        "shop",
        Query("order_items", (count("order_items"),), (
            Condition(column("order_items.unit_price"), "<", (column("products.price"),)),
        )),
        "SELECT COUNT(*) FROM order_items i JOIN products p ON p.id = i.product_id WHERE i.unit_price < p.price",
    ),
    "a column against one of the row outside": (
        "shop",
        Query("orders", (count("orders"),), (
            Exists("orders", "payments", (Condition(column("payments.amount"), "<", (column("orders.total"),)),)),
        )),
        "SELECT COUNT(*) FROM orders o WHERE EXISTS"
        " (SELECT 1 FROM payments WHERE order_id = o.id AND amount < o.total)",
    ),
    "any of conditions on one table": (
        "shop",
        Query("customers", (count("customers"),), (
            AnyOf((Condition(SEGMENT, "=", ("enterprise",)), Condition(column("customers.country"), "=", ("Spain",)))),
            Condition(column("customers.newsletter"), "=", (True,)),
        )),
        "SELECT COUNT(*) FROM customers WHERE (segment = 'enterprise' OR country = 'Spain') AND newsletter",
    ),
    "any of conditions on a table that not every row has a partner in": (
        "shop",
        Query("orders", (count("orders"),), (
            AnyOf((
                Condition(column("employees.name"), "starts", ("a",)), Condition(column("orders.total"), ">", (500,)),
            )),
        )),
        "SELECT COUNT(*) FROM orders o LEFT JOIN employees e ON e.id = o.employee_id"
        " WHERE e.name LIKE 'a%' OR o.total > 500",
    ),
    "any of conditions on another table": (
        "shop",
        Query("products", (count("products"),), (
            AnyOf((
                Condition(column("categories.name"), "=", ("Cycling",)),
                Condition(column("categories.name"), "contains", ("FURNI",)),
            )),
        )),
        "SELECT COUNT(*) FROM products p JOIN categories c ON c.id = p.category_id"
        " WHERE c.name = 'Cycling' OR c.name LIKE '%furni%'",
    ),
    "any of a period and of rows that exist": (
        "shop",
        Query("customers", (count("customers"),), (
            AnyOf((
                Condition(column("customers.signed_up_on"), "window", (Window(date(2025, 1, 1), date(2026, 1, 1)),)),
                Exists("customers", "orders", (Condition(column("orders.total"), ">", (900,)),)),
            )),
        )),
        "SELECT COUNT(*) FROM customers c WHERE (signed_up_on >= '2025-01-01' AND signed_up_on < '2026-01-01')"
        " OR EXISTS (SELECT 1 FROM orders WHERE customer_id = c.id AND total > 900)",
    ),
    "the difference of two measures": (
        "shop",
        Query("products", (Difference(of("max", "products.price"), of("min", "products.price")),)),
        "SELECT MAX(price) - MIN(price) FROM products",
    ),
    "the largest difference of groups": (
        "shop",
        Query(
            "products",
            (column("products.brand"), Difference(of("max", "products.price"), of("min", "products.price"))),
            group_by=(column("products.brand"),),
            order_by=(
                Ordering(Difference(of("max", "products.price"), of("min", "products.price")), True),
                Ordering(column("products.brand"), False),
            ),
            limit=3,
        ),
        "SELECT brand, MAX(price) - MIN(price) FROM products GROUP BY brand ORDER BY 2 DESC, brand LIMIT 3",
    ),
    "the days between two dates": (
        "flights",
        Query("flights", (Difference(of("max", "flights.flown_on"), of("min", "flights.flown_on")),)),
        "SELECT JULIANDAY(MAX(flown_on)) - JULIANDAY(MIN(flown_on)) FROM flights",
    ),
    "different values": (
        "shop",
        Query("customers", (of("count", "customers.country", distinct=True),)),
        "SELECT COUNT(DISTINCT country) FROM customers",
    ),
    "different rows": (
        "shop",
        Query(
            "customers", (MeasureTerm("count", "customers", distinct=True),),
            (Condition(column("orders.status"), "=", ("returned",)),),
        ),
        "SELECT COUNT(DISTINCT customer_id) FROM orders WHERE status = 'returned'",
    ),
    "the average of different whole numbers": (
        "flights",
        Query("flights", (of("avg", "flights.price", distinct=True),)),
        "SELECT AVG(DISTINCT price) FROM flights",
    ),
    "joined to a table that no term names": (
        "shop",
        replace(names_of("customers"), joined=("orders",)),
        "SELECT c.name FROM customers c JOIN orders o ON o.customer_id = c.id",
    ),
    "rows of both": (
        "shop",
        Query(
            "customers", (column("customers.city"),), (Condition(column("customers.country"), "=", ("Spain",)),),
            combined=Combined("intersect", Query(
                "customers", (column("customers.city"),), (Condition(SEGMENT, "=", ("enterprise",)),),
            )),
            order_by=(Ordering(column("customers.city"), True),), limit=3,
        ),
        "SELECT city FROM customers WHERE country = 'Spain' INTERSECT SELECT city FROM customers"
        " WHERE segment = 'enterprise' ORDER BY city DESC LIMIT 3",
    ),
    "rows of either": (
        "shop",
        Query(
            "customers", (column("customers.name"),),
            combined=Combined("union", names_of("employees")),
            order_by=(Ordering(column("customers.name"), False),), limit=20,
        ),
        "SELECT name FROM customers UNION SELECT name FROM employees ORDER BY name LIMIT 20",
    ),
    "rows of one but not of the other, which is cut": (
        "shop",
        replace(
            names_of("products"),
            combined=Combined("except", replace(
                names_of("products"),
                order_by=(Ordering(PRICE, True), Ordering(column("products.name"), False)), limit=150,
            )),
        ),
        "SELECT name FROM products EXCEPT"
        " SELECT * FROM (SELECT name FROM products ORDER BY price DESC, name LIMIT 150)",
    ),
    "rows of groups of both, in order of what is counted": (
        "shop",
        Query(
            "customers", (column("customers.country"), count("customers")),
            group_by=(column("customers.country"),), having=(Condition(count("customers"), ">", (3,)),),
            combined=Combined("union", Query(
                "employees", (column("employees.department"), count("employees")),
                group_by=(column("employees.department"),),
            )),
            order_by=(Ordering(count("customers"), True), Ordering(column("customers.country"), False)),
        ),
        "SELECT country, COUNT(*) AS n FROM customers GROUP BY country HAVING COUNT(*) > 3 UNION"
        " SELECT department, COUNT(*) FROM employees GROUP BY department ORDER BY n DESC, country",
    ),
    "three queries combined": (
        "flights",
        replace(
            names_of("airports"),
            combined=Combined("except", replace(
                names_of("airports", Condition(column("airports.city"), "=", ("Oslo",))),
                combined=Combined("except", names_of("airports", Condition(column("airports.name"), "=", ("East",)))),
            )),
        ),
        "SELECT name FROM airports WHERE name <> 'North'",
    ),
    "among combined rows": (
        "flights",
        names_of("airports", Condition(column("airports.id"), "in", (
            Query(
                "flights", (column("flights.source_id"),),
                combined=Combined("intersect", Query("flights", (column("flights.destination_id"),))),
            ),
        ))),
        "SELECT name FROM airports WHERE id IN (SELECT source_id FROM flights INTERSECT"
        " SELECT destination_id FROM flights)",
    ),
    "a sign that a pattern would take for any text": (
        "flights",
        Query("flights", (column("flights.id"),), (Condition(NOTE, "starts", ("50%",)),)),
        "SELECT 1",
    ),
    "a sign that a pattern would take for any letter, in another case": (
        "flights",
        Query("flights", (column("flights.id"),), (Condition(NOTE, "contains", ("A_B",)),)),
        "SELECT 3",
    ),
    "a backslash and the sign of escape": (
        "flights",
        Query("flights", (column("flights.id"),), (Condition(NOTE, "ends", ("! C\\D",)),)),
        "SELECT 6",
    ),
    "without a text": (
        "flights",
        Query("flights", (column("flights.id"),), (Condition(NOTE, "contains", ("off",), negated=True),)),
        "SELECT id FROM flights WHERE note IS NULL OR note NOT LIKE '%off%'",
    ),
    "without a text with a sign": (
        "flights",
        Query("flights", (column("flights.id"),), (Condition(NOTE, "contains", ("%",), negated=True),)),
        "SELECT id FROM flights WHERE id <> 1",
    ),
    "a text within numbers": (
        "flights",
        Query("flights", (column("flights.id"),), (Condition(column("flights.price"), "ends", ("20",)),)),
        "SELECT id FROM flights WHERE price = 120",
    ),
    "one table by two keys": (
        "flights",
        Query("flights", (column("flights.id"), SOURCE, TARGET)),
        "SELECT f.id, s.name, d.name FROM flights f JOIN airports s ON s.id = f.source_id"
        " JOIN airports d ON d.id = f.destination_id",
    ),
    "conditions by two keys": (
        "flights",
        Query("flights", (column("flights.id"),), (
            Condition(SOURCE, "=", ("North",)), Condition(TARGET, "=", ("South",)),
        )),
        "SELECT id FROM flights WHERE source_id = 1 AND destination_id = 2",
    ),
    "groups by a key, in order of their number": (
        "flights",
        Query(
            "flights", (TARGET, count("flights")), group_by=(TARGET,),
            order_by=(Ordering(count("flights"), True), Ordering(TARGET, False)),
        ),
        "SELECT a.name, COUNT(*) FROM flights f JOIN airports a ON a.id = f.destination_id GROUP BY a.name"
        " ORDER BY 2 DESC, 1",
    ),
    "any of two keys": (
        "flights",
        Query("flights", (column("flights.id"),), (
            AnyOf((Condition(SOURCE, "=", ("East",)), Condition(TARGET, "=", ("East",)))),
        )),
        "SELECT id FROM flights WHERE source_id = 3 OR destination_id = 3",
    ),
    "no rows by a key": (
        "flights",
        names_of("airports", Exists(
            "airports", "flights",
            (Condition(column("flights.price"), ">", (90,)), Condition(column("airlines.name"), "=", ("Swift",))),
            negated=True, via="destination_id",
        )),
        "SELECT name FROM airports WHERE id NOT IN"
        " (SELECT destination_id FROM flights WHERE price > 90 AND airline_id = 1)",
    ),
    "a measure of the rows by a key": (
        "flights",
        Query("airports", (
            column("airports.name"),
            RelatedTerm("airports", of("sum", "flights.price"), via="destination_id"),
            RelatedTerm("airports", count("flights"), (Condition(column("flights.price"), "<", (110,)),), "source_id"),
        )),
        "SELECT name, (SELECT COALESCE(SUM(price), 0) FROM flights WHERE destination_id = a.id),"
        " (SELECT COUNT(*) FROM flights WHERE source_id = a.id AND price < 110) FROM airports a",
    ),
    "rows and those that they point to in the same table": (
        "flights",
        Query("staff", (column("staff.name"), column("staff.name", "boss_id"))),
        "SELECT s.name, b.name FROM staff s JOIN staff b ON b.id = s.boss_id",
    ),
    "rows against those that they point to in the same table": (
        "flights",
        names_of("staff", Condition(SALARY, ">", (column("staff.salary", "boss_id"),))),
        "SELECT s.name FROM staff s JOIN staff b ON b.id = s.boss_id WHERE s.salary > b.salary",
    ),
    "any of conditions, one of them on another row of the same table": (
        "flights",
        names_of("staff", AnyOf((
            Condition(SALARY, ">", (column("staff.salary", "boss_id"),)),
            Condition(column("staff.name"), "=", ("Ann",)),
        ))),
        "SELECT name FROM staff WHERE name IN ('Ann', 'Bob', 'Dan')",
    ),
    "rows to which no others of the table point": (
        "flights",
        names_of("staff", Exists("staff", "staff", negated=True, via="boss_id")),
        "SELECT name FROM staff WHERE name IN ('Bob', 'Dan')",
    ),
    "how many others of the table point to each row": (
        "flights",
        Query("staff", (
            column("staff.name"), RelatedTerm("staff", count("staff"), (Condition(SALARY, ">", (50,)),), "boss_id"),
        )),
        "SELECT name, name = 'Ann' FROM staff",
    ),
    "distinct rows in an order that they do not show": (
        "shop",
        Query(
            "customers", (column("customers.country"),), distinct=True,
            order_by=(Ordering(column("customers.id"), True),), limit=3,
        ),
        "SELECT country FROM customers GROUP BY country ORDER BY MAX(id) DESC LIMIT 3",
    ),
    "groups by a key that show a name, in order of another column": (
        "shop",
        Query(
            "orders", (column("customers.name"), count("orders")), group_by=(column("customers.id"),),
            order_by=(Ordering(column("customers.email"), False),), limit=5,
        ),
        "SELECT c.name, COUNT(*) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY c.id"
        " ORDER BY c.email LIMIT 5",
    ),
    "groups in order of a column that differs within them": (
        "shop",
        Query(
            "products", (column("products.brand"),), group_by=(column("products.brand"),),
            order_by=(Ordering(PRICE, True), Ordering(column("products.brand"), False)), limit=4,
        ),
        "SELECT brand FROM products GROUP BY brand ORDER BY MAX(price) DESC, brand LIMIT 4",
    ),
    "every column, by month of another table": (
        "shop",
        Query(
            "payments", (AllColumns("payments"), BucketTerm(column("orders.ordered_at"), "month")),
            order_by=(Ordering(column("payments.id"), False),), limit=4,
        ),
        "SELECT p.*, STRFTIME('%Y-%m', o.ordered_at) FROM payments p JOIN orders o ON o.id = p.order_id"
        " ORDER BY p.id LIMIT 4",
    ),
    "counts as shares of all": (
        "shop",
        Query(
            "orders", (column("orders.status"), Share(count("orders"), Query("orders", (count("orders"),)))),
            group_by=(column("orders.status"),),
        ),
        "SELECT status, 1.0 * COUNT(*) / (SELECT COUNT(*) FROM orders) FROM orders GROUP BY status",
    ),
    "sums in percent of those of a time, the largest first": (
        "shop",
        Query(
            "orders",
            (
                column("customers.country"),
                Share(
                    of("sum", "orders.total"),
                    Query("orders", (of("sum", "orders.total"),), (IN_2025,), joined=("customers",)),
                    percent=True,
                ),
            ),
            (IN_2025,),
            group_by=(column("customers.country"),),
            order_by=(Ordering(of("sum", "orders.total"), True),),
            limit=3,
        ),
        "SELECT c.country, 100.0 * SUM(o.total) / (SELECT SUM(total) FROM orders WHERE STRFTIME('%Y', ordered_at) ="
        " '2025') FROM orders o JOIN customers c ON c.id = o.customer_id WHERE STRFTIME('%Y', o.ordered_at) = '2025'"
        " GROUP BY c.country ORDER BY SUM(o.total) DESC LIMIT 3",
    ),
    "no share of nothing": (
        "flights",
        Query(
            "flights",
            (
                Share(
                    of("sum", "flights.price"),
                    Query("flights", (of("sum", "flights.price"),), (Condition(column("flights.id"), "<", (0,)),)),
                ),
            ),
        ),
        "SELECT NULL",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_query_gives_the_rows_of_sql_written_by_hand(
    databases: dict[str, Database], by_hand: dict[str, sqlite3.Connection], case: str
) -> None:
    schema, query, sql = CASES[case]
    expected = [tuple(map(_plain, row)) for row in by_hand[schema].execute(sql)]

    given = databases[schema].rows(query)

    assert expected
    if query.order_by:
        assert given == expected
    else:
        assert Counter(given) == Counter(expected)


@pytest.fixture(scope="module")
def catalogs(shop: Agent, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Catalog]:
    """Both schemas on SQLite."""
    with ExitStack() as parts:
        flights = _flights("sqlite", tmp_path_factory.mktemp("catalogs"), parts)
        return {"shop": reflect(shop.address), "flights": reflect(flights)}


@pytest.fixture(scope="module")
def flights(catalogs: dict[str, Catalog]) -> Catalog:
    """The schema with two keys to one table."""
    return catalogs["flights"]


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres", "mysql"])
@pytest.mark.parametrize("case", CASES)
def test_the_checker_passes_a_query_in_every_dialect(catalogs: dict[str, Catalog], case: str, dialect: str) -> None:
    schema, query, _ = CASES[case]
    catalog = replace(catalogs[schema], dialect=dialect)

    assert validate(sql := compose(query, catalog), catalog).findings == (), sql


def test_two_keys_to_one_table_are_told_apart_by_what_they_make_of_it(flights: Catalog) -> None:
    sql = compose(Query("flights", (SOURCE, TARGET)), flights)

    assert sql == (
        "SELECT\n  source_airports.name AS source_name,\n  destination_airports.name AS destination_name\n"
        "FROM flights\nJOIN airports AS source_airports\n  ON source_airports.id = flights.source_id\n"
        "JOIN airports AS destination_airports\n  ON destination_airports.id = flights.destination_id"
    )


def test_a_subquery_is_written_without_headings_and_aliases(flights: Catalog) -> None:
    average = Query("flights", (of("avg", "flights.price"),))

    sql = compose(
        Query("flights", (column("flights.id"),), (Condition(column("flights.price"), ">", (average,)),)), flights
    )

    assert " ".join(sql.split()) == (
        "SELECT flights.id FROM flights WHERE flights.price > ( SELECT AVG(flights.price) FROM flights )"
    )


@pytest.mark.parametrize(
    "query",
    [
        Query("flights", (column("airports.name", "airline_id"),)),
        Query("staff", (column("airports.name"),)),
        Query("staff", (), (Exists("staff", "staff"),)),
        Query("staff", (), (Exists("staff", "flights", via="source_id"),)),
        replace(
            names_of("airports"), combined=Combined("union", names_of("airlines")),
            order_by=(Ordering(column("airports.city"), False),),
        ),
    ],
    ids=["a key to another table", "no key", "itself without a key", "a key to another", "an order not shown"],
)  # fmt: skip
def test_what_no_key_joins_or_no_order_fits_is_declined(flights: Catalog, query: Query) -> None:
    with pytest.raises(NotUnderstoodError):
        compose(replace(query, select=query.select or (column("staff.name"),)), flights)


def test_a_query_is_composed_within_milliseconds(catalogs: dict[str, Catalog]) -> None:
    def seconds(schema: str, query: Query) -> float:
        start = perf_counter()
        compose(query, catalogs[schema])
        return perf_counter() - start

    took = [min(seconds(schema, query) for _ in range(3)) for schema, query, _ in CASES.values()]

    assert median(took) < 0.003
