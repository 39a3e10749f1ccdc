"""How much memory a model needs, and how much there is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psutil
import pytest

from agent.machine_memory import MachineMemory, fits_into_main, machine_memory
from agent.model_memory import WORKING_BYTES, model_memory

LLAMA_3_8B = {
    "general.architecture": "llama",
    "llama.block_count": 32,
    "llama.attention.head_count": 32,
    "llama.attention.head_count_kv": 8,
    "llama.embedding_length": 4096,
}
GEMMA_3_4B = {
    "general.architecture": "gemma3",
    "gemma3.block_count": 34,
    "gemma3.attention.head_count": 8,
    "gemma3.attention.head_count_kv": 4,
    "gemma3.attention.key_length": 256,
    "gemma3.attention.value_length": 256,
    "gemma3.embedding_length": 2560,
}
MEBIBYTE = 1 << 20


@pytest.mark.parametrize(
    ("facts", "window", "cache"),
    [
        # What llama.cpp says that it takes for keys and values ("KV self size").
        (LLAMA_3_8B, 8_192, 1_024 * MEBIBYTE),
        (LLAMA_3_8B, 4_096, 512 * MEBIBYTE),
        (GEMMA_3_4B, 4_096, 544 * MEBIBYTE),
        # A list has the heads of each layer, of which some keep nothing.
        (LLAMA_3_8B | {"llama.attention.head_count_kv": [8] * 8 + [0] * 24}, 4_096, 128 * MEBIBYTE),
        # Where they are left out, all heads are taken to keep something.
        (LLAMA_3_8B | {"llama.attention.head_count_kv": None}, 4_096, 2_048 * MEBIBYTE),
    ],
)
def test_what_is_kept_of_a_window_is_counted(facts: dict[str, Any], window: int, cache: int) -> None:
    assert model_memory(5_000_000_000, facts, window) == 5_000_000_000 + cache + WORKING_BYTES


@pytest.mark.parametrize("facts", [{}, {"general.architecture": "llama"}, LLAMA_3_8B | {"llama.block_count": "many"}])
def test_what_is_not_told_is_not_guessed(facts: dict[str, Any]) -> None:
    assert model_memory(5_000_000_000, facts, 4_096) is None


def with_graphics(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> MachineMemory:
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    machine_memory.cache_clear()
    try:
        return machine_memory()
    finally:
        machine_memory.cache_clear()


def test_graphics_cards_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    none = with_graphics(tmp_path, "exit 9", monkeypatch)
    two = with_graphics(tmp_path, "echo 24564\necho 24564", monkeypatch)

    assert two.graphics - none.graphics == 2 * 24_564 * MEBIBYTE
    assert two.main == none.main == psutil.virtual_memory().total
    assert two.all == two.main + two.graphics


@pytest.mark.parametrize("script", ["echo '[N/A]'", "echo NVIDIA-SMI has failed; exit 9", "kill -9 $$"])
def test_a_card_that_says_nothing_is_not_counted(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = with_graphics(tmp_path, script, monkeypatch)

    assert silent.graphics == with_graphics(tmp_path, "exit 1", monkeypatch).graphics


def test_what_fits_into_the_main_memory() -> None:
    assert fits_into_main(1)
    assert not fits_into_main(10**15)
