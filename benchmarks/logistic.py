"""A logistic model of what is right, given evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import minimize


def logistic(
    evidence: Sequence[Mapping[str, float]], right: Sequence[bool], counts: Sequence[float] = (), l2: float = 1.0
) -> dict[str, float]:
    """The weights of a logistic model of what is right, by the names of the evidence; `l2` keeps them small.

    Each counts as so many as `counts` says, or as one.
    """
    names = sorted({name for each in evidence for name in each})
    matrix = np.array([[each.get(name, 0.0) for name in names] for each in evidence])
    signs, counted = np.where(np.array(right, dtype=bool), 1.0, -1.0), np.array(counts or [1.0] * len(right))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margins = signs * (matrix @ weights)
        slope = -(matrix.T @ (counted * signs / (1 + np.exp(np.minimum(margins, 500))))) + l2 * weights
        return float(counted @ np.logaddexp(0, -margins) + 0.5 * l2 * weights @ weights), slope

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    return dict(zip(names, map(float, found.x), strict=True))
