"""Which reading of a question is meant: asked in a terminal, else left to the caller."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from agent.cli.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.draft import Choose
    from agent.records import Draft


def chooser(yes: bool, quiet: bool, pause: Callable[[], None]) -> Choose:
    """What to do about close readings: take the first with `yes`, ask in a terminal, and else refuse.

    `pause` is called before asking, so that nothing else writes to the terminal.
    """
    from agent.draft import refuse_to_choose, take_first

    if yes:
        return take_first
    if quiet or sys.stdin is None or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return refuse_to_choose

    def ask(drafts: tuple[Draft, ...]) -> Draft:
        pause()
        _list(drafts)
        number = _number(len(drafts))
        return drafts[number - 1] if number else refuse_to_choose(drafts)

    return ask


def _list(drafts: tuple[Draft, ...]) -> None:
    _say(f"The question can be read in {len(drafts)} ways:\n")
    for number, draft in enumerate(drafts, start=1):
        _say(f"  {number}  {visible(draft.reading)}\n")


def _number(most: int) -> int | None:
    """The number that is typed, 1 for nothing, None at the end of the input."""
    while True:
        _say(f"Which is meant? [1-{most}, Enter takes 1] ")
        line = sys.stdin.readline()
        if not line:
            _say("\n")
            return None
        typed = line.strip() or "1"
        if typed.isdecimal() and 1 <= int(typed) <= most:
            return int(typed)


def _say(text: str) -> None:
    # Not input(), which would write to stdout, where the answer belongs.
    print(text, end="", file=sys.stderr, flush=True)  # noqa: T201
