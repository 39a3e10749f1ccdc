"""The best drafter there is: the preferred model that Ollama has pulled, else the built-in one."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import TYPE_CHECKING

from agent.drafters.preferences import preference
from agent.drafters.pulled import PulledModel, pulled
from agent.errors import UsageError
from agent.loopback import is_loopback
from agent.machine_memory import fits_into_main, machine_memory
from agent.ollama_address import OllamaAddress, ollama_address

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.drafters import Drafter

# A server on this machine answers in a few milliseconds, and nobody should wait for one that is not there.
CONNECT_SECONDS, ANSWER_SECONDS = 0.4, 1.0


def load(settings: Settings) -> Drafter:
    """The drafter for the settings; a server that does not answer at once counts as none."""
    from agent.drafters import builtin, ollama  # here, so that the shell's completion need not load them

    address = ollama_address(settings)
    model = best(pulled_at_once(address), dialect_of(settings), here=is_loopback(address.host))
    return ollama.load(settings, model.name) if model else builtin.load(settings)


def best(models: Iterable[PulledModel], dialect: str, *, here: bool) -> PulledModel | None:
    """The model that comes first in preferences.txt for the dialect; None where none is taken.

    On a server that is `here` a model whose weights are more than the memory of this machine is passed over.
    """
    ranked = []
    for model in models:
        rank = preference(model, dialect).rank
        if rank is not None:
            ranked.append((rank, -model.parameters, model.name, model))
    return next((model for *_, model in sorted(ranked) if not (here and is_too_large(model))), None)


def is_too_large(model: PulledModel) -> bool:
    """Whether the weights alone are more than this machine can hold."""
    # Graphics cards are asked only where it depends on them, because their answer takes a moment.
    return not fits_into_main(model.size) and model.size > machine_memory().all


def dialect_of(settings: Settings) -> str:
    """The dialect of the database that the settings name, or empty where they name none that there is."""
    from agent.dialects.address import read_address

    if not settings.db:
        return "sqlite"
    try:
        return read_address(settings.connection.url).dialect
    except UsageError:
        # Whoever opens the database says what is wrong.
        return ""


def pulled_at_once(address: OllamaAddress) -> tuple[PulledModel, ...]:
    """The models that the server lists, and none where nothing answers at once."""
    try:
        # The client's import takes longer than all of this, which most often finds that nothing listens.
        socket.create_connection((address.host, address.port), CONNECT_SECONDS).close()
        return pulled(address, ANSWER_SECONDS)
    except (OSError, ValueError):
        return ()
