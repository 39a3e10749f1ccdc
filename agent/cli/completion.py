"""What the shell offers when Tab is pressed; nothing here may take long, print, or fail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from agent.errors import AgentError
from agent.settings_file import FILE_NAME, Values, read_settings, user_file

MODELS = ("auto", "builtin")


def databases(incomplete: str) -> list[str]:
    """The connections and files whose names begin so; folders end with a slash."""
    named = sorted(name for name in _connections() if name.startswith(incomplete))
    return [*named, *sorted(_files(incomplete))]


def models(incomplete: str) -> list[str]:
    """The drafters whose names begin so, with the models that Ollama has pulled."""
    return [name for name in (*MODELS, *_pulled()) if name.startswith(incomplete)]


def _settings(file: Path) -> Values:
    try:
        return read_settings(file)
    except AgentError:
        return {}


def _connections() -> set[str]:
    found = (_settings(file).get("connections") for file in (Path(FILE_NAME), user_file()))
    return {name for connections in found if isinstance(connections, dict) for name in connections}


def _files(incomplete: str) -> Iterator[str]:
    if "://" in incomplete:
        return
    folder = os.path.dirname(incomplete)  # noqa: PTH120 - pathlib would drop a leading ./
    try:
        entries = list(os.scandir(Path(folder).expanduser()))
    except OSError:
        return
    for entry in entries:
        name = f"{folder.rstrip('/')}/{entry.name}" if folder else entry.name
        hidden = entry.name.startswith(".") and not Path(incomplete).name.startswith(".")
        if name.startswith(incomplete) and not hidden:
            yield f"{name}/" if entry.is_dir() else name


def _pulled() -> list[str]:
    from agent.config import load_settings
    from agent.drafters.auto import pulled
    from agent.ollama_address import ollama_address

    try:
        return [f"ollama:{model.name}" for model in pulled(ollama_address(load_settings()))]
    except AgentError:
        return []
