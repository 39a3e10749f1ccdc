"""Models of the Hugging Face hub, played by a server that speaks its protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import IndexingError, UsageError
from agent.schema_index.hub import model_folder, needed_files
from agent.schema_index.model_source import BUNDLED, Access, model_source
from agent.schema_index.prefixes import Prefixes, own_prefixes
from agent.schema_index.pull import pull
from tests.schema_index.hub_server import HubServer

NAME = "intfloat/multilingual-e5-tiny"
FILES = {
    "modules.json": "[]",
    "config.json": "{}",
    "config_sentence_transformers.json": '{"prompts": {}}',
    "tokenizer.json": "{}",
    "1_Pooling/config.json": "{}",
    "model.safetensors": "weights",
    "pytorch_model.bin": "the same weights",
    "onnx/model.onnx": "other weights",
    "modeling_e5.py": "raise SystemExit",
}
NEEDED = sorted(set(FILES) - {"pytorch_model.bin", "onnx/model.onnx", "modeling_e5.py"})


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    for name, text in FILES.items():
        file = tmp_path / "published" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    with HubServer({NAME: tmp_path / "published"}).running() as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        yield server


def files_in(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_a_model_is_fetched_once_without_code_and_other_formats(hub: HubServer, tmp_path: Path) -> None:
    access = Access(cache_folder=tmp_path / "models")
    told: list[tuple[str, int, int]] = []
    folder = model_folder(NAME, access, lambda *progress: told.append(progress))

    assert files_in(folder) == NEEDED
    assert folder.is_relative_to(tmp_path / "models")
    assert {what for what, _, _ in told} == {"fetching the embedding model"}

    hub.asked.clear()
    assert model_folder(NAME, access) == folder
    assert model_folder(NAME, Access(tmp_path / "models", local_files_only=True)) == folder
    assert hub.asked == []


def test_what_is_half_there_is_fetched(hub: HubServer) -> None:
    folder = model_folder(NAME)
    (folder / "model.safetensors").unlink()
    assert files_in(model_folder(NAME)) == NEEDED


def test_a_model_that_the_hub_does_not_have_is_told(hub: HubServer) -> None:
    with pytest.raises(IndexingError, match="no embedding model intfloat/e5-none, neither as a folder nor on the hub"):
        model_folder("intfloat/e5-none")
    assert f"GET /api/models/{NAME}" not in hub.asked


def test_a_model_of_sentence_transformers_needs_no_owner(hub: HubServer) -> None:
    hub.models["sentence-transformers/tiny"] = hub.models[NAME]
    assert files_in(model_folder("tiny")) == NEEDED


def test_a_model_with_terms_is_told(hub: HubServer) -> None:
    hub.gated.add(NAME)
    with pytest.raises(IndexingError, match="accept its terms"):
        model_folder(NAME)


def test_local_files_only_asks_nobody(hub: HubServer) -> None:
    with pytest.raises(IndexingError, match="local_files_only is set") as caught:
        model_folder(NAME, Access(local_files_only=True))
    assert f"agent index pull {NAME} --to FOLDER" in caught.value.hint
    assert hub.asked == []


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9", "http://no-such-host.invalid"])
def test_a_hub_that_does_not_answer_is_told(endpoint: str, hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    with pytest.raises(IndexingError, match=f"{endpoint} does not answer"):
        model_folder(NAME)


@pytest.mark.parametrize("name", ["/srv/none", "./none", "models/e5/none"])
def test_a_folder_that_is_not_there_is_not_asked_for_on_the_hub(name: str, hub: HubServer) -> None:
    with pytest.raises(IndexingError, match="there is no folder"):
        model_folder(name)
    assert hub.asked == []


def test_weights_of_an_older_form_are_taken_where_there_are_no_others() -> None:
    files = ["config.json", "pytorch_model.bin", "2_Dense/model.safetensors", "2_Dense/pytorch_model.bin"]
    assert needed_files(files) == ["config.json", "pytorch_model.bin", "2_Dense/model.safetensors"]


def test_a_pulled_model_is_a_plain_folder_that_knows_its_prefixes(hub: HubServer, tmp_path: Path) -> None:
    target = tmp_path / "out" / "model"
    target.parent.mkdir()
    pull(NAME, target)

    assert files_in(target) == NEEDED
    assert not any(file.is_symlink() for file in target.rglob("*"))
    facts = json.loads((target / "config_sentence_transformers.json").read_text())
    assert own_prefixes(facts["prompts"], None) == Prefixes("query: ", "passage: ")
    assert list(target.parent.iterdir()) == [target]


def test_the_bundled_model_can_be_pulled(tmp_path: Path) -> None:
    pull(BUNDLED, tmp_path / "model")
    source = Path(model_source(BUNDLED))
    assert (tmp_path / "model/model.safetensors").read_bytes() == (source / "model.safetensors").read_bytes()
    assert files_in(tmp_path / "model") == sorted(needed_files(files_in(source)))


def test_a_folder_with_something_in_it_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        pull(BUNDLED, tmp_path)
    assert files_in(tmp_path) == ["notes.txt"]


def test_a_model_of_ollama_is_pulled_by_ollama(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        pull("ollama:bge-m3", tmp_path / "model")
    assert caught.value.hint == "pull it with `ollama pull bge-m3`"
