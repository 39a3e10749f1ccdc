"""`agent schema search QUESTION`: the tables and columns that fit a question, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.exits import exits
from agent.cli.options import AsJson, Db, Debug, Quiet, Tags
from agent.cli.progress import activity
from agent.cli.streams import writing

if TYPE_CHECKING:
    from agent.records import Evidence, ScoredTable

VERSION = 1
DIGITS = 6


def search(
    question: Annotated[str, typer.Argument(help="A question or a few words.")],
    limit: Annotated[int, typer.Option(min=1, help="Tables printed at most.")] = 10,
    tag: Tags = None,
    as_json: AsJson = False,
    db: Db = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Show the tables and columns that fit a question, best first, each with its score and what speaks for it."""
    with exits(debug):
        from agent.pipeline import Agent

        with activity(quiet) as doing, Agent.connect(db, progress=doing) as agent:
            found = agent.search(question, limit, tags=tuple(tag or ()))
        with writing():
            if as_json:
                typer.echo(json.dumps({"version": VERSION, "question": question, "tables": list(map(_facts, found))}))
            else:
                _print(found)


def _facts(scored: ScoredTable) -> dict[str, object]:
    return {
        "table": scored.table.id,
        "score": round(scored.score, DIGITS),
        "reasons": scored.reasons,
        "evidence": [asdict(each) | {"score": round(each.score, DIGITS)} for each in scored.evidence],
    }


def _print(found: tuple[ScoredTable, ...]) -> None:
    from agent.cli.table import print_table

    rows = [row for scored in found for row in _rows(scored)]
    print_table(("score", "table", "column", "found by", "matched"), rows)


def _rows(scored: ScoredTable) -> Iterator[tuple[str, ...]]:
    """A line for the table, and below it one for each column that speaks for it, best first."""
    by_column: dict[str, list[Evidence]] = {"": []}
    for each in sorted(scored.evidence, key=lambda each: -each.score):
        by_column.setdefault(each.column, []).append(each)
    for column, evidence in by_column.items():
        score = sum(each.score for each in evidence) if column else scored.score
        sources = ", ".join(dict.fromkeys(each.source for each in evidence))
        words = ", ".join(dict.fromkeys(each.words for each in evidence if each.words))
        yield f"{score:.3f}", "" if column else scored.table.id, column, sources, words
