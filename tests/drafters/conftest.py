"""A fake Ollama for a test, and a real small language model to stand behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.drafters.ollama_server import OllamaServer


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    """A running server, which the settings name."""
    with OllamaServer().running() as server:
        monkeypatch.setenv("SQLWRIGHT_OLLAMA", server.url)
        monkeypatch.delenv("OLLAMA_HOST", raising=False)
        monkeypatch.delenv("OLLAMA_API_KEY", raising=False)
        yield server
