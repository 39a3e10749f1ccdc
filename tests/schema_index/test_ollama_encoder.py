"""Embedding models on an Ollama server, played by one that follows its documented protocol."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from agent.errors import IndexingError
from agent.ollama_address import OllamaAddress
from agent.schema_index.embed import Encoder, load_encoder
from agent.schema_index.model_source import Access, encoder_key
from tests.drafters.ollama_server import Model, OllamaServer

EMBEDDER = Model("nomic-embed-text:latest", "137M", "nomic-bert", 2048, ["embedding"])
NAME = "ollama:nomic-embed-text"

Load = Callable[..., Encoder]


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer().running() as running:
        running.models = [Model(), EMBEDDER]
        yield running


def access(server: OllamaServer) -> Access:
    return Access(ollama=OllamaAddress("http", "127.0.0.1", int(server.url.rpartition(":")[2])))


@pytest.fixture
def load(server: OllamaServer, tmp_path: Path) -> Load:
    return lambda name=NAME, **facts: load_encoder(name, tmp_path, access=access(server), **facts)


def test_texts_become_vectors_in_batches_and_in_order(server: OllamaServer, load: Load) -> None:
    encoder = load(document_prefix="")
    texts = [f"order {number}" for number in range(150)]
    vectors = encoder.encode(texts)

    assert (encoder.name, encoder.dimension, encoder.max_tokens) == (NAME, 32, 512)
    assert vectors.dtype == np.float32 and vectors.shape == (150, 32)
    np.testing.assert_allclose(vectors[149], EMBEDDER.vector("order 149"), atol=1e-6)
    assert max(len(body["input"]) for body in server.embeds) < 150
    assert encoder.encode([]).shape == encoder.encode_queries([]).shape == (0, 32)


def test_questions_and_documents_have_their_own_prefixes(load: Load) -> None:
    encoder = load()

    np.testing.assert_allclose(encoder.encode(["orders"])[0], EMBEDDER.vector("search_document: orders"), atol=1e-6)
    np.testing.assert_allclose(
        encoder.encode_queries(["orders"])[0], EMBEDDER.vector("search_query: orders"), atol=1e-6
    )


def test_the_server_is_told_to_cut_nothing(server: OllamaServer, load: Load) -> None:
    encoder = load()
    with pytest.raises(IndexingError, match="more than the 512 tokens"):
        encoder.encode(["word " * 600])

    assert all(body["truncate"] is False and body["options"] == {"num_ctx": 512} for body in server.embeds)


def test_a_question_that_is_too_long_counts_as_far_as_it_can_be_read(load: Load) -> None:
    assert load().encode_queries(["word " * 600]).shape == (1, 32)


def test_tokens_are_counted_where_it_matters(server: OllamaServer, load: Load) -> None:
    encoder = load()
    asked = len(server.embeds)
    short, near, long = encoder.count_tokens(["a short text", "word " * 200, "word " * 600])

    # One that is short in bytes has few tokens in any case, and need not be sent.
    assert (short <= 512, near, long > 512) == (True, 203, True)
    assert len(server.embeds) == asked + 2


def test_another_digest_is_another_model(server: OllamaServer, load: Load) -> None:
    before = encoder_key(NAME, access(server)), load().revision
    server.models[1] = replace(EMBEDDER, digest="f" * 64, dimension=16)

    assert encoder_key(NAME, access(server)) != before[0]
    assert (load().revision, load().dimension) == ("f" * 64, 16)


def test_a_model_that_is_pulled_anew_while_it_is_used_is_told(server: OllamaServer, load: Load) -> None:
    encoder = load()
    server.models[1] = replace(EMBEDDER, dimension=16)
    with pytest.raises(IndexingError, match="vectors of 16 numbers, not 32"):
        encoder.encode(["orders"])


def test_what_is_known_of_a_model_is_not_asked_again(server: OllamaServer, load: Load) -> None:
    load()
    asked = len(server.embeds)
    load()
    assert len(server.embeds) == asked


def test_threads_share_an_encoder(load: Load) -> None:
    encoder = load(query_prefix="")
    made: dict[int, np.ndarray] = {}
    threads = [Thread(target=lambda n=n: made.update({n: encoder.encode_queries([f"order {n}"])[0]})) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(8):
        np.testing.assert_allclose(made[number], EMBEDDER.vector(f"order {number}"), atol=1e-6)


def test_a_missing_model_says_what_to_pull(load: Load) -> None:
    with pytest.raises(IndexingError) as caught:
        load("ollama:bge-m3")
    assert caught.value.message == "Ollama has no model bge-m3"
    assert caught.value.hint == "pull it with `ollama pull bge-m3`; pulled are: fake:latest, nomic-embed-text:latest"


def test_a_model_that_only_chats_is_refused(load: Load) -> None:
    with pytest.raises(IndexingError, match="fake makes no embeddings"):
        load("ollama:fake")


def test_a_server_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(IndexingError) as caught:
        load_encoder(NAME, tmp_path, access=Access(ollama=OllamaAddress("http", "127.0.0.1", port)))
    assert f"Ollama does not answer at http://127.0.0.1:{port}" in caught.value.message
    assert "ollama serve" in caught.value.hint


def test_a_server_that_is_another_is_told(server: OllamaServer, load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Model, "tag", lambda self: {"name": self.name})
    with pytest.raises(IndexingError, match="is not Ollama"):
        load()
