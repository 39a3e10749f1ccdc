"""The learned weights, read once from `weights.yaml` and `confidence.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
READING_WEIGHTS, CONFIDENCE_WEIGHTS = _FOLDER / "weights.yaml", _FOLDER / "confidence.yaml"


@dataclass(frozen=True)
class Weights:
    """How much each feature counts; one that is not named counts nothing."""

    by_name: Mapping[str, float]

    def of(self, name: str) -> float:
        """The weight of a feature."""
        return self.by_name.get(name, 0.0)

    def score(self, features: Iterable[tuple[str, float]]) -> float:
        """The sum of the features by their weights."""
        get = self.by_name.get
        return sum(get(name, 0.0) * value for name, value in features)


@cache
def load_weights() -> Weights:
    """What the features of readings weigh."""
    return read_weights(READING_WEIGHTS)


@cache
def load_confidence() -> Weights:
    """What the evidence for a reading weighs."""
    return read_weights(CONFIDENCE_WEIGHTS)


def read_weights(path: Path) -> Weights:
    """The weights of a file: lines of a name, a colon and a number; `#` begins a comment."""
    lines = (line.partition("#")[0].rpartition(":") for line in path.read_text("utf-8").splitlines())
    return Weights({name.strip(): float(value) for name, colon, value in lines if colon})
