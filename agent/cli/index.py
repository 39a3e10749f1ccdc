"""`agent index`: make the index of a database ahead of the first question, and look at it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.exits import exits
from agent.cli.index_pull import pull
from agent.cli.options import Db, Debug, Exclude, Include, Quiet
from agent.cli.progress import activity
from agent.cli.streams import writing

index = typer.Typer()
index.command("pull")(pull)


@index.callback(invoke_without_command=True)
def make(
    context: typer.Context,
    db: Db = None,
    status: Annotated[bool, typer.Option("--status", help="Only tell what the index holds and what changed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the status as JSON.")] = False,
    tune: Annotated[
        Path | None,
        typer.Option("--tune", help="Tune the encoder on a file of questions with their SQL.", metavar="FILE"),
    ] = None,
    include: Include = None,
    exclude: Exclude = None,
    untune: Annotated[bool, typer.Option("--untune", help="Go back to the encoder of the settings.")] = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Index a database, or bring its index up to date, stored values included."""
    if context.invoked_subcommand:
        return
    with exits(debug):
        _refuse_several(status=status or as_json, tune=tune is not None, untune=untune)
        if status or as_json:
            from agent.cli.index_status import index_status

            index_status(db, as_json, include, exclude)
        elif tune:
            from agent.cli.index_tune import tune as tune_index

            tune_index(db, tune, quiet)
        elif untune:
            from agent.cli.index_tune import untune as untune_index

            untune_index(db, quiet)
        else:
            _index(db, quiet, include, exclude)


def _refuse_several(**given: bool) -> None:
    from agent.errors import UsageError

    names = [f"--{name}" for name, is_given in given.items() if is_given]
    if len(names) > 1:
        raise UsageError(f"{' and '.join(names)} cannot be done at once", "give one of them")


def _index(db: str | None, quiet: bool, include: list[str] | None, exclude: list[str] | None) -> None:
    from agent.pipeline import Agent

    with activity(quiet) as doing, Agent.connect(db, include=include, exclude=exclude, progress=doing) as agent:
        changes = agent.refresh()
        catalog = agent.index.catalog
    if not quiet:
        columns = sum(len(table.columns) for table in catalog.tables)
        counts = {"new": changes.new, "changed": changes.changed, "dropped": changes.dropped}
        told = ", ".join(f"{len(tables)} {what}" for what, tables in counts.items() if tables) or "nothing changed"
        with writing():
            typer.echo(f"The index is up to date: {len(catalog.tables):,} tables, {columns:,} columns ({told}).")
