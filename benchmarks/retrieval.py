"""Reading a schema, keeping its index, and finding tables in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from benchmarks.made import WordEncoder, made_catalog, made_database, made_questions
from benchmarks.measure import Figure, medians, seconds

POOL, READ, KEPT = 793, 500, 1_000
POOL_COLUMNS, READ_COLUMNS, KEPT_COLUMNS = 5, 21, 10
QUESTIONS = 100


def retrieval() -> Iterator[Figure]:
    """Figures of a question in a pool of tables, of reading a schema, and of an index that is up to date."""
    with TemporaryDirectory() as folder:
        yield from _finding(Path(folder))
        yield from _reading(Path(folder))
        yield from _keeping(Path(folder))


def _finding(cache: Path) -> Iterator[Figure]:
    from agent.records import Question
    from agent.schema_index.build import index_catalog
    from agent.schema_index.options import IndexOptions
    from agent.schema_index.retrieve import retrieve

    catalog = made_catalog(POOL, POOL_COLUMNS)
    questions = [Question(text, date(2026, 1, 1)) for text in made_questions(catalog, QUESTIONS)]
    asked, encoded = cycle(questions), cycle(questions)
    with index_catalog(catalog, (), cache / "index" / "pool", IndexOptions(cache, values="none")) as index:
        retrieve(questions[0], index)
        both, encoding = medians(
            QUESTIONS,
            lambda: seconds(lambda: retrieve(next(asked), index)),
            lambda: seconds(lambda: index.encoder.encode_queries([next(encoded).text])),
        )
    yield Figure(f"finding tables among {POOL}, beside encoding the question", (both - encoding) * 1000, "ms", 8)
    yield Figure("encoding a question", encoding * 1000, "ms", 10)


def _reading(folder: Path) -> Iterator[Figure]:
    from sqlalchemy import create_engine, inspect

    from agent.dialects.address import read_address
    from agent.schema_index.reflect import reflect

    url = made_database(folder / "read.db", made_catalog(READ, READ_COLUMNS))

    def table_by_table() -> None:
        engine = create_engine(url)
        inspector = inspect(engine)
        for table in inspector.get_table_names():
            inspector.get_columns(table)
            inspector.get_pk_constraint(table)
            inspector.get_foreign_keys(table)
            inspector.get_indexes(table)
        engine.dispose()

    ours, theirs = medians(3, lambda: seconds(lambda: reflect(read_address(url))), lambda: seconds(table_by_table))
    what = f"reading {READ} tables of {READ_COLUMNS} columns in SQLite"
    yield Figure(what, ours, "s", 1.0)
    yield Figure(what, ours, "s", 1.0, "SQLAlchemy's inspector, table by table", theirs)


def _keeping(cache: Path) -> Iterator[Figure]:
    from agent.dialects.address import read_address
    from agent.schema_index.build import build_index, refresh_index
    from agent.schema_index.embed import load_encoder
    from agent.schema_index.options import IndexOptions

    options = IndexOptions(cache)
    address = read_address(made_database(cache / "kept.db", made_catalog(KEPT, KEPT_COLUMNS)))
    encoder = WordEncoder(load_encoder(options.encoder, options.cache))
    # How the first index was encoded makes no difference to what comes after.
    with patch("agent.schema_index.embed.load_encoder", lambda *_: encoder):
        build_index(address, options).close()
    again, opened = medians(
        3,
        lambda: seconds(lambda: refresh_index(address, options).index.close()),
        lambda: seconds(lambda: build_index(address, options).close()),
    )
    yield Figure(f"indexing {KEPT:,} unchanged tables again, values included", again, "s", 2)
    yield Figure("opening that index, its schema compared with the database", opened, "s", 1)
