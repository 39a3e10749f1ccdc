"""A model on an Ollama server: what it is, and what it replies; every failure is one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from agent.errors import ModelError
from agent.ollama_address import OllamaAddress
from agent.prompts.outside import outside_line

if TYPE_CHECKING:
    from ollama import Client

CONNECT_SECONDS = 5.0
# Of a server that does not say how long a prompt the model reads, the least that models of today read.
LEAST_CONTEXT = 4096
MAX_TEXT = 300
MAX_NAMES = 8

_OTHER_MODEL = "choose another with --model, or builtin, which needs none"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model is: the tokens that it reads at most, and whether it can be told not to think."""

    context: int
    thinks: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model wrote. `cut` says that it was stopped by the bound on its length.

    `prompt_tokens` is None where the server does not tell it, and may leave out what it had read before.
    """

    text: str
    cut: bool
    prompt_tokens: int | None


class OllamaClient:
    """One model on one server; `seconds` is how long a reply may take, and how long it may show no sign of life.

    Everything raises ModelError, with what to do, when the server or the model does not answer.
    """

    def __init__(self, address: OllamaAddress, model: str, seconds: float) -> None:
        self.model = model
        self._address = address
        self._seconds = seconds

    def card(self) -> ModelCard:
        """What the server says of the model; ModelError also when it cannot chat."""
        with self._session() as client:
            shown = client.show(self.model)
        capabilities = shown.capabilities
        if capabilities is not None and "completion" not in capabilities:
            kind = "makes embeddings" if "embedding" in capabilities else "writes no text"
            raise ModelError(f"{self.model} cannot draft SQL: it {kind}", _OTHER_MODEL)
        facts = shown.modelinfo or {}
        lengths = [n for key, n in facts.items() if key.endswith(".context_length") and isinstance(n, int)]
        return ModelCard(max(lengths, default=LEAST_CONTEXT), "thinking" in (capabilities or ()))

    def chat(self, system: str, user: str, options: dict[str, Any], think: bool | None) -> Reply:
        """The model's reply to a system and a user message; `options` are those of Ollama."""
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        deadline = monotonic() + self._seconds
        written: list[str] = []
        with self._session() as client:
            for part in client.chat(self.model, messages, stream=True, options=options, think=think):
                written.append(part.message.content or "")
                if part.done:
                    return Reply("".join(written), part.done_reason == "length", part.prompt_eval_count)
                if monotonic() > deadline:
                    raise self._too_slow()
        raise self._lost()

    @contextmanager
    def _session(self) -> Iterator[Client]:
        import httpx
        import ollama

        # Neither a proxy nor a redirect may carry a prompt, with what the database holds, to another machine.
        with ollama.Client(
            self._address.url,
            headers=self._address.headers,
            timeout=httpx.Timeout(self._seconds, connect=min(CONNECT_SECONDS, self._seconds)),
            follow_redirects=False,
            trust_env=False,
        ) as client:
            try:
                yield client
            except ollama.ResponseError as error:
                raise self._refused(client, error) from error
            except (ConnectionError, httpx.ConnectError, httpx.ConnectTimeout) as error:
                raise ModelError(
                    f"Ollama does not answer at {self._address.url}",
                    "start it with `ollama serve`, or use --model builtin",
                ) from error
            except httpx.TimeoutException as error:
                raise self._too_slow() from error
            except httpx.TransportError as error:
                raise self._lost() from error
            except (ValueError, TypeError, AttributeError) as error:
                raise ModelError(
                    f"what answers at {self._address.url} is not Ollama", "check the setting ollama"
                ) from error

    def _refused(self, client: Client, error: Any) -> ModelError:
        text = outside_line(str(error.error), MAX_TEXT) or f"status {error.status_code}"
        if error.status_code != 404 or "not found" not in text:
            return ModelError(f"Ollama refuses the request: {text}", _OTHER_MODEL)
        try:
            names = [model.model or "" for model in client.list().models]
        except Exception:
            # The list only adds to a failure that is told anyway.
            names = []
        pulled = f"; pulled are: {', '.join(names[:MAX_NAMES])}" if names else "; none is pulled"
        return ModelError(f"Ollama has no model {self.model}", f"pull it with `ollama pull {self.model}`{pulled}")

    def _too_slow(self) -> ModelError:
        return ModelError(
            f"{self.model} did not finish within {self._seconds:g} seconds",
            "raise the setting model_timeout, or choose a smaller model",
        )

    def _lost(self) -> ModelError:
        return ModelError(
            f"the connection to Ollama at {self._address.url} was lost in the middle of a reply",
            "see what the server says, and ask again",
        )
