"""What the shell offers when Tab is pressed; nothing here may take long, print, or fail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from agent.errors import AgentError
from agent.settings_file import FILE_NAME, Values, read_settings, user_file

MODELS = ("auto", "builtin")
REPLAY = "replay:"
BEGINNINGS = ("openai:", REPLAY)
LIBRARY = (
    "qwen2.5-coder:7b",
    "qwen2.5-coder:3b",
    "qwen2.5-coder:14b",
    "qwen2.5-coder:32b",
    "qwen3-coder:30b",
    "gpt-oss:20b",
    "qwen3:8b",
    "sqlcoder:7b",
    "duckdb-nsql:7b",
    "llama3.1:8b",
)
"""The first is the one to begin with."""


def databases(incomplete: str) -> list[str]:
    """The connections and files whose names begin so; folders end with a slash."""
    named = sorted(name for name in _connections() if name.startswith(incomplete))
    return [*named, *sorted(_files(incomplete))]


def models(incomplete: str) -> list[str]:
    """The drafters whose names begin so, with the models that Ollama has pulled, and files of replies."""
    if incomplete.startswith(REPLAY):
        return [f"{REPLAY}{name}" for name in sorted(_files(incomplete.removeprefix(REPLAY)))]
    return [name for name in (*MODELS, *_pulled(), *BEGINNINGS) if name.startswith(incomplete)]


def offered_models(incomplete: str) -> list[str]:
    """The models of Ollama's library that write SQL, to be pulled, whose names begin so."""
    return [name for name in LIBRARY if name.startswith(incomplete)]


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
    from agent.drafters.auto import pulled_at_once
    from agent.ollama_address import ollama_address

    try:
        found = pulled_at_once(ollama_address(load_settings()))
        return [f"ollama:{model.name}" for model in found if not model.remote]
    except AgentError:
        return []
