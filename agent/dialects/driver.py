"""What to say when an engine's Python driver is not installed."""

from __future__ import annotations

from agent.errors import UsageError


def missing_driver(engine: str, extra: str) -> UsageError:
    """The error for an engine, with the extra of sqlwright that installs its driver."""
    return UsageError(f"the driver for {engine} is not installed", f'pip install "sqlwright[{extra}]"')
