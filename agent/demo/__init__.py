"""The demo shop: a believable SQLite database to ask about before one's own."""

from __future__ import annotations

from pathlib import Path

from agent.demo.shop import ensure_shop

__all__ = ["DESCRIPTIONS", "ensure_shop"]

DESCRIPTIONS = Path(__file__).with_name("descriptions.yaml")
