"""Replies that a model has made elsewhere, from a file of JSON lines, as if the model answered now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from agent.dialects.files import shown
from agent.drafters import Listen
from agent.drafters.model_client import ModelCard, Reply, Request
from agent.errors import ModelError, UsageError
from agent.jsonl import list_of, read_jsonl, text_of
from agent.prompts.outside import outside_line
from agent.records import Drafting

# It reads whatever it is given; the setting max_context bounds the prompt all the same.
CONTEXT = 1_048_576
UNNAMED = "replay"


@dataclass(frozen=True, slots=True)
class Recorded:
    """The replies to a question, the first and those to its repairs, of a model that may be named.

    `messages` are what the model was told, empty where the file does not say it.
    """

    question: str
    replies: tuple[str, ...]
    model: str = ""
    messages: tuple[tuple[str, str], ...] = ()


class ReplayClient:
    """The replies of one file, which is read when it is first needed; UsageError when it is malformed."""

    def __init__(self, path: Path) -> None:
        self.name = f"replay:{path.name}"
        self._path = path

    @cached_property
    def model(self) -> str:
        """The model that made all of the replies, where the file names it."""
        named = {recorded.model for group in self._recorded.values() for recorded in group}
        return (named.pop() or UNNAMED) if len(named) == 1 else UNNAMED

    def card(self, listen: Listen) -> ModelCard:
        """What is taken for granted of the model."""
        return ModelCard(CONTEXT)

    def chat(self, request: Request, listen: Listen) -> Reply:
        """The reply to the question, or to its repair; ModelError where the file has none or several."""
        replies = self._found(request).replies
        text = replies[min(request.attempt + request.variation, len(replies) - 1)]
        listen(Drafting("writing", self.model, text))
        return Reply(text)

    def _found(self, request: Request) -> Recorded:
        group = self._recorded.get(_key(request.question), [])
        if not group:
            raise ModelError(
                f"{shown(self._path)} has no reply to the question {outside_line(request.question)}",
                "give it a line with this question, or choose another drafter with --model",
            )
        told = tuple((message["role"], message["content"]) for message in request.messages)
        same = [recorded for recorded in group if recorded.messages == told] or group
        if len({recorded.replies for recorded in same}) > 1:
            raise ModelError(
                f"{shown(self._path)} has several lines with other replies to the question "
                f"{outside_line(request.question)}",
                "keep one, or give each line the messages that agent eval sql --export-prompts writes",
            )
        return same[0]

    @cached_property
    def _recorded(self) -> dict[str, list[Recorded]]:
        found, faults = read_jsonl(self._path, _recorded, "docs/models.md")
        if faults:
            raise UsageError(faults[0], "every line holds a question with a reply; docs/models.md shows one")
        groups = defaultdict(list)
        for recorded in found:
            groups[_key(recorded.question)].append(recorded)
        return dict(groups)


def _key(question: str) -> str:
    return " ".join(question.split())


def _recorded(line: dict[str, Any]) -> Recorded:
    replies = list_of(line, "replies") if line.get("reply") is None else [line["reply"]]
    if not replies:
        raise ValueError("reply is missing")
    if not all(isinstance(reply, str) for reply in replies):
        raise ValueError("reply is not text")
    messages = []
    for message in list_of(line, "messages"):
        if not isinstance(message, dict):
            raise ValueError("messages holds something else than messages")
        messages.append((text_of(message, "role"), text_of(message, "content")))
    model = text_of(line, "model") if line.get("model") is not None else ""
    return Recorded(text_of(line, "question"), tuple(replies), model, tuple(messages))
