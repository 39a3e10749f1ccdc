from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.errors import IndexingError
from agent.schema_index.model_source import model_source
from agent.schema_index.prefixes import Prefixes
from agent.schema_index.tune import Triplet, tune

ROOT = Path(__file__).parents[2]

# All that needs torch happens in one process of its own: it belongs in no test, and takes seconds to import.
SCRIPT = """
import hashlib, json, sys
from pathlib import Path
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import BertConfig, BertModel
from agent.schema_index import train

bundled, folder = sys.argv[1], Path(sys.argv[2])
torch.manual_seed(1)
tokenizer = SentenceTransformer(bundled, device="cpu").tokenizer
config = BertConfig(
    vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
)
BertModel(config).save_pretrained(folder / "bert")
tokenizer.save_pretrained(folder / "bert")
SentenceTransformer(modules=[Transformer(str(folder / "bert")), Pooling(16)], device="cpu").save(str(folder / "small"))

def triplets(*pairs):
    return [{"question": q, "document": d, "negative": n, "also_right": [d]} for q, d, n in pairs]

def weights(name, some, steps=3):
    (folder / "triplets.json").write_text(json.dumps(some))
    job = {"source": str(folder / "small"), "triplets": str(folder / "triplets.json"), "folder": str(folder / name),
           "prompts": {"query": "ask: ", "document": "doc: "}, "steps": steps}
    train.train(job, lambda what, done, total: told.append([done, total]))
    return hashlib.sha256((folder / name / "model.safetensors").read_bytes()).hexdigest()

told = []
one = triplets(("a", "orders", "customers"), ("b", "customers", "orders"))
other = triplets(("a", "customers", "orders"), ("b", "orders", "customers"))
found = {
    "before": hashlib.sha256((folder / "small" / "model.safetensors").read_bytes()).hexdigest(),
    "one": weights("one", one), "again": weights("again", one), "other": weights("other", other),
    "told": told[:3],
}
model = SentenceTransformer(str(folder / "one"), device="cpu")
found["prompts"] = model.prompts
# What is right too must not count against a question, whose loss is else the higher for a second equal document.
both = [{"question": "a", "document": "orders", "negative": "orders too", "also_right": right}
        for right in (["orders"], ["orders", "orders too"])]
found["losses"] = [float(train._loss(model, [each]).detach()) for each in both]
batches = list(train._batches(list(range(150)), 5))
found["batches"] = [len(batch) for batch in batches]
found["epoch"] = sorted(sum(batches[:3], [])) == list(range(150))
vectors = train._encode(model, ["short", "one that is longer than the other", "mid size text"] * 5)
alone = [train._encode(model, [text])[0] for text in ("short", "one that is longer than the other")]
found["order"] = [float(vectors[n] @ vector) for n, vector in enumerate(alone)]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("train")
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, model_source("bundled"), str(folder)]
    environment = os.environ | {"HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


def test_equal_triplets_make_equal_models(found: dict[str, Any]) -> None:
    assert found["one"] == found["again"]
    assert len({found[name] for name in ("before", "one", "other")}) == 3


def test_progress_tells_every_step(found: dict[str, Any]) -> None:
    assert found["told"] == [[1, 3], [2, 3], [3, 3]]


def test_the_prefixes_are_saved_with_the_model(found: dict[str, Any]) -> None:
    assert found["prompts"] == {"query": "ask: ", "document": "doc: "}


def test_what_is_right_too_does_not_count_against_a_question(found: dict[str, Any]) -> None:
    counted, left_out = found["losses"]
    assert counted > 0.01
    assert left_out == 0.0


def test_every_triplet_is_seen_once_in_an_epoch(found: dict[str, Any]) -> None:
    assert found["batches"] == [64, 64, 22, 64, 64]
    assert found["epoch"]


def test_sorting_by_length_leaves_vectors_in_their_order(found: dict[str, Any]) -> None:
    # Some of the weights are dropped at random only while training.
    assert all(nearness > 0.99 for nearness in found["order"])


def test_a_model_that_cannot_be_loaded_is_told_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "modules.json").write_text("[]")
    triplets = [Triplet("a", "orders", "customers")]
    with pytest.raises(IndexingError, match="cannot be tuned: ") as caught:
        tune(str(broken), triplets, tmp_path / "tuned", prefixes=Prefixes("ask: ", ""))
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["broken"]
