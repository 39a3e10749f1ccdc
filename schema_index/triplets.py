"""What an embedding model is tuned on: questions beside right documents and near but wrong ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agent.records import Catalog
from agent.schema_index.documents import make_documents
from agent.schema_index.tune import Triplet
from agent.schema_index.vectors import TABLES

if TYPE_CHECKING:
    from agent.schema_index.embed import Encoder

# Questions whose similarities to all documents are held at once.
CHUNK = 512


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the ids of the tables that its answer reads."""

    question: str
    tables: tuple[str, ...]


def triplets(
    examples: Sequence[Example], catalog: Catalog, encoder: Encoder, abbreviations: Mapping[str, str]
) -> list[Triplet]:
    """One triplet for each table of each example, but for those that have no wrong table beside them.

    The right document is the nearest of the table's own; the wrong ones are the nearest of other tables of the
    same schema, as `encoder` ranks them now, another one for each table of an example.
    """
    made = make_documents(catalog, encoder, abbreviations)[TABLES]
    documents = [(table, text) for (table, *_), text in made.items()]
    places = {table.id: number for number, table in enumerate(catalog.tables)}
    schemas = np.array([table.schema for table in catalog.tables])
    owners = np.array([places[table] for table, _ in documents])
    vectors = encoder.encode([text for _, text in documents])
    found: list[Triplet] = []
    for start in range(0, len(examples), CHUNK):
        part = examples[start : start + CHUNK]
        nearness = encoder.encode_queries([example.question for example in part]) @ vectors.T
        for example, row in zip(part, nearness, strict=True):
            order = np.argsort(-row, kind="stable")
            tables = [places[table] for table in example.tables]
            is_right = np.isin(owners[order], tables)
            right, wrong = order[is_right], order[~is_right]
            texts = tuple(documents[n][1] for n in right)
            for count, table in enumerate(tables):
                own = right[owners[right] == table]
                near = [n for n in wrong[schemas[owners[wrong]] == schemas[table]] if documents[n][1] not in texts]
                if len(own) and near:
                    negative = documents[near[count % len(near)]][1]
                    found.append(Triplet(example.question, documents[own[0]][1], negative, texts))
    return found
