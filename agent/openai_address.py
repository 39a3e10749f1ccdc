"""Where a server that speaks OpenAI's protocol answers, as `NAME@URL`, and the key that it wants."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from agent.certificates import certificates
from agent.errors import UsageError
from agent.loopback import is_loopback

if TYPE_CHECKING:
    from ssl import SSLContext

    from agent.config import Settings

OWN_KEY, USUAL_KEY = "SQLWRIGHT_OPENAI_KEY", "OPENAI_API_KEY"
"""The variables of the environment that hold the key; the second is sent over https or to this machine alone."""

_HOW = "write openai:NAME@URL, such as openai:qwen2.5-coder@http://127.0.0.1:8080/v1"


@dataclass(frozen=True, slots=True)
class OpenAIAddress:
    """A model and the `url` of its server up to /v1, without a slash at its end."""

    model: str
    url: str
    key: str = field(default="", repr=False)
    ca_file: Path | None = None

    @property
    def root(self) -> str:
        """The address of the server itself."""
        return self.url.removesuffix("/v1")

    @property
    def headers(self) -> dict[str, str]:
        """What is sent along with every request."""
        return {"authorization": f"Bearer {self.key}"} if self.key else {}

    @property
    def trusted(self) -> SSLContext | None:
        """The certificates that are trusted, None for http; UsageError for a file that holds none."""
        return certificates(urlsplit(self.url).scheme, self.ca_file)


def openai_address(settings: Settings, named: str) -> OpenAIAddress:
    """The address that `NAME@URL` says, with the key of the environment; UsageError where that is none."""
    match = re.fullmatch(r"(?P<model>.+?)@(?P<url>https?://.+)", named.strip(), re.IGNORECASE)
    if match is None:
        raise UsageError("model: openai: it is not said which model to ask where", _HOW)
    try:
        parts = urlsplit(match["url"])
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        raise UsageError("model: openai: this is no address of a server", _HOW) from None
    if not parts.hostname or parts.query or parts.fragment:
        raise UsageError("model: openai: this is no address of a server", _HOW)
    if parts.username is not None:
        # A command line is seen by every user of a machine, and the name of a drafter is printed.
        raise UsageError(f"model: openai: a login or key may not stand in the URL of {parts.hostname}", _key_hint())
    url = match["url"].rstrip("/")
    url = url if url.endswith("/v1") else f"{url}/v1"
    return OpenAIAddress(match["model"].strip(), url, _key(parts.scheme, parts.hostname), settings.ca_file)


def _key_hint() -> str:
    return f"set the environment variable {OWN_KEY}"


def _key(scheme: str, host: str) -> str:
    for name in (OWN_KEY, USUAL_KEY):
        key = os.environ.get(name, "").strip()
        if key and (name == OWN_KEY or scheme == "https" or is_loopback(host)):
            if not key.isascii() or not key.isprintable():
                raise UsageError(f"environment variable {name}: it cannot be sent", "a key is one line of ASCII text")
            return key
    return ""
