"""The best drafter there is: the preferred model that Ollama has pulled, else the built-in one."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from agent.ollama_address import OllamaAddress, get_json, ollama_address

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.drafters import Drafter

# A server on this machine answers in a few milliseconds, and nobody should wait for one that is not there.
CONNECT_SECONDS, ANSWER_SECONDS = 0.4, 1.0
# Smaller models hardly write a query; the "0.5B" models have a little less than that.
LEAST_PARAMETERS = 0.45e9

_MAGNITUDES = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
_EMBEDDING_FAMILIES = frozenset({"bert", "nomic-bert", "nomic-bert-moe", "xlm-roberta"})


@dataclass(frozen=True, slots=True)
class PulledModel:
    """A model that Ollama has on its machine; `parameters` is their number, 0 where it is not known."""

    name: str
    parameters: float
    family: str = ""


def load(settings: Settings) -> Drafter:
    """The drafter for the settings; a server that does not answer at once counts as none."""
    from agent.drafters import builtin, ollama  # here, so that the shell's completion need not load them

    name = best(pulled(ollama_address(settings)))
    return ollama.load(settings, name) if name else builtin.load(settings)


def best(models: Iterable[PulledModel]) -> str | None:
    """The name of the model that comes first in preferences.txt; None where none fits."""
    wanted, never = _preferences()
    ranked = []
    for model in models:
        name = model.name.lower()
        ranks = [rank for rank, pattern in enumerate(wanted) if fnmatchcase(name, pattern)]
        small = model.parameters < LEAST_PARAMETERS or model.family in _EMBEDDING_FAMILIES
        if ranks and not small and not any(fnmatchcase(name, pattern) for pattern in never):
            ranked.append((ranks[0], -model.parameters, model.name))
    return min(ranked)[2] if ranked else None


def pulled(address: OllamaAddress) -> tuple[PulledModel, ...]:
    """The models that the server has on its own machine, and none where nothing answers at once."""
    try:
        # The client's import takes longer than all of this, which most often finds that nothing listens.
        socket.create_connection((address.host, address.port), CONNECT_SECONDS).close()
        entries = get_json(address, "/api/tags", ANSWER_SECONDS)["models"]
        return tuple(_model(entry) for entry in entries if not entry.get("remote_model"))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return ()


def _model(entry: dict[str, Any]) -> PulledModel:
    details = entry.get("details") or {}
    size = re.match(r"([\d.]+)\s*([KMBT])", str(details.get("parameter_size") or ""))
    parameters = float(size[1]) * _MAGNITUDES[size[2]] if size else 0.0
    return PulledModel(str(entry["name"]), parameters, str(details.get("family") or ""))


def _preferences() -> tuple[list[str], list[str]]:
    """The wanted patterns, best first, and those that are never taken."""
    text = files("agent.drafters").joinpath("preferences.txt").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [line for line in lines if line[0] != "!"], [line[1:] for line in lines if line[0] == "!"]
