"""A cache folder that cannot be written: what is in it is used, and what is not is said in one line."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agent.dialects.address import Address, read_address
from agent.errors import IndexingError
from agent.records import Question
from agent.schema_index.build import build_index
from agent.schema_index.embed import Encoder
from agent.schema_index.options import IndexOptions
from agent.schema_index.retrieve import retrieve
from agent.schema_index.store import SchemaIndex

MakeDatabase = Callable[..., Address]
NOBODY = 65_534
COPYING = "copying the vectors, since the cache folder cannot be written"


@pytest.fixture
def shared(cache: Path, encoder: Encoder) -> Iterator[Path]:
    """A folder that anybody may read, with the encoder in it."""
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        shutil.copytree(cache / "encoders", folder / "encoders")
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def address(database: MakeDatabase, shared: Path) -> Address:
    made = Path(database().file)
    return read_address(f"sqlite:///{shutil.copy(made, shared / made.name)}")


@contextmanager
def only_reading(folder: Path) -> Iterator[None]:
    """Nothing in the folder can be written, not even by the administrator that tests may run as."""
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    is_root = os.geteuid() == 0
    try:
        if is_root:
            os.seteuid(NOBODY)
        yield
    finally:
        if is_root:
            os.seteuid(0)
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)


def build(address: Address, cache: Path, said: list[str] | None = None, **settings: Any) -> SchemaIndex:
    return build_index(address, IndexOptions(cache, **settings), lambda what, *_: (said or []).append(what))


def ask(index: SchemaIndex) -> object:
    return retrieve(Question("orders of customers in Germany", date(2024, 6, 1)), index)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_index_that_is_up_to_date_is_used(address: Address, shared: Path) -> None:
    with build(address, shared) as index:
        before = ask(index)
    files = contents(shared)
    said = ["opened"]
    with only_reading(shared), build(address, shared, said) as index:
        assert ask(index) == before
        assert ask(index) == before
    assert said == ["opened", COPYING]
    assert contents(shared) == files


def test_an_index_in_use_is_used_as_well(address: Address, shared: Path) -> None:
    # The other user's log of changes is then beside the file.
    with build(address, shared) as used:
        before = ask(used)
        with only_reading(shared), build(address, shared) as index:
            assert ask(index) == before


@pytest.mark.parametrize("has_index", [True, False])
def test_an_index_that_must_be_made_is_refused_in_one_line(has_index: bool, address: Address, shared: Path) -> None:
    if has_index:
        build(address, shared).close()
    with (
        only_reading(shared),
        pytest.raises(IndexingError, match=r"^cannot write to .*: Permission denied \(set cache_dir to a folder"),
    ):
        build(address, shared, values="none")
