"""`agent prompts`: the templates by which models are asked, and which of them a model gets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.completion import models
from agent.cli.exits import exits
from agent.cli.options import AsJson, Debug
from agent.cli.streams import writing

if TYPE_CHECKING:
    from agent.prompts.loader import Template

VERSION = 1
CHOSEN = "*"

prompts = typer.Typer(
    help="List and show the templates by which language models are asked.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Model = Annotated[
    str,
    typer.Option("--for", help="The model that is to be asked, such as qwen2.5-coder:7b.", autocompletion=models),
]
Dialect = Annotated[
    str, typer.Option(help="The dialect of the database, as sqlglot calls it; left out, that of the settings.")
]


@prompts.command("list")
def list_prompts(model: Model = "", dialect: Dialect = "", as_json: AsJson = False, debug: Debug = False) -> None:
    """List the templates, with a mark at the one that a model gets."""
    with exits(debug):
        from agent.config import load_settings
        from agent.prompts.all_templates import all_templates

        folder = load_settings().prompts
        chosen = _chosen(model, dialect) if model else None
        records = [_record(template, chosen) for template in all_templates(folder)]
        with writing():
            if as_json:
                typer.echo(json.dumps({"version": VERSION, "templates": records}, ensure_ascii=False))
            else:
                _print(records)


@prompts.command("show")
def show_prompt(
    name: Annotated[str, typer.Argument(help="The template, such as sqlcoder.")] = "",
    model: Model = "",
    dialect: Dialect = "",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show a template by its name, or the one that a model gets."""
    with exits(debug):
        from agent.cli.visible import visible, visible_lines
        from agent.config import load_settings
        from agent.errors import UsageError
        from agent.prompts.all_templates import find_template

        if bool(name) == bool(model):
            raise UsageError("say which template", "give its name, or --for and the name of a model")
        template = find_template(name, load_settings().prompts) if name else _chosen(model, dialect)
        with writing():
            if as_json:
                told = {"version": VERSION, **_record(template), "parts": dict(template.parts)}
                typer.echo(json.dumps(told, ensure_ascii=False))
            else:
                typer.echo(visible(str(template.path.absolute())))
                typer.echo(f"\n{visible_lines(template.text)}")


def _chosen(model: str, dialect: str) -> Template:
    from agent.config import load_settings
    from agent.drafters.auto import dialect_of
    from agent.drafters.model_name import model_name
    from agent.prompts.choose_template import choose_template

    settings = load_settings()
    return choose_template(model_name(model), dialect or dialect_of(settings), settings.prompts)


def _record(template: Template, chosen: Template | None = None) -> dict[str, Any]:
    facts = template.facts.model_dump(by_alias=True)
    return {**facts, "ships": template.ships, "file": str(template.path.absolute()), "chosen": template == chosen}


def _print(records: list[dict[str, Any]]) -> None:
    from agent.cli.table import print_table

    rows = [
        (
            CHOSEN if record["chosen"] else "",
            record["name"],
            ", ".join(record["families"]),
            ", ".join(record["dialects"]) or "any",
            record["schema"],
            "ships" if record["ships"] else record["file"],
            record["source"],
        )
        for record in records
    ]
    print_table(("", "template", "models", "dialects", "schema", "from", "follows"), rows)
