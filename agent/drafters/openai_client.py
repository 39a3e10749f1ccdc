"""A model on any server that speaks OpenAI's protocol, such as llama.cpp, vLLM or LM Studio."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from time import sleep
from typing import TYPE_CHECKING, Any

from agent.drafters import Listen
from agent.drafters.model_client import ModelCard, Reply, Request
from agent.drafters.openai_errors import LoadingError, lost, openai_errors, refused
from agent.drafters.read_reply import Patience, Piece, read_reply
from agent.drafters.streamed import streamed, waited
from agent.errors import ModelError
from agent.openai_address import OpenAIAddress
from agent.records import Drafting

if TYPE_CHECKING:
    from httpx import Client

    from agent.drafters.http_line import HttpLine

FACTS_SECONDS, AGAIN_SECONDS = 30.0, 0.5
MAX_BODY = 16_000

# What vLLM, OpenRouter and LM Studio call what a model reads at most; the last is not what it is loaded with.
_CONTEXTS = ("max_model_len", "loaded_context_length", "context_length", "context_window", "max_context_length")
# Those of its protocol; a server may refuse any other.
_SAMPLING = ("temperature", "top_p")


class OpenAIClient:
    """One model on one server; `context` are the tokens that it reads where the server does not tell.

    Everything raises ModelError, with what to do, when the server or the model does not answer.
    """

    def __init__(self, address: OpenAIAddress, patience: Patience, context: int) -> None:
        self.model = address.model
        self.name = f"openai:{address.model}"
        self._address = address
        self._patience = patience
        self._context = context

    def card(self, listen: Listen) -> ModelCard:
        """What the server says of the model; whether it thinks no server tells."""
        line = self._line()
        loading = False

        def work() -> Iterator[int]:
            nonlocal loading
            with self._session(line) as client:
                while True:
                    try:
                        yield self._told_context(client) or self._context
                        return
                    except LoadingError:
                        loading = True
                        sleep(AGAIN_SECONDS)

        def tick(seconds: float) -> None:
            listen(Drafting("loading" if loading else "waiting", self.model, "", seconds))
            if not loading and seconds > FACTS_SECONDS:
                raise self._too_slow(FACTS_SECONDS)

        context = waited(work, line.cut, tick, self._patience.loading)
        if context is None:
            raise self._too_slow(self._patience.loading)
        return ModelCard(context, thinks=None)

    def chat(self, request: Request, listen: Listen) -> Reply:
        """The model's reply; TooLongError where the server refuses the prompt for its length."""
        line = self._line()
        with closing(streamed(lambda: self._pieces(line, request), line.cut)) as pieces:
            reply = read_reply(pieces, request, self.model, self._patience, listen)
        if reply is None:
            raise lost(self._address)
        return reply

    def _pieces(self, line: HttpLine, request: Request) -> Iterator[Piece]:
        path = "/completions" if request.raw else "/chat/completions"
        with self._session(line) as client:
            while True:
                with client.stream("POST", self._address.url + path, json=_body(self.model, request)) as response:
                    if response.status_code == 200:
                        yield from _read(self._address, response.iter_lines())
                        return
                    body = response.read()[:MAX_BODY].decode(errors="replace")
                error = refused(self._address, response.status_code, body)
                if not isinstance(error, LoadingError):
                    raise error
                # Who waits for it says when that is long enough.
                yield Piece(loaded=False)
                sleep(AGAIN_SECONDS)

    def _told_context(self, client: Client) -> int | None:
        """The tokens that the model reads at most, None where no known place of the server tells it."""
        listed = self._get(client, f"{self._address.url}/models")
        entries = listed["data"] if listed else []
        named = [entry for entry in entries if entry.get("id") == self.model]
        for entry in named or entries[:1] * (len(entries) == 1):
            if found := _context_of(entry):
                return found
        # llama.cpp tells it there, and LM Studio in its own list.
        properties = self._get(client, f"{self._address.root}/props")
        if found := _whole(((properties or {}).get("default_generation_settings") or {}).get("n_ctx")):
            return found
        own = self._get(client, f"{self._address.root}/api/v0/models/{self.model}")
        return _context_of(own) if own else None

    def _get(self, client: Client, url: str) -> dict[str, Any] | None:
        """The object at a URL, None where there is nothing."""
        response = client.get(url)
        if response.status_code in {404, 405, 501}:
            return None
        if response.status_code != 200:
            raise refused(self._address, response.status_code, response.text[:MAX_BODY])
        if url.startswith(self._address.url):
            held = response.json()
        else:
            # Elsewhere a server may show a page to a person.
            try:
                held = response.json()
            except ValueError:
                return None
        if not isinstance(held, dict):
            raise TypeError("it is no object")
        return held

    def _line(self) -> HttpLine:
        from agent.drafters.http_line import HttpLine

        return HttpLine(self._address.trusted)

    @contextmanager
    def _session(self, line: HttpLine) -> Iterator[Client]:
        import httpx

        from agent.drafters.http_line import patience

        # Neither a proxy nor a redirect may carry a prompt or the key to another machine.
        with (
            openai_errors(self._address),
            httpx.Client(
                headers=self._address.headers,
                timeout=patience(),
                follow_redirects=False,
                trust_env=False,
                transport=line,
            ) as client,
        ):
            yield client

    def _too_slow(self, seconds: float) -> ModelError:
        return ModelError(
            f"{self._address.url} does not say within {seconds:g} seconds what {self.model} is",
            "see what the server says, and ask again",
        )


def _body(model: str, request: Request) -> dict[str, Any]:
    asked: dict[str, Any] = {"prompt": request.user} if request.raw else {"messages": request.messages}
    sampling = {name: value for name, value in request.sampling.items() if name in _SAMPLING}
    return {
        "model": model,
        **asked,
        **sampling,
        **({"stop": list(request.stop)} if request.stop else {}),
        "seed": request.variation,
        "max_tokens": request.reply_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def _read(address: OpenAIAddress, lines: Iterator[str]) -> Iterator[Piece]:
    """The pieces of a stream of server-sent events; the last one ends the reply, if it has an end."""
    ends: str | None = None
    tokens: int | None = None
    for line in lines:
        field, _, value = line.partition(":")
        if field != "data":
            if field and field not in {"event", "id", "retry"}:
                raise ValueError("this is no stream of events")
            continue
        if value.strip() == "[DONE]":
            ends = ends or "stop"
            break
        event = json.loads(value)
        if event.get("error"):
            raise refused(address, 200, value)
        tokens = _whole((event.get("usage") or {}).get("prompt_tokens")) or tokens
        for choice in event.get("choices") or ():
            said = choice.get("delta") or {}
            text = choice.get("text") or said.get("content") or ""
            yield Piece(text, said.get("reasoning_content") or said.get("reasoning") or "")
            ends = choice.get("finish_reason") or ends
    if ends is not None:
        yield Piece(ends="length" if ends == "length" else "stop", prompt_tokens=tokens)


def _context_of(entry: dict[str, Any]) -> int | None:
    return next((found for name in _CONTEXTS if (found := _whole(entry.get(name)))), None)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None
