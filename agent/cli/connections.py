"""`agent connections`: the databases that have names, without opening any."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from agent.cli.exits import exits
from agent.cli.options import Debug
from agent.cli.streams import writing

if TYPE_CHECKING:
    from agent.config import Settings

VERSION = 1


def connections(
    format: Annotated[Literal["table", "json"], typer.Option(help="How they are printed.")] = "table",
    debug: Debug = False,
) -> None:
    """List the named connections, and which is asked by default."""
    with exits(debug):
        from agent.config import load_settings

        settings = load_settings()
        found = _found(settings)
        with writing():
            if format == "json":
                print(json.dumps({"version": VERSION, "connections": found}))  # noqa: T201
            else:
                _print(found)
        if not found:
            from agent.cli import render
            from agent.settings_file import FILE_NAME

            render.note(f"No connection is defined. agent init writes a {FILE_NAME} that shows how.")


def _found(settings: Settings) -> list[dict[str, str | bool]]:
    from agent.config import sources_of
    from agent.dialects.address import read_address

    places = sources_of(settings)
    rows: list[dict[str, str | bool]] = []
    for name, connection in sorted(settings.connections.items()):
        # What it refers to is not looked up: that may hold a password.
        is_reference = connection.url.startswith("${")
        address = None if is_reference else read_address(connection.url)
        rows.append(
            {
                "name": name,
                "engine": address.dialect if address else "",
                "url": address.shown if address else connection.url,
                "defined_in": places[f"connections.{name}"],
                "default": name == settings.db,
            }
        )
    return rows


def _print(found: list[dict[str, str | bool]]) -> None:
    from agent.cli.table import print_table

    head = ("", "name", "engine", "url", "defined in")
    rows = [("*" if row["default"] else "", row["name"], row["engine"], row["url"], row["defined_in"]) for row in found]
    if rows:
        print_table(head, rows)
