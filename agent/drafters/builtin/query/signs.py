"""The signs by which a condition puts values in an order."""

from __future__ import annotations

ORDERED = frozenset({">", ">=", "<", "<="})
"""The signs of what is more or less than something."""

FLIPPED = {">": "<=", "<": ">=", ">=": "<", "<=": ">"}
"""What each of them says when it is denied."""
