"""The questions of `agent schema describe`, to a person or to a pipe that answers line by line."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from agent.cli import render
from agent.cli.visible import visible
from agent.errors import AgentError
from agent.records import Catalog, Column, Table
from agent.said import Said
from agent.schema_index.descriptions import find_column, find_table


class _EndError(Exception):
    """There are no more answers."""


def asked(catalog: Catalog, table: str = "", column: str = "") -> Iterator[Said]:
    """What is answered of a table and then of each of its columns, or of the one column; Ctrl-D ends it.

    Raises UsageError for a table or column that there is not, unless a person can be asked again.
    """
    render.note("Enter leaves a thing as it is, Ctrl-D ends.")
    try:
        found = find_table(catalog, table) if table else _ask_table(catalog)
        if column:
            yield from _ask_about(found, find_column(found, column))
            return
        yield from _ask_about(found, None)
        for each in found.columns:
            yield from _ask_about(found, each)
    except _EndError:
        return


def _ask_table(catalog: Catalog) -> Table:
    while True:
        name = _ask("Table")
        if not name:
            raise _EndError
        try:
            return find_table(catalog, name)
        except AgentError as error:
            if not sys.stdin.isatty():
                raise
            render.note(visible(str(error)))


def _ask_about(table: Table, column: Column | None) -> Iterator[Said]:
    what = f"{table.id}.{column.name}" if column else table.id
    comment = (column or table).comment
    questions = [f"{what} means{f' [{comment}]' if comment else ''}", f"{what} is also called, with commas"]
    if column is None:
        questions.append(f"{what} has the tags, with commas")
    answers = list(_answers(questions))
    description, synonyms, tags = (*answers, "", "", "")[:3]
    if any(answers):
        yield Said(table.id, column.name if column else "", description, _list(synonyms), _list(tags))
    if len(answers) < len(questions):
        raise _EndError


def _answers(questions: list[str]) -> Iterator[str]:
    """As many answers as there are."""
    for question in questions:
        try:
            yield _ask(question)
        except _EndError:
            return


def _list(answer: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in answer.split(",") if word.strip())


def _ask(question: str) -> str:
    print(visible(f"{question}: "), end="", file=sys.stderr, flush=True)  # noqa: T201
    line = sys.stdin.readline() if sys.stdin else ""
    if not line.endswith("\n") or not sys.stdin.isatty():
        # Where nobody presses Enter, the next question would stand on the same line.
        print(file=sys.stderr)  # noqa: T201
    if not line:
        raise _EndError
    return line.strip()
