"""Weights of a log-linear ranker, learned from candidates of which some are right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse
from scipy.optimize import minimize

STEPS = 200
# Of so many questions the candidates must differ by a feature for its weight to be learned.
LEAST = 8
# A weight that is smaller says nothing.
SMALL = 0.02


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the answers to a question: a `name` that no other of them has, its features, and whether it is right."""

    name: str
    features: Mapping[str, float]
    right: bool


@dataclass
class _Question:
    group: str
    weight: float
    columns: list[np.ndarray] = field(default_factory=list)
    values: list[np.ndarray] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    known: set[str] = field(default_factory=set)


@dataclass
class Judged:
    """The candidates of many questions, with features by the numbers of their names."""

    _numbers: dict[str, int] = field(default_factory=dict)
    _questions: dict[str, _Question] = field(default_factory=dict)

    def add(self, question: str, group: str, candidates: Iterable[Candidate], weight: float = 1.0) -> list[bool]:
        """More candidates of a question, which belongs to a group of questions; for each whether it is a new one.

        The question counts as `weight` questions.
        """
        kept = self._questions.setdefault(question, _Question(group, weight))
        new = []
        for candidate in candidates:
            new.append(candidate.name not in kept.known)
            if new[-1]:
                numbers = [self._numbers.setdefault(name, len(self._numbers)) for name in candidate.features]
                kept.known.add(candidate.name)
                kept.columns.append(np.array(numbers, dtype=np.int32))
                kept.values.append(np.array(list(candidate.features.values()), dtype=np.float32))
                kept.right.append(candidate.right)
        return new

    def choices(self) -> Choices:
        """All candidates as one matrix, without what does not tell those of a question apart."""
        parts = [_telling(question, len(self._numbers)) for question in self._questions.values()]
        sizes = [len(question.right) for question in self._questions.values()]
        return Choices(
            names=tuple(self._numbers),
            questions=tuple(self._questions),
            groups=tuple(question.group for question in self._questions.values()),
            weights=np.array([question.weight for question in self._questions.values()]),
            bounds=np.cumsum([0, *sizes]),
            right=np.array([right for question in self._questions.values() for right in question.right], dtype=bool),
            matrix=scipy.sparse.vstack(parts, format="csr") if parts else scipy.sparse.csr_matrix((0, 0)),
        )


@dataclass(frozen=True)
class Choices:
    """The candidates of many questions: those of question `n` are the rows from `bounds[n]` to `bounds[n + 1]`.

    `matrix` is [candidates, names], and holds only features that differ between the candidates of a question: what all
    of them have makes none of them likelier.
    """

    names: tuple[str, ...]
    questions: tuple[str, ...]
    groups: tuple[str, ...]
    weights: np.ndarray
    bounds: np.ndarray
    right: np.ndarray
    matrix: Any

    def ranked(self, weights: Mapping[str, float]) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """Each question with its candidates' rows, best first, and their scores, which are relative to each other."""
        scores = self.matrix @ np.array([weights.get(name, 0.0) for name in self.names])
        for question, (start, end) in zip(self.questions, pairwise(self.bounds), strict=True):
            order = start + np.argsort(-scores[start:end], kind="stable")
            yield question, order, scores[order]

    @property
    def rare(self) -> list[str]:
        """The names of features by which the candidates of too few questions differ to learn what they weigh."""
        seen = _seen(self.matrix, np.diff(self.bounds).tolist())
        return [self.names[n] for n in np.flatnonzero(seen < LEAST)]

    @cached_property
    def telling(self) -> np.ndarray:
        """The numbers of the questions from which something can be learned: those with right and wrong candidates."""
        blocks = [self.right[start:end] for start, end in pairwise(self.bounds)]
        return np.array([n for n, right in enumerate(blocks) if 0 < right.sum() < len(right)], dtype=int)


def learn(
    choices: Choices,
    start: Mapping[str, float],
    leave_out: frozenset[str] = frozenset(),
    *,
    l1: float = 1.0,
    l2: float = 0.5,
    least: int = LEAST,
) -> dict[str, float]:
    """The weights near `start` under which the right candidates are likeliest.

    The likelihood is that of any right candidate among all of a question (a softmax over candidates). Most weights stay
    what they are in `start`, which is 0 for what is not in it: `l1` and `l2` pull every weight back to that. Features
    by which candidates of fewer than `least` questions differ stay as they are. Questions of the groups `leave_out` are
    not learned from.
    """
    chosen = [n for n in choices.telling if choices.groups[n] not in leave_out]
    if not chosen:
        return {}
    blocks = [np.arange(choices.bounds[n], choices.bounds[n + 1]) for n in chosen]
    matrix = choices.matrix[np.concatenate(blocks)]
    kept = np.flatnonzero(_seen(matrix, list(map(len, blocks))) >= least)
    if not len(kept):
        return {}
    given = matrix @ np.array([start.get(name, 0.0) for name in choices.names])
    matrix = matrix[:, kept].astype(np.float64).tocsr()
    turned = matrix.T.tocsr()
    right = choices.right[np.concatenate(blocks)]
    begins = np.cumsum([0, *map(len, blocks)])[:-1]
    question = np.repeat(np.arange(len(blocks)), list(map(len, blocks)))
    size, counts = len(kept), choices.weights[chosen]

    def loss(halves: np.ndarray) -> tuple[float, np.ndarray]:
        change = halves[:size] - halves[size:]
        scores = given + matrix @ change
        likely = np.exp(scores - np.maximum.reduceat(scores, begins)[question])
        likely_right = likely * right
        total = np.add.reduceat(likely, begins)
        total_right = np.maximum(np.add.reduceat(likely_right, begins), 1e-300)
        value = float(counts @ (np.log(total) - np.log(total_right)))
        value += 0.5 * l2 * float(change @ change) + l1 * float(halves.sum())
        pull = counts[question] * (likely / total[question] - likely_right / total_right[question])
        slope = turned @ pull + l2 * change
        return value, np.concatenate([slope + l1, -slope + l1])

    # A change is the difference of two numbers that are not negative, so that the pull to 0 has a slope everywhere.
    bounds, options = [(0, None)] * (2 * size), {"maxiter": STEPS}
    found = minimize(loss, np.zeros(2 * size), jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    names = [choices.names[n] for n in kept]
    changes = dict(zip(names, (found.x[:size] - found.x[size:]).tolist(), strict=True))
    weights = {name: start.get(name, 0.0) + changes.get(name, 0.0) for name in {**start, **changes}}
    return {name: weight for name, weight in weights.items() if abs(weight) >= SMALL}


def _telling(question: _Question, width: int) -> Any:
    """The features of a question's candidates, [candidates, names], but for those that all of them have alike."""
    rows = len(question.right)
    if not rows:
        return scipy.sparse.csr_matrix((0, width), dtype=np.float32)
    columns, values = np.concatenate(question.columns), np.concatenate(question.values)
    row = np.repeat(np.arange(rows), list(map(len, question.columns)))
    names, place = np.unique(columns, return_inverse=True)
    dense = np.zeros((rows, len(names)), dtype=np.float32)
    dense[row, place] = values
    kept = np.ptp(dense, axis=0) > 0
    part = scipy.sparse.coo_matrix(dense[:, kept])
    return scipy.sparse.csr_matrix(
        (part.data, (part.row, names[kept][part.col])), shape=(rows, width), dtype=np.float32
    )


def _seen(matrix: Any, sizes: Sequence[int]) -> np.ndarray:
    """In how many questions, whose candidates are so many rows each, the candidates differ by each feature."""
    question = np.repeat(np.arange(len(sizes)), sizes)
    rows = question[np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))]
    pairs = np.unique(rows.astype(np.int64) * matrix.shape[1] + matrix.indices)
    return np.bincount(pairs % matrix.shape[1], minlength=matrix.shape[1])
