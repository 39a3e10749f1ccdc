"""`agent models`: what Ollama has pulled, which model auto takes and why, and what each needs; and pulling one."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from agent.cli.completion import offered_models
from agent.cli.download import download
from agent.cli.exits import exits
from agent.cli.options import Db, Debug, Quiet
from agent.cli.streams import writing

if TYPE_CHECKING:
    from agent.models import Listed, Models

VERSION = 1
HEAD = ("", "model", "parameters", "quantization", "weights", "reads", "memory", "auto")

models = typer.Typer()


@models.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    db: Db = None,
    format: Annotated[Literal["table", "json"], typer.Option(help="How they are printed.")] = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """List the models that Ollama has, which of them auto takes and why, and the memory that each needs."""
    if context.invoked_subcommand:
        return
    with exits(debug):
        from agent.config import load_settings
        from agent.models import models as list_models

        settings = load_settings(db=db)
        found = list_models(settings)
        with writing():
            if format == "json":
                print(json.dumps(_record(found), ensure_ascii=False))  # noqa: T201
            else:
                _print(found)
        if not quiet:
            _explain(found, settings.model)


@models.command()
def pull(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="Its name in Ollama's library, such as qwen2.5-coder:7b, or hf.co/USER/REPOSITORY:QUANTIZATION.",
            autocompletion=offered_models,
        ),
    ],
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Let Ollama fetch a model; what has come is kept when it is interrupted."""
    with exits(debug):
        from agent.cli import render
        from agent.config import load_settings
        from agent.models import models as list_models
        from agent.pull_model import pull_model

        settings = load_settings()
        with download(quiet) as fetching:
            model = pull_model(settings, name, fetching)
        if quiet:
            return
        found = list_models(settings)
        one = next((each for each in found.listed if each.model.name in {model, f"{model}:latest"}), None)
        with writing():
            typer.echo(f"{model} is there. To use it, ask with --model ollama:{model}.")
        if found.taken is not None and found.taken == one:
            render.note(f"auto takes it: {one.why}.")
        if one is not None and (warning := _warning(found, one)):
            render.note(warning)


def _print(found: Models) -> None:
    from agent.cli.table import print_table

    if found.listed:
        print_table(HEAD, [_row(each) for each in found.listed])


def _row(each: Listed) -> tuple[str, ...]:
    from agent.sizes import gigabytes

    model = each.model
    parameters = f"{model.parameters / 1e9:.1f}B" if model.parameters else ""
    reads = f"{each.context:,}" if each.context else ""
    memory = gigabytes(each.needs) if each.needs else ""
    if each.loaded:
        memory = f"{gigabytes(each.loaded)}, loaded"
    weights = gigabytes(model.size) if model.size else ""
    return ("*" if each.taken else "", model.name, parameters, model.quantization, weights, reads, memory, each.why)


def _explain(found: Models, setting: str) -> None:
    """Say what is taken, the memory there is, and how to get a model where none is fit."""
    from agent.cli import render
    from agent.cli.visible import visible
    from agent.sizes import gigabytes
    from agent.suggested_model import suggested_model

    dialect = f" for {found.dialect}" if found.dialect else ""
    if taken := found.taken:
        render.note(f"auto takes {visible(taken.model.name)}{dialect}: {taken.why}.")
        if warning := _warning(found, taken):
            render.note(warning)
    else:
        none = f"none of these{dialect}" if found.listed else "no model, because Ollama has none"
        render.note(
            f"auto takes {none}, but the built-in drafter. "
            f"agent models pull {suggested_model()} gets one that can draft SQL."
        )
    if found.memory is None:
        render.note(f"Ollama at {found.url} is on another machine, whose memory is not known here.")
    else:
        graphics = f", and its graphics cards {gigabytes(found.memory.graphics)}" if found.memory.graphics else ""
        render.note(f"This machine has {gigabytes(found.memory.main)} of memory{graphics}.")
    if setting != "auto":
        render.note(f"The setting model is {visible(setting.partition('@')[0])}, so that auto is not asked.")


def _warning(found: Models, each: Listed) -> str:
    """What is to be said of a model that does not fit into the memory, else nothing."""
    from agent.cli.visible import visible
    from agent.sizes import gigabytes

    if found.memory is None or each.needs is None or each.loaded or each.needs <= found.memory.all:
        return ""
    return (
        f"{visible(each.model.name)} needs about {gigabytes(each.needs)} of memory, more than the "
        f"{gigabytes(found.memory.all)} of this machine: take a smaller one, or lower max_context."
    )


def _record(found: Models) -> dict[str, Any]:
    memory = asdict(found.memory) if found.memory else None
    listed = [
        {
            "name": each.model.name,
            "parameters": each.model.parameters,
            "quantization": each.model.quantization,
            "weights": each.model.size,
            "context": each.context,
            "window": each.window,
            "needs": each.needs,
            "loaded": each.loaded,
            "on_graphics": each.on_graphics,
            "taken": each.taken,
            "why": each.why,
        }
        for each in found.listed
    ]
    return {"version": VERSION, "url": found.url, "dialect": found.dialect, "memory": memory, "models": listed}
