"""Schemas of any size, made of the words of words.txt, and an encoder that is quick enough for the largest."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from agent.records import Catalog, Column, ForeignKey, Table

if TYPE_CHECKING:
    from agent.schema_index.embed import Encoder, Vectors

WORDS = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split()
# Tables of one subject, which point to each other; every subject points to the one before it.
SUBJECT = 25
TYPES = ("INTEGER", "TEXT", "DATE", "DECIMAL(10,2)")
# How much of a vector is not told by the words of its text.
NOISE = 0.3
_WORD = re.compile("[a-z]+")


def made_catalog(tables: int, columns: int) -> Catalog:
    """A catalog of so many tables with so many columns each, of which some are foreign keys; always the same."""
    random = Random(tables)
    names = [f"{random.choice(WORDS)}_{random.choice(WORDS)}_{number}" for number in range(tables)]
    made = (_table(name, columns, _parents(number, names, random), random) for number, name in enumerate(names))
    return Catalog("sqlite", tuple(made))


def _parents(number: int, names: list[str], random: Random) -> list[str]:
    first = number - number % SUBJECT
    near = names[first : first + SUBJECT]
    if number == first:
        return [names[first - SUBJECT] if first else near[-1]]
    return random.sample(near, min(2, len(near)))


def _table(name: str, columns: int, parents: list[str], random: Random) -> Table:
    keys = tuple(ForeignKey((f"{parent}_id",), parent, ("id",)) for parent in parents)
    others = {f"{random.choice(WORDS)}_{random.choice(WORDS)}" for _ in range(columns * 2)}
    plain = [Column(other, random.choice(TYPES)) for other in sorted(others)[: columns - 1 - len(keys)]]
    linked = [Column(key.columns[0], "INTEGER") for key in keys]
    return Table(name, (Column("id", "INTEGER"), *linked, *plain), primary_key=("id",), foreign_keys=keys)


def made_database(file: Path, catalog: Catalog) -> str:
    """The URL of an SQLite file with the tables of a catalog, without rows."""
    with closing(sqlite3.connect(file)) as connection:
        for table in catalog.tables:
            parts = [f"{column.name} {column.type}" for column in table.columns]
            parts += [f"PRIMARY KEY ({', '.join(table.primary_key)})"]
            parts += [f"FOREIGN KEY ({key.columns[0]}) REFERENCES {key.target} (id)" for key in table.foreign_keys]
            connection.execute(f"CREATE TABLE {table.name} ({', '.join(parts)})")
    return f"sqlite:///{file}"


def made_questions(catalog: Catalog, count: int) -> list[str]:
    """Questions of words that stand in the catalog."""
    random = Random(count)
    forms = ("How many {} does each {} have?", "Show the {} with the highest {}", "{} by {} in the last year")
    return [
        random.choice(forms).format(" ".join(random.sample(WORDS, 2)), random.choice(catalog.tables).name.split("_")[0])
        for _ in range(count)
    ]


@dataclass(frozen=True)
class WordEncoder:
    """Stands in for an encoder: a text is the sum of the vectors that the real one has for its words, and some noise.

    So texts with like words are near each other, as they are with the real one, which needs minutes for what this
    one encodes in seconds.
    """

    real: Encoder
    name: str = "words"
    revision: str = "1"
    query_prefix: str = ""
    document_prefix: str = ""
    _known: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    @property
    def dimension(self) -> int:
        """That of the real one."""
        return self.real.dimension

    @property
    def max_tokens(self) -> int:
        """That of the real one."""
        return self.real.max_tokens

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector a text, [n, dimension], of length 1."""
        words = [_WORD.findall(text.lower()) for text in texts]
        new = sorted({word for each in words for word in each} - self._known.keys())
        self._known.update(zip(new, self.real.encode(new), strict=True))
        vectors = np.stack([self._vector(text, each) for text, each in zip(texts, words, strict=True)])
        scaled: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
        return scaled

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """As `encode`."""
        return self.encode(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """About so many."""
        return [2 + len(text) // 4 for text in texts]

    def _vector(self, text: str, words: list[str]) -> NDArray[np.float32]:
        noise = np.random.default_rng(crc32(text.encode())).normal(size=self.dimension).astype(np.float32)
        noise *= NOISE / np.linalg.norm(noise)
        total = sum((self._known[word] for word in words), start=np.zeros(self.dimension, dtype=np.float32))
        scaled: NDArray[np.float32] = total / max(float(np.linalg.norm(total)), 1e-6) + noise
        return scaled
