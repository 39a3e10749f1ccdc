"""Fetching an embedding model from the Hugging Face hub, and never waiting long for it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path, PurePosixPath
from threading import Thread
from typing import Any

from agent.errors import IndexingError
from agent.schema_index.child import ChildError, run_child
from agent.schema_index.model_source import BUNDLED, USUAL, Access, model_source
from agent.schema_index.progress import Progress, silent

STEP = "fetching the embedding model"
# How long the hub may take to say that it is there, and to go on with a file.
ANSWER_SECONDS, FILE_SECONDS = 5, 15
# sentence-transformers' own models may be named without it.
USUAL_OWNER = "sentence-transformers"
# What it takes to load a model; never code, and weights as safetensors where they are published so.
_SUFFIXES = {".json", ".txt", ".model", ".jinja", ".safetensors", ".bin", ".md", ""}
_OTHER_FORMATS = {"onnx", "openvino", "coreml", "original"}


def model_folder(name: str, access: Access = USUAL, progress: Progress = silent) -> Path:
    """The folder of a sentence-transformers model; one of the hub is fetched where this machine does not have it.

    `name` is `bundled`, a folder, or a name on the hub, where a name without an owner is one of
    sentence-transformers' own. Raises IndexingError when there is no such model, or the hub does not answer within
    a few seconds.
    """
    if name == BUNDLED or Path(name).is_dir():
        return Path(model_source(name))
    if name.startswith(("/", "./", "../", "~")) or name.count("/") > 1 or "\\" in name:
        raise IndexingError(f"there is no folder {name}", "the encoder setting takes bundled, a folder, or a hub name")
    job = {
        "name": name if "/" in name else f"{USUAL_OWNER}/{name}",
        "cache_folder": str(access.cache_folder) if access.cache_folder else None,
        "local_files_only": access.local_files_only,
    }
    # What the library itself waits for, which is several times longer without these.
    patience = {"HF_HUB_ETAG_TIMEOUT": str(ANSWER_SECONDS), "HF_HUB_DOWNLOAD_TIMEOUT": str(FILE_SECONDS)}
    try:
        return Path(run_child("agent.schema_index.hub:fetch", job, progress, patience))
    except ChildError as error:
        raise IndexingError(f"the embedding model {name} cannot be fetched: {error}", "try again") from error


def fetch(job: dict[str, Any], progress: Progress) -> str:
    """The folder of a hub model, which is asked for only where this machine does not have it; errors as above.

    It loads huggingface_hub: meant for a process of its own.
    """
    name, cache = job["name"], job["cache_folder"]
    if kept := _kept(name, cache):
        return kept
    if job["local_files_only"]:
        raise IndexingError(f"{name} is not on this machine, and local_files_only is set", _elsewhere(name))
    return _download(name, cache, progress)


def _kept(name: str, cache: str | None) -> str | None:
    """The folder of a hub model on this machine, None where it is not there or not whole."""
    from huggingface_hub import try_to_load_from_cache

    for file in ("modules.json", "config.json"):
        try:
            found = try_to_load_from_cache(name, file, cache)
        except ValueError as error:
            # A text that cannot be the name of a model.
            raise _unknown(name) from error
        if isinstance(found, str) and is_whole(Path(found).parent):
            return str(Path(found).parent)
    return None


def _download(name: str, cache: str | None, progress: Progress) -> str:
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, OfflineModeIsEnabled, RepositoryNotFoundError

    progress(STEP, 0, 1)
    try:
        files = _files_of(name)
        if not any(file.endswith((".safetensors", ".bin")) for file in files):
            raise IndexingError(f"{name} holds no weights that sentence-transformers reads", "choose another model")
        return snapshot_download(
            name, cache_dir=cache, allow_patterns=files, tqdm_class=_reporting(progress), max_workers=2
        )
    except GatedRepoError as error:
        raise IndexingError(f"{name} is given to those alone who accept its terms", "set HF_TOKEN") from error
    except RepositoryNotFoundError as error:
        raise _unknown(name) from error
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else "no status"
        raise IndexingError(f"{constants.ENDPOINT} refuses {name} with status {status}", _elsewhere(name)) from error
    except OfflineModeIsEnabled as error:
        raise IndexingError(f"{name} is not on this machine, and HF_HUB_OFFLINE is set", _elsewhere(name)) from error
    except Exception as error:
        if isinstance(error, IndexingError):
            raise
        # Those of the library's HTTP client have no base of their own, and it changed the client before.
        silent = f"{constants.ENDPOINT} does not answer, and {name} is not on this machine"
        raise IndexingError(silent, _elsewhere(name)) from error


def _files_of(name: str) -> list[str]:
    """The files of a model that it takes to load it, asked of the hub in a thread, since a name server can hang."""
    from huggingface_hub import HfApi

    told: list[Any] = []

    def ask() -> None:
        try:
            told.append(HfApi().model_info(name, timeout=ANSWER_SECONDS))
        except Exception as error:
            told.append(error)

    thread = Thread(target=ask, daemon=True)
    thread.start()
    thread.join(ANSWER_SECONDS + 1)
    if not told:
        raise TimeoutError
    if isinstance(told[0], Exception):
        raise told[0]
    return needed_files(file.rfilename for file in told[0].siblings or ())


def needed_files(names: Iterable[str]) -> list[str]:
    """Which files of a model it takes to load it: no code, no other formats, no weights twice."""
    paths = [PurePosixPath(name) for name in names]
    safe = {path.parent for path in paths if path.suffix == ".safetensors"}
    return [
        str(path)
        for path in paths
        if path.suffix in _SUFFIXES
        and not _OTHER_FORMATS.intersection(path.parts[:-1])
        and not path.name.startswith(".")
        and not (path.suffix == ".bin" and path.parent in safe)
    ]


def is_whole(folder: Path) -> bool:
    """Whether a folder holds a model with its weights and its tokenizer."""
    names = [file.name for file in folder.rglob("*") if file.is_file()]
    settings = {"modules.json", "config.json"} & set(names)
    weights = [name for name in names if name.endswith((".safetensors", ".bin"))]
    tokens = [name for name in names if name in {"tokenizer.json", "vocab.txt"} or name.endswith(".model")]
    return bool(settings and weights and tokens)


def _reporting(progress: Progress) -> Any:
    # It comes with huggingface_hub, without types.
    tqdm: Any = import_module("tqdm.auto").tqdm

    class Reporting(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **facts: Any) -> None:
            self._counts_bytes = facts.get("unit") == "B"
            super().__init__(*args, **facts | {"disable": True})

        def update(self, n: float | None = 1) -> None:
            self.n += n or 0
            if self._counts_bytes and self.total:
                progress(STEP, int(self.n), int(self.total))

    return Reporting


def _unknown(name: str) -> IndexingError:
    return IndexingError(
        f"there is no embedding model {name}, neither as a folder nor on the hub",
        "check the setting encoder; for a private one set HF_TOKEN",
    )


def _elsewhere(name: str) -> str:
    return (
        f"fetch it where there is a network with `agent index pull {name} --to FOLDER`, and set encoder to the folder"
    )
