"""What is said of a database, merged into the file where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from agent.description_place import Place
from agent.edit_yaml import edit_yaml
from agent.errors import AgentError, UsageError
from agent.schema_index.merge_descriptions import merge_descriptions
from agent.settings_file import LOADER
from agent.write_file import write_file


@dataclass(frozen=True, slots=True)
class Written:
    """The file, whether it was changed, and the places in it where other texts stood (`tables.orders.description`)."""

    file: Path
    changed: bool
    differing: tuple[str, ...]


def write_descriptions(place: Place, said: Mapping[str, Any], *, overwrite: bool = True) -> Written:
    """Merge descriptions, in the form of their file, into a place, as `merge_descriptions` does.

    All else in the file stays letter for letter. Raises UsageError when the file is no YAML or of another form, and
    AgentError when it cannot be written, or not without a loss; then it is as it was.
    """
    before = _read(place.file)
    text = _decoded(before, place.file)
    held = _loaded(text, place.file)
    merged = merge_descriptions(_inside(held, place), said, overwrite=overwrite)
    target = _with(held, place.keys, merged.descriptions)
    if target == held:
        return Written(place.file, False, merged.differing)
    edited = edit_yaml(text, target)
    if edited is None:
        by_hand = yaml.safe_dump(dict(said), allow_unicode=True, default_flow_style=True, width=10_000).strip()
        raise AgentError(f"{place.file} cannot be added to without a loss", f"write there by hand: {by_hand}")
    line_break = "\r\n" if before and b"\r\n" in before else "\n"
    write_file(place.file, edited.replace("\n", line_break).encode(), before)
    return Written(place.file, True, merged.differing)


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error


def _decoded(content: bytes | None, file: Path) -> str:
    try:
        return (content or b"").decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not text in UTF-8") from error


def _loaded(text: str, file: Path) -> dict[str, Any]:
    try:
        held = yaml.load(text, LOADER)  # noqa: S506 - it is the safe one
    except yaml.YAMLError:
        # From None, because the trace of the cause would quote the line, and a password in it.
        raise UsageError(f"{file} is not valid YAML") from None
    if not isinstance(held, dict | None):
        raise UsageError(f"{file} holds no settings", "write for example limit: 100")
    return held or {}


def _inside(held: Mapping[str, Any], place: Place) -> Mapping[str, Any]:
    inner: Any = held
    for key in place.keys:
        inner = inner.get(key) if isinstance(inner, Mapping) else None
    if not isinstance(inner, Mapping | None):
        raise UsageError(f"{place.file}: {'.'.join(place.keys)} is no mapping", "see docs/descriptions.md for its form")
    return inner or {}


def _with(held: Any, keys: tuple[str, ...], value: Mapping[str, Any]) -> dict[str, Any]:
    if not keys:
        return dict(value)
    # A connection that is its URL alone becomes a mapping.
    outer = {"url": held} if isinstance(held, str) else held or {}
    return outer | {keys[0]: _with(outer.get(keys[0]), keys[1:], value)}
