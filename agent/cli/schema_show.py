"""`agent schema show TABLE`: all that is known of a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.exits import exits
from agent.cli.options import AsJson, Db, Debug, Quiet
from agent.cli.progress import activity
from agent.cli.streams import writing

if TYPE_CHECKING:
    from agent.table_facts import TableFacts

VERSION = 1
SAMPLES = 3


def show(
    table: Annotated[str, typer.Argument(help="The table, such as orders or sales.orders.")],
    as_json: AsJson = False,
    db: Db = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Show a table: its columns, keys, stored values, and what was said of it."""
    with exits(debug):
        from agent.pipeline import Agent
        from agent.table_facts import table_facts

        with activity(quiet) as doing, Agent.connect(db, progress=doing) as agent:
            facts = table_facts(agent.index.catalog, table)
        with writing():
            if as_json:
                typer.echo(json.dumps({"version": VERSION, **facts.as_dict()}))
            else:
                _print(facts)


def _print(facts: TableFacts) -> None:
    from agent.cli.table import print_table
    from agent.cli.visible import visible

    table = facts.table
    typer.echo(visible(f"{table.id} ({table.kind})"))
    said = (
        ("", table.comment),
        ("also called", ", ".join(table.synonyms)),
        ("tags", ", ".join(table.tags)),
        ("stands for", facts.copies),
    )
    for name, text in said:
        if text:
            typer.echo(visible(f"{name}: {text}" if name else text))
    typer.echo()
    print_table(*_filled(_columns(facts)))
    for title, lines in (("Points here", facts.referring), ("Glossary", facts.terms)):
        if lines:
            typer.echo(f"\n{title}")
            for line in lines:
                typer.echo(visible(f"  {line}"))


def _columns(facts: TableFacts) -> dict[str, list[Any]]:
    columns = facts.table.columns
    return {
        "column": [column.name for column in columns],
        "type": [column.type + ("" if column.nullable else " not null") for column in columns],
        "key": [", ".join(facts.keys[column.name]) for column in columns],
        "description": [column.comment for column in columns],
        "also called": [", ".join(column.synonyms) for column in columns],
        "tags": [", ".join(column.tags) for column in columns],
        "such as": [", ".join(column.samples[:SAMPLES]) for column in columns],
    }


def _filled(columns: dict[str, list[Any]]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns in which something stands, as names and rows."""
    filled = {name: values for name, values in columns.items() if any(values)}
    return list(filled), list(zip(*filled.values(), strict=True))
