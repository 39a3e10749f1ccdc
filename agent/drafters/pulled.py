"""The models that an Ollama server has on its own machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from agent.ollama_address import OllamaAddress, get_json

_MAGNITUDES = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}


@dataclass(frozen=True, slots=True)
class PulledModel:
    """A model by the name that the server has for it.

    `parameters` is their number and `size` the bytes of the weights, 0 where they are not known. A `remote` one is
    only the name of a model that another machine runs.
    """

    name: str
    parameters: float
    family: str = ""
    quantization: str = ""
    size: int = 0
    remote: bool = False


def pulled(address: OllamaAddress, seconds: float) -> tuple[PulledModel, ...]:
    """The models that the server lists; `seconds` is how long it may be silent.

    Raises OSError when it does not answer, and ValueError when what answers is no Ollama.
    """
    listed = get_json(address, "/api/tags", seconds)
    try:
        return tuple(_model(entry) for entry in listed["models"])
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError("this is no list of models") from error


def parameters_in(text: str) -> float:
    """The number that is written as 7.6B or 494.03M, 0 where it is none."""
    size = re.match(r"([\d.]+)\s*([KMBT])", text)
    return float(size[1]) * _MAGNITUDES[size[2]] if size else 0.0


def _model(entry: dict[str, Any]) -> PulledModel:
    details = entry.get("details") or {}
    size = entry.get("size")
    return PulledModel(
        str(entry["name"]),
        parameters_in(str(details.get("parameter_size") or "")),
        str(details.get("family") or ""),
        str(details.get("quantization_level") or ""),
        size if isinstance(size, int) else 0,
        bool(entry.get("remote_model")),
    )
