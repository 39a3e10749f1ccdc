"""The machine that the figures were taken on."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import psutil


def machine() -> str:
    """One line: date, processor, cores, memory, operating system and Python."""
    return ", ".join(
        (
            f"{datetime.now(UTC):%Y-%m-%d}",
            _processor(),
            f"{os.cpu_count()} cores",
            f"{psutil.virtual_memory().total / 2**30:.0f} GiB of memory",
            platform.platform(aliased=True, terse=True),
            f"Python {platform.python_version()}",
        )
    )


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
