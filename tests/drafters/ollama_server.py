"""A server that follows Ollama's documented protocol (docs/api.md of ollama/ollama), with replies that are queued.

It serves /api/version, tags, ps, show, chat, generate, embed and pull, with the bodies and the status of its errors.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssl import SSLContext

MODEL = "fake:latest"
DEFAULT_WINDOW = 4_096
"""The context of a model where a request names none."""
COUNTED = -1
"""As `tokens`: as many as the prompt has words and signs, and not more than the window holds, as Ollama cuts it."""


def fenced(sql: str) -> str:
    """What a model writes around its SQL."""
    return f"Here is the query:\n\n```sql\n{sql}\n```\n"


class Reply:
    """What /api/chat does with one request; `lines` are those of its stream, which begins after `load`."""

    def load(self) -> None:
        pass

    def lines(self) -> Iterator[str]:
        raise NotImplementedError


def part(content: str = "", **facts: object) -> str:
    """A line of a stream."""
    message = {"role": "assistant", "content": content}
    facts = {"model": MODEL, "created_at": "2026-11-21T08:00:00.0Z", "message": message, "done": False} | facts
    return json.dumps(facts) + "\n"


@dataclass(frozen=True)
class Says(Reply):
    """A reply in many pieces, with a pause of some seconds before each.

    `tokens` None leaves the prompt's count out, `finished` False the end.
    """

    text: str = ""
    thinking: str = ""
    done_reason: str = "stop"
    tokens: int | None = 100
    finished: bool = True
    pause: float = 0.0

    def lines(self) -> Iterator[str]:
        for start in range(0, len(self.thinking), 7):
            yield part(message={"role": "assistant", "content": "", "thinking": self.thinking[start : start + 7]})
        for start in range(0, len(self.text), 7):
            time.sleep(self.pause)
            yield part(self.text[start : start + 7])
        counts: dict[str, Any] = {} if self.tokens is None else {"prompt_eval_count": self.tokens}
        if self.finished:
            yield part(done=True, done_reason=self.done_reason, eval_count=len(self.text), **counts)


@dataclass(frozen=True)
class Fails(Reply):
    """An error of the server with its status, or with none in the middle of a stream."""

    status: int | None
    error: str = ""
    location: str = ""

    def lines(self) -> Iterator[str]:
        yield part("```sql\nSELECT")
        yield json.dumps({"error": self.error}) + "\n"


@dataclass(frozen=True)
class Hangs(Reply):
    """No sign of life, after one word if `first` is not empty, until the test ends."""

    over: Event
    first: str = ""

    def lines(self) -> Iterator[str]:
        if self.first:
            yield part(self.first)
        self.over.wait(60)


@dataclass(frozen=True)
class Loads(Reply):
    """Not even a status for some seconds, while the model is loaded; then the other reply."""

    then: Reply
    seconds: float

    def load(self) -> None:
        time.sleep(self.seconds)

    def lines(self) -> Iterator[str]:
        return self.then.lines()


@dataclass(frozen=True)
class NeverLoads(Reply):
    """Not even a status until the test ends."""

    over: Event

    def load(self) -> None:
        self.over.wait(60)

    def lines(self) -> Iterator[str]:
        return iter(())


@dataclass(frozen=True)
class Drips(Reply):
    """Word by word until the client leaves, with a pause of some seconds before each."""

    pause: float = 0.01

    def lines(self) -> Iterator[str]:
        while True:
            time.sleep(self.pause)
            yield part("word ")


@dataclass(frozen=True)
class Breaks(Reply):
    """The connection ends in the middle of a stream."""

    def lines(self) -> Iterator[str]:
        yield part("```sql\nSELECT")


@dataclass(frozen=True)
class Babbles(Reply):
    """What no Ollama would send."""

    body: str = "<html>it works</html>"

    def lines(self) -> Iterator[str]:
        yield self.body + "\n"


Answerer = Callable[[dict[str, Any]], Says]


@dataclass
class Model:
    """A pulled model, as /api/tags and /api/show tell of it.

    `loaded` is the window it is loaded with, 0 for none; `facts` are of the `model_info`, without the family.
    """

    name: str = MODEL
    parameters: str = "7.6B"
    family: str = "qwen2"
    context: int = 32_768
    capabilities: list[str] | None = field(default_factory=lambda: ["completion"])
    remote: str = ""
    loaded: int = 0
    size: int = 4_000_000_000
    facts: dict[str, Any] = field(default_factory=dict)
    digest: str = "0a109f422b47e3a30ba2b10eca18548e944e8a23073ee3f3e947efcf3c45e59f"
    dimension: int = 32

    def tag(self) -> dict[str, Any]:
        details = {"format": "gguf", "family": self.family, "parameter_size": self.parameters}
        remote = {"remote_model": self.remote} if self.remote else {}
        names = {"name": self.name, "model": self.name, "digest": self.digest}
        return {**names, "size": self.size, "details": details, **remote}

    def running(self) -> dict[str, Any]:
        sizes = {"size_vram": 4_500_000_000, "context_length": self.loaded}
        return {**self.tag(), **sizes, "expires_at": "2026-11-21T09:00:00Z"}

    def shown(self) -> dict[str, Any]:
        known = {} if self.capabilities is None else {"capabilities": self.capabilities}
        facts = {"general.architecture": self.family, f"{self.family}.context_length": self.context}
        facts |= {f"{self.family}.{name}": value for name, value in self.facts.items()}
        return {"modelfile": "", "template": "", "details": self.tag()["details"], "model_info": facts, **known}

    def vector(self, text: str) -> list[float]:
        """A vector of length one in which texts that share pairs of letters are near."""
        counts = [0.0] * self.dimension
        for pair in zip(f" {text}", f"{text} ", strict=True):
            counts[(ord(pair[0].lower()) * 31 + ord(pair[1].lower())) % self.dimension] += 1.0
        length = math.sqrt(sum(count * count for count in counts)) or 1.0
        return [count / length for count in counts]


class OllamaServer:
    """What is queued in `replies` answers /api/chat, in order; `requests` are the bodies that came there.

    `answerer`, where it is set, makes the replies that are not queued. `embeds` are the bodies that came to /api/embed,
    whose tokens are words. `pulled` are the lines that /api/pull sends. With `tls` it answers over https.
    """

    def __init__(self, tls: SSLContext | None = None) -> None:
        self.pulled: Iterable[dict[str, Any]] = [
            {"status": "pulling manifest"},
            *({"status": "pulling 0a109f422b47", "total": 4_000, "completed": n} for n in range(0, 4_001, 1_000)),
            {"status": "verifying sha256 digest"},
            {"status": "success"},
        ]
        self.scheme = "https" if tls else "http"
        self.models = [Model()]
        self.replies: list[Reply] = []
        self.requests: list[dict[str, Any]] = []
        self.embeds: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.left = Event()
        self.asked = Event()
        self.answerer: Answerer | None = None
        self.knows_loaded = True
        self.over = Event()
        handler = type("Handler", (_Handler,), {"fake": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self._server.server_address[1]}"

    def queue(self, *replies: str | Reply) -> None:
        self.replies += [Says(reply) if isinstance(reply, str) else reply for reply in replies]

    def prompt(self, number: int) -> str:
        """All that the model was told in a request."""
        return said_in(self.requests[number])

    def next_reply(self, request: dict[str, Any]) -> Reply:
        self.requests.append(request)
        self.asked.set()
        if self.replies:
            return _counted(self.replies.pop(0), request)
        return self.answerer(request) if self.answerer else Fails(500, "the test has queued no reply")

    @contextmanager
    def running(self) -> Iterator[OllamaServer]:
        thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.over.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def said_in(request: dict[str, Any]) -> str:
    """All that a model is told in a request to /api/chat or /api/generate."""
    return request.get("prompt") or "\n".join(message["content"] for message in request["messages"])


def _counted(reply: Reply, request: dict[str, Any]) -> Reply:
    if not isinstance(reply, Says) or reply.tokens != COUNTED:
        return reply
    window = request.get("options", {}).get("num_ctx", DEFAULT_WINDOW)
    return replace(reply, tokens=min(len(re.findall(r"\w+|[^\w\s]", said_in(request))), window))


class _Handler(BaseHTTPRequestHandler):
    fake: OllamaServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        answers: dict[str, Any] = {
            "/api/version": {"version": "0.40.0"},
            "/api/tags": {"models": [model.tag() for model in self.fake.models]},
        }
        if self.fake.knows_loaded:
            answers["/api/ps"] = {"models": [model.running() for model in self.fake.models if model.loaded]}
        self.fake.headers.append({name.lower(): value for name, value in self.headers.items()})
        known = self.path in answers
        self._send(200 if known else 404, answers.get(self.path, {"error": "page not found"}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake.headers.append({name.lower(): value for name, value in self.headers.items()})
        # As Ollama does, a name without a tag is the latest.
        name = body["model"] if ":" in body["model"] else f"{body['model']}:latest"
        model = next((model for model in self.fake.models if model.name == name), None)
        if self.path == "/api/pull":
            self._stream(json.dumps(line) + "\n" for line in self.fake.pulled)
        elif model is None:
            self._send(404, {"error": f"model '{body['model']}' not found"})
        elif self.path == "/api/show":
            self._send(200, model.shown())
        elif self.path in {"/api/chat", "/api/generate"}:
            self._chat(body)
        elif self.path == "/api/embed":
            self._embed(model, body)
        else:
            self._send(404, {"error": "page not found"})

    def _embed(self, model: Model, body: dict[str, Any]) -> None:
        self.fake.embeds.append(body)
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        most = min(body.get("options", {}).get("num_ctx", 4096), model.context)
        # As a tokenizer does, it adds one before and one after.
        counts = [len(text.split()) + 2 for text in texts]
        if max(counts, default=0) > most and body.get("truncate") is False:
            self._send(400, {"error": "the input length exceeds the context length"})
            return
        vectors = [model.vector(text) for text in texts]
        self._send(200, {"model": body["model"], "embeddings": vectors, "prompt_eval_count": sum(counts)})

    def _send(self, status: int, body: dict[str, Any], location: str = "") -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(content)

    def _chat(self, body: dict[str, Any]) -> None:
        reply = self.fake.next_reply(body)
        if isinstance(reply, Fails) and reply.status is not None:
            self._send(reply.status, {"error": reply.error}, location=reply.location)
            return
        # Ollama sends no status before the model has its first word.
        reply.load()
        lines = map(_generated, reply.lines()) if self.path == "/api/generate" else reply.lines()
        self._stream(lines, breaks=isinstance(reply, Breaks))

    def _stream(self, lines: Iterable[str], breaks: bool = False) -> None:
        self.close_connection = True
        try:
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for line in lines:
                self._chunk(line)
            if not breaks:
                self._chunk("")
        except OSError:
            self.fake.left.set()

    def _chunk(self, line: str) -> None:
        content = line.encode()
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        self.wfile.flush()


def _generated(line: str) -> str:
    """A line of a chat as /api/generate has it."""
    facts = json.loads(line)
    message = facts.pop("message", {})
    return json.dumps(facts | {"response": message.get("content", "")}) + "\n"
