"""The options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from agent.cli.completion import databases

Db = Annotated[
    str | None,
    typer.Option(
        "--db",
        help="Database URL, file, or name of a connection. Default: the setting db, else the demo shop.",
        autocompletion=databases,
    ),
]
Tags = Annotated[
    list[str] | None,
    typer.Option(
        "--tag", help="Keep the question to tables that bear this tag, or have a column that does; repeatable."
    ),
]
Include = Annotated[
    list[str] | None,
    typer.Option(
        "--include", help="Only tables that fit this pattern, such as sales.*; repeatable. Beats the setting."
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option("--exclude", help="No table that fits this pattern, such as tmp_*; repeatable. Beats the setting."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on stderr but errors.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")]
