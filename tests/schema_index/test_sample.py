from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from agent.dialects import open_reader
from agent.dialects.address import Address
from agent.records import Catalog, Column, Row, Table
from agent.schema_index import sample as sample_module
from agent.schema_index.progress import silent
from agent.schema_index.reflect import reflect
from agent.schema_index.sample import StoredValue, is_personal, sample_values

MakeDatabase = Callable[..., Address]


def sample(address: Address, policy: str = "low-cardinality") -> tuple[Catalog, list[StoredValue]]:
    with closing(open_reader(address)) as reader:
        return sample_values(reflect(address), reader, policy, silent)


def column(catalog: Catalog, table: str, name: str) -> Column:
    found = catalog.table(table)
    assert found
    found_column = found.column(name)
    assert found_column
    return found_column


def test_values_are_read_but_not_personal_ones(database: MakeDatabase) -> None:
    catalog, values = sample(database())
    assert {(value.table, value.column) for value in values} == {
        ("customers", "country"),
        ("customers", "city"),
        ("orders", "status"),
        ("products", "title"),
        ("products", "category"),
    }
    assert StoredValue("customers", "city", "Köln") in values
    assert column(catalog, "customers", "country").samples == ("Germany", "United States")
    assert column(catalog, "customers", "email").samples == ()
    assert column(catalog, "customers", "name").samples == ()
    assert column(catalog, "products", "price").samples == ()


def test_all_and_none_are_all_and_none(database: MakeDatabase) -> None:
    address = database()
    catalog, values = sample(address, "all")
    assert StoredValue("customers", "email", "ada@example.org") in values
    assert column(catalog, "customers", "name").samples[0] == "Ada Blum"
    assert sample(address, "none") == (reflect(address), [])


def test_stored_values_show_the_kind_where_the_type_does_not(database: MakeDatabase) -> None:
    address = database("""
        CREATE TABLE t (day TEXT, moment TEXT, mixed TEXT, code, amount, few NUMERIC, empty TEXT);
        INSERT INTO t VALUES ('2024-01-02', '2024-01-02T03:04', '2024-01-02', 'x', 1, 1, NULL);
        INSERT INTO t VALUES (NULL, '2024-01-02 03:04:05.6Z', 'soon', 'y', 2.5, 'a', NULL);
    """)
    catalog, values = sample(address)
    kinds = {name: column(catalog, "t", name).kind for name in ("day", "moment", "mixed", "code", "amount")}
    assert kinds == {"day": "date", "moment": "datetime", "mixed": "text", "code": "text", "amount": "number"}
    assert (column(catalog, "t", "few").kind, column(catalog, "t", "empty").kind) == ("number", "text")
    assert column(catalog, "t", "day").samples == ("2024-01-02",)
    assert {value.column for value in values} == {"mixed", "code"}


@pytest.mark.parametrize(("distinct", "kept"), [(1_000, 1_000), (1_001, 0)])
def test_a_column_of_many_values_is_left_out(distinct: int, kept: int, database: MakeDatabase) -> None:
    address = database(f"""
        CREATE TABLE t (word TEXT);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {distinct})
        INSERT INTO t SELECT 'word ' || i FROM n;
    """)
    assert len(sample(address)[1]) == kept


def test_every_table_is_sampled_before_what_takes_longer(
    database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = database("""
        CREATE TABLE a_long (word TEXT);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
        INSERT INTO a_long SELECT 'word ' || (i % 7) FROM n;
        CREATE TABLE b_short (word TEXT);
        INSERT INTO b_short VALUES ('short');
        CREATE TABLE c_empty (word TEXT);
    """)
    assert len(sample(address)[1]) == 8
    asked: list[str] = []

    class Listening:
        """A reader that keeps what it was asked."""

        def __init__(self) -> None:
            self.reader = open_reader(address)

        def rows(self, sql: str, seconds: float, limit: int | None = None) -> list[Row]:
            asked.append(sql)
            return self.reader.rows(sql, seconds, limit)

        def close(self) -> None:
            self.reader.close()

    with closing(Listening()) as reader:
        sample_values(reflect(address), reader, "all", silent)
    assert ["a_long" in sql for sql in asked] == [True, False, False, True]
    monkeypatch.setattr(sample_module, "TOTAL_SECONDS", 0.0)
    told: list[str] = []
    with closing(open_reader(address)) as session:
        catalog, values = sample_values(reflect(address), session, "all", lambda what, *_: told.append(what))
    assert (values, [table.id for table in catalog.tables]) == ([], ["a_long", "b_short", "c_empty"])
    assert told[-1] == "some tables have no values, since reading them takes more than 0 s"


def test_long_texts_and_bytes_are_left_out(database: MakeDatabase) -> None:
    address = database("""
        CREATE TABLE t (essay TEXT, raw TEXT, fits TEXT);
        INSERT INTO t VALUES (printf('%.*c', 81, 'x'), x'ff00', printf('%.*c', 80, 'x'));
    """)
    catalog, values = sample(address)
    assert values == [StoredValue("t", "fits", "x" * 80)]
    assert column(catalog, "t", "essay").samples == column(catalog, "t", "raw").samples == ()


def test_text_in_another_encoding_is_read(tmp_path: Path, database: MakeDatabase) -> None:
    address = database("CREATE TABLE t (word TEXT); INSERT INTO t VALUES (CAST(x'4bf66c6e' AS TEXT));")
    assert sample(address)[1] == [StoredValue("t", "word", "K\ufffdln")]


@pytest.mark.parametrize(
    ("table", "name", "personal"),
    [
        ("customers", "name", True),
        ("products", "name", False),
        ("orders", "customer_name", True),
        ("orders", "product_name", False),
        ("orders", "ship_address", True),
        ("users", "emailAddress", True),
        ("users", "e_mail", True),
        ("users", "dateOfBirth", True),
        ("users", "last_name", True),
        ("shops", "country_name", False),
        ("shops", "shipping_method", False),
        ("api", "access_tokens", True),
        ("t", "customer", True),
        ("t", "contact", True),
        ("t", "patients", True),
        ("t", "customername", True),
        ("t", "customer_name_2", True),
        ("t", "contact_type", False),
        ("t", "country", False),
        ("t", "city", False),
        ("t", "status", False),
        ("t", "category", False),
        ("t", "productname", False),
        ("t", "shipment", False),
        ("t", "tipping", False),
    ],
)
def test_which_columns_look_personal(table: str, name: str, personal: bool) -> None:
    column = Column(name, "TEXT", "text")
    assert is_personal(Table(table, (column,)), column) is personal


PERSONAL = """
    firstname lastname fname lname F_Name middlename fullname Vorname nachname geburtsdatum
    emailaddress mail EMAILADRESSE phonenumber mobilephone homephone phone_no telefon
    birthdate dateofbirth born ipaddress addr addr1 address2 strasse zipcode postal_code plz
    contact_person contactperson creditcard cardnumber passwordhash apikey api_key licenseplate license_plate
    tax_number taxNumber vat_id vatid salary annual_salary
"""


@pytest.mark.parametrize("name", PERSONAL.split())
def test_names_of_personal_columns_however_they_are_written(name: str) -> None:
    column = Column(name, "TEXT", "text")
    assert is_personal(Table("t", (column,)), column)


def test_what_is_called_by_a_person_and_is_no_text_is_sampled() -> None:
    column = Column("customer", "DATE", "date")
    assert not is_personal(Table("t", (column,)), column)


def test_an_undeclared_column_that_is_called_by_a_person_is_personal(database: MakeDatabase) -> None:
    catalog, values = sample(database("CREATE TABLE t (customer, status); INSERT INTO t VALUES ('Ada Blum', 'new')"))
    assert values == [StoredValue("t", "status", "new")]
    assert column(catalog, "t", "customer").samples == ()


def test_an_interruption_while_sqlite_reads_is_heard(database: MakeDatabase) -> None:
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    with closing(open_reader(database())) as reader:
        timer = threading.Timer(0.2, signal.raise_signal, (signal.SIGINT,))
        timer.start()
        try:
            with pytest.raises(KeyboardInterrupt):
                reader.rows(endless, 60.0)
        finally:
            timer.join()
