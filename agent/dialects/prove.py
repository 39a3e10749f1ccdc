"""Whether a connection holds: writes that match no row, and other harmless attempts, which it must stop.

No checker stands before them. The attempts of an engine are in its file of probes.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from agent.dialects import Connection, open_reader
from agent.dialects.address import Address
from agent.errors import AgentError, DatabaseError, UnsafeError
from agent.records import Limits

LIMITS = Limits(rows=1, seconds=10.0)
CONNECTION = "the connection"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was attempted, who stopped it, and what the engine said; `stopped_by` is empty where nobody did."""

    what: str
    stopped_by: str
    said: str = ""


def prove(connection: Connection, address: Address) -> Iterator[Attempt]:
    """Attempt all that the file of the engine lists, on the first table of the database that it finds.

    Nothing stays behind: what the connection lets through matches no row, and is undone where it must be. Raises
    DatabaseError when the database cannot be read, or holds no table.
    """
    probes = _probes(connection.dialect)
    with closing(open_reader(address)) as reader:
        found = reader.rows(probes["table"], LIMITS.seconds)
    if not found:
        raise DatabaseError("there is no table to attempt changes of", "name a database with a table that can be read")
    [(table, column)] = found
    names = {"new": f"sqlwright_{secrets.token_hex(6)}", "table": table, "column": column}
    for probe in probes["probes"]:
        yield _attempt(probe, connection, names, probes["stopped_by"])


def _attempt(probe: dict[str, str], connection: Connection, names: dict[str, str], words: dict[str, str]) -> Attempt:
    try:
        connection.run(_filled(probe["sql"], names), LIMITS)
    except UnsafeError as error:
        return Attempt(probe["what"], CONNECTION, error.message)
    except AgentError as error:
        for who, pattern in words.items():
            if re.search(pattern, error.message):
                return Attempt(probe["what"], who, error.message)
        # What is not known to be a refusal may have come after the harm.
        said = error.message
    else:
        said = "it was answered"
    if "lasted" in probe and not _answers(connection, probe["lasted"]):
        return Attempt(probe["what"], probe["else"], "nothing came of it")
    if "undo" in probe:
        with suppress(AgentError):
            connection.run(_filled(probe["undo"], names), LIMITS)
    return Attempt(probe["what"], "", said)


def _answers(connection: Connection, sql: str) -> bool:
    try:
        return bool(connection.run(sql, LIMITS).rows)
    except DatabaseError:
        return True


def _filled(sql: str, names: dict[str, str]) -> str:
    # Not by `format`, because SQL has braces of its own.
    return re.sub(r"\{(new|table|column)\}", lambda place: names[place[1]], sql)


@cache
def _probes(dialect: str) -> dict[str, Any]:
    text = Path(__file__).with_name(f"{dialect}_probes.yaml").read_text(encoding="utf-8")
    probes: dict[str, Any] = yaml.safe_load(text)
    return probes
