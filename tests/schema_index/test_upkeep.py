"""An index keeps itself right: only what changed is touched, and the old one serves until the new one is whole."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agent.dialects.address import Address
from agent.records import Catalog, Column, Context, Policy, Question, Table
from agent.schema_index.build import build_index, index_catalog, refresh_index
from agent.schema_index.documents import make_documents
from agent.schema_index.embed import Encoder
from agent.schema_index.index_file import FILE_NAME
from agent.schema_index.index_folder import index_folder
from agent.schema_index.index_rows import Changes
from agent.schema_index.index_settings import changed_settings
from agent.schema_index.inspect_index import InspectedIndex, inspect_index
from agent.schema_index.options import IndexOptions
from agent.schema_index.retrieve import retrieve
from agent.schema_index.sample import StoredValue
from agent.schema_index.store import SchemaIndex

MakeDatabase = Callable[..., Address]
ROOT = Path(__file__).parents[2]
ENCODING = "reading names and descriptions"
CHANGE = "ALTER TABLE orders ADD COLUMN note TEXT; DROP TABLE order_items; CREATE TABLE ordered_shops (id, city)"


@pytest.fixture
def options(cache: Path, encoder: Encoder) -> IndexOptions:
    return IndexOptions(cache)


def ask(index: SchemaIndex) -> Context:
    return retrieve(Question("orders of customers in Germany", date(2024, 6, 1)), index)


def inspected(address: Address, options: IndexOptions) -> InspectedIndex:
    found = inspect_index(address, options)
    assert found
    return found


def entries(index: SchemaIndex) -> list[tuple[str, float]]:
    """What a reader finds among the vectors of tables."""
    return index.nearest_tables(index.encoder.encode(["orders"])[0], 50)


def test_a_refresh_tells_what_changed(options: IndexOptions, database: MakeDatabase) -> None:
    address = database()
    assert len(refresh_index(address, options).changes.new) == 5
    assert refresh_index(address, options).changes == Changes()
    database(CHANGE)
    changes = refresh_index(address, options).changes
    assert changes == Changes(("ordered_shops",), ("orders",), ("order_items",))
    database("UPDATE customers SET country = 'Wonderland' WHERE country = 'Germany'")
    assert refresh_index(address, options).changes == Changes(changed=("customers", "german_customers"))


def test_only_tables_that_changed_are_read_and_written(options: IndexOptions, database: MakeDatabase) -> None:
    address = database()
    build_index(address, options).close()
    folder = index_folder(address, options)
    with closing(sqlite3.connect(folder / FILE_NAME)) as db:
        # Nothing but a new writing of the row would mend this.
        db.execute("UPDATE value SET value = 'unread' WHERE value = 'Germany'")
        db.execute("UPDATE name SET body = 'unwritten' WHERE table_id = 'customers'")
        db.commit()
    database(CHANGE)
    said: list[tuple[str, int, int]] = []
    with build_index(address, options, lambda *step: said.append(step)) as index:
        assert index.catalog.table("ordered_shops")
        assert index.catalog.table("order_items") is None
    assert {total for what, _, total in said if what == "reading values"} == {2}
    with closing(sqlite3.connect(folder / FILE_NAME)) as db:
        assert db.execute("SELECT count(*) FROM value WHERE value = 'unread'").fetchone()[0]
        assert db.execute("SELECT count(*) FROM name WHERE body = 'unwritten'").fetchone()[0]
        gone = "SELECT count(*) FROM {} WHERE table_id = 'order_items'"
        assert not any(db.execute(gone.format(table)).fetchone()[0] for table in ("name", "exact", "entry"))


def test_samples_and_kinds_of_unchanged_tables_stay(options: IndexOptions, database: MakeDatabase) -> None:
    address = database()
    with build_index(address, options) as index:
        before = index.catalog.table("customers")
    database("CREATE TABLE another (x)")
    with build_index(address, options) as index:
        assert index.catalog.table("customers") == before
    with refresh_index(address, options).index as index:
        assert index.catalog.table("customers") == before


def test_readers_see_no_vector_of_what_is_being_written(options: IndexOptions, database: MakeDatabase) -> None:
    address = database()
    build_index(address, options).close()
    with SchemaIndex(index_folder(address, options), options) as reader:
        before = entries(reader)
        database(CHANGE)
        seen = []

        def look(what: str, done: int, total: int) -> None:
            if what == ENCODING and done == total:
                with SchemaIndex(index_folder(address, options), options) as late:
                    seen.append((entries(late), entries(reader), ask(late).catalog))

        with build_index(address, options, look) as index:
            after = entries(index)
    [(late, early, catalog)] = seen
    assert late == early == before
    assert catalog.table("order_items")
    assert {table for table, _ in after} == {"customers", "orders", "products", "ordered_shops", *_others(before)}


def _others(found: list[tuple[str, float]]) -> set[str]:
    return {table for table, _ in found} - {"order_items"}


def test_a_reader_that_opened_before_a_switch_reads_on(options: IndexOptions, database: MakeDatabase) -> None:
    address = database()
    build_index(address, options).close()
    with SchemaIndex(index_folder(address, options), options) as early:
        database("CREATE TABLE another (x)")
        build_index(address, options).close()
        # Its vectors were removed before it had loaded them.
        assert entries(early)
    with SchemaIndex(index_folder(address, options), options) as index:
        assert index.catalog.table("another")


UPDATE = """
import resource, signal, sys
from pathlib import Path
from agent.dialects.address import read_address
from agent.errors import AgentError
from agent.schema_index.build import build_index
from agent.schema_index.options import IndexOptions

def tell(what, done, total):
    print(what, done, total, flush=True)
    if what == sys.argv[3] and (done == total or total == 1):
        if sys.argv[4] == "wait":
            signal.pause()
        bytes = int(sys.argv[4])
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes, bytes))

try:
    build_index(read_address(sys.argv[1]), IndexOptions(Path(sys.argv[2])), tell)
except AgentError as error:
    print(f"{type(error).__name__}: {error}")
"""


def update(address: Address, options: IndexOptions, moment: str, then: str) -> subprocess.Popen[str]:
    """Another process that indexes; at a moment it waits, or may write no file beyond some bytes any more."""
    command = [sys.executable, "-c", UPDATE, address.url, str(options.cache), moment, then]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_an_update_that_ends_too_early_leaves_the_old_index(
    end: signal.Signals, options: IndexOptions, database: MakeDatabase
) -> None:
    address = database()
    with build_index(address, options) as index:
        before = ask(index)
    database(CHANGE)
    with update(address, options, ENCODING, "wait") as process:
        assert process.stdout
        # At this moment the new vectors are written, and nothing else.
        assert any(line.startswith(ENCODING) and line.split()[-2] == line.split()[-1] for line in process.stdout)
        process.send_signal(end)
        process.wait(30)
    with SchemaIndex(index_folder(address, options), options) as index:
        assert ask(index) == before
    encoded: list[int] = []
    with build_index(
        address, options, lambda what, _, total: encoded.append(total) if what == ENCODING else None
    ) as new:
        assert new.catalog.table("ordered_shops")
        assert len(list(new.folder.glob("vectors-*"))) == 1


@pytest.mark.parametrize("moment", ["comparing keys", ENCODING])
def test_a_full_disk_is_one_line_and_leaves_the_old_index(
    moment: str, options: IndexOptions, database: MakeDatabase
) -> None:
    address = database()
    with build_index(address, options) as index:
        before = ask(index)
    database(CHANGE + ";" + ";".join(f"CREATE TABLE more_{n} (a_{n}, b_{n}, c_{n})" for n in range(20)))
    with update(address, options, moment, "4096") as process:
        out, _ = process.communicate(timeout=60)
    assert out.splitlines()[-1].startswith(f"IndexingError: cannot write to {options.cache}"), out
    assert "Traceback" not in out
    with SchemaIndex(index_folder(address, options), options) as index:
        assert ask(index) == before
    with build_index(address, options) as index:
        assert index.catalog.table("more_19")


def test_a_changed_setting_is_told_and_the_index_made_anew(options: IndexOptions, database: MakeDatabase) -> None:
    address = database()
    build_index(address, options).close()
    said: set[str] = set()
    prefixed = replace(options, document_prefix="passage: ")
    with build_index(address, prefixed, lambda what, *_: said.add(what)) as index:
        assert index.settings["document_prefix"] == "passage: "
    assert "the encoder's prefix for documents has changed from none to passage: " in said
    assert ENCODING in said


def test_a_changed_encoder_is_told_by_name() -> None:
    was: dict[str, Any] = {"encoder": "bundled", "encoder_key": "bundled-1", "fingerprint": "a", "policy": ""}
    now = was | {"encoder": "e5-small", "encoder_key": "e5-small-2", "fingerprint": "b"}
    assert changed_settings(was, now) == ("the encoder has changed from bundled to e5-small",)
    assert changed_settings(was, was | {"encoder_key": "bundled-2"}) == ("the encoder has changed",)


def test_the_drift_names_tables_and_writes_nothing(options: IndexOptions, database: MakeDatabase) -> None:
    address = database()
    assert inspect_index(address, replace(options, values="none")) is None
    build_index(address, options).close()
    whole = inspected(address, options)
    assert whole.is_up_to_date
    assert (whole.tables, whole.dimension, whole.encoder, whole.tuning) == (5, 384, "bundled", None)
    assert (whole.documents, whole.values > 0) == (5 + whole.columns, True)
    database(CHANGE)
    files = {path: path.stat().st_mtime_ns for path in whole.folder.rglob("*") if path.is_file()}
    drift = inspected(address, options).drift
    assert drift == Changes(("ordered_shops",), ("orders",), ("order_items",))
    changed = inspected(address, replace(options, abbreviations={"qty": "quantity"})).changed
    assert changed == ("the list of abbreviations has changed",)
    assert {path: path.stat().st_mtime_ns for path in whole.folder.rglob("*") if path.is_file()} == files


def test_a_catalog_without_a_database_is_indexed(options: IndexOptions, tmp_path: Path) -> None:
    catalog = Catalog(
        "sqlite", (Table("orders", (Column("city", "TEXT", "text"),)), Table("shops", (Column("id", ""),)))
    )
    values = [StoredValue("orders", "city", "Atlantis")]
    said: list[str] = []
    for _ in range(2):
        with index_catalog(catalog, values, tmp_path / "pool", options, lambda what, *_: said.append(what)) as index:
            assert index.catalog == catalog
            assert [match.value for match in index.find_values("orders in Atlantis")] == ["Atlantis"]
            assert entries(index)[0][0] == "orders"
        assert ENCODING in said or _
        said.clear()


@pytest.fixture
def wide() -> Table:
    return Table("wide", (Column("id", ""), *(Column(f"measured_quantity_of_{n}", "REAL") for n in range(300))))


def test_nothing_of_a_long_text_is_cut(wide: Table, encoder: Encoder) -> None:
    long = replace(wide.columns[0], comment="some words " * 300)
    table = replace(wide, columns=(long, *wide.columns[1:]))
    documents = make_documents(Catalog("sqlite", (table,)), encoder, {})
    texts = [text for found in documents.values() for text in found.values()]
    assert max(encoder.count_tokens(texts)) <= encoder.max_tokens
    parts = [text for (_, column, _), text in documents["tables"].items() if not column]
    assert len(parts) > 1
    assert all(f"quantity of {n}" in " ".join(parts) for n in range(300))
    assert sum(text.count("some words") for text in documents["columns"].values()) == 300


def test_another_policy_leaves_nothing_of_what_was_known(options: IndexOptions, database: MakeDatabase) -> None:
    address = database()
    build_index(address, options).close()
    folder = index_folder(address, options)
    left = [
        folder / "index-1.db",
        folder / "index-1.db-wal",
        folder / ".copying-1" / "old",
        folder / ".tuning-1" / "old",
    ]
    for file in left:
        file.parent.mkdir(exist_ok=True)
        file.write_text("the names of everything", "utf-8")
    build_index(address, replace(options, policy=Policy(hidden=("customers.city",)))).close()
    assert not [file for file in left if file.exists()]
    assert (folder / FILE_NAME).exists()


def test_an_index_that_other_lists_made_is_made_anew(
    options: IndexOptions, database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = database()
    build_index(address, options).close()
    monkeypatch.setattr("agent.schema_index.index_settings.LISTS", ("plurals.txt",))
    told: list[str] = []
    build_index(address, options, lambda what, *_: told.append(what)).close()
    assert "what sqlwright knows of names has changed" in told


def test_names_that_differ_in_case_alone_are_told_apart() -> None:
    columns = (Column("id", "INTEGER"), Column("Id", "TEXT"))
    catalog = Catalog("postgres", (Table("Orders", columns), Table("orders", columns)))
    upper, lower = catalog.table("Orders"), catalog.table("orders")
    assert upper and lower
    assert (upper.name, lower.name) == ("Orders", "orders")
    assert [column and column.type for column in (upper.column("id"), upper.column("Id"))] == ["INTEGER", "TEXT"]


def test_the_users_own_abbreviations_give_names_that_a_question_may_use(
    options: IndexOptions, database: MakeDatabase
) -> None:
    address = database("CREATE TABLE pnr (id INTEGER PRIMARY KEY, clm_dt TEXT, note TEXT)")
    with build_index(address, replace(options, abbreviations={"pnr": "booking", "clm": "claim"})) as index:
        table = index.catalog.table("pnr")
    assert table
    assert table.synonyms == ("booking",)
    assert [column.synonyms for column in table.columns] == [(), ("claim date",), ()]


def test_an_index_that_is_being_made_is_none_yet(options: IndexOptions, database: MakeDatabase) -> None:
    address = database()

    def interrupt(what: str, *_: int) -> None:
        if what == ENCODING:
            assert inspect_index(address, options) is None
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(address, options, interrupt)
    assert inspect_index(address, options) is None
