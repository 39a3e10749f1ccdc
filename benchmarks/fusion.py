"""Learns the weights of schema_index/fusion.yaml: `python -m benchmarks.fusion DIR [DIR …]`.

Each DIR holds tables.jsonl and questions.jsonl, as for `agent eval retrieval`. Only questions on databases outside the
held-back fold (every fifth by name) are learned from. The model is a softmax over all tables, whose logits are the
weighted features; no weight is negative, since no feature speaks against a table.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from agent.config import load_settings
from agent.evaluate.pool import Pool, PoolQuestion, read_pool
from agent.schema_index.build import index_catalog
from agent.schema_index.layout import layout_of
from agent.schema_index.options import IndexOptions
from agent.schema_index.progress import silent
from agent.schema_index.rank import encode_questions, features, fusion
from agent.schema_index.store import SchemaIndex

WEIGHTS = Path(__file__).parents[1] / "schema_index" / "fusion.yaml"
FOLD = 5
MOST, SEED = 1_500, 1
DECAY = 1e-3
# Set by hand: no pool has what they speak of.
BY_HAND = frozenset({"code", "values", "glossary", "given_name"})
TOP = 10

Judged = tuple[np.ndarray, list[set[int]]]
"""Features, [questions, tables, features], and the rows of the right tables of each question."""


def main(folders: Sequence[Path]) -> None:
    """Learn from all folders together, print what that gives, and write the weights."""
    names = [name for name in fusion() if name not in BY_HAND]
    judged: dict[str, list[Judged]] = {"development": [], "held back": []}
    for folder in folders:
        pool = read_pool(folder)
        held = set(sorted({table.schema for table in pool.catalog.tables})[FOLD - 1 :: FOLD])
        options = IndexOptions(cache=load_settings().cache_dir)
        with index_catalog(pool.catalog, (), options.cache / "fusion" / pool.key[:16], options, silent) as index:
            for part, inside in (("development", False), ("held back", True)):
                questions = [question for question in pool.questions if (question.db in held) == inside]
                judged[part].append(_judge(_some(questions), pool, index, names))
                print(f"{folder.name}, {part}: now {_all_at(judged[part][-1], _weights(names)):.3f}", flush=True)
    learned = _learn(judged["development"])
    for name, weight in zip(names, learned, strict=True):
        print(f"{name:20} {weight:6.2f}")
    for part, sets in judged.items():
        print(part, *(f"{_all_at(each, learned):.3f}" for each in sets))
    _write(dict(zip(names, learned, strict=True)))


def _some(questions: list[PoolQuestion]) -> list[PoolQuestion]:
    return random.Random(SEED).sample(questions, min(MOST, len(questions)))


def _weights(names: Sequence[str]) -> np.ndarray:
    return np.array([fusion()[name] for name in names], dtype=np.float32)


def _judge(questions: list[PoolQuestion], pool: Pool, index: SchemaIndex, names: Sequence[str]) -> Judged:
    layout = layout_of(index.catalog)
    found, right = np.zeros((len(questions), len(layout.tables), len(names)), dtype=np.float32), []
    for n, (question, encoded) in enumerate(
        zip(questions, encode_questions([question.text for question in questions], index), strict=True)
    ):
        scores, _ = features(encoded, index)
        for column, name in enumerate(names):
            if name in scores:
                found[n, :, column] = scores[name]
        right.append({layout.row_of[table] for table in question.gold})
    return found, right


def _all_at(judged: Judged, weights: np.ndarray) -> float:
    """The share of questions whose right tables are all among the first ten."""
    order = np.argsort(-(judged[0] @ weights), axis=1, kind="stable")[:, :TOP]
    return float(np.mean([right <= set(row.tolist()) for row, right in zip(order, judged[1], strict=True)]))


def _learn(sets: Sequence[Judged]) -> np.ndarray:
    parts = [(torch.tensor(found), _targets(found.shape[:2], right)) for found, right in sets]
    rough = torch.zeros(parts[0][0].shape[2], requires_grad=True)
    optimiser = torch.optim.LBFGS([rough], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        weights = torch.nn.functional.softplus(rough)
        total = torch.stack(
            [-(wanted * torch.log_softmax(found @ weights, 1)).sum(1).mean() for found, wanted in parts]
        )
        value = total.mean() + DECAY * (weights**2).sum() / 100
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return torch.nn.functional.softplus(rough).detach().numpy()


def _targets(shape: tuple[int, int], right: list[set[int]]) -> torch.Tensor:
    wanted = torch.zeros(shape)
    for row, tables in enumerate(right):
        wanted[row, list(tables)] = 1 / len(tables)
    return wanted


def _write(learned: dict[str, float]) -> None:
    """Put the weights in the place of the old ones, and leave all else in the file."""
    text = WEIGHTS.read_text(encoding="utf-8")
    for name, weight in learned.items():
        text = re.sub(rf"(?m)^{name}: [0-9.]+", f"{name}: {weight:.1f}", text)
    WEIGHTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
