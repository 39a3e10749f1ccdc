"""What goes wrong with a server that speaks OpenAI's protocol, each in one line that never holds the key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from agent.drafters.model_client import TooLongError
from agent.errors import ModelError
from agent.openai_address import OWN_KEY, OpenAIAddress
from agent.prompts.outside import outside_line

MAX_TEXT = 300

# As llama.cpp, vLLM and LM Studio say it.
_TOO_LONG = re.compile(
    r"exceeds?\b.*\bcontext|maximum context length|context (?:length|size|window)\b.*\b(?:exceed|overflow|not enough)|"
    r"prompt is too long|greater than the context length",
    re.IGNORECASE,
)
_CONTEXT = re.compile(r"context (?:length|size|window)\D{0,30}?(\d{3,})", re.IGNORECASE)


class LoadingError(Exception):
    """The server is there, and its model not yet."""


@contextmanager
def openai_errors(address: OpenAIAddress) -> Iterator[None]:
    """Turn what httpx raises, and what is no answer of such a server, into ModelError."""
    import httpx

    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL) as error:
        if "certificate" in str(error).lower():
            raise ModelError(
                f"the certificate of {address.url} is not trusted", "name the one to trust in the setting ca_file"
            ) from error
        raise ModelError(
            f"no server answers at {address.url}", "start it, check the URL, or use --model builtin"
        ) from error
    except httpx.TransportError as error:
        raise lost(address) from error
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise ModelError(
            f"what answers at {address.url} does not speak OpenAI's protocol", "check the URL after the @"
        ) from error


def lost(address: OpenAIAddress) -> ModelError:
    """The error of a reply that has no end."""
    return ModelError(
        f"the connection to {address.url} was lost in the middle of a reply", "see what the server says, and ask again"
    )


def refused(address: OpenAIAddress, status: int, body: str) -> Exception:
    """What a status other than 200 means, or with the status 200 an error in the middle of a stream."""
    told = _told(body)
    said = str(told.get("message") or "")
    # Some servers repeat a key that they refuse; taken out before the text is cut, which could leave a part of it.
    text = outside_line(said.replace(address.key, "…") if address.key else said, MAX_TEXT)
    if status in {401, 403}:
        hint = "check the key in" if address.key else "put its key into"
        return ModelError(f"{address.url} refuses the key", f"{hint} the environment variable {OWN_KEY}")
    if status == 503 and "loading" in text.lower():
        return LoadingError(text)
    if _TOO_LONG.search(text) or told.get("type") == "exceed_context_size_error":
        found = _CONTEXT.search(text)
        context = told.get("n_ctx") or (found and int(found[1]))
        return TooLongError(context if isinstance(context, int) else None)
    if status == 404:
        reason = f": {text}" if text else ""
        return ModelError(
            f"{address.url} has no model {address.model}{reason}", "see what it serves at /v1/models, or check the URL"
        )
    return ModelError(
        f"{address.url} refuses the request: {text or f'status {status}'}",
        "see what the server says, or choose another with --model",
    )


def _told(body: str) -> dict[str, Any]:
    """What the body of an error holds; servers put the text in several places."""
    try:
        held = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(held, dict):
        return {}
    error = held.get("error", held)
    if isinstance(error, dict):
        return error if error.get("message") else {"message": held.get("detail")} | error
    return {"message": error}
