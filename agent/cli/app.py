"""The command `agent` with its subcommands."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Annotated

import typer

import agent
from agent.cli.ask import ask
from agent.cli.connections import connections
from agent.cli.doctor import doctor
from agent.cli.evaluate import evaluate
from agent.cli.exits import exits
from agent.cli.index import index
from agent.cli.init import init
from agent.cli.models import models
from agent.cli.prompts import prompts
from agent.cli.schema import schema
from agent.cli.streams import writing

app = typer.Typer(
    help="Ask a database questions in plain words, locally and read-only.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (ask, init, connections, doctor):
    app.command()(command)
app.add_typer(index, name="index")
app.add_typer(evaluate, name="eval")
app.add_typer(schema, name="schema")
app.add_typer(models, name="models")
app.add_typer(prompts, name="prompts")


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=lambda v: _version(v)),
    ] = False,
) -> None:
    """Ask a database questions in plain words, locally and read-only."""
    # What dependencies warn of is nothing that a user can act on.
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    logging.getLogger().addHandler(logging.NullHandler())


def _version(asked: bool) -> None:
    if asked:
        with exits(debug=False), writing():
            typer.echo(f"sqlwright {agent.__version__}")
        raise typer.Exit
