"""What is read of the schema and the values of each engine, on the real one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import date
from pathlib import Path

import duckdb
import psycopg
import pytest

from agent.dialects import open_reader
from agent.dialects.address import Address, read_address
from agent.errors import DatabaseError
from agent.records import Catalog, Column, ForeignKey, Question, Table
from agent.schema_index.build import build_index
from agent.schema_index.embed import Encoder
from agent.schema_index.fingerprint import fingerprint
from agent.schema_index.options import IndexOptions
from agent.schema_index.progress import silent
from agent.schema_index.reflect import reflect
from agent.schema_index.retrieve import retrieve
from agent.schema_index.sample import StoredValue, sample_values
from agent.schema_index.store import SchemaIndex
from tests.services import (
    database_of,
    mariadb_admin,
    mariadb_database,
    postgres_admin_url,
    postgres_database,
)

HERE = Path(__file__).parent
ODD_SCHEMA = 'odd "Schema" größe'


@contextmanager
def duckdb_database(script: str, folder: Path) -> Iterator[str]:
    file = folder / "shop.duckdb"
    with duckdb.connect(file) as connection:
        connection.execute(script)
    yield f"duckdb:///{file}"


def opened(engine: str, folder: Path) -> AbstractContextManager[str]:
    script = (HERE / f"engine_{engine}.sql").read_text(encoding="utf-8")
    if engine == "duckdb":
        return duckdb_database(script, folder)
    return {"postgres": postgres_database, "mariadb": mariadb_database}[engine](script)


@pytest.fixture(scope="module", params=["postgres", "mariadb", "duckdb"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """One database an engine, of tables that mean the same."""
    with opened(request.param, tmp_path_factory.mktemp("engine")) as url:
        yield read_address(url)


@pytest.fixture
def postgres() -> Iterator[Address]:
    with opened("postgres", HERE) as url:
        yield read_address(url)


def table(catalog: Catalog, name: str) -> Table:
    """The table of that name in whatever schema the engine has it."""
    return next(table for table in catalog.tables if table.name == name)


def column(catalog: Catalog, name: str, of: str) -> Column:
    found = table(catalog, of).column(name)
    assert found
    return found


def kinds(catalog: Catalog, name: str) -> dict[str, str]:
    return {column.name: column.kind for column in table(catalog, name).columns}


def sampled(address: Address, policy: str = "low-cardinality") -> tuple[Catalog, list[StoredValue]]:
    with closing(open_reader(address)) as reader:
        return sample_values(reflect(address), reader, policy, silent)


def test_tables_views_and_schemas(address: Address) -> None:
    catalog = reflect(address)
    assert catalog.dialect == address.dialect
    tables = {(table.schema, table.name): table.kind for table in catalog.tables}
    in_sales = "" if address.dialect == "mysql" else "sales"
    in_odd = "" if address.dialect == "mysql" else ODD_SCHEMA
    expected = {
        ("", "customers"): "table",
        ("", "german_customers"): "view",
        ("", "visits"): "table",
        (in_sales, "lines"): "table",
        (in_sales, "orders"): "table",
        (in_odd, "Select, it's"): "table",
    }
    if address.dialect == "postgres":
        expected["sales", "totals"] = "view"
    assert tables == expected


def test_columns_with_their_types_and_comments(address: Address) -> None:
    catalog = reflect(address)
    customers = table(catalog, "customers")
    assert [column.name for column in customers.columns] == ["id", "name", "country", "referred_by"]
    assert [column.nullable for column in customers.columns] == [False, False, True, True]
    assert (customers.comment, column(catalog, "country", "customers").comment) == ("Who buys.", "Where they live.")
    found = kinds(catalog, "orders")
    assert [found[name] for name in ("number", "ordered_at", "total", "mood")] == [
        "integer", "datetime", "number", "text",
    ]  # fmt: skip
    special = {
        "postgres": {"evening": "text", "flags": "other", "tags": "other"},
        "mysql": {"is_paid": "boolean"},
        "duckdb": {"parts": "other", "tags": "other"},
    }
    assert {name: found[name] for name in special[address.dialect]} == special[address.dialect]
    names = [column.name for column in table(catalog, "Select, it's").columns]
    quote = "`" if address.dialect == "mysql" else '"'
    assert names[0].startswith(f"a {quote}quoted{quote}, ")
    assert names[1] == "größe {0}"


def test_a_declared_type_is_as_written() -> None:
    with postgres_database("CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (a VARCHAR(40), b mood, c INT[])") as url:
        [found] = reflect(read_address(url)).tables
    assert [column.type for column in found.columns] == ["character varying(40)", "mood", "integer[]"]


def test_keys(address: Address) -> None:
    catalog = reflect(address)
    customers, orders, lines = (table(catalog, name) for name in ("customers", "orders", "lines"))
    assert (customers.primary_key, orders.primary_key) == (("id",), ("region", "number"))
    assert customers.foreign_keys == (ForeignKey(("referred_by",), "customers", ("id",)),)
    assert lines.foreign_keys == (ForeignKey(("order_region", "order_number"), orders.id, ("region", "number")),)
    # DuckDB declares no key across schemas, so there it is inferred.
    guessed = address.dialect == "duckdb"
    assert orders.foreign_keys == (ForeignKey(("customer_id",), "customers", ("id",), inferred=guessed),)
    assert table(catalog, "Select, it's").primary_key == (table(catalog, "Select, it's").columns[0].name,)


def test_stored_values(address: Address) -> None:
    catalog, values = sampled(address)
    orders, odd = table(catalog, "orders").id, table(catalog, "Select, it's").id
    names = {(value.table, value.column): value.value for value in values}
    assert {value.value for value in values if value.column == "country"} == {"Germany", "Sweden"}
    assert names[orders, "mood"] == "calm"
    assert names[odd, "größe {0}"] == "日本"
    assert names["visits", "page"] == "front page"
    assert not any(column in {"name", "tags"} for _, column in names)
    assert column(catalog, "country", "customers").samples == ("Germany", "Sweden")
    assert column(catalog, "visited_on", "visits").samples == ("2024-02-03",)
    assert column(catalog, "ordered_at", "orders").samples[0].startswith("2024-05-06 ")
    assert column(catalog, "name", "customers").samples == ()
    everything = sampled(address, "all")[1]
    assert StoredValue("customers", "name", "Ada Blum") in everything
    # The values of views are those of tables.
    assert not any(value.table == "german_customers" for value in everything)


def test_the_kind_of_a_declared_type_is_kept_whatever_is_stored(tmp_path: Path) -> None:
    script = "CREATE TABLE t (day VARCHAR); INSERT INTO t VALUES ('2024-01-02')"
    with duckdb_database(script, tmp_path) as url:
        assert kinds(sampled(read_address(url))[0], "t") == {"day": "text"}


@pytest.mark.parametrize(("rows", "kept"), [(999, 999), (1_000, 1_000), (1_001, 0)])
def test_a_column_of_many_values_is_left_out(rows: int, kept: int, tmp_path: Path) -> None:
    script = f"CREATE TABLE t AS SELECT 'word ' || i AS word FROM range({rows}) r (i)"
    with duckdb_database(script, tmp_path) as url:
        assert len(sampled(read_address(url))[1]) == kept


def test_only_named_schemas_are_read(postgres: Address) -> None:
    catalog = reflect(postgres, ("sales",))
    assert {table.id for table in catalog.tables} == {"sales.orders", "sales.lines", "sales.totals"}
    # The declared key points out of what is read, and no guess takes its place.
    assert table(catalog, "orders").foreign_keys == ()
    both = reflect(postgres, ("public", ODD_SCHEMA))
    assert {table.schema for table in both.tables} == {"", ODD_SCHEMA}
    with pytest.raises(DatabaseError, match="no table can be read in schema nowhere"):
        reflect(postgres, ("sales", "nowhere"))


def test_other_databases_of_mariadb_are_read_where_they_are_named() -> None:
    with (
        mariadb_database("CREATE TABLE here (id INT)") as url,
        mariadb_database("CREATE TABLE there (id INT)") as other,
    ):
        with closing(mariadb_admin()) as admin, admin.cursor() as cursor:
            cursor.execute(f"GRANT SELECT ON {database_of(other)}.* TO {database_of(url)}")
        address = read_address(url)
        assert [table.id for table in reflect(address).tables] == ["here"]
        catalog = reflect(address, (database_of(url), database_of(other)))
        assert [table.id for table in catalog.tables] == ["here", f"{database_of(other)}.there"]


def test_what_the_role_may_not_read_is_left_out(postgres: Address) -> None:
    role = database_of(postgres.url)
    before = fingerprint(postgres)
    with psycopg.connect(postgres_admin_url(role), autocommit=True) as owner:
        owner.execute(
            f"""
            REVOKE ALL ON SCHEMA sales FROM {role};
            REVOKE ALL ON visits, customers FROM {role};
            GRANT SELECT (id, country) ON customers TO {role};
        """.encode()
        )
    catalog = reflect(postgres)
    assert {table.name for table in catalog.tables} == {"customers", "german_customers", "Select, it's"}
    assert [column.name for column in table(catalog, "customers").columns] == ["id", "country"]
    assert fingerprint(postgres) != before


def test_a_key_that_the_role_may_not_read_whole_is_no_key() -> None:
    script = """
        CREATE TABLE a (x INT, y INT, PRIMARY KEY (x, y));
        CREATE TABLE b (id INT PRIMARY KEY, x INT, y INT, status TEXT, FOREIGN KEY (x, y) REFERENCES a);
    """
    with postgres_database(script) as url:
        role = database_of(url)
        run = writer("postgres", url)
        run(f"REVOKE ALL ON a, b FROM {role}")
        run(f"GRANT SELECT (status, x) ON b TO {role}")
        run(f"GRANT SELECT (x) ON a TO {role}")
        tables = reflect(read_address(url)).tables
    assert [(table.id, table.primary_key, table.foreign_keys) for table in tables] == [("a", (), ()), ("b", (), ())]


def test_two_tables_of_one_name_are_one_and_that_is_said() -> None:
    said = []
    with postgres_database('CREATE TABLE "a.b" (x INT); CREATE SCHEMA a; CREATE TABLE a.b (y INT)') as url:
        catalog = reflect(read_address(url), progress=lambda what, *_: said.append(what))
    assert [(table.id, table.columns[0].name) for table in catalog.tables] == [("a.b", "x")]
    assert said == ["leaving out table b of schema a, since another has the name a.b"]


def test_an_interruption_while_postgresql_is_sampled_is_heard() -> None:
    script = "CREATE TABLE a (t TEXT); CREATE VIEW slow AS SELECT t, pg_sleep(60)::text AS n FROM a"
    with postgres_database(f"{script}; INSERT INTO a VALUES ('x')") as url:
        timer = threading.Timer(0.5, signal.raise_signal, (signal.SIGINT,))

        def start(_: str, done: int, __: int) -> None:
            if done:
                timer.start()

        with closing(open_reader(read_address(url))) as reader:
            catalog = reflect(read_address(url))
            assert [table.name for table in catalog.tables] == ["a", "slow"]
            try:
                with pytest.raises(KeyboardInterrupt):
                    sample_values(catalog, reader, "all", start)
            finally:
                timer.join()


def test_sampling_ends_with_the_session_that_somebody_ended(postgres: Address) -> None:
    def cut_off(_: str, done: int, __: int) -> None:
        if done == 2:
            with psycopg.connect(postgres_admin_url("postgres"), autocommit=True) as admin:
                ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"
                admin.execute(ended, (database_of(postgres.url),))

    with (
        closing(open_reader(postgres)) as reader,
        pytest.raises(DatabaseError, match="the database server ended the connection"),
    ):
        sample_values(reflect(postgres), reader, "all", cut_off)


def test_what_the_role_may_not_read_is_left_out_of_mariadb() -> None:
    script = "CREATE TABLE open (id INT, secret INT); CREATE TABLE closed (id INT)"
    with mariadb_database(script) as url:
        name = database_of(url)
        with closing(mariadb_admin()) as admin, admin.cursor() as cursor:
            cursor.execute(f"REVOKE SELECT ON {name}.* FROM {name}")
            cursor.execute(f"GRANT SELECT (id) ON {name}.open TO {name}")
            cursor.execute(f"GRANT INSERT ON {name}.closed TO {name}")
        [found] = reflect(read_address(url)).tables
    assert (found.name, [column.name for column in found.columns]) == ("open", ["id"])


def test_an_empty_database_is_one_clear_line(tmp_path: Path) -> None:
    with (
        duckdb_database("SELECT 1", tmp_path) as duck,
        mariadb_database("SELECT 1") as maria,
        postgres_database("SELECT 1") as postgres,
    ):
        for url in (duck, maria, postgres):
            with pytest.raises(DatabaseError, match="the database holds no tables"):
                reflect(read_address(url))


CHANGES = {
    "postgres": "ALTER TABLE visits ADD COLUMN seconds INTEGER",
    "mariadb": "ALTER TABLE visits MODIFY page VARCHAR(90)",
    "duckdb": "COMMENT ON TABLE visits IS 'Who came.'",
}


@pytest.mark.parametrize("engine", CHANGES)
def test_the_fingerprint_tells_another_schema_but_not_other_rows(engine: str, tmp_path: Path) -> None:
    with opened(engine, tmp_path) as url:
        address = read_address(url)
        before = fingerprint(address)
        run = writer(engine, url)
        run("INSERT INTO customers VALUES (9, 'Di', 'Chad', NULL)")
        assert fingerprint(address) == before
        run(CHANGES[engine])
        assert fingerprint(address) != before


def writer(engine: str, url: str) -> Callable[[str], None]:
    """Runs a statement as the owner of the database."""

    def run(sql: str) -> None:
        if engine == "duckdb":
            with duckdb.connect(url.removeprefix("duckdb:///")) as connection:
                connection.execute(sql)
        elif engine == "postgres":
            with psycopg.connect(postgres_admin_url(database_of(url)), autocommit=True) as owner:
                owner.execute(sql.encode())
        else:
            with closing(mariadb_admin(database_of(url))) as admin, admin.cursor() as cursor:
                cursor.execute(sql)
                admin.commit()

    return run


def test_a_table_is_found_by_its_name_without_the_schema(address: Address, cache: Path, encoder: Encoder) -> None:
    with build_index(address, IndexOptions(cache)) as index:
        orders = table(index.catalog, "orders").id
        context = retrieve(Question("how many orders are calm", date(2024, 6, 1)), index)
        assert context.tables[0].table.id == orders
        assert [(match.table, match.value) for match in context.values] == [(orders, "calm")]
        whole = [match.table for match in index.find_exact(f"rows of {orders}") if match.is_code]
        assert set(whole) == ({orders} if "." in orders else set())


def test_a_server_that_goes_away_is_one_line_and_the_old_index_stays(
    postgres: Address, cache: Path, encoder: Encoder
) -> None:
    role = database_of(postgres.url)

    def build(progress: Callable[[str, int, int], None] = silent) -> SchemaIndex:
        return build_index(postgres, IndexOptions(cache), progress)

    def cut_off(what: str, done: int, total: int) -> None:
        if (what, done) == ("reading values", 0):
            with psycopg.connect(postgres_admin_url("postgres"), autocommit=True) as admin:
                admin.execute(f"ALTER ROLE {role} NOLOGIN".encode())
                admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (role,))

    with build() as index:
        folder, before = index.folder, index.catalog
    writer("postgres", postgres.url)("ALTER TABLE visits ADD COLUMN seconds INTEGER")
    with pytest.raises(DatabaseError, match="ended the connection") as caught:
        build(cut_off)
    assert "\n" not in str(caught.value)
    with SchemaIndex(folder, IndexOptions(cache)) as index:
        assert index.catalog == before
