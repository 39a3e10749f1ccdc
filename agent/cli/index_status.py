"""`agent index --status`: what an index holds, and what has changed since it was made."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import typer

from agent.cli.streams import writing
from agent.cli.visible import visible

if TYPE_CHECKING:
    from agent.schema_index.inspect_index import InspectedIndex

VERSION = 1
# Names that are told of tables that changed.
MAX_NAMES = 20


def index_status(
    db: str | None, as_json: bool, include: list[str] | None = None, exclude: list[str] | None = None
) -> None:
    """Print the state of the index of a database; nothing is made or written."""
    from agent.errors import IndexingError
    from agent.index_options import index_options
    from agent.pipeline import Agent
    from agent.schema_index.inspect_index import inspect_index

    with Agent.connect(db, include=include, exclude=exclude) as agent:
        try:
            index = inspect_index(agent.address, index_options(agent.settings))
        except (sqlite3.Error, ValueError) as error:
            raise IndexingError(f"the index cannot be read: {error}", "agent index makes it anew") from error
    with writing():
        if as_json:
            print(json.dumps({"version": VERSION, "index": _record(index) if index else None}))  # noqa: T201
        elif index is None:
            typer.echo(
                "There is no index yet, or only one that was begun: agent index makes it, and so does a question."
            )
        else:
            for line in _lines(index):
                typer.echo(visible(line))


def _record(index: InspectedIndex) -> dict[str, Any]:
    facts = asdict(index) | {"folder": str(index.folder), "made": index.made.isoformat()}
    return facts | {"up_to_date": index.is_up_to_date}


def _lines(index: InspectedIndex) -> list[str]:
    tuned = f", tuned on {index.tuning.questions} questions" if index.tuning else ""
    held = (("tables", index.tables), ("columns", index.columns), ("documents", index.documents))
    counts = ", ".join(f"{count:,} {what}" for what, count in (*held, ("stored values", index.values)))
    return [
        f"holds    {counts}",
        f"encoder  {index.encoder}{tuned}, {index.dimension} dimensions",
        f"made     {index.made.astimezone():%Y-%m-%d %H:%M}, {_age(datetime.now(UTC) - index.made)} ago",
        f"size     {index.size / 1e6:,.1f} MB in {index.folder}",
        *(f"changed  {what}" for what in index.changed),
        *_drift(index),
        *(["state    up to date"] if index.is_up_to_date else ["state    agent index brings it up to date"]),
    ]


def _drift(index: InspectedIndex) -> list[str]:
    drift = index.drift
    found = (("new", drift.new), ("changed", drift.changed), ("dropped", drift.dropped))
    return [f"{what:8} {_names(tables)}" for what, tables in found if tables]


def _names(tables: tuple[str, ...]) -> str:
    more = f" and {len(tables) - MAX_NAMES:,} more" if len(tables) > MAX_NAMES else ""
    return f"{'table' if len(tables) == 1 else 'tables'} {', '.join(tables[:MAX_NAMES])}{more}"


def _age(age: timedelta) -> str:
    """An age in its largest unit."""
    units = (("day", 86_400), ("hour", 3_600), ("minute", 60))
    for unit, seconds in units:
        if count := int(age.total_seconds() // seconds):
            return f"{count} {unit}{'s' * (count != 1)}"
    return "less than a minute"
