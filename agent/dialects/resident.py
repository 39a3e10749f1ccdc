"""The memory that a process takes."""

from __future__ import annotations


def resident_bytes(process: int | None = None) -> int:
    """Bytes that a process, by default this one, holds in memory; 0 where that cannot be told."""
    # Most statements end before anyone asks, and then need not wait for this import.
    import psutil

    try:
        resident: int = psutil.Process(process).memory_info().rss
    except psutil.Error:
        return 0
    return resident
