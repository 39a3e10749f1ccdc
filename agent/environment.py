"""References such as ${SHOP_PASSWORD} in a URL, taken from the environment where the URL is used."""

from __future__ import annotations

import os
import re
from urllib.parse import quote

from agent.errors import UsageError

_REFERENCE = re.compile(r"\$\{([^{}]*)\}")


def expand(url: str, what: str) -> str:
    """The URL with each reference replaced; UsageError that names a variable that is not set, and `what` needs it.

    A user or password is taken as it is: in it @ and / need no escaping.
    """
    start = url.find("://") + len("://") if "://" in url else len(url)
    end = url.rfind("@", start)

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if not name.isidentifier():
            raise UsageError(f"{what}: only a variable's name may stand in ${{…}}, not {name}", "write ${NAME}")
        if name not in os.environ:
            raise UsageError(f"{what} needs the environment variable {name}, which is not set", f"export {name}=…")
        return quote(os.environ[name], safe="") if start <= found.start() < end else os.environ[name]

    return _REFERENCE.sub(value, url)
