"""`agent ask QUESTION`: the answer on stdout, what it rests on on stderr."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from agent.cli.completion import models
from agent.cli.exits import exits
from agent.cli.options import Db, Debug, Exclude, Include, Quiet, Tags
from agent.cli.progress import activity
from agent.cli.streams import read_stdin, writing

if TYPE_CHECKING:
    from agent.cli.progress import Activity
    from agent.pipeline import Agent

READING = "reading the question"


def ask(
    question: Annotated[str, typer.Argument(help="The question in plain words; - reads it from stdin.")],
    db: Db = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="The drafter: auto, builtin (no language model), ollama:NAME, openai:NAME@URL or replay:FILE.",
            autocompletion=models,
        ),
    ] = None,
    format: Annotated[
        Literal["table", "csv", "json", "jsonl", "markdown"], typer.Option(help="How rows are printed.")
    ] = "table",
    candidates: Annotated[
        int | None, typer.Option(help="Drafts that a model makes; the rows that most of them give are taken.")
    ] = None,
    sql_only: Annotated[bool, typer.Option("--sql-only", help="Print the checked SQL and run nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Of several close readings take the first.")] = False,
    after: Annotated[
        list[str] | None,
        typer.Option(metavar="EARLIER", help="A question asked before, first to last, which this one goes on from."),
    ] = None,
    tag: Tags = None,
    include: Include = None,
    exclude: Exclude = None,
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
        text = _typed(quiet) if question == "-" else question
        with activity(quiet) as doing:
            doing.stage(READING)
            from agent.cli import render
            from agent.cli.choose import chooser
            from agent.cli.formats import FORMATS
            from agent.cli.stages import answered, heard
            from agent.pipeline import Agent

            with Agent.connect(
                db,
                model=model,
                candidates=candidates,
                limit=limit,
                timeout=timeout,
                include=include,
                exclude=exclude,
                today=today.date() if today else None,
                progress=doing,
            ) as agent:
                if not quiet:
                    _introduce(agent, doing, chosen=model is not None)
                choose, listen = chooser(yes, quiet, doing.stop), heard(doing)
                if sql_only:
                    draft = agent.draft(text, choose, tags=tag or (), earlier=after or (), listen=listen)
                    doing.stop()
                    with writing():
                        render.sql(draft.sql)
                    render.assumptions(draft.assumptions, quiet)
                    return
                if not quiet:
                    _warn(agent, doing)
                steps = agent.steps(text, choose, tags=tag or (), earlier=after or (), listen=listen)
                answer = answered(steps, doing)
        with writing():
            FORMATS[format](answer)
        render.evidence(answer, quiet)


def _typed(quiet: bool) -> str:
    import sys

    from agent.cli import render

    if not quiet and sys.stdin is not None and sys.stdin.isatty():
        render.note("Type the question, and end it with Ctrl-D.")
    return read_stdin()


def _introduce(agent: Agent, doing: Activity, chosen: bool) -> None:
    """Say what nobody chose: the demo shop, and the drafter that `auto` found."""
    from agent.cli import render

    found = agent.drafter_name if agent.settings.model == "auto" and not chosen else ""
    doing.stop()
    if agent.is_demo:
        render.note("No database configured, asking the demo shop. Ask your own with --db URL.")
    if found:
        render.drafter(found)
    doing.stage(READING)


def _warn(agent: Agent, doing: Activity) -> None:
    """Say that the role may do harm, where it may."""
    from agent.cli import render
    from agent.cli.visible import visible

    if agent.may:
        doing.stop()
        worst = visible(agent.may[0])
        render.note(
            f"This role may do more than read: {worst}. agent doctor prints the statements that make a safe one."
        )
        doing.stage(READING)
