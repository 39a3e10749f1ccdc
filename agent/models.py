"""The models that Ollama has pulled, what each needs, and which one `auto` takes."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.drafters.auto import best, dialect_of, is_too_large
from agent.drafters.preferences import preference
from agent.drafters.pulled import PulledModel, pulled
from agent.errors import ModelError
from agent.loopback import is_loopback
from agent.machine_memory import MachineMemory, machine_memory
from agent.model_memory import model_memory
from agent.ollama_address import OllamaAddress, StatusError, get_json, ollama_address, post_json
from agent.prompts.outside import outside_line

if TYPE_CHECKING:
    from agent.config import Settings

SECONDS = 10.0
MAX_TEXT = 300
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Listed:
    """One model: the tokens it can read and those that sqlwright asks for at most, and the bytes that it then needs.

    What the server does not tell is None. `loaded` are the bytes that it takes now, `on_graphics` those of them on a
    graphics card. `why` is what `auto` thinks of it.
    """

    model: PulledModel
    context: int | None
    window: int | None
    needs: int | None
    loaded: int
    on_graphics: int
    taken: bool
    why: str


@dataclass(frozen=True, slots=True)
class Models:
    """All of them, those that `auto` likes best first; `memory` is None for a server on another machine."""

    url: str
    dialect: str
    memory: MachineMemory | None
    listed: tuple[Listed, ...]

    @property
    def taken(self) -> Listed | None:
        """The one that `auto` takes."""
        return next((each for each in self.listed if each.taken), None)


def models(settings: Settings) -> Models:
    """What Ollama has pulled; ModelError, with what to do, when it does not answer."""
    address, dialect = ollama_address(settings), dialect_of(settings)
    here = is_loopback(address.host)
    try:
        found = pulled(address, SECONDS)
    except (OSError, ValueError) as error:
        raise no_ollama(address, error) from error
    running = _running(address)
    taken = best(found, dialect, here=here)
    with ThreadPoolExecutor(AT_ONCE) as several:
        facts = list(several.map(lambda model: _facts(address, model), found))

    def listed(model: PulledModel, told: dict[str, Any]) -> Listed:
        context = next((_whole(told[name]) for name in told if name.endswith(".context_length")), 0) or None
        window = min(context, settings.max_context) if context else None
        needs = model_memory(model.size, told, window) if window and model.size else None
        now = running.get(model.name, {})
        liked = preference(model, dialect)
        is_out = liked.rank is not None and here and is_too_large(model)
        why = "it is larger than the memory of this machine" if is_out else liked.why
        loaded = _whole(now.get("size"))
        on_graphics = min(loaded, _whole(now.get("size_vram")))
        return Listed(model, context, window, needs, loaded, on_graphics, model == taken, why)

    every = [listed(model, told) for model, told in zip(found, facts, strict=True)]
    return Models(address.url, dialect, machine_memory() if here else None, _best_first(every, dialect))


def no_ollama(address: OllamaAddress, error: Exception) -> ModelError:
    """What a failure of a server to list its models means, and what to do about it."""
    if isinstance(error, StatusError) and error.status in {401, 403}:
        what = f"Ollama at {address.url} refuses this user"
        return ModelError(what, "set ollama_headers, or a login in the setting ollama")
    if isinstance(error, StatusError) and error.status >= 500:
        what = f"Ollama at {address.url} fails: {outside_line(error.reason, MAX_TEXT) or f'status {error.status}'}"
        return ModelError(what, "see what the server says")
    if isinstance(error, StatusError) or not isinstance(error, OSError):
        return ModelError(f"what answers at {address.url} is not Ollama", "check the setting ollama")
    if "certificate" in str(error).lower():
        what = f"the certificate of Ollama at {address.url} is not trusted"
        return ModelError(what, "name the one to trust in the setting ca_file")
    return ModelError(
        f"Ollama does not answer at {address.url}",
        "get it from https://ollama.com and start it with `ollama serve`; without it auto takes the built-in drafter",
    )


def _best_first(every: Iterable[Listed], dialect: str) -> tuple[Listed, ...]:
    def place(each: Listed) -> tuple[bool, bool, float, float, str]:
        rank = preference(each.model, dialect).rank
        return (not each.taken, rank is None, rank or 0, -each.model.parameters, each.model.name)

    return tuple(sorted(every, key=place))


def _running(address: OllamaAddress) -> dict[str, dict[str, Any]]:
    """What the server tells of the models that are loaded, by name, nothing where it does not."""
    try:
        return {str(entry["name"]): entry for entry in get_json(address, "/api/ps", SECONDS)["models"]}
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def _facts(address: OllamaAddress, model: PulledModel) -> dict[str, Any]:
    """What the server tells of the inside of a model, nothing where it does not."""
    if model.remote:
        return {}
    try:
        told = post_json(address, "/api/show", {"model": model.name}, SECONDS)["model_info"]
    except (OSError, ValueError, LookupError, TypeError):
        return {}
    return told if isinstance(told, dict) else {}


def _whole(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
