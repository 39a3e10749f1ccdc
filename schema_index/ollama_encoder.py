"""Vectors of an embedding model on an Ollama server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.errors import IndexingError
from agent.schema_index.model_source import OLLAMA, Access, key_of
from agent.schema_index.ollama_model import OllamaModel, TooLongError
from agent.schema_index.prefixes import Prefixes

BATCH = 64
# What a server takes at once where nobody has told it otherwise; more of a text fails with some models.
MAX_TOKENS = 512
# Those that a tokenizer adds to a text.
SPECIAL_TOKENS = 4


class OllamaEncoder:
    """A model on an Ollama server; `facts` are those that `load_ollama` keeps of it."""

    def __init__(self, model: OllamaModel, facts: dict[str, str | int], prefixes: Prefixes) -> None:
        self.name = str(facts["name"])
        self.revision = str(facts["revision"])
        self.dimension = int(facts["dimension"])
        self.max_tokens = int(facts["max_tokens"])
        self.query_prefix, self.document_prefix = prefixes
        self._model = model

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector a document, [n, dimension]; IndexingError when one is longer than `max_tokens`."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            part = [self.document_prefix + text for text in texts[start : start + BATCH]]
            try:
                vectors[start : start + BATCH] = self._embed(part)
            except TooLongError as error:
                raise IndexingError(
                    f"a text has more than the {self.max_tokens} tokens that {self.name} reads",
                    "choose a model that reads more",
                ) from error
        return vectors

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector a question, [n, dimension]; of one that is too long only what stands first counts."""
        return np.concatenate([np.empty((0, self.dimension), dtype=np.float32), *map(self._query, texts)])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The tokens of each document with its prefix: exact where they are near `max_tokens`, else an upper bound.

        Ollama counts only what it encodes. No tokenizer makes more tokens than there are bytes.
        """
        bounds = [len((self.document_prefix + text).encode("utf-8", "replace")) + SPECIAL_TOKENS for text in texts]
        return [
            bound if bound <= self.max_tokens or bound > 8 * self.max_tokens else self._count(text, bound)
            for text, bound in zip(texts, bounds, strict=True)
        ]

    def _count(self, text: str, bound: int) -> int:
        try:
            return self._model.embed([_clean(self.document_prefix + text)], self.max_tokens)[1] or bound
        except TooLongError:
            return bound

    def _query(self, text: str) -> NDArray[np.float32]:
        while True:
            try:
                return self._embed([self.query_prefix + text])
            except TooLongError:
                if not text:
                    raise IndexingError(
                        f"the query prefix alone is more than {self.name} reads", "set a shorter query_prefix"
                    ) from None
                text = text[: len(text) // 2]

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors, _ = self._model.embed([_clean(text) for text in texts], self.max_tokens)
        if vectors.shape[1] != self.dimension:
            raise IndexingError(
                f"{self.name} now makes vectors of {vectors.shape[1]} numbers, not {self.dimension}",
                "run `agent index` again",
            )
        return vectors


def load_ollama(name: str, cache: Path, prefixes: Prefixes, access: Access) -> OllamaEncoder:
    """The encoder for `ollama:NAME`; what is known of a model is kept in the cache under its digest.

    Raises IndexingError when the server or the model does not answer, or makes no embeddings.
    """
    model = OllamaModel(access.server, name.removeprefix(OLLAMA))
    digest = model.digest()
    file = cache / "encoders" / key_of(name, digest) / "encoder.json"
    try:
        return OllamaEncoder(model, json.loads(file.read_text(encoding="utf-8")), prefixes)
    except (OSError, ValueError, KeyError):
        facts = _facts(name, model, digest)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(facts, indent=1), encoding="utf-8")
    except OSError as error:
        raise IndexingError(f"cannot write to {file.parent}: {error.strerror}", "set cache_dir") from error
    return OllamaEncoder(model, facts, prefixes)


def _facts(name: str, model: OllamaModel, digest: str) -> dict[str, str | int]:
    tokens = min(model.context() or MAX_TOKENS, MAX_TOKENS)
    vectors, _ = model.embed(["a"], tokens)
    return {"name": name, "revision": digest, "dimension": vectors.shape[1], "max_tokens": tokens}


def _clean(text: str) -> str:
    # A lone surrogate, which a terminal can pass on, is no JSON.
    return text.encode("utf-8", "replace").decode("utf-8")
