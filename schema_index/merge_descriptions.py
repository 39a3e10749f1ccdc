"""Two descriptions of one database, in the form of their file, as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.errors import UsageError
from agent.schema_index.descriptions import SETTING

# What a text alone stands for: after a column its description, after a term its meaning.
_SHORT = {"tables": "description", "glossary": "meaning"}


@dataclass(frozen=True, slots=True)
class Merged:
    """What both say, and the places (`tables.orders.description`) where one says other than the other."""

    descriptions: dict[str, Any]
    differing: tuple[str, ...]


def merge_descriptions(those: Mapping[str, Any], more: Mapping[str, Any], *, overwrite: bool = True) -> Merged:
    """Descriptions with more of them merged in; neither is changed, and nothing is lost but what is overwritten.

    Lists are united, names are the same in any case, and where a text differs the second holds, unless `overwrite` is
    false. Raises UsageError where one has a list or a mapping and the other has none.
    """
    differing: list[str] = []
    merged = dict(those)
    for part, said in _long(more, "it", "").items():
        merged[part] = _merged(merged.get(part), said, part, _SHORT.get(part, ""), overwrite, differing)
    return Merged(merged, tuple(differing))


def _merged(old: Any, new: Any, where: str, short: str, overwrite: bool, differing: list[str]) -> Any:
    if old in (None, "") or new in (None, "", old):
        return new if old in (None, "") else old
    if isinstance(old, Mapping) or isinstance(new, Mapping):
        into, names = dict(_long(old, where, short)), {str(name).casefold(): name for name in _long(old, where, short)}
        for name, said in _long(new, where, short).items():
            known = names.get(str(name).casefold(), name)
            into[known] = _merged(into.get(known), said, f"{where}.{known}", short, overwrite, differing)
        return into
    if isinstance(old, list) and isinstance(new, list):
        known_words = {str(word).casefold() for word in old}
        return [*old, *(word for word in new if str(word).casefold() not in known_words)]
    if isinstance(old, list) or isinstance(new, list):
        raise UsageError(f"{SETTING}: {where} is once a list and once none", "write it as a list")
    differing.append(where)
    return new if overwrite else old


def _long(value: Any, where: str, short: str) -> Mapping[str, Any]:
    if isinstance(value, str) and short:
        return {short: value}
    if not isinstance(value, Mapping):
        raise UsageError(f"{SETTING}: {where} is once a mapping and once none", "write it as a mapping")
    return value
