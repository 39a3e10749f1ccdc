"""How much memory a model needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# llama.cpp, which Ollama runs, keeps keys and values as numbers of 16 bits unless it is told otherwise.
BYTES_PER_VALUE = 2
# What is computed with takes some hundred megabytes, most of it for the scores of a batch of tokens.
WORKING_BYTES = 500_000_000


def model_memory(weights: int, facts: Mapping[str, Any], window: int) -> int | None:
    """The bytes of the weights, of the keys and values of a window of tokens, and of the work itself, about.

    `facts` is the `model_info` of /api/show; None where it does not tell the shape of the model. Models whose layers
    look back only a little, such as Gemma 3 and gpt-oss, need less.
    """
    kind = facts.get("general.architecture")

    def fact(name: str) -> Any:
        return facts.get(f"{kind}.{name}")

    layers, heads, width = fact("block_count"), fact("attention.head_count"), fact("embedding_length")
    # A list has the heads of each layer; long lists are left out of the answer.
    keeping = fact("attention.head_count_kv") or heads
    if not isinstance(layers, int) or not layers:
        return None
    kept = sum(filter(_is_whole, keeping)) if isinstance(keeping, list) else _whole(keeping) * layers
    head = _whole(width) // _whole(heads) if _whole(heads) else 0
    sizes = (_whole(fact("attention.key_length")) or head) + (_whole(fact("attention.value_length")) or head)
    if not kept or not sizes:
        return None
    return weights + kept * sizes * BYTES_PER_VALUE * window + WORKING_BYTES


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and value > 0


def _whole(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
