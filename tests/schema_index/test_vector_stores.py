"""Every store of vectors, held to the same: the embedded Chroma and a Chroma server."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import numpy as np
import pytest

from agent.errors import IndexingError
from agent.schema_index.vectors import (
    COLUMNS,
    TABLES,
    DamagedError,
    Id,
    VectorReader,
    VectorStores,
    shown_url,
    stamp_of,
    vector_stores,
)
from tests.chroma_server import free_port

DIMENSION = 8
NAME, OTHER = "vectors-0123abcd-00000001", "vectors-0123abcd-00000002"

Open = Callable[[str], VectorStores]


@pytest.fixture(params=["embedded", "server"])
def open_stores(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Gives the stores of an index by its name, anew each time, as another process would see them."""
    url = request.getfixturevalue("server") if request.param == "server" else ""

    def open_them(index: str) -> VectorStores:
        # The name of the test's folder keeps the tests apart on the server.
        folder = tmp_path / f"{tmp_path.parent.name}-{tmp_path.name}-{index}"
        folder.mkdir(exist_ok=True)
        return vector_stores(folder, url)

    return open_them


def unit(*angles: float) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Vectors in one plane, so that the cosine between two is known."""
    rows = np.zeros((len(angles), DIMENSION), dtype=np.float32)
    rows[:, 0], rows[:, 1] = np.cos(angles), np.sin(angles)
    return rows


def column(name: str, part: int = 0) -> tuple[Id, str]:
    return ("shop.orders", name, str(part)), f"text of {name}, part {part}"


@contextmanager
def reading(stores: VectorStores, name: str = NAME) -> Iterator[VectorReader]:
    with closing(stores.reader(name)) as reader:
        yield reader


def write(stores: VectorStores, name: str = NAME) -> None:
    with stores.open(name) as vectors:
        vectors.upsert(TABLES, [(("shop.orders", "", "0"), "orders"), (("shop.orders", "", "1"), "more")], unit(0, 0.5))
        vectors.upsert(COLUMNS, [column("id"), column("Größe"), column("note")], unit(0, 0.2, 1.0))


def test_what_is_written_is_found(open_stores: Open) -> None:
    write(open_stores("a"))

    with reading(open_stores("a")) as reader:
        found = reader.nearest(COLUMNS, unit(0.15)[0], 2)

    assert [key for key, _ in found] == [("shop.orders", "Größe"), ("shop.orders", "id")]
    assert [score for _, score in found] == pytest.approx([np.cos(0.05), np.cos(0.15)], abs=1e-5)


def test_of_many_parts_the_best_counts(open_stores: Open) -> None:
    write(open_stores("a"))

    with reading(open_stores("a")) as reader:
        ((found, score),) = reader.nearest(TABLES, unit(0.5)[0], 10)

    assert found == ("shop.orders", "")
    assert score == pytest.approx(1.0, abs=1e-5)


def test_vectors_are_given_by_what_they_are_about(open_stores: Open) -> None:
    write(open_stores("a"))
    with reading(open_stores("a")) as reader:
        columns = reader.vectors_of(COLUMNS, [("shop.orders", name) for name in ("note", "nothing", "id")])
        tables = reader.vectors_of(TABLES, [("shop.orders", "")])
        nothing = reader.vectors_of(COLUMNS, [])

    assert columns.keys() == {("shop.orders", "note"), ("shop.orders", "id")}
    assert columns["shop.orders", "note"] == pytest.approx(unit(1.0), abs=1e-6)
    assert np.sort(tables["shop.orders", ""], axis=0) == pytest.approx(np.sort(unit(0, 0.5), axis=0), abs=1e-6)
    assert nothing == {}


def test_the_same_id_is_replaced_and_others_are_deleted(open_stores: Open) -> None:
    write(open_stores("a"))
    with open_stores("a").open(NAME) as vectors:
        vectors.upsert(COLUMNS, [(column("id")[0], "another text")], unit(0.7))
        vectors.delete(COLUMNS, [column("note")[0]])

    stores = open_stores("a")
    with stores.open(NAME) as vectors:
        stamps = vectors.stamps(COLUMNS)
    assert stamps == {column("id")[0]: stamp_of("another text"), column("Größe")[0]: stamp_of(column("Größe")[1])}
    with reading(stores) as reader:
        assert [key[1] for key, _ in reader.nearest(COLUMNS, unit(0.7)[0], 10)] == ["id", "Größe"]


def test_more_than_chroma_takes_at_once_is_written(open_stores: Open) -> None:
    count = 6_000
    random = np.random.default_rng(4).normal(size=(count, DIMENSION)).astype(np.float32)
    random /= np.linalg.norm(random, axis=1, keepdims=True)
    with open_stores("a").open(NAME) as vectors:
        vectors.upsert(COLUMNS, [column(f"c{n}") for n in range(count)], random)
        assert len(vectors.stamps(COLUMNS)) == count

    exact = np.argsort(-(random @ random[:20].T), axis=0)[:50].T
    with reading(open_stores("a")) as reader:
        found = [{int(key[1][1:]) for key, _ in reader.nearest(COLUMNS, vector, 50)} for vector in random[:20]]
    recall = np.mean([len(near & set(best)) / 50 for near, best in zip(found, exact.tolist(), strict=True)])
    assert recall >= 0.98


@pytest.mark.parametrize("name", ['a "quoted" [name]', "a\x1fb", "\x1e", "", "名前\n"])
def test_a_name_may_hold_anything(name: str, tmp_path: Path) -> None:
    stores = vector_stores(tmp_path, "")
    with stores.open(NAME) as vectors:
        vectors.upsert(COLUMNS, [((name, name, "0"), "text")], unit(0))
        assert list(vectors.stamps(COLUMNS)) == [(name, name, "0")]

    with reading(stores) as reader:
        assert reader.nearest(COLUMNS, unit(0)[0], 1)[0][0] == (name, name)


def test_an_empty_set_finds_nothing(open_stores: Open) -> None:
    with open_stores("a").open(NAME):
        pass

    with reading(open_stores("a")) as reader:
        assert reader.nearest(TABLES, unit(0)[0], 5) == []


def test_a_copy_changes_on_its_own(open_stores: Open) -> None:
    stores = open_stores("a")
    write(stores)
    stores.copy(NAME, OTHER)
    with stores.open(OTHER) as vectors:
        vectors.delete(COLUMNS, [column("id")[0]])

    assert stores.names() == [NAME, OTHER]
    for name, nearest in ((NAME, "id"), (OTHER, "Größe")):
        with reading(stores, name) as reader:
            assert reader.nearest(COLUMNS, unit(0)[0], 1)[0][0] == ("shop.orders", nearest)


def test_indexes_do_not_see_each_other(open_stores: Open) -> None:
    one, other = open_stores("a"), open_stores("b")
    write(one)

    assert one.names() == [NAME]
    assert other.names() == []
    other.remove(NAME)
    assert one.names() == [NAME]


def test_what_is_removed_is_gone(open_stores: Open) -> None:
    write(open_stores("a"))
    stores = open_stores("a")
    stores.remove(NAME)
    stores.remove(NAME)

    assert stores.names() == []
    with pytest.raises(DamagedError):
        stores.reader(NAME)


def test_several_threads_search_at_once(open_stores: Open) -> None:
    write(open_stores("a"))
    with reading(open_stores("a")) as reader, ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: reader.nearest(COLUMNS, unit(0)[0], 3), range(80)))

    assert len(answers) == 80
    assert all(answer == answers[0] for answer in answers)


def test_nothing_but_the_graph_is_left_to_be_read(tmp_path: Path) -> None:
    # Entries that the graph lacks are put in whenever it is opened, which takes long.
    write(vector_stores(tmp_path, ""))
    with closing(sqlite3.connect(tmp_path / NAME / "chroma.sqlite3")) as db:
        logged = dict(db.execute("SELECT topic, max(seq_id) FROM embeddings_queue GROUP BY topic"))
        written = [seq for (seq,) in db.execute("SELECT seq_id FROM max_seq_id")]

    # Each of the two collections that hold something has two states: of its graph and of its rows.
    assert sorted(written) == sorted([*logged.values(), *logged.values()])


def test_a_set_that_is_removed_while_it_is_read_is_still_read_right(tmp_path: Path) -> None:
    stores = vector_stores(tmp_path, "")
    write(stores)
    with reading(stores) as vectors:
        stores.remove(NAME)
        assert vectors.nearest(COLUMNS, unit(0.2)[0], 1)[0][0] == ("shop.orders", "Größe")


def test_a_set_that_is_locked_is_waited_for_and_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stores = vector_stores(tmp_path, "")
    write(stores)
    with closing(sqlite3.connect(tmp_path / NAME / "chroma.sqlite3", check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        Timer(1.0, other.rollback).start()
        write(stores)
        with reading(stores) as vectors:
            assert vectors.nearest(TABLES, unit(0)[0], 1)[0][0] == ("shop.orders", "")
        monkeypatch.setattr("agent.schema_index.chroma_embedded.WAIT_SECONDS", 0.0)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(IndexingError, match="in use by another process"):
            write(stores)
    assert stores.is_whole(NAME)


def test_a_folder_without_a_set_is_not_whole(tmp_path: Path) -> None:
    stores = vector_stores(tmp_path, "")
    write(stores)
    assert stores.is_whole(NAME)
    (tmp_path / NAME / "chroma.sqlite3").write_bytes(b"no database at all" * 1_000)

    assert not stores.is_whole(NAME)
    assert not stores.is_whole(OTHER)
    with pytest.raises(DamagedError):
        stores.reader(NAME)


@pytest.mark.parametrize("file", ["data_level0.bin", "header.bin", "index_metadata.pickle"])
def test_a_torn_graph_is_damage_and_not_the_end_of_the_process(file: str, tmp_path: Path) -> None:
    stores = vector_stores(tmp_path, "")
    write(stores)
    (torn, *_) = (tmp_path / NAME).glob(f"*/{file}")
    torn.write_bytes(torn.read_bytes()[: torn.stat().st_size // 2])

    assert not stores.is_whole(NAME)
    with pytest.raises(DamagedError):
        stores.reader(NAME)


def test_a_graph_that_was_torn_while_it_was_written_is_damage(tmp_path: Path) -> None:
    stores = vector_stores(tmp_path, "")
    write(stores)
    (tmp_path / NAME / "sizes.json").unlink()
    assert stores.is_whole(NAME)
    with stores.open(NAME) as vectors:
        assert len(vectors.stamps(COLUMNS)) == 3

    (tmp_path / NAME / "sizes.json").unlink()
    for torn in (tmp_path / NAME).glob("*/data_level0.bin"):
        torn.write_bytes(torn.read_bytes()[:100])
    with pytest.raises(DamagedError), stores.open(NAME):
        pass


def test_a_server_that_does_not_answer_is_told_in_one_line(tmp_path: Path) -> None:
    url = f"http://eve:secret@127.0.0.1:{free_port()}"

    with pytest.raises(IndexingError, match=r"^the Chroma server at http://127.0.0.1:\d+ does not answer: ") as told:
        vector_stores(tmp_path, url).reader(NAME)
    assert "chroma run" in told.value.hint
    assert "secret" not in str(told.value)


def test_a_server_that_is_silent_is_not_waited_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.schema_index.chroma_server.SECONDS_TO_CONNECT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(IndexingError, match="does not answer: timed out"):
            vector_stores(tmp_path, url).names()


def test_a_wiped_server_means_a_new_index(server: str, tmp_path: Path) -> None:
    with pytest.raises(DamagedError):
        vector_stores(tmp_path, server).reader(NAME)


@pytest.mark.parametrize("url", ["ftp://host", "localhost:8000", "chroma.db", "http://", "http://[::1"])
def test_what_is_no_url_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(IndexingError, match=r"^chroma: .* is not the URL of a server \("):
        vector_stores(tmp_path, url)


def test_no_login_is_shown() -> None:
    assert shown_url("https://eve:s%40crt@chroma.example:8000/a") == "https://chroma.example:8000/a"
    assert shown_url("http://127.0.0.1:8000") == "http://127.0.0.1:8000"
    assert shown_url("") == ""
