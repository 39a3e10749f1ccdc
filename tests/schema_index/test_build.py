from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agent.dialects.address import Address, read_address
from agent.errors import DatabaseError, IndexingError, UsageError
from agent.records import Context, Question
from agent.schema_index.build import DAMAGED, build_index, refresh_index
from agent.schema_index.embed import Encoder
from agent.schema_index.index_file import FILE_NAME
from agent.schema_index.index_folder import index_folder
from agent.schema_index.options import IndexOptions
from agent.schema_index.retrieve import retrieve
from agent.schema_index.store import SchemaIndex
from agent.schema_index.vectors import vector_stores

MakeDatabase = Callable[..., Address]
ROOT = Path(__file__).parents[2]
ENCODING = "reading names and descriptions"


class Build:
    """Builds with the default settings, and counts the texts that were encoded."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.encoded = 0
        self.said: set[str] = set()

    def __call__(self, address: Address, **settings: Any) -> SchemaIndex:
        self.encoded = 0
        self.said = set()
        return build_index(address, IndexOptions(self.cache, **settings), self._count)

    def _count(self, what: str, done: int, total: int) -> None:
        self.said.add(what)
        if what == ENCODING and done == total:
            self.encoded += total


@pytest.fixture
def build(cache: Path, encoder: Encoder) -> Build:
    return Build(cache)


OPEN = """
import sys
from datetime import date
from pathlib import Path
from agent.dialects.address import read_address
from agent.schema_index.build import build_index
from agent.schema_index.options import IndexOptions

index = build_index(
    read_address(sys.argv[1]), IndexOptions(Path(sys.argv[2])), lambda *step: print(*step, file=sys.stderr, flush=True)
)
"""


def child(address: Address, cache: Path, code: str = "") -> subprocess.Popen[str]:
    """Another process that opens the index, printing its progress on stderr, and then runs the code."""
    return subprocess.Popen(
        [sys.executable, "-c", OPEN + code, address.url, str(cache)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def finished(process: subprocess.Popen[str]) -> str:
    """What a process printed that reported no progress and no error."""
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    return out.strip()


def ask(index: SchemaIndex, text: str = "orders of customers in Germany") -> Context:
    return retrieve(Question(text, date(2024, 6, 1)), index)


def entries(index: SchemaIndex) -> tuple[int, int]:
    with vector_stores(index.folder, "").open(index.vectors) as store:
        return len({key[:2] for key in store.stamps("tables")}), len({key[:2] for key in store.stamps("columns")})


def test_an_index_is_made_and_found_again(build: Build, database: MakeDatabase) -> None:
    address = database()
    with build(address) as index:
        made = ask(index)
        size = sum(len(table.columns) for table in index.catalog.tables)
        assert (build.encoded, entries(index)) == (5 + size, (5, size))
    with build(address) as index:
        assert (build.encoded, entries(index)) == (0, (5, size))
        assert ask(index) == made


def test_an_unchanged_database_costs_nothing(build: Build, database: MakeDatabase) -> None:
    address = database()
    build(address).close()
    heavy = ("torch", "chromadb", "sqlalchemy", "numpy", "onnxruntime", "yaml")
    code = f"print([name for name in {heavy} if name in sys.modules])"
    assert finished(child(address, build.cache, code)) == "[]"


def test_asking_imports_neither_torch_nor_sqlalchemy(build: Build, database: MakeDatabase) -> None:
    address = database()
    build(address).close()
    heavy = ("torch", "transformers", "sentence_transformers", "sqlalchemy")
    code = (
        "from agent.schema_index.retrieve import retrieve; from agent.records import Question\n"
        "assert retrieve(Question('orders', date(2024, 1, 1)), index).tables\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    assert finished(child(address, build.cache, code)) == "[]"


def test_only_what_changed_is_encoded_again(build: Build, database: MakeDatabase) -> None:
    address = database()
    with build(address) as index:
        before = entries(index)
    database("ALTER TABLE products ADD COLUMN weight REAL; CREATE TABLE shops (id INTEGER PRIMARY KEY);")
    with build(address) as index:
        assert build.encoded == (1 + 1) + (1 + 1)
        assert entries(index) == (before[0] + 1, before[1] + 2)
        assert index.catalog.table("shops")
        assert "shops" in [table.table.id for table in ask(index, "which shops").tables][:1]
    database("DROP TABLE shops")
    with build(address) as index:
        assert build.encoded == 0
        assert entries(index) == (before[0], before[1] + 1)
        assert index.catalog.table("shops") is None


def test_settings_are_part_of_the_index(build: Build, database: MakeDatabase, tmp_path: Path) -> None:
    address = database()
    with build(address) as index:
        assert [match.value for match in ask(index).values] == ["Germany"]
    with build(address, values="none") as index:
        assert ask(index).values == ()
    file = tmp_path / "described.yaml"
    file.write_text("tables: {products: {synonyms: [merchandise]}}", encoding="utf-8")
    with build(address, descriptions=file, values="none") as index:
        assert ask(index, "merchandise").tables[0].table.id == "products"
    file.write_text("tables: {products: {synonyms: [goods]}}", encoding="utf-8")
    with build(address, descriptions=file, values="none") as index:
        assert build.encoded == 1
        assert ask(index, "goods").tables[0].table.id == "products"
    with pytest.raises(UsageError, match="values: some"):
        build(address, values="some")
    with pytest.raises(UsageError, match="missing"):
        build(address, descriptions=tmp_path / "missing.yaml")


def test_connections_to_one_database_do_not_undo_each_other(
    build: Build, database: MakeDatabase, tmp_path: Path
) -> None:
    file = tmp_path / "described.yaml"
    file.write_text("tables: {products: {synonyms: [merchandise]}}", encoding="utf-8")
    kinds: list[dict[str, Any]] = [{}, {"values": "none"}, {"values": "all"}, {"descriptions": file}]
    address = database()
    for settings in kinds:
        build(address, **settings).close()
    for settings in kinds:
        with build(address, **settings) as index:
            assert build.said == set()
            assert bool(ask(index).values) == (settings.get("values") != "none")


def test_an_index_of_an_older_list_of_personal_words_is_made_anew(build: Build, database: MakeDatabase) -> None:
    address = database()
    with build(address) as index:
        older = json.dumps(index.settings | {"personal": "older"})
        write_meta(index, f"UPDATE meta SET value = '{older}' WHERE key = 'settings'")
    build(address).close()
    assert "reading values" in build.said


@pytest.mark.parametrize("moment", ["reading the schema", "reading values", ENCODING])
def test_an_interruption_leaves_the_old_index_serving(moment: str, build: Build, database: MakeDatabase) -> None:
    address = database()
    with build(address) as index:
        before = ask(index)
    folder = index.folder
    database("ALTER TABLE orders ADD COLUMN note TEXT; DROP TABLE order_items;")

    def interrupt(what: str, done: int, total: int) -> None:
        if what == moment and done in {total, 0}:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(address, IndexOptions(build.cache), interrupt)
    with SchemaIndex(folder, IndexOptions(build.cache)) as index:
        assert ask(index) == before
    with build(address) as index:
        assert index.catalog.table("order_items") is None
        assert entries(index)[0] == 4


MANY = ";".join(f"CREATE TABLE t{n} ({', '.join(f'c{m}' for m in range(20))})" for n in range(30))


def test_a_killed_first_build_leaves_no_index_and_loses_no_work(build: Build, database: MakeDatabase) -> None:
    address = database(MANY)
    with child(address, build.cache) as process:
        assert process.stderr
        assert any(line.startswith(f"{ENCODING} 256") for line in process.stderr)
        process.kill()
    with pytest.raises(sqlite3.Error):
        SchemaIndex(index_folder(address, IndexOptions(build.cache)), IndexOptions(build.cache))
    with build(address) as index:
        assert 0 < build.encoded <= 30 * 21 - 256
        assert entries(index) == (30, 30 * 20)
        assert DAMAGED not in build.said


def test_an_interrupted_build_is_taken_up_where_it_was(build: Build, database: MakeDatabase) -> None:
    address = database(MANY)

    def interrupt(what: str, done: int, total: int) -> None:
        if what == ENCODING and done == 512:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(address, IndexOptions(build.cache), interrupt)
    with build(address) as index:
        assert build.encoded == 30 * 21 - 512
        assert entries(index) == (30, 30 * 20)
        assert len(list(index.folder.glob("vectors-*"))) == 1


def test_equal_texts_are_encoded_once(build: Build, database: MakeDatabase, tmp_path: Path) -> None:
    address = database("CREATE TABLE t1 (a); CREATE TABLE t_1 (a); CREATE TABLE T__1 (a);")
    with build(address) as index:
        assert build.encoded == 2
        assert entries(index) == (3, 3)


def spoil(file: Path) -> None:
    file.write_bytes(b"not a database at all" * 100)


def tear(file: Path) -> None:
    """Overwrite all but the first page, which says what the file holds."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(truncate)")
    data = file.read_bytes()
    file.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


def write_meta(index: SchemaIndex, sql: str) -> None:
    with closing(sqlite3.connect(index.folder / FILE_NAME)) as connection:
        connection.executescript(sql)


DAMAGE: dict[str, Callable[[SchemaIndex], object]] = {
    "file spoiled": lambda index: spoil(index.folder / FILE_NAME),
    "file torn": lambda index: tear(index.folder / FILE_NAME),
    "meta gone": lambda index: write_meta(index, "DROP TABLE meta"),
    "settings gone": lambda index: write_meta(index, "DELETE FROM meta WHERE key = 'settings'"),
    "settings spoiled": lambda index: write_meta(index, "UPDATE meta SET value = '{' WHERE key = 'settings'"),
    "catalog spoiled": lambda index: write_meta(index, "UPDATE meta SET value = '{}' WHERE key = 'catalog'"),
    "vectors spoiled": lambda index: spoil((index.folder / index.vectors) / "chroma.sqlite3"),
    "vectors torn": lambda index: tear((index.folder / index.vectors) / "chroma.sqlite3"),
    "vectors gone": lambda index: shutil.rmtree(index.folder / index.vectors),
}
LOSS: dict[str, Callable[[SchemaIndex], object]] = {
    "file empty": lambda index: (index.folder / FILE_NAME).write_bytes(b""),
    "file gone": lambda index: (index.folder / FILE_NAME).unlink(),
    "all gone": lambda index: shutil.rmtree(index.folder),
}


@pytest.mark.parametrize("damage", [*DAMAGE, *LOSS])
def test_a_damaged_index_is_made_anew(damage: str, build: Build, database: MakeDatabase) -> None:
    address = database()
    with build(address) as index:
        before = ask(index)
    (DAMAGE | LOSS)[damage](index)
    with build(address) as index:
        assert (DAMAGED in build.said) == (damage in DAMAGE)
        assert ask(index) == before
        assert len(list(index.folder.glob("vectors-*"))) == 1
    with build(address) as index:
        assert build.said == set()


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_is_refreshed(damage: str, build: Build, database: MakeDatabase) -> None:
    address = database()
    with build(address) as index:
        before = ask(index)
    DAMAGE[damage](index)
    with refresh_index(address, IndexOptions(build.cache)).index as index:
        assert ask(index) == before


ASKED: dict[str, Callable[[SchemaIndex], object]] = {
    "values": lambda index: index.find_values("orders"),
    "names": lambda index: index.tables_with(["orders"]),
    "exact names": lambda index: index.find_exact("orders"),
    "catalog": lambda index: index.catalog,
    "vectors": lambda index: ask(index),
}


@pytest.mark.parametrize("part", ASKED)
def test_damage_that_shows_while_answering_is_one_line_and_mended(
    part: str, build: Build, database: MakeDatabase
) -> None:
    address = database()
    build(address).close()
    with SchemaIndex(index_folder(address, IndexOptions(build.cache)), IndexOptions(build.cache)) as index:
        write_meta(index, "DROP TABLE value; DROP TABLE name; DROP TABLE exact; UPDATE meta SET value = '[]'")
        with pytest.raises(IndexingError, match=r"^the index of this database is damaged \(ask again"):
            ASKED[part](index)
        assert index.closed
    with build(address) as index:
        assert [match.value for match in ask(index).values] == ["Germany"]


def test_damage_found_while_asking_is_told_and_mended_by_the_next_opening(build: Build, database: MakeDatabase) -> None:
    address = database()
    build(address).close()
    code = """
from shutil import rmtree
from agent.errors import IndexingError
from agent.records import Question
from agent.schema_index.retrieve import retrieve

rmtree((index.folder / index.vectors))
(index.folder / index.vectors).write_text("a file where a folder was")
try:
    retrieve(Question("orders", date(2024, 1, 1)), index)
except IndexingError as error:
    print(error)
"""
    said = "the index of this database is damaged (ask again: it is made anew)"
    assert finished(child(address, build.cache, code)) == said
    with build(address) as index:
        assert build.encoded > 0
        assert ask(index).tables


def test_two_processes_do_no_harm(build: Build, database: MakeDatabase) -> None:
    address = database()
    processes = [child(address, build.cache) for _ in range(2)]
    errors = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], errors
    with build(address) as index:
        assert (build.encoded, entries(index)[0]) == (0, 5)


def test_an_empty_database_is_refused_and_leaves_nothing(build: Build, database: MakeDatabase) -> None:
    address = database("", name="empty.db")
    with pytest.raises(DatabaseError, match="no tables"):
        build(address)
    assert not index_folder(address, IndexOptions(build.cache)).exists()


def test_a_folder_that_cannot_be_written_is_one_clear_line(
    build: Build, database: MakeDatabase, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(IndexingError, match="cannot write"):
        Build(tmp_path / "cache")(database())


def test_two_thousand_columns_and_odd_names(build: Build, database: MakeDatabase) -> None:
    columns = ", ".join(f"c{n} TEXT" for n in range(1_999))
    address = database(f"""
        CREATE TABLE wide ({columns}, "größe in cm" REAL);
        CREATE TABLE "select" ("from ""there"" on" TEXT, "日本" TEXT);
        INSERT INTO "select" VALUES ('x1y2', '東京');
    """)
    with build(address) as index:
        assert entries(index) == (2, 2_002)
        assert ask(index, "what is the größe in cm?").tables[0].table.id == "wide"
        [match] = ask(index, "rows with 東京").values
        assert (match.table, match.column) == ("select", "日本")


@pytest.mark.parametrize("other", ["other", "o:th@er", "", "a%40b"])
def test_the_folder_tells_databases_apart_but_no_password(other: str, database: MakeDatabase, cache: Path) -> None:
    def folder(url: str) -> Path:
        return index_folder(read_address(url), IndexOptions(cache))

    with_password = folder("postgresql://ada:secret@host/shop?sslmode=require")
    assert with_password == folder(f"postgresql://ada:{other}@host/shop?sslmode=require")
    assert with_password == folder(f"postgresql://ada@host/shop?sslmode=require&password={other}")
    assert with_password != folder("postgresql://bob:secret@host/shop?sslmode=require")
    assert with_password != folder("postgresql://ada:secret@host/store?sslmode=require")
    assert with_password != folder("postgresql://ada:secret@host/shop")
    assert index_folder(database(), IndexOptions(cache)) != index_folder(database(name="other.db"), IndexOptions(cache))


def test_the_folder_tells_what_is_indexed_of_a_database(cache: Path) -> None:
    def folder(**settings: Any) -> Path:
        return index_folder(read_address("postgresql://ada@host/shop"), IndexOptions(cache, **settings))

    assert folder() == folder(values="low-cardinality", descriptions=None)
    assert folder(schemas=("a", "b")) == folder(schemas=("b", "a")) == folder(schemas=("b", "a", "b"))
    others: list[dict[str, Any]] = [{}, {"schemas": ("a",)}, {"schemas": ("a", "b")}, {"values": "none"}]
    others += [{"values": "all"}, {"descriptions": Path("a.yaml")}, {"include": ("a",)}, {"exclude": ("a",)}]
    assert len({folder(**settings) for settings in others}) == len(others)


def test_a_damaged_encoder_is_told_and_made_anew(build: Build, database: MakeDatabase, tmp_path: Path) -> None:
    private = Build(tmp_path / "cache")
    shutil.copytree(build.cache / "encoders", private.cache / "encoders")
    private(database()).close()
    with private(database("SELECT 1")) as index:
        spoil(next(private.cache.glob("encoders/bundled-*/model.onnx")))
        assert ask(index).tables
        assert private.said == {"preparing the embedding model, once"}


def test_a_refresh_finds_values_that_are_new_in_an_unchanged_schema(
    build: Build, database: MakeDatabase, cache: Path
) -> None:
    address = database()
    with build(address):
        pass
    database("UPDATE customers SET country = 'Wonderland' WHERE country = 'Germany'")
    with build(address) as stale:
        assert not stale.find_values("customers in Wonderland")
    with refresh_index(address, IndexOptions(cache)).index as fresh:
        assert fresh.find_values("customers in Wonderland")
