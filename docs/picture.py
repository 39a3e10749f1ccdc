"""Draw docs/ask.svg: a real answer of `agent ask` as a terminal shows it. Run as `python docs/picture.py`."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

QUESTION = "top 5 customers in Germany last month"
COLUMNS = 90


def main() -> None:
    """Ask in a pseudo-terminal, and export what it shows."""
    command = Path(sys.executable).with_name("agent")
    answer = in_terminal([str(command), "ask", QUESTION, "--today", "2026-11-21"])
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(f'$ agent ask "{QUESTION}"\n{answer}'))
    picture = console.export_svg(title="sqlwright")
    Path(__file__).with_name("ask.svg").write_text(picture, "utf-8")


def in_terminal(command: list[str]) -> str:
    """What a command writes to a terminal, colours included."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    subprocess.run(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, check=True)
    os.close(theirs)
    parts = []
    while True:
        try:
            parts.append(os.read(ours, 65_536))
        except OSError:
            break
    return b"".join(parts).decode().replace("\r\n", "\n")


if __name__ == "__main__":
    main()
