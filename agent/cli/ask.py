"""`agent ask QUESTION`: the answer on stdout, what it rests on on stderr."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import typer

from agent.cli.exits import exits
from agent.cli.options import Db, Debug, Quiet
from agent.cli.progress import progress_bar
from agent.cli.streams import writing


def ask(
    question: Annotated[str, typer.Argument(help="The question in plain words.")],
    db: Db = None,
    model: Annotated[str | None, typer.Option(help="The drafter; builtin needs no language model.")] = None,
    format: Annotated[Literal["table", "csv", "json"], typer.Option(help="How rows are printed.")] = "table",
    sql_only: Annotated[bool, typer.Option("--sql-only", help="Print the checked SQL and run nothing.")] = False,
    limit: Annotated[int | None, typer.Option(help="Rows printed at most.")] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds the query may run.")] = None,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help='The day that "last month" is relative to.')
    ] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Ask the database a question, and see the SQL that answered it."""
    with exits(debug):
        from agent.cli import render
        from agent.pipeline import Agent

        with (
            progress_bar(quiet) as progress,
            Agent.connect(
                db,
                model=model,
                limit=limit,
                timeout=timeout,
                today=today.date() if today else None,
                progress=progress,
            ) as agent,
        ):
            if agent.is_demo and not quiet:
                render.note("No database configured, asking the demo shop. Ask your own with --db URL.")
            if sql_only:
                draft = agent.draft(question)
                with writing():
                    render.sql(draft.sql)
                render.assumptions(draft.assumptions, quiet)
                return
            answer = agent.ask(question)
        with writing():
            render.FORMATS[format](answer)
        render.evidence(answer, quiet)
