"""`agent index`: make the index of a database ahead of the first question."""

from __future__ import annotations

import typer

from agent.cli.exits import exits
from agent.cli.options import Db, Debug, Quiet
from agent.cli.progress import activity
from agent.cli.streams import writing


def index(db: Db = None, quiet: Quiet = False, debug: Debug = False) -> None:
    """Index a database, or bring its index up to date, stored values included."""
    with exits(debug):
        from agent.pipeline import Agent

        with activity(quiet) as doing, Agent.connect(db, progress=doing) as agent:
            catalog = agent.refresh().catalog
        if not quiet:
            columns = sum(len(table.columns) for table in catalog.tables)
            with writing():
                typer.echo(f"The index is up to date: {len(catalog.tables)} tables, {columns} columns.")
