"""What an answer rests on, said on stderr; and SQL alone on stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from agent.cli.visible import visible, visible_lines
from agent.suggested_model import USUAL

if TYPE_CHECKING:
    from agent.records import Answer


def evidence(answer: Answer, quiet: bool) -> None:
    """Say on stderr what the answer rests on: the SQL, the tables, each assumption, how sure it is."""
    if quiet:
        return
    _say(Text("\nSQL", style="bold"))
    _say(_coloured(answer.sql))
    _say(Text.assemble(("Tables   ", "bold"), ", ".join(map(visible, answer.tables))))
    assumptions(answer.assumptions, quiet)
    if answer.confidence_reason:
        sure = f"to about {answer.confidence:.0%}: {visible(answer.confidence_reason)}"
        _say(Text.assemble(("Sure     ", "bold"), sure))
    if not answer.rows:
        note("No row meets the conditions.")
    if answer.truncated:
        note(f"Cut after {len(answer.rows):,} rows: there are more. Raise --limit to see them.")


def assumptions(lines: Iterable[str], quiet: bool) -> None:
    """Say on stderr what was assumed, a line each."""
    if quiet:
        return
    for position, line in enumerate(lines):
        _say(Text.assemble(("Assumed  ", "bold") if position == 0 else " " * 9, visible(line)))


def note(text: str) -> None:
    """Say one line on stderr."""
    _say(Text(text, style="dim"))


def drafter(name: str) -> None:
    """Say in a line which drafter was found, by its name such as builtin or ollama:qwen2.5-coder:7b."""
    server, _, model = name.partition(":")
    if model:
        note(f"Drafting with {visible(model)} ({server.title()}).")
    else:
        note(f"Drafting with the built-in drafter, without a language model; agent models pull {USUAL} gets one.")


def sql(text: str) -> None:
    """Print SQL alone on stdout, in colour only in a terminal."""
    if sys.stdout.isatty():
        Console().print(_coloured(text), soft_wrap=True)
    else:
        print(visible_lines(text))  # noqa: T201


def _say(text: Text) -> None:
    # The terminal wraps a long line itself: a break of ours inside SQL could stand within a literal.
    Console(stderr=True, highlight=False).print(text, soft_wrap=True)


def _coloured(text: str) -> Text:
    coloured = Syntax("", "sql", background_color="default").highlight(visible_lines(text))
    coloured.rstrip()
    return coloured
