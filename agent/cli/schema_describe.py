"""`agent schema describe`: say what tables, columns and words mean, in the settings file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.exits import exits
from agent.cli.options import Db, Debug, Quiet
from agent.cli.progress import activity
from agent.cli.streams import writing
from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.records import Catalog
    from agent.write_descriptions import Written

SHOWN = 5


def describe(
    table: Annotated[str, typer.Option(help="The table that is described, or that a term is about.")] = "",
    column: Annotated[str, typer.Option(help="The column of it.")] = "",
    description: Annotated[str, typer.Option(help="What it means.")] = "",
    synonym: Annotated[list[str] | None, typer.Option(help="Another name for it; may be repeated.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag for it; may be repeated.")] = None,
    term: Annotated[str, typer.Option(help="A word of your house, for the glossary.")] = "",
    meaning: Annotated[str, typer.Option(help="What the term means.")] = "",
    file: Annotated[Path | None, typer.Option("--from", help="Merge a file of descriptions, YAML or CSV.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Where another text stands already, leave it.")] = False,
    db: Db = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Say what tables, columns and words mean; with no more than a table, or nothing, you are asked."""
    with exits(debug):
        from agent.said import Said

        said = Said(table, column, description, synonym or (), tag or (), term, meaning)
        if file is not None and said != Said():
            raise UsageError("--from says by itself what is described", "leave the other options out")
        asks = file is None and said == Said(table, column)
        settings, catalog = _found(db, quiet, described=asks)
        if file is not None:
            _write(settings, _read(file, catalog), str(file), keep, quiet)
        elif asks:
            from agent.cli.schema_prompts import asked

            for answer in asked(catalog, table, column):
                _write(settings, answer.as_descriptions(catalog), answer.name, keep, quiet)
        else:
            _write(settings, said.as_descriptions(catalog), said.name, keep, quiet)


def _found(db: str | None, quiet: bool, described: bool) -> tuple[Settings, Catalog]:
    """The settings, and the database as it is now; undescribed, since what was said may be what is to be put right."""
    from dataclasses import replace

    from agent.index_options import index_options
    from agent.pipeline import Agent
    from agent.schema_index.read_schema import read_schema

    with activity(quiet) as doing, Agent.connect(db, progress=doing) as agent:
        options = index_options(agent.settings)
        options = options if described else replace(options, descriptions=None)
        return agent.settings, read_schema(agent.address, options, doing)


def _read(file: Path, catalog: Catalog) -> Any:
    from agent.read_descriptions import read_descriptions
    from agent.schema_index.descriptions import apply_descriptions

    found = read_descriptions(file)
    # For what it finds wrong.
    apply_descriptions(catalog, found, origin=str(file))
    return found


def _write(settings: Settings, said: Any, what: str, keep: bool, quiet: bool) -> None:
    from agent.description_place import description_place
    from agent.write_descriptions import write_descriptions

    written = write_descriptions(description_place(settings), said, overwrite=not keep)
    with writing():
        typer.echo(f"{'Wrote' if written.changed else 'Nothing new:'} {what}{_to(written)}")
    if not quiet and written.differing:
        _say(written, keep)


def _to(written: Written) -> str:
    return f" to {written.file}." if written.changed else f" stands in {written.file} already."


def _say(written: Written, keep: bool) -> None:
    from agent.cli import render
    from agent.cli.visible import visible

    places = ", ".join(written.differing[:SHOWN]) + (", …" if len(written.differing) > SHOWN else "")
    done = "was left; without --keep it is replaced" if keep else "was replaced"
    render.note(visible(f"Another text stood there and {done}: {places}"))
