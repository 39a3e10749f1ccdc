"""Where the index of a database is kept."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from pathlib import Path
from urllib.parse import parse_qsl

from agent.dialects import duckdb, sqlite
from agent.dialects.address import Address
from agent.dialects.files import file_of
from agent.schema_index.options import DEFAULT_VALUES, IndexOptions

FORMATS = {"sqlite": sqlite.FORMAT, "duckdb": duckdb.FORMAT}
_SECRET = re.compile("pass|pwd|secret|token|key")


def index_folder(address: Address, options: IndexOptions) -> Path:
    """The folder of the index of a database; no password has a part in its name.

    Connections to one database that index other parts of it have folders of their own, so that none undoes
    the other's work. Raises UsageError or DatabaseError for the URL of a file that is none.
    """
    name = str(file_of(address.url, FORMATS[address.dialect])) if address.dialect in FORMATS else _name(address)
    parts: dict[str, object] = {
        "schemas": sorted(set(options.schemas)),
        "values": "" if options.values == DEFAULT_VALUES else options.values,
        "descriptions": str(options.descriptions.resolve())
        if isinstance(options.descriptions, Path)
        else options.origin,
        "include": sorted(set(options.include)),
        "exclude": sorted(set(options.exclude)),
    }
    if options.chroma and address.dialect in FORMATS:
        # On a shared server the same path on two machines is two databases.
        parts["machine"] = platform.node()
    if any(parts.values()):
        name += json.dumps(parts)
    slug = re.sub(r"[^a-z0-9]+", "-", address.database.lower()).strip("-")[:40]
    return options.cache / "index" / f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _name(address: Address) -> str:
    """The URL without what may be a password."""
    given = parse_qsl(address.url.partition("?")[2], keep_blank_values=True)
    return f"{address.shown}?{sorted(option for option in given if not _SECRET.search(option[0].lower()))}"
