"""Vectors of a sentence-transformers model that was exported to ONNX, without torch."""

from __future__ import annotations

import ctypes
import json
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from agent.schema_index.prefixes import own_prefixes, prefixes_of

BATCH = 16

_ENCODERS: WeakSet[OnnxEncoder] = WeakSet()


class OnnxEncoder:
    """An exported model in a folder: model.onnx, tokenizer.json and encoder.json.

    A prefix that is None is the one that the model is known to want. Threads may share it, and forked processes.
    """

    def __init__(self, folder: Path, query_prefix: str | None = None, document_prefix: str | None = None) -> None:
        facts = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
        self.name: str = facts["name"]
        self.revision: str = facts["revision"]
        self.dimension: int = facts["dimension"]
        self.max_tokens: int = facts["max_tokens"]
        own = own_prefixes(facts["prompts"], facts["default_prompt"])
        self.query_prefix, self.document_prefix = prefixes_of(self.name, query_prefix, document_prefix, own)
        self._folder = folder
        self._pad_ids = {"input_ids": facts["padding"]["id"], "token_type_ids": facts["padding"]["type_id"]}
        self._pads_left: bool = facts["padding"]["side"] == "left"
        self._cutter = self._tokenizer()
        self._cutter.enable_truncation(self.max_tokens)
        self._opened: Any = _session(folder)
        _ENCODERS.add(self)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector a document, [n, dimension]."""
        return self._encode([self.document_prefix + text for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector a question, [n, dimension]."""
        return self._encode([self.query_prefix + text for text in texts])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The tokens of each document with its prefix and those that the model adds."""
        whole = _clean([self.document_prefix + text for text in texts])
        return [len(item.ids) for item in self._counter.encode_batch_fast(whole)]

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        """One vector a text; those of like length share a batch, so that little is padded."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        tokens = self._cutter.encode_batch_fast(_clean(texts))
        order = sorted(range(len(texts)), key=lambda n: len(tokens[n].ids))
        session = self._session()
        inputs = [item.name for item in session.get_inputs()]
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            feed = self._padded([tokens[n] for n in batch])
            vectors[batch] = session.run(None, {name: feed[name] for name in inputs})[0][:, : self.dimension]
        return vectors

    def _padded(self, tokens: list[Any]) -> dict[str, NDArray[np.int64]]:
        shape = len(tokens), max(len(item.ids) for item in tokens)
        feed = {name: np.full(shape, pad, dtype=np.int64) for name, pad in self._pad_ids.items()}
        feed["attention_mask"] = np.zeros(shape, dtype=np.int64)
        for row, item in enumerate(tokens):
            place = slice(-len(item.ids), None) if self._pads_left else slice(len(item.ids))
            feed["input_ids"][row, place] = item.ids
            feed["token_type_ids"][row, place] = item.type_ids
            feed["attention_mask"][row, place] = item.attention_mask
        return feed

    def _session(self) -> Any:
        session = self._opened
        if session is None:
            session = self._opened = _session(self._folder)
        return session

    def abandon(self) -> None:
        """Open the model anew before the next text, and never close it as it is now open."""
        # A reference that nobody gives back: closing would wait for threads that are not there.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._opened))
        self._opened = None

    @cached_property
    def _counter(self) -> Any:
        return self._tokenizer()

    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        # A published tokenizer.json may ask for either.
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer


def _abandon_all() -> None:
    # The threads of a session do not survive a fork, and it would wait for them for ever.
    for encoder in list(_ENCODERS):
        encoder.abandon()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon_all)


def _session(folder: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = _cores()
    # Threads that spin while they wait take the processor from those that work: with a second process beside, a
    # question took twice as long.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # The file is optimised already; doing it again would take longer than all the rest.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])


def _cores() -> int:
    """The cores that this process may use; a second thread on one of them would only get in the way."""
    import psutil

    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(psutil.cpu_count(logical=False) or usable, usable)


def _clean(texts: list[str]) -> list[str]:
    # The tokenizer refuses a lone surrogate, which a terminal can pass on.
    return [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
