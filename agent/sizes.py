"""Sizes in words."""

from __future__ import annotations

GIGABYTE = 1_000_000_000


def gigabytes(size: int) -> str:
    """Bytes as 4.7 GB, or without the digit after the point where that tells nothing more."""
    amount = size / GIGABYTE
    return f"{amount:,.0f} GB" if amount >= 10 else f"{amount:,.1f} GB"
