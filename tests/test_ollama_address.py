"""Where Ollama is looked for."""

from __future__ import annotations

import pytest

from agent.config import load_settings
from agent.errors import UsageError
from agent.ollama_address import ollama_address


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434"),
        ("http://box.local:8000/", "http://box.local:8000"),
        ("https://box.local/ollama/", "https://box.local:443/ollama"),
        ("http://box.local", "http://box.local:80"),
        ("box.local", "http://box.local:11434"),
        ("box.local:8000", "http://box.local:8000"),
        (":8000", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("[::]", "http://[::1]:11434"),
        ("http://me:s3cret@box.local:8000", "http://box.local:8000"),
    ],
)
def test_the_address_is_read_as_ollama_does(text: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ollama_address(load_settings(ollama=text)).url == url
    monkeypatch.setenv("OLLAMA_HOST", text)
    assert ollama_address(load_settings()).url == url


def test_the_setting_beats_the_variable_which_beats_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    assert ollama_address(load_settings()).url == "http://127.0.0.1:11434"
    monkeypatch.setenv("OLLAMA_HOST", "far:1")
    assert ollama_address(load_settings()).url == "http://far:1"
    monkeypatch.setenv("SQLWRIGHT_OLLAMA", "http://127.0.0.1:11434")
    assert ollama_address(load_settings()).url == "http://127.0.0.1:11434"


@pytest.mark.parametrize("text", ["ftp://box", "http://box:port", "http://box:99999", "http://[::1"])
def test_what_is_no_address_is_said_with_its_source(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"setting ollama: .*no address.*http://HOST:11434"):
        ollama_address(load_settings(ollama=text))
    monkeypatch.setenv("OLLAMA_HOST", text)
    with pytest.raises(UsageError, match="environment variable OLLAMA_HOST: "):
        ollama_address(load_settings())


def test_a_login_goes_along_and_is_not_shown() -> None:
    address = ollama_address(load_settings(ollama="http://me:s3%20cret@box"))

    assert address.headers == {"authorization": "Basic bWU6czMgY3JldA=="}
    assert "s3" not in repr(address)
    assert not ollama_address(load_settings(ollama="http://box")).headers
