"""`agent init`: a settings file for this folder, after three questions."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import typer

from agent.cli.exits import exits
from agent.cli.options import Debug
from agent.cli.streams import writing
from agent.errors import AgentError

T = TypeVar("T")


def init(debug: Debug = False) -> None:
    """Write a commented sqlwright.yaml in this folder; answers may also come line by line from a pipe."""
    with exits(debug):
        from agent.init_file import Database, read_database, read_model, read_values, settings_text, write_settings
        from agent.settings_file import FILE_NAME

        file = Path(FILE_NAME)
        if file.exists():
            raise AgentError(f"{file} is here already", "edit it, or move it away first")
        database = _ask("Database URL or file [the demo shop]", read_database, Database(""))
        model = _ask("Language model: auto, builtin (none) or ollama:NAME [auto]", read_model, "auto")
        values = _ask(
            "Stored values to know by name: low-cardinality, all or none [low-cardinality]",
            read_values,
            "low-cardinality",
        )
        named = {"db": database.url} if database.url else {}
        write_settings(file, settings_text(named | {"model": model, "values": values}))
        with writing():
            typer.echo(f"Wrote {file}.")
        _say_next(database.variable, database.doubt)


def _ask(question: str, read: Callable[[str], T], default: T) -> T:
    """What is answered, or the default for nothing; a person is asked again for what cannot be read."""
    while True:
        # Not typer.prompt, which ends at the end of a pipe instead of taking the defaults.
        print(f"{question}: ", end="", file=sys.stderr, flush=True)  # noqa: T201
        line = sys.stdin.readline() if sys.stdin else ""
        if not line.endswith("\n") or not sys.stdin.isatty():
            # Where nobody presses Enter, the next question would stand on the same line.
            print(file=sys.stderr)  # noqa: T201
        if not line.strip():
            return default
        try:
            return read(line.strip())
        except AgentError as error:
            if not sys.stdin.isatty():
                raise
            _say(f"{error.message}; {error.hint}" if error.hint else error.message)


def _say_next(variable: str, doubt: str) -> None:
    if variable:
        _say(f"The password is not in the file: export {variable}=… with it before you ask.")
    if doubt:
        _say(f"The database could not be opened just now: {doubt}.")
    _say('Next: agent doctor, then agent ask "how many …"')


def _say(text: str) -> None:
    from agent.cli import render

    render.note(text)
