"""A server that speaks OpenAI's protocol as llama.cpp, vLLM and LM Studio do, with replies that are queued.

It serves /v1/models, /v1/chat/completions and /v1/completions as streams of server-sent events, and /props.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass(frozen=True)
class Says:
    """A reply in many pieces; `tokens` None leaves the count out, and `finished` False the end."""

    text: str = ""
    thinking: str = ""
    reason: str = "stop"
    tokens: int | None = 100
    finished: bool = True
    after: float = 0.0

    def events(self, raw: bool) -> Iterator[str]:
        time.sleep(self.after)
        yield ": a comment keeps the line open\n"
        for start in range(0, len(self.thinking), 7):
            yield event(choices=[{"index": 0, "delta": {"reasoning_content": self.thinking[start : start + 7]}}])
        for start in range(0, len(self.text), 7):
            piece = self.text[start : start + 7]
            said: dict[str, Any] = {"text": piece} if raw else {"delta": {"content": piece}}
            yield event(choices=[{"index": 0, "finish_reason": None} | said])
        if self.finished:
            yield event(choices=[{"index": 0, "delta": {}, "finish_reason": self.reason}])
            if self.tokens is not None:
                yield event(choices=[], usage={"prompt_tokens": self.tokens, "completion_tokens": 3})
            yield "data: [DONE]\n\n"


@dataclass(frozen=True)
class Fails:
    """An error with its status."""

    status: int
    body: dict[str, Any] | str
    location: str = ""


@dataclass(frozen=True)
class Sends:
    """A stream of these texts, whatever they are; it hangs at the end where `over` is given, until the test ends."""

    texts: tuple[str, ...]
    over: Event | None = None

    def events(self, raw: bool) -> Iterator[str]:
        yield from self.texts
        if self.over:
            self.over.wait(60)


Reply = Says | Fails | Sends


def event(**facts: Any) -> str:
    return f"data: {json.dumps({'id': 'c-1', 'object': 'chat.completion.chunk'} | facts)}\n\n"


@dataclass
class OpenAIServer:
    """What is queued in `replies` answers in order; `gets` are other bodies by their path, sent when `slow` is set."""

    replies: list[Reply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    gets: dict[str, Any] = field(
        default_factory=lambda: {"/v1/models": {"data": [{"id": "small", "max_model_len": 16_384}]}}
    )
    answerer: Callable[[dict[str, Any]], Reply] | None = None
    left: Event = field(default_factory=Event)
    over: Event = field(default_factory=Event)
    url: str = ""
    slow: Event | None = None

    def prompt(self, number: int) -> str:
        request = self.requests[number]
        return request.get("prompt") or "\n".join(message["content"] for message in request["messages"])

    @contextmanager
    def running(self) -> Iterator[OpenAIServer]:
        handler = type("Handler", (_Handler,), {"fake": self})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.over.set()
            server.shutdown()
            server.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    fake: OpenAIServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _heard(self) -> None:
        self.fake.paths.append(self.path)
        self.fake.headers.append({name.lower(): value for name, value in self.headers.items()})

    def do_GET(self) -> None:
        self._heard()
        if self.fake.slow:
            self.fake.slow.wait(60)
        body = self.fake.gets.get(self.path)
        self._send(*((404, {"error": "no such page"}) if body is None else (200, body)))

    def do_POST(self) -> None:
        self._heard()
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake.requests.append(request)
        if self.fake.replies:
            reply = self.fake.replies.pop(0)
        elif self.fake.answerer:
            reply = self.fake.answerer(request)
        else:
            reply = Fails(500, {"error": {"message": "the test has queued no reply"}})
        if isinstance(reply, Fails):
            self._send(reply.status, reply.body, reply.location)
            return
        self.close_connection = True
        try:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            for text in reply.events(self.path.endswith("/v1/completions")):
                self.wfile.write(text.encode())
                self.wfile.flush()
        except OSError:
            self.fake.left.set()

    def _send(self, status: int, body: dict[str, Any] | str, location: str = "") -> None:
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(content)
