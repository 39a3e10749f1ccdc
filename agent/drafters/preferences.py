"""How much `auto` likes a model for a dialect, and why, by the list in preferences.txt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

from agent.drafters.pulled import PulledModel, parameters_in

_LINE = re.compile(r"(?P<never>!?)(?P<pattern>\S+)(?:\s+from (?P<least>\S+))?(?:\s+for (?P<dialects>.+))?")
# Those of embedding models, whatever such a model is called.
_EMBEDDING_FAMILIES = frozenset({"bert", "nomic-bert", "nomic-bert-moe", "xlm-roberta", "gemma-embedding"})


@dataclass(frozen=True, slots=True)
class Preference:
    """The place of a model in the list, the lower the better and None for one that is never taken, and the reason."""

    rank: int | None
    why: str


@dataclass(frozen=True, slots=True)
class _Line:
    never: bool
    pattern: str
    least: float
    dialects: tuple[str, ...]
    why: str


def preference(model: PulledModel, dialect: str) -> Preference:
    """What `auto` thinks of a model for a database of this dialect."""
    if model.remote:
        return Preference(None, "it does not run on this server")
    if model.family in _EMBEDDING_FAMILIES:
        return Preference(None, "it makes embeddings")
    name = model.name.lower()
    for rank, line in enumerate(_lines()):
        is_meant = not line.dialects or dialect in line.dialects
        if is_meant and model.parameters >= line.least and fnmatchcase(name, line.pattern):
            return Preference(None if line.never else rank, line.why)
    return Preference(None, "it is too small to write SQL" if model.parameters else "its size is not known")


@cache
def _lines() -> tuple[_Line, ...]:
    found: list[_Line] = []
    why = ""
    for line in files("agent.drafters").joinpath("preferences.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            why = line.strip("[]")
        elif line and not line.startswith("#"):
            match = _LINE.fullmatch(line)
            assert match, line  # noqa: S101 - the file is ours
            least, dialects = parameters_in(match["least"] or ""), tuple((match["dialects"] or "").split())
            found.append(_Line(bool(match["never"]), match["pattern"], least, dialects, why))
    return tuple(found)
