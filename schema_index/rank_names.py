"""How much of a question the names of each table and schema cover."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from agent.schema_index.layout import Layout, Scores
from agent.schema_index.synonyms import synonyms
from agent.schema_index.words import word_list

if TYPE_CHECKING:
    from agent.schema_index.store import SchemaIndex

_WORD = re.compile(r"[^\W_]+")
# Longer questions are prose, of which the first words are read.
MAX_WORDS = 60


def telling_words(question: str) -> str:
    """The question without the words of asking."""
    stop = word_list("stopwords.txt")
    return " ".join(word for word in _WORD.findall(question.lower()) if word not in stop)


def rank_names(question: str, index: SchemaIndex, layout: Layout, without: frozenset[str]) -> dict[str, Scores]:
    """The share of the question's words, by their weight, that names and comments have, from 0 to 1.

    A word weighs as BM25 has it (Robertson and Zaragoza 2009): the more, the fewer tables or schemas have it. A synonym
    counts for a part of a word. `table_words` and `column_words` are of each table, `schema_words` and
    `schema_phrases` (of two words side by side) of its schema.
    """
    covered = {
        "table_words": _Coverage(len(layout.tables)),
        "column_words": _Coverage(len(layout.tables)),
        "schema_words": _Coverage(len(layout.schemas)),
        "schema_phrases": _Coverage(len(layout.schemas)),
    }
    for phrase in _phrases(question):
        others = {} if "synonyms" in without else synonyms(phrase)
        is_pair = " " in phrase
        if is_pair and not others:
            named, holding = _parts({phrase: 1.0}, index, layout)
            covered["schema_phrases"].add(_by_schema(np.maximum(named, holding), layout))
            continue
        named, holding = _parts({**others, phrase: 1.0}, index, layout)
        covered["table_words"].add(named)
        covered["column_words"].add(holding)
        covered["schema_words"].add(_by_schema(np.maximum(named, holding), layout))
        if is_pair:
            covered["schema_phrases"].add(_by_schema(np.maximum(named == 1, holding == 1).astype(np.float32), layout))
    shares = {name: coverage.share for name, coverage in covered.items()}
    return {name: layout.spread(share) if name.startswith("schema") else share for name, share in shares.items()}


class _Coverage:
    """The weight of the words so far, and for each table or schema of those that it has."""

    def __init__(self, size: int) -> None:
        self._covered = np.zeros(size, dtype=np.float32)
        self._total = 0.0

    def add(self, held: Scores) -> None:
        """Take in a word; `held` says how much of it each table or schema has."""
        frequency = float(held.sum())
        weight = math.log(1 + (len(held) - frequency + 0.5) / (frequency + 0.5))
        self._total += weight
        self._covered += weight * held

    @property
    def share(self) -> Scores:
        return self._covered / max(self._total, 1e-6)


def _phrases(question: str) -> Iterator[str]:
    """The telling words of a question, and pairs of them side by side."""
    stop = word_list("stopwords.txt")
    words = _WORD.findall(question.lower())[:MAX_WORDS]
    pairs = (f"{one} {other}" for one, other in pairwise(words) if not {one, other} & stop)
    yield from dict.fromkeys(word for word in words if word not in stop)
    yield from dict.fromkeys(pairs)


def _parts(weights: Mapping[str, float], index: SchemaIndex, layout: Layout) -> tuple[Scores, Scores]:
    """How much of a word the name of each table has, and how much its columns and comments."""
    named = np.zeros(len(layout.tables), dtype=np.float32)
    holding = np.zeros(len(layout.tables), dtype=np.float32)
    for weight in sorted(set(weights.values())):
        phrases = [phrase for phrase, each in weights.items() if each == weight]
        for scores, tables in zip((named, holding), index.tables_with(phrases), strict=True):
            scores[[layout.row_of[table] for table in tables if table in layout.row_of]] = weight
    return named, holding


def _by_schema(scores: Scores, layout: Layout) -> Scores:
    """The best score of the tables of each schema."""
    best = np.zeros(len(layout.schemas), dtype=np.float32)
    np.maximum.at(best, layout.schema_of, scores)
    return best
