"""A database of 10,000 tables with 200,000 columns: `python -m benchmarks.scale`, some minutes.

Texts are encoded by `WordEncoder`, since the real encoder would take an hour; all the rest is as it always is. What
is asked runs in a process of its own, with the real encoder.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np

from benchmarks.machine import machine
from benchmarks.made import WordEncoder, made_catalog, made_questions
from benchmarks.measure import HEADER, Figure, medians, seconds

if TYPE_CHECKING:
    from agent.records import Catalog
    from agent.schema_index.options import IndexOptions
    from agent.schema_index.store import SchemaIndex

TABLES, COLUMNS = 10_000, 20
QUESTIONS = 50
NEAREST = 50
LIMIT = 200
MEGABYTE = 1e6 / (1 if sys.platform == "darwin" else 1024)


def scale(tables: int = TABLES, columns: int = COLUMNS) -> Iterator[Figure]:
    """Time and memory of indexing and asking; recall and time of a search beside an exact one."""
    from agent.schema_index.build import index_catalog
    from agent.schema_index.embed import load_encoder
    from agent.schema_index.options import IndexOptions

    with TemporaryDirectory() as name:
        options = IndexOptions(Path(name), values="none")
        encoder = WordEncoder(load_encoder(options.encoder, options.cache))
        catalog = made_catalog(tables, columns)
        size = f"{tables:,} tables of {columns} columns"
        with patch("agent.schema_index.embed.load_encoder", lambda *_: encoder):
            folder = options.cache / "index" / "scale"
            index, made = _timed(lambda: index_catalog(catalog, (), folder, options))
            yield Figure(f"the first index of {size}, encoded by word", made, "s", 1_200)
            yield Figure("its peak memory", _peak(), "MB", 3_000)
            again, opened = _timed(lambda: index_catalog(catalog, (), folder, options))
            again.close()
            yield Figure("the same again, with nothing changed", opened, "s", 10)
            with index:
                yield from _searching(index, catalog, encoder)
        yield from _asking(folder, options, made_questions(catalog, QUESTIONS))


def _timed(action: Any) -> tuple[Any, float]:
    start = perf_counter()
    made = action()
    return made, perf_counter() - start


def _searching(index: SchemaIndex, catalog: Catalog, encoder: WordEncoder) -> Iterator[Figure]:
    """A search for columns beside the product of the question with all vectors, held in memory."""
    keys = [(table.id, column.name) for table in catalog.tables for column in table.columns]
    every = np.concatenate([np.stack(list(_first_parts(index, part))) for part in _parts(keys, 5_000)])
    questions = encoder.encode(made_questions(catalog, QUESTIONS))
    place = {key: n for n, key in enumerate(keys)}
    similar = questions @ every.T
    # Of columns that are equally near, none is the right one.
    bound = np.partition(similar, -NEAREST, axis=1)[:, -NEAREST] - 1e-5
    found = [index.nearest_columns(question, LIMIT)[:NEAREST] for question in questions]
    right = [
        sum(bool(row[place[table, column]] >= least) for table, column, _ in near)
        for row, least, near in zip(similar, bound, found, strict=True)
    ]
    yield Figure(f"missed of the {NEAREST} nearest columns", 100 * (1 - sum(right) / NEAREST / QUESTIONS), "%", 2)
    turns = iter(range(10**6))

    def ours() -> None:
        index.nearest_columns(questions[next(turns) % QUESTIONS], LIMIT)

    def theirs() -> None:
        np.argpartition(-(every @ questions[next(turns) % QUESTIONS]), LIMIT)[:LIMIT]

    near, scan = medians(QUESTIONS, lambda: seconds(ours), lambda: seconds(theirs))
    against = "the product with all vectors in memory"
    yield Figure(f"the {LIMIT} nearest of {len(keys):,} columns", near * 1000, "ms", 1, against, scan * 1000)


def _first_parts(index: SchemaIndex, keys: list[tuple[str, str]]) -> Iterator[Any]:
    found = index.vectors_of("columns", keys)
    return (found[key][0] for key in keys)


def _parts(keys: list[tuple[str, str]], size: int) -> Iterator[list[tuple[str, str]]]:
    return (keys[n : n + size] for n in range(0, len(keys), size))


def _asking(folder: Path, options: IndexOptions, questions: list[str]) -> Iterator[Figure]:
    given = json.dumps({"folder": str(folder), "cache": str(options.cache), "questions": questions})
    command = [sys.executable, "-c", "from benchmarks.scale import _ask; _ask()"]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    yield Figure("the first question, the index opened for it", told["first"], "s", 5)
    yield Figure("finding the tables of a question, beside encoding it", told["search"] * 1000, "ms", 40)
    yield Figure("encoding it", told["encoding"] * 1000, "ms", 10)
    yield Figure("peak memory of asking", told["peak"], "MB", 1_200)


def _ask() -> None:
    """Ask the questions that standard input names, and print how long that took and how much memory."""
    from datetime import date

    from agent.records import Question
    from agent.schema_index.options import IndexOptions
    from agent.schema_index.retrieve import retrieve
    from agent.schema_index.store import SchemaIndex

    given = json.load(sys.stdin)
    questions = [Question(text, date(2026, 1, 1)) for text in given["questions"]]
    start = perf_counter()
    with SchemaIndex(Path(given["folder"]), IndexOptions(Path(given["cache"]), values="none")) as index:
        retrieve(questions[0], index, 10)
        first = perf_counter() - start
        turns = iter(range(10**6))
        both, encoding = medians(
            len(questions),
            lambda: seconds(lambda: retrieve(questions[next(turns) % QUESTIONS], index, 10)),
            lambda: seconds(lambda: index.encoder.encode_queries([questions[next(turns) % QUESTIONS].text])),
        )
    print(json.dumps({"first": first, "search": both - encoding, "encoding": encoding, "peak": _peak()}))


def _peak() -> float:
    # What `getrusage` tells of a child counts from its parent's memory.
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def main() -> None:
    """Print one table of figures."""
    print(f"## Measured on {machine()}\n\n{HEADER}", flush=True)
    for figure in scale():
        print(figure, flush=True)


if __name__ == "__main__":
    main()
