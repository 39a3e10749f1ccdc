"""`agent index pull`: fetch an embedding model for a machine that has no network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.exits import exits
from agent.cli.options import Debug, Quiet
from agent.cli.progress import activity
from agent.cli.streams import writing


def pull(
    model: Annotated[str, typer.Argument(help="Name of an embedding model on the hub, or bundled.", metavar="MODEL")],
    to: Annotated[Path, typer.Option("--to", help="The folder to write it to.", metavar="FOLDER")],
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Fetch an embedding model into a folder, to be used where there is no network."""
    with exits(debug):
        from agent.config import load_settings
        from agent.schema_index.model_source import Access
        from agent.schema_index.pull import pull as pull_model

        settings = load_settings()
        access = Access(settings.cache_folder, settings.local_files_only)
        with activity(quiet) as doing:
            pull_model(model, to.expanduser(), access, doing)
        if not quiet:
            with writing():
                typer.echo(f"{model} is in {to}. To use it, set: encoder: {to}")
