"""A reply as it is written: told on piece by piece, and given up where the model falls silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Literal

from agent.drafters import Listen
from agent.drafters.model_client import Reply, Request
from agent.errors import ModelError
from agent.records import Drafting

# A server that knows no bound on a reply would write for ever; of a token no more than one piece is made.
SPARE_PIECES = 64


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a model may take until its first word, and then from one word to the next."""

    loading: float
    silent: float


@dataclass(frozen=True, slots=True)
class Piece:
    """What a server has sent: text, or thoughts that it tells apart.

    `ends` is why the reply ends with it, empty where it does not; `loaded` what is known of the model before it writes.
    """

    text: str = ""
    thought: str = ""
    ends: Literal["", "stop", "length"] = ""
    prompt_tokens: int | None = None
    loaded: bool | None = None


def read_reply(
    pieces: Iterator[Piece | None], request: Request, model: str, patience: Patience, listen: Listen
) -> Reply | None:
    """The whole reply, None where it has no end; `listen` is told of every piece, and of every None between them.

    Raises ModelError when the model is silent for longer than `patience`, and what `listen` raises.
    """
    started = last = monotonic()
    waits: Literal["loading", "reading", "waiting"] = "waiting"
    stage: Literal["thinking", "writing"] | None = None
    written: list[str] = []
    many, tokens = 0, None
    for piece in pieces:
        now = monotonic()
        if piece is None:
            if now - last > (patience.silent if stage else patience.loading):
                raise _silent(model, patience, wrote=stage is not None)
            listen(Drafting(stage or waits, model, "", now - started))
            continue
        if piece.loaded is not None:
            waits = "reading" if piece.loaded else "loading"
            listen(Drafting(waits, model, "", now - started))
            continue
        last = now
        tokens = piece.prompt_tokens if piece.prompt_tokens is not None else tokens
        if piece.text or piece.thought:
            stage = "writing" if piece.text else "thinking"
            written.append(piece.text)
            many += 1
            listen(Drafting(stage, model, piece.text or piece.thought, now - started))
        if piece.ends or many > request.reply_tokens + SPARE_PIECES:
            return Reply("".join(written), piece.ends != "stop", tokens)
    return None


def _silent(model: str, patience: Patience, *, wrote: bool) -> ModelError:
    if wrote:
        return ModelError(
            f"{model} fell silent for {patience.silent:g} seconds in the middle of its reply",
            "see what the server says, or raise the setting model_timeout",
        )
    return ModelError(
        f"{model} wrote nothing within {patience.loading:g} seconds",
        "it may still be loading: ask again, choose a smaller model, or raise the setting load_timeout",
    )
