"""A sentence-transformers model as one ONNX file, from tokens to the vector of a text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from agent.schema_index.onnx_encoder import OnnxEncoder
from agent.schema_index.progress import Progress

# Of a model that sets no limit of its own.
MAX_TOKENS = 8192
# The original and the export may differ by rounding, never by meaning.
TOLERANCE = 1e-4


def export(job: dict[str, Any], progress: Progress) -> None:
    """Write model.onnx, tokenizer.json and encoder.json into the job's `folder`, and hold them against the original.

    The job also has `source`, the folder of the model, and its `name` and `revision`. Raises ValueError for a model
    whose vectors the export would not keep. It loads torch: meant for a process of its own.
    """
    from sentence_transformers import SentenceTransformer

    folder = Path(job["folder"])
    # Some are published in half precision, which a processor does not compute in.
    model = SentenceTransformer(job["source"], device="cpu").float().eval()
    if any(getattr(part, "include_prompt", True) is False for part in model):
        raise ValueError("its pooling leaves the prompt out, which is not supported")
    model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    _write_graph(model, folder)
    facts = {"name": job["name"], "revision": job["revision"], "source": job["source"]} | _facts(model)
    (folder / "encoder.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    _compare(model, OnnxEncoder(folder, "", ""))


def _write_graph(model: Any, folder: Path) -> None:
    import onnxruntime
    import torch

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
        program.save(str(raw), external_data=True)
    options = onnxruntime.SessionOptions()
    # The highest level adds layouts that fit this processor alone.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / "model.onnx")
    # A single file of this format cannot hold more than 2 GB.
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", "model.onnx.data")
    onnxruntime.InferenceSession(str(raw), options, providers=["CPUExecutionProvider"])
    for file in folder.glob("raw.onnx*"):
        file.unlink()


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
        "prompts": model.prompts or {},
        "default_prompt": model.default_prompt_name,
        "padding": {
            "id": tokenizer.pad_token_id,
            "type_id": tokenizer.pad_token_type_id,
            "side": tokenizer.padding_side,
        },
    }


def _compare(model: Any, encoder: OnnxEncoder) -> None:
    """Hold the export against the original for texts of one token, of some, and of too many."""
    texts = ["", "orders", "When did Zoë order? " * 3, "customer " * 2 * encoder.max_tokens]
    for text in (texts[:1], texts):
        expected = model.encode(text, prompt="", show_progress_bar=False)
        if not np.allclose(encoder.encode(text), expected, atol=TOLERANCE):
            raise ValueError("the exported model gives other vectors than the original")
