"""Texts to vectors: a sentence-transformers model, exported once to ONNX and run without torch."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

import agent
from agent.errors import IndexingError
from agent.schema_index.model_source import encoder_key, model_source, revision_of
from agent.schema_index.progress import Progress, silent

BATCH = 32
# Of a model that sets no limit of its own.
MAX_TOKENS = 8192
# The original and the export may differ by rounding, never by meaning.
TOLERANCE = 1e-4

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """A model that turns texts into vectors; equal `name` and `revision` mean equal vectors."""

    name: str
    revision: str
    dimension: int
    max_tokens: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector a text, [n, dimension], normalised as the model does; cut at `max_tokens`."""
        ...


class OnnxEncoder:
    """An exported model in a folder: model.onnx, tokenizer.json and encoder.json."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        facts = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
        self.name: str = facts["name"]
        self.revision: str = facts["revision"]
        self.dimension: int = facts["dimension"]
        self.max_tokens: int = facts["max_tokens"]
        self._prompt: str = facts["prompt"]
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(self.max_tokens)
        self._tokenizer.enable_padding(**facts["padding"])
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = os.cpu_count() or 1
        # The file is optimised already; doing it again would take longer than all the rest.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = [item.name for item in self._session.get_inputs()]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector a text, [n, dimension]; texts of like length share a batch, so that little is padded."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            # The tokenizer refuses a lone surrogate, which a terminal can pass on.
            whole = [texts[n].encode("utf-8", "replace").decode("utf-8") for n in batch]
            tokens = self._tokenizer.encode_batch([self._prompt + text for text in whole])
            fields = {
                "input_ids": [item.ids for item in tokens],
                "attention_mask": [item.attention_mask for item in tokens],
                "token_type_ids": [item.type_ids for item in tokens],
            }
            feed = {name: np.array(fields[name], dtype=np.int64) for name in self._inputs}
            vectors[batch] = self._session.run(None, feed)[0][:, : self.dimension]
        return vectors


def load_encoder(name: str, cache: Path, progress: Progress = silent) -> Encoder:
    """Open the exported model of that name, exporting it first if that was never done.

    `name` is `bundled`, a local folder of a sentence-transformers model, or its name on the hub. Raises
    IndexingError when the model cannot be found, is not what was published, or cannot be exported.
    """
    folder = cache / "encoders" / encoder_key(name)
    if (folder / "encoder.json").is_file():
        # An import that fails, or is interrupted, says nothing about the files.
        _import_runtime()
        try:
            return OnnxEncoder(folder)
        except MemoryError:
            raise
        except Exception:  # onnxruntime and tokenizers raise classes of their own, down to Exception itself
            shutil.rmtree(folder, ignore_errors=True)
    _export(name, folder, progress)
    return OnnxEncoder(folder)


def _import_runtime() -> None:
    try:
        import onnxruntime  # noqa: F401
        import tokenizers  # noqa: F401
    except ImportError as error:
        # A compiled module that is interrupted while it loads raises this instead.
        if isinstance(error.__cause__ or error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        raise


def _export(name: str, folder: Path, progress: Progress) -> None:
    """Export in a child process, so that torch and all it prints stay out of ours, then move into place."""
    progress("preparing the embedding model, once", 0, 1)
    source = model_source(name)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".export-", dir=folder.parent))
    except OSError as error:
        raise IndexingError(f"cannot write to {folder.parent}: {error.strerror}", "set cache_dir") from error
    facts = {"name": name, "revision": revision_of(name), "source": source}
    code = "import sys; sys.path.insert(0, sys.argv[1]); from agent.schema_index.embed import _main; _main()"
    command = [
        sys.executable,
        "-c",
        code,
        str(Path(agent.__path__[0]).parent),
        str(scratch),
        json.dumps(facts),
    ]
    environment = os.environ | {"TOKENIZERS_PARALLELISM": "false"}
    if Path(source).is_dir():
        environment |= {"HF_HUB_OFFLINE": "1"}
    # The child ends when this pipe closes, so it cannot outlive us, however and whenever we end.
    reader, writer = os.pipe()
    try:
        child = subprocess.run(command, stdin=reader, env=environment, capture_output=True, text=True, errors="replace")
        if child.returncode:
            reason = (child.stderr.strip().splitlines() or ["it was stopped"])[-1]
            raise IndexingError(
                f"the embedding model {name} cannot be exported: {reason}",
                "the encoder setting takes bundled, a local folder, or a hub name",
            )
        try:
            scratch.rename(folder)
        except OSError:
            # Another process was faster; its export is as good as ours.
            if not (folder / "encoder.json").is_file():
                raise
    finally:
        os.close(reader)
        os.close(writer)
        shutil.rmtree(scratch, ignore_errors=True)
    progress("preparing the embedding model, once", 1, 1)


def _main() -> None:
    """Export a model as the command line says; runs in the child process, until its input closes."""
    threading.Thread(target=_end_with_input, daemon=True).start()
    _export_model(json.loads(sys.argv[3]), Path(sys.argv[2]))


def _end_with_input() -> None:
    # Not sys.stdin, whose lock a waiting thread would hold when the interpreter ends.
    os.read(0, 1)
    os._exit(1)


def _export_model(facts: dict[str, Any], folder: Path) -> None:
    import onnxruntime
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(facts["source"], device="cpu").eval()
    model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    features = model.preprocess(["a text", "and another that is longer"])
    names = [key for key, value in features.items() if isinstance(value, torch.Tensor)]
    raw, dynamic = folder / "raw.onnx", torch.export.Dim.DYNAMIC
    with torch.no_grad():
        program = torch.onnx.export(
            _whole(model, names),
            tuple(features[name] for name in names),
            dynamo=True,
            verbose=False,
            input_names=names,
            output_names=["sentence_embedding"],
            dynamic_shapes=[tuple({0: dynamic, 1: dynamic} for _ in names)],
        )
        assert program is not None  # noqa: S101 - it is None for other forms of output
        program.save(str(raw))
    options = onnxruntime.SessionOptions()
    # The highest level adds layouts that fit this processor alone.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / "model.onnx")
    onnxruntime.InferenceSession(str(raw), options, providers=["CPUExecutionProvider"])
    raw.unlink()
    facts |= _facts(model)
    (folder / "encoder.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    _compare(model, OnnxEncoder(folder))


def _whole(model: Any, names: list[str]) -> Any:
    """The model as one module from tensors to the sentence's vector, through all its parts."""
    import torch

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            features = self.model.forward(dict(zip(names, tensors, strict=True)))
            vectors: torch.Tensor = features["sentence_embedding"]
            return vectors

    return Whole().eval()


def _facts(model: Any) -> dict[str, Any]:
    tokenizer = model.tokenizer
    return {
        "dimension": model.get_embedding_dimension(),
        "max_tokens": min(model.max_seq_length or tokenizer.model_max_length, MAX_TOKENS),
        "prompt": (model.prompts or {}).get(model.default_prompt_name) or "",
        "padding": {
            "pad_id": tokenizer.pad_token_id,
            "pad_type_id": tokenizer.pad_token_type_id,
            "pad_token": tokenizer.pad_token,
            "direction": tokenizer.padding_side,
        },
    }


def _compare(model: Any, encoder: Encoder) -> None:
    """Hold the export against the original for texts of one token, of some, and of too many."""
    texts = ["", "orders", "When did Zoë order? " * 3, "customer " * 2 * encoder.max_tokens]
    for text in (texts[:1], texts):
        expected = model.encode(text, show_progress_bar=False)
        if not np.allclose(encoder.encode(text), expected, atol=TOLERANCE):
            raise ValueError("the exported model gives other vectors than the original")
