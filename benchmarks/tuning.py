"""What tuning the encoder on some databases gives on others: `python -m benchmarks.tuning POOL [OTHER ...]`.

A pool is a folder with tables.jsonl and questions.jsonl. The model is tuned on the questions of POOL but for every
fifth database by name. What is printed is measured on the questions of those, and of OTHER pools without the databases
that were tuned on.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from agent.evaluate.pool import Pool, PoolQuestion, read_pool
from agent.evaluate.quality import Quality, quality
from agent.evaluate.ranking import Ranking, rank_all
from agent.evaluate.sample import sample
from agent.schema_index.build import index_catalog
from agent.schema_index.documents import make_documents
from agent.schema_index.embed import Encoder, load_encoder
from agent.schema_index.options import IndexOptions
from agent.schema_index.prefixes import Prefixes
from agent.schema_index.progress import silent
from agent.schema_index.rank import encode_questions
from agent.schema_index.triplets import Example, triplets
from agent.schema_index.tune import Triplet, tune
from agent.schema_index.vectors import TABLES

FOLD = 5
KS = (5, 10)
SEED = 20


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tuning", description=__doc__)
    parser.add_argument("pools", nargs="+", type=Path, metavar="POOL", help="the first one is tuned on")
    parser.add_argument("--encoder", default="bundled", help="the model to tune")
    parser.add_argument("--triplets", type=int, metavar="N", help="tune on so many, taken at random")
    parser.add_argument("--cache", type=Path, default=Path("build/tuning"), help="where the model and indexes are kept")
    parser.add_argument("--limit", type=int, metavar="N", help="measure on so many questions of each pool")
    given = parser.parse_args()
    pools = [read_pool(folder) for folder in given.pools]
    tuned_on = development(pools[0])
    model = (given.cache / f"tuned-{given.triplets or 'all'}").resolve()
    if not model.is_dir():
        given.cache.mkdir(parents=True, exist_ok=True)
        made = _triplets(pools[0], tuned_on, load_encoder(given.encoder, given.cache), given.triplets)
        print(f"tuning on {len(made)} triplets of {len(tuned_on)} databases", flush=True)
        encoder = load_encoder(given.encoder, given.cache)
        prefixes = Prefixes(encoder.query_prefix, encoder.document_prefix)
        tune(given.encoder, made, model, _tell, prefixes=prefixes)
    print("\n| pool | questions | ranking | encoder | recall@5 / all@5 | recall@10 / all@10 |")
    print("| --- | --: | --- | --- | --: | --: |")
    for folder, pool in zip(given.pools, pools, strict=True):
        questions = sample([one for one in pool.questions if one.db not in tuned_on], given.limit)
        for name, shown in ((given.encoder, given.encoder), (str(model), "tuned")):
            for ranking, found in _measured(pool, questions, IndexOptions(given.cache, name)):
                figures = " | ".join(f"{found.recall[k]:.3f} / {found.all[k]:.3f}" for k in KS)
                print(f"| {folder.name} | {len(questions)} | {ranking} | {shown} | {figures} |", flush=True)


def development(pool: Pool) -> frozenset[str]:
    """The databases of a pool that may be learned from: all but every fifth by name."""
    names = sorted({table.schema for table in pool.catalog.tables})
    return frozenset(names) - frozenset(names[FOLD - 1 :: FOLD])


def _measured(pool: Pool, questions: Sequence[PoolQuestion], options: IndexOptions) -> Iterator[tuple[str, Quality]]:
    """By the tables' own vectors alone, then by all that the index knows."""
    encoder = load_encoder(options.encoder, options.cache)
    documents = make_documents(pool.catalog, encoder, {})[TABLES]
    tables = [table for table, *_ in documents]
    nearness = encoder.encode_queries([one.text for one in questions]) @ encoder.encode(list(documents.values())).T
    by_vector = [[tables[n] for n in np.argsort(-row)] for row in nearness]
    yield "one vector a table", quality(list(map(_ranking, questions, by_vector)), KS)
    name = hashlib.sha256(f"{pool.key}{options.encoder}".encode()).hexdigest()[:16]
    with index_catalog(pool.catalog, pool.values, options.cache / name, options) as index:
        asked = list(zip(questions, encode_questions([one.text for one in questions], index), strict=True))
        yield "all", quality(rank_all({frozenset(): asked}, index, options, silent)[frozenset()], KS)


def _ranking(question: PoolQuestion, tables: Sequence[str]) -> Ranking:
    places = {table: rank for rank, table in enumerate(dict.fromkeys(tables), start=1)}
    return Ranking(question, tuple(places.get(table) for table in question.gold))


def _triplets(pool: Pool, databases: frozenset[str], encoder: Encoder, most: int | None) -> list[Triplet]:
    examples = [Example(one.text, one.gold) for one in pool.questions if one.db in databases]
    random.Random(SEED).shuffle(examples)
    # A question makes a triplet at least, for nearly every database has several tables.
    return triplets(examples[:most], pool.catalog, encoder, {})[:most]


def _tell(what: str, done: int, total: int) -> None:
    print(f"{what}: {done} of {total}", flush=True)


if __name__ == "__main__":
    main()
