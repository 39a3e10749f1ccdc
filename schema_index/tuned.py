"""Which model an index uses: its encoder, or the one that was tuned from it for this database."""

from __future__ import annotations

import json
import secrets
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import time

from agent.errors import IndexingError
from agent.schema_index.model_source import revision_of

FILE_NAME = "tuned.json"
PREFIX = "tuned-"
# The start of the names of folders in which a tuned model is tried.
SCRATCH = ".tuning-"
# What an interrupted tuning has left is removed after this many seconds, which no tuning takes.
STALE = 7 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Tuning:
    """A tuned model that is in use, and how it was found to be better.

    `base` is the encoder that it was made of, in the state `revision`; `model` its folder within that of the index.
    `before` and `after` are recall@`k` on the `held_back` questions that it was not shown; `questions` are all.
    """

    base: str
    revision: str
    model: str
    questions: int
    held_back: int
    k: int
    before: float
    after: float


def tuned_encoder(folder: Path, encoder: str) -> str:
    """The folder of the model tuned from `encoder` for the index in `folder`, or `encoder` where there is none.

    Raises IndexingError when `encoder` is a folder without a model.
    """
    tuning = read_tuning(folder)
    if tuning is None or tuning.base != encoder or tuning.revision != revision_of(encoder):
        return encoder
    model = folder / tuning.model
    return str(model.resolve()) if (model / "modules.json").is_file() else encoder


def read_tuning(folder: Path) -> Tuning | None:
    """The tuned model that an index uses while its encoder stays what it was, or None."""
    try:
        return Tuning(**json.loads((folder / FILE_NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_tuning(folder: Path, tuning: Tuning) -> None:
    """Use a tuned model from the next indexing on; IndexingError when that cannot be written."""
    scratch = folder / f".{FILE_NAME}-{secrets.token_hex(4)}"
    try:
        scratch.write_text(json.dumps(asdict(tuning), indent=1), encoding="utf-8")
        scratch.replace(folder / FILE_NAME)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise _unwritable(folder, error) from error


def forget_tuning(folder: Path) -> None:
    """Go back to the encoder itself from the next indexing on; IndexingError when that cannot be written."""
    try:
        (folder / FILE_NAME).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


def new_model(folder: Path) -> Path:
    """A place within the folder of an index for another tuned model; nothing is there yet."""
    return folder / f"{PREFIX}{secrets.token_hex(4)}"


def sweep_models(folder: Path) -> None:
    """Remove tuned models that are not in use, but for those that another process may be making."""
    tuning = read_tuning(folder)
    for left in (*folder.glob(f"*{PREFIX}*"), *folder.glob(f"{SCRATCH}*")):
        with suppress(OSError):
            is_stale = time() - left.stat().st_mtime > STALE
            if is_stale and not (tuning and left.name == tuning.model):
                shutil.rmtree(left, ignore_errors=True)


def _unwritable(folder: Path, error: OSError) -> IndexingError:
    return IndexingError(f"cannot write to {folder}: {error.strerror}", "set cache_dir to a folder that can be written")
