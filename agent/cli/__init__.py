"""The command line: one module per command, each without logic of its own."""

from __future__ import annotations


def main() -> None:
    """Run the command `agent`."""
    try:
        from agent.cli.streams import prepare_streams

        prepare_streams()
        from agent.cli.app import app

        app()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
