"""What the doctor finds of language models: the server, the model, its context, and how it answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import TYPE_CHECKING

from agent.check import Check, fault
from agent.drafters import Listen
from agent.drafters.auto import ANSWER_SECONDS, dialect_of, pulled_at_once
from agent.drafters.model_client import ModelCard, ModelClient, Request
from agent.drafters.model_drafter import LEAST_WINDOW, ModelDrafter
from agent.errors import AgentError, CancelledError, ModelError
from agent.models import Listed, Models, models, no_ollama
from agent.ollama_address import OllamaAddress, get_json, ollama_address
from agent.openai_address import openai_address
from agent.prompts.choose_template import choose_template
from agent.prompts.outside import outside_line
from agent.records import Drafting
from agent.sizes import gigabytes
from agent.suggested_model import suggested_model

if TYPE_CHECKING:
    from agent.config import Settings

# Enough to tell the speed of a model, and little to wait for where it is slow.
TOKENS = 24
SLOW = 5.0
"""Tokens a second, below which a short query takes most of a minute."""
SMALL_CONTEXT = 4_096
"""Tokens, of which some tables and a few examples take most."""


def check_ollama(settings: Settings, _: date, __: Listen) -> Iterator[Check]:
    """Whether Ollama answers, and what it has pulled; that it does not is a fault only where the settings need it."""
    if settings.model.startswith(("openai:", "replay:")):
        return
    address = ollama_address(settings)
    try:
        version = _version(address)
    except (OSError, ValueError, LookupError, TypeError) as error:
        yield _without_ollama(settings, address, error)
        return
    names = tuple(model.name for model in pulled_at_once(address))
    what = f"version {version} answers at {address.url} with {len(names)} model{'s' * (len(names) != 1)}"
    lacks = not names or (settings.model == "auto" and models(settings).taken is None)
    hint = f"`agent models pull {suggested_model()}` gets one that can draft SQL" * lacks
    yield Check("ollama", "warning" if lacks else "ok", what, hint, names)


def check_model(settings: Settings, _: date, listen: Listen) -> Iterator[Check]:
    """Which drafter is taken, what it can read, and how it answers: a model is loaded for that."""
    from agent.drafters import load_drafter

    try:
        drafter = load_drafter(settings)
    except AgentError as error:
        yield fault("model", error)
        return
    if not isinstance(drafter, ModelDrafter):
        taken = "auto takes the built-in drafter" if settings.model == "auto" else "the built-in drafter"
        yield Check("model", "ok", f"{taken}, which needs no language model")
        return
    client = drafter.client
    try:
        # A file of replies is read to tell of which model they are.
        card, model = client.card(listen), client.model
    except CancelledError:
        raise
    except AgentError as error:
        yield fault("model", error)
        return
    if drafter.name.startswith("replay:"):
        yield Check("model", "ok", f"{drafter.name}, which holds replies of {model}; no model is asked")
        return
    template = choose_template(client.model, dialect_of(settings), settings.prompts).facts.name
    yield Check("model", "ok", f"{_named(settings, client)}, prompted by the template {template}")
    yield _context(settings, client, card)
    yield _answer(settings, client, card, listen)


def _without_ollama(settings: Settings, address: OllamaAddress, error: Exception) -> Check:
    told = no_ollama(address, error)
    if settings.model.startswith("ollama:") or settings.encoder.startswith("ollama:"):
        return Check("ollama", "fault", told.message, told.hint, error=ModelError)
    if settings.model == "auto" and not isinstance(error, ConnectionError | TimeoutError):
        return Check("ollama", "warning", told.message, told.hint)
    hint = told.hint if settings.model == "auto" else ""
    return Check("ollama", "ok", f"{told.message}, and nothing needs it", hint)


def _version(address: OllamaAddress) -> str:
    return outside_line(str(get_json(address, "/api/version", ANSWER_SECONDS)["version"]), 40)


def _named(settings: Settings, client: ModelClient) -> str:
    if client.name.startswith("openai:"):
        return f"{client.name} at {openai_address(settings, settings.model.partition(':')[2]).url}"
    if settings.model != "auto":
        return client.name
    found = _listed(_models(settings, client), client)
    return f"auto takes {client.name}{f' ({found.why})' if found else ''}"


def _context(settings: Settings, client: ModelClient, card: ModelCard) -> Check:
    used = min(card.context, settings.max_context)
    limit = f", of which max_context lets {used:,} be used" if used < card.context else ""
    what = f"{client.model} reads {card.context:,} tokens{limit}"
    known = _models(settings, client)
    found = _listed(known, client)
    if known and found and found.needs is not None:
        what += f", for which it needs about {gigabytes(found.needs)} of memory"
        if known.memory and found.needs > known.memory.all:
            hint = "take a smaller model, which `agent models` lists, or lower the setting max_context"
            return Check("context", "warning", f"{what}; this machine has {gigabytes(known.memory.all)}", hint)
    if used >= SMALL_CONTEXT:
        return Check("context", "ok", what)
    if used < card.context:
        hint = "raise the setting max_context"
    elif client.name.startswith("openai:"):
        hint = "start the server with a larger context"
    else:
        hint = "only small schemas fit: take a model that reads more"
    return Check("context", "warning", what, hint)


def _models(settings: Settings, client: ModelClient) -> Models | None:
    """What Ollama lists, None for another server."""
    if not client.name.startswith("ollama:"):
        return None
    try:
        return models(settings)
    except ModelError:
        return None


def _listed(known: Models | None, client: ModelClient) -> Listed | None:
    names = {client.model, f"{client.model}:latest"}
    return next((each for each in known.listed if each.model.name in names), None) if known else None


@dataclass(slots=True)
class _Watch:
    """When the first piece of a reply came, the last, and how many."""

    tell: Listen
    first: float = 0.0
    last: float = 0.0
    many: int = 0

    def listen(self, drafting: Drafting) -> None:
        if drafting.text:
            self.last = monotonic()
            self.first = self.first or self.last
            self.many += 1
        self.tell(drafting)


def _answer(settings: Settings, client: ModelClient, card: ModelCard, listen: Listen) -> Check:
    """How long it takes to the first token, and how many come a second after it."""
    watch = _Watch(listen)
    window = min(card.context, settings.max_context, LEAST_WINDOW)
    # Told not to think, because the first word of an answer is waited for.
    think = False if card.thinks else None
    asked = Request("", "", "Count from 1 to 50.", window, min(TOKENS, window // 2), think=think)
    started = monotonic()
    try:
        client.chat(asked, watch.listen)
    except CancelledError:
        raise
    except AgentError as error:
        return fault("answer", error)
    if not watch.many:
        hint = "see what the server says, or choose another with --model"
        return Check("answer", "fault", f"{client.model} wrote nothing", hint, error=ModelError)
    what = f"the first token of {client.model} came after {watch.first - started:.1f} seconds"
    if watch.many < TOKENS // 2 or watch.last == watch.first:
        # Some servers gather what they send.
        return Check("answer", "ok", what)
    speed = (watch.many - 1) / (watch.last - watch.first)
    what = f"{what}, then {speed:,.{0 if speed >= SLOW else 1}f} tokens a second"
    found = _listed(_models(settings, client), client)
    if found and found.loaded:
        what += f"; {found.on_graphics / found.loaded:.0%} of it is on a graphics card"
    if speed >= SLOW:
        return Check("answer", "ok", what)
    hint = "take a smaller model, or one that fits a graphics card: `agent models` lists what each needs"
    return Check("answer", "warning", what, hint)
