"""An embedding model on an Ollama server; every failure is one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.errors import IndexingError
from agent.ollama_address import OllamaAddress, StatusError, get_json, post_json

# A server answers what it knows at once; it may have to load the model before it makes vectors.
FACTS_SECONDS, VECTORS_SECONDS = 5.0, 300.0
MAX_NAMES = 8
MAX_REASON = 200


class TooLongError(Exception):
    """A text has more tokens than the model reads."""


class OllamaModel:
    """One model on one server, spoken to in the protocol of docs/api.md of ollama/ollama.

    Everything raises IndexingError, with what to do, when the server or the model does not answer.
    """

    def __init__(self, address: OllamaAddress, name: str) -> None:
        self.name = name
        self._address = address

    def digest(self) -> str:
        """What changes when another state of the model is pulled."""
        models = self._fact(self._get("/api/tags"), "models", list)
        names = {str(self._fact(model, "name", str)): self._fact(model, "digest", str) for model in models}
        # As in Ollama, a name without a tag is the latest.
        found = names.get(self.name) or names.get(f"{self.name}:latest")
        if not found:
            raise self._missing(names)
        return str(found).removeprefix("sha256:")

    def context(self) -> int | None:
        """The tokens that the model reads at most, None where the server does not tell; only of embedding models."""
        shown = self._post("/api/show", {"model": self.name}, FACTS_SECONDS)
        able = shown.get("capabilities") if isinstance(shown, dict) else None
        if isinstance(able, list) and "embedding" not in able:
            raise IndexingError(
                f"{self.name} makes no embeddings", "choose a model that does, such as ollama:nomic-embed-text"
            )
        facts = self._fact(shown, "model_info", dict)
        lengths = [n for key, n in facts.items() if str(key).endswith(".context_length") and isinstance(n, int)]
        return max(lengths, default=None)

    def embed(self, texts: Sequence[str], tokens: int) -> tuple[NDArray[np.float32], int]:
        """One vector a text, [n, d], and how many tokens all of them have; none may have more than `tokens`.

        Raises TooLongError when one has, because a text that is cut would lose what stands at its end.
        """
        body = {"model": self.name, "input": list(texts), "truncate": False, "options": {"num_ctx": tokens}}
        made = self._post("/api/embed", body, VECTORS_SECONDS)
        try:
            vectors = np.array(self._fact(made, "embeddings", list), dtype=np.float32)
        except (ValueError, TypeError):
            raise self._stranger() from None
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise self._stranger()
        return vectors, int(made.get("prompt_eval_count") or 0)

    def _get(self, path: str) -> Any:
        try:
            return get_json(self._address, path, FACTS_SECONDS)
        except ValueError:
            raise self._stranger() from None
        except OSError as error:
            raise self._silent(error) from error

    def _post(self, path: str, body: dict[str, Any], seconds: float) -> Any:
        try:
            return post_json(self._address, path, body, seconds)
        except StatusError as error:
            if "exceeds" in error.reason and "context length" in error.reason:
                raise TooLongError from error
            if error.status == 404 and "not found" in error.reason:
                raise self._missing(()) from error
            reason = " ".join(error.reason.split())[:MAX_REASON] or str(error)
            raise IndexingError(f"Ollama cannot use {self.name}: {reason}", "see what the server says") from error
        except TimeoutError as error:
            raise IndexingError(
                f"{self.name} made no vectors within {seconds:g} seconds", "choose a smaller model"
            ) from error
        except ValueError:
            raise self._stranger() from None
        except OSError as error:
            raise self._silent(error) from error

    def _fact(self, told: Any, name: str, kind: type) -> Any:
        value = told.get(name) if isinstance(told, dict) else None
        if not isinstance(value, kind):
            raise self._stranger()
        return value

    def _missing(self, names: Sequence[str] | dict[str, Any]) -> IndexingError:
        pulled = f"; pulled are: {', '.join(list(names)[:MAX_NAMES])}" if names else ""
        return IndexingError(f"Ollama has no model {self.name}", f"pull it with `ollama pull {self.name}`{pulled}")

    def _silent(self, error: OSError) -> IndexingError:
        return IndexingError(
            f"Ollama does not answer at {self._address.url}, and the encoder ollama:{self.name} needs it",
            f"start it with `ollama serve` ({error.strerror or error})",
        )

    def _stranger(self) -> IndexingError:
        return IndexingError(f"what answers at {self._address.url} is not Ollama", "check the setting ollama")
