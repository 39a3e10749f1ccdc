"""A model on an Ollama server: what it is, and what it replies; every failure is one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from agent.drafters import Listen
from agent.drafters.model_client import ModelCard, Reply, Request, TooLongError
from agent.drafters.read_reply import Patience, Piece, read_reply
from agent.drafters.streamed import streamed, waited
from agent.errors import ModelError
from agent.ollama_address import OllamaAddress, get_json
from agent.prompts.outside import outside_line
from agent.records import Drafting

if TYPE_CHECKING:
    from ollama import Client, ShowResponse

    from agent.drafters.http_line import HttpLine

# Of a server that does not say how long a prompt the model reads, the least that models of today read.
LEAST_CONTEXT = 4096
FACTS_SECONDS, LOADED_SECONDS = 30.0, 1.0
MAX_TEXT = 300
MAX_NAMES = 8

_OTHER_MODEL = "choose another with --model, or builtin, which needs none"
# As servers of several versions say it.
_TOO_LONG = re.compile(
    r"exceeds?\b.*\bcontext|context (?:length|size|window)\b.*\bexceed|prompt (?:is )?too long", re.I
)


class OllamaClient:
    """One model on one server; `keep_alive` is how long it stays loaded, as Ollama takes it.

    Everything raises ModelError, with what to do, when the server or the model does not answer.
    """

    def __init__(self, address: OllamaAddress, model: str, patience: Patience, keep_alive: str | None = None) -> None:
        self.model = model
        self.name = f"ollama:{model}"
        self._address = address
        self._patience = patience
        self._keep_alive = None if keep_alive is None else _duration(keep_alive)

    def card(self, listen: Listen) -> ModelCard:
        """What the server says of the model; ModelError also when it cannot chat."""
        shown = self._shown(listen)
        capabilities = shown.capabilities
        if capabilities is not None and "completion" not in capabilities:
            kind = "makes embeddings" if "embedding" in capabilities else "writes no text"
            raise ModelError(f"{self.model} cannot draft SQL: it {kind}", _OTHER_MODEL)
        facts = shown.modelinfo or {}
        lengths = [n for key, n in facts.items() if key.endswith(".context_length") and isinstance(n, int)]
        return ModelCard(max(lengths, default=LEAST_CONTEXT), "thinking" in (capabilities or ()))

    def chat(self, request: Request, listen: Listen) -> Reply:
        """The model's reply; TooLongError where the server refuses the prompt for its length."""
        line = line_to(self._address)
        with closing(streamed(lambda: self._pieces(line, request), line.cut)) as pieces:
            reply = read_reply(pieces, request, self.model, self._patience, listen)
        if reply is None:
            raise _lost(self._address)
        return reply

    def _shown(self, listen: Listen) -> ShowResponse:
        line = line_to(self._address)

        def work() -> Iterator[ShowResponse]:
            with ollama_session(self._address, self.model, line) as client:
                yield client.show(self.model)

        def tick(seconds: float) -> None:
            listen(Drafting("waiting", self.model, "", seconds))

        shown = waited(work, line.cut, tick, min(FACTS_SECONDS, self._patience.loading))
        if shown is None:
            raise ModelError(
                f"Ollama at {self._address.url} does not say what {self.model} is",
                "see what the server says, and ask again",
            )
        return shown

    def _pieces(self, line: HttpLine, request: Request) -> Iterator[Piece]:
        # Asked before, because a model that is being loaded is listed too.
        yield Piece(loaded=self._is_loaded(request.window))
        options: dict[str, Any] = {
            "num_ctx": request.window,
            "num_predict": request.reply_tokens,
            "seed": request.variation,
            **request.sampling,
            **({"stop": list(request.stop)} if request.stop else {}),
        }
        how: dict[str, Any] = {"stream": True, "options": options, "keep_alive": self._keep_alive}
        with ollama_session(self._address, self.model, line) as client:
            if request.raw:
                for made in client.generate(self.model, request.user, raw=True, **how):
                    yield _piece(made, made.response, made.thinking)
            else:
                for part in client.chat(self.model, request.messages, think=request.think, **how):
                    yield _piece(part, part.message.content, part.message.thinking)

    def _is_loaded(self, window: int) -> bool | None:
        """Whether the model can answer at once; None where the server does not tell."""
        try:
            running = get_json(self._address, "/api/ps", LOADED_SECONDS)["models"]
            names = {self.model, f"{self.model}:latest"}
            return any(
                # With another window it is loaded anew. Older servers do not tell the window.
                {entry.get("name"), entry.get("model")} & names and entry.get("context_length", window) == window
                for entry in running
            )
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None


def line_to(address: OllamaAddress) -> HttpLine:
    """A line to the server for one session, which another thread may cut."""
    from agent.drafters.http_line import HttpLine

    return HttpLine(address.trusted)


@contextmanager
def ollama_session(address: OllamaAddress, model: str = "", line: HttpLine | None = None) -> Iterator[Client]:
    """The official client, whose failures are raised as ModelError; `model` is the one that is spoken of.

    Once it is connected it waits for ever: who waits for it cuts the line.
    """
    import httpx
    import ollama

    from agent.drafters.http_line import patience

    def say_no_more(request: httpx.Request) -> None:
        # The client adds the key of ollama.com from the environment, whichever server it speaks to.
        if "authorization" not in map(str.lower, address.headers):
            request.headers.pop("authorization", None)

    # Neither a proxy nor a redirect may carry a prompt, with what the database holds, to another machine.
    client = ollama.Client(
        address.url,
        headers=address.headers,
        event_hooks={"request": [say_no_more]},
        timeout=patience(),
        follow_redirects=False,
        trust_env=False,
        transport=line or line_to(address),
    )
    with client:
        try:
            yield client
        except ollama.ResponseError as error:
            raise _refused(address, model, error) from error
        except (ConnectionError, httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise _silent(address, error) from error
        except httpx.TransportError as error:
            raise _lost(address) from error
        except (ValueError, TypeError, AttributeError) as error:
            raise ModelError(f"what answers at {address.url} is not Ollama", "check the setting ollama") from error


def _silent(address: OllamaAddress, error: Exception) -> ModelError:
    reason = " ".join(str(cause) for cause in (error.__context__, error) if cause)
    if "certificate" in reason.lower():
        return ModelError(
            f"the certificate of Ollama at {address.url} is not trusted", "name the one to trust in the setting ca_file"
        )
    return ModelError(
        f"Ollama does not answer at {address.url}", "start it with `ollama serve`, or use --model builtin"
    )


def _lost(address: OllamaAddress) -> ModelError:
    return ModelError(
        f"the connection to Ollama at {address.url} was lost in the middle of a reply",
        "see what the server says, and ask again",
    )


def _refused(address: OllamaAddress, model: str, error: Any) -> Exception:
    text = outside_line(str(error.error), MAX_TEXT) or f"status {error.status_code}"
    if _TOO_LONG.search(text):
        return TooLongError()
    if error.status_code in {401, 403}:
        return ModelError(
            f"Ollama at {address.url} refuses this user: {text}", "set ollama_headers, or a login in the setting ollama"
        )
    if error.status_code != 404 or "not found" not in text or not model:
        return ModelError(f"Ollama refuses the request: {text}", _OTHER_MODEL)
    try:
        names = [str(entry["name"]) for entry in get_json(address, "/api/tags", LOADED_SECONDS)["models"]]
    except (OSError, ValueError, LookupError, TypeError):
        # The list only adds to a failure that is told anyway.
        names = []
    pulled = f"; pulled are: {', '.join(names[:MAX_NAMES])}" if names else "; none is pulled"
    return ModelError(f"Ollama has no model {model}", f"pull it with `ollama pull {model}`{pulled}")


def _piece(part: Any, text: str | None, thought: str | None) -> Piece:
    if not part.done:
        return Piece(text or "", thought or "")
    ends = "length" if part.done_reason == "length" else "stop"
    return Piece(text or "", thought or "", ends, part.prompt_eval_count)  # type: ignore[arg-type]


def _duration(text: str) -> float | str:
    """Seconds as a number, because Ollama takes no text without a unit."""
    return float(text) if re.fullmatch(r"-?\d+(?:\.\d+)?", text) else text
