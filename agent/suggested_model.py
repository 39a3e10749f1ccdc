"""The model to get where there is none."""

from __future__ import annotations

USUAL, SMALL = "qwen2.5-coder:7b", "qwen2.5-coder:3b"
# The usual one needs some 6 GB, and other programs run too.
ENOUGH = 8_000_000_000


def suggested_model() -> str:
    """A model of Ollama's own library that writes SQL and fits the memory of this machine."""
    from agent.machine_memory import fits_into_main

    return USUAL if fits_into_main(ENOUGH) else SMALL
