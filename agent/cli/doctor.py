"""`agent doctor`: what is in order, and what to do about the rest."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from agent.cli.exits import FAILED, exit_code_of, exits
from agent.cli.options import Db, Debug
from agent.cli.progress import activity
from agent.cli.stages import heard
from agent.cli.streams import writing
from agent.cli.visible import visible

if TYPE_CHECKING:
    from agent.check import Check

VERSION = 1
MARKS = {"ok": ("✓", "+", "green"), "warning": ("!", "!", "yellow"), "fault": ("✗", "x", "red")}
"""A mark for each state, another for terminals without such letters, and its colour."""
# Under these everybody wants to see the details: the statements that make a safe role where there is none.
ALWAYS = (("settings", "ok"), ("ollama", "ok"), ("role", "warning"))
INDENT = " " * 12


def doctor(
    db: Db = None,
    format: Annotated[Literal["table", "json"], typer.Option(help="How the checks are printed.")] = "table",
    grants: Annotated[
        bool, typer.Option("--grants", help="Print the statements that make a safe role even where there is one.")
    ] = False,
    prove: Annotated[
        bool, typer.Option("--prove", help="Also attempt harmless writes, which the connection must stop.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Check the settings, the database and what one may do there, the index, and the models."""
    with exits(debug):
        from agent.doctor import diagnose

        # As in Agent.connect: the day is an argument of all the rest.
        checks: list[Check] = []
        # What a model does while it is loaded is said on stderr.
        with activity(quiet=format == "json") as doing:
            for check in diagnose(date.today(), prove=prove, listen=heard(doing), db=db):  # noqa: DTZ011
                checks.append(check)
                if format == "table":
                    # Each as soon as it is known, since a server may take its time.
                    doing.stop()
                    with writing():
                        _print(check, grants)
        if format == "json":
            with writing():
                print(json.dumps({"version": VERSION, "checks": [_record(check) for check in checks]}))  # noqa: T201
        fault = next((check for check in checks if check.state == "fault"), None)
        if fault:
            raise typer.Exit(exit_code_of(fault.error) if fault.error else FAILED)


def _print(check: Check, grants: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    letter, plain, colour = MARKS[check.state]
    mark = letter if (sys.stdout.encoding or "").lower().startswith("utf") else plain
    lines = [Text.assemble((mark, colour), f" {check.part:9} {visible(check.what)}")]
    if check.hint:
        lines.append(Text.assemble(INDENT, ("hint: ", "dim"), visible(check.hint)))
    if (check.part, check.state) in ALWAYS or (check.part == "role" and grants):
        lines += [Text(INDENT + visible(line)) for line in check.details]
    console = Console(highlight=False)
    for line in lines:
        console.print(line, soft_wrap=True)


def _record(check: Check) -> dict[str, str | list[str]]:
    return {
        "part": check.part,
        "state": check.state,
        "what": check.what,
        "hint": check.hint,
        "details": list(check.details),
    }
