"""`agent schema`: what a database holds and what it means, described, shown and searched."""

from __future__ import annotations

import typer

from agent.cli.schema_describe import describe
from agent.cli.schema_search import search
from agent.cli.schema_show import show

schema = typer.Typer(
    help="Describe, show and search the tables and columns of a database.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (describe, show, search):
    schema.command()(command)
