"""Pulling a model: Ollama fetches it to the machine that it runs on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from agent.drafters.ollama_client import line_to, ollama_session
from agent.drafters.streamed import streamed
from agent.errors import ModelError, UsageError
from agent.models import SECONDS, no_ollama
from agent.ollama_address import OllamaAddress, get_json, ollama_address
from agent.prompts.outside import outside_line

if TYPE_CHECKING:
    from ollama import ProgressResponse

    from agent.config import Settings
    from agent.drafters.http_line import HttpLine

DONE = "success"
MAX_TEXT = 300
_AGAIN = "ask again: what has come is kept"


class Tell(Protocol):
    """Is told how far it is, ten times a second at least; what it raises ends the pull."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """The step, and of its bytes those that have come; a `total` of 0 is not known."""
        ...


def pull_model(settings: Settings, name: str, tell: Tell) -> str:
    """Let Ollama fetch a model, and give the name that it then has.

    A pull that ends early is gone on with at the next. Raises UsageError for what is no name, and ModelError when
    Ollama does not answer, or cannot fetch the model.
    """
    model = name.strip().removeprefix("ollama:")
    if not model or any(sign.isspace() for sign in model) or not model.isprintable():
        raise UsageError("this is no name of a model", "write one of https://ollama.com/library, such as qwen3:8b")
    address = ollama_address(settings)
    try:
        get_json(address, "/api/version", SECONDS)
    except (OSError, ValueError) as error:
        raise no_ollama(address, error) from error
    line = line_to(address)
    layers: dict[str, tuple[int, int]] = {}
    last, said = monotonic(), ""
    with closing(streamed(lambda: _said(address, model, line), line.cut)) as parts:
        for part in parts:
            if part is not None:
                last, said = monotonic(), part.status or said
                if part.total:
                    layers[part.digest or said] = (part.completed or 0, part.total)
            elif monotonic() - last > settings.load_timeout:
                what = f"Ollama said nothing for {settings.load_timeout:g} seconds while it pulled {model}"
                raise ModelError(what, _AGAIN)
            if said == DONE:
                return model
            done, total = (sum(each) for each in zip(*layers.values(), strict=True)) if layers else (0, 0)
            # While the pieces come, each has a status of its own.
            is_coming = not said or said.startswith(("pulling", "downloading"))
            if is_coming:
                tell(f"pulling {model}", done, total)
            else:
                tell(outside_line(said, MAX_TEXT), 0, 0)
    raise ModelError(f"Ollama at {address.url} left off while it pulled {model}", _AGAIN)


def _said(address: OllamaAddress, model: str, line: HttpLine) -> Iterator[ProgressResponse]:
    from ollama import ResponseError

    with ollama_session(address, model, line) as client:
        try:
            yield from client.pull(model, stream=True)
        except ResponseError as error:
            if refusal := _refusal(model, outside_line(error.error, MAX_TEXT)):
                raise refusal from error
            raise


def _refusal(model: str, said: str) -> ModelError | None:
    """What Ollama says when it cannot fetch a model; None for a refusal that any request may meet."""
    if "file does not exist" in said or "not found" in said or "does not exist" in said:
        return ModelError(f"nobody offers a model {model}", "see https://ollama.com/library for names")
    if "invalid model name" in said:
        return ModelError(f"Ollama does not take {model} for the name of a model", "write it as NAME:TAG")
    if "manifest" in said or "dial tcp" in said or "no such host" in said:
        return ModelError(f"Ollama cannot fetch {model}: {said}", "see whether its machine reaches the network")
    if "no space left" in said:
        return ModelError(f"Ollama cannot keep {model}: {said}", "make room where Ollama keeps its models")
    return None
