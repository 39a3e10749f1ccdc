"""The embedding model of a name, ready to turn texts into vectors."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from agent.errors import IndexingError
from agent.schema_index.child import ChildError, run_child
from agent.schema_index.hub import model_folder
from agent.schema_index.model_source import USUAL, Access, encoder_key, is_ollama, revision_of
from agent.schema_index.onnx_encoder import OnnxEncoder
from agent.schema_index.prefixes import prefixes_of
from agent.schema_index.progress import Progress, silent

STEP = "preparing the embedding model, once"

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """A model that turns texts into vectors; equal `name`, `revision` and prefixes mean equal vectors."""

    name: str
    revision: str
    dimension: int
    max_tokens: int
    query_prefix: str
    document_prefix: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector a document, [n, dimension], normalised as the model does; its prefix is put before each."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One vector a question, [n, dimension], as `encode` does; one that is too long is cut."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each document has, its prefix included; one is encoded whole up to `max_tokens`."""
        ...


def load_encoder(
    name: str,
    cache: Path,
    progress: Progress = silent,
    query_prefix: str | None = None,
    document_prefix: str | None = None,
    access: Access = USUAL,
) -> Encoder:
    """Open a model, after it was exported to ONNX if that was never done.

    `name` is `bundled`, a local folder of a sentence-transformers model, its name on the hub, or `ollama:NAME`. A
    prefix that is None is the one that the model is known to want. Raises IndexingError when the model cannot be
    found, is not what was published, or cannot be exported.
    """
    if is_ollama(name):
        from agent.schema_index.ollama_encoder import load_ollama

        return load_ollama(name, cache, prefixes_of(name, query_prefix, document_prefix), access)
    folder = cache / "encoders" / encoder_key(name)
    if (folder / "encoder.json").is_file():
        # An import that fails, or is interrupted, says nothing about the files.
        _import_runtime()
        try:
            return OnnxEncoder(folder, query_prefix, document_prefix)
        except MemoryError:
            raise
        except Exception:  # onnxruntime and tokenizers raise classes of their own, down to Exception itself
            shutil.rmtree(folder, ignore_errors=True)
    _export(name, folder, access, progress)
    return OnnxEncoder(folder, query_prefix, document_prefix)


def _import_runtime() -> None:
    try:
        import onnxruntime  # noqa: F401
        import tokenizers  # noqa: F401
    except ImportError as error:
        # A compiled module that is interrupted while it loads raises this instead.
        if isinstance(error.__cause__ or error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        raise


def _export(name: str, folder: Path, access: Access, progress: Progress) -> None:
    """Export in a child process, so that torch stays out of ours, then move into place."""
    source = model_folder(name, access, progress)
    progress(STEP, 0, 1)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".export-", dir=folder.parent))
    except OSError as error:
        raise IndexingError(f"cannot write to {folder.parent}: {error.strerror}", "set cache_dir") from error
    job = {"folder": str(scratch), "source": str(source), "name": name, "revision": revision_of(name)}
    try:
        run_child("agent.schema_index.export:export", job, progress, {"HF_HUB_OFFLINE": "1"})
        try:
            scratch.rename(folder)
        except OSError:
            # Another process was faster; its export is as good as ours.
            if not (folder / "encoder.json").is_file():
                raise
    except ChildError as error:
        raise IndexingError(
            f"the embedding model {name} cannot be exported: {error}",
            "the encoder setting takes bundled, a local folder, a hub name, or ollama:NAME",
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    progress(STEP, 1, 1)
