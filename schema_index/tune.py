"""Fine-tuning an embedding model on questions and the documents of the tables that answer them."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from agent.errors import IndexingError
from agent.schema_index.child import ChildError, run_child
from agent.schema_index.hub import model_folder
from agent.schema_index.model_source import USUAL, Access
from agent.schema_index.prefixes import NONE, Prefixes
from agent.schema_index.progress import Progress, silent

STEP = "tuning the embedding model"


@dataclass(frozen=True, slots=True)
class Triplet:
    """A question, a document that is right for it, and one that is near but wrong.

    `also_right` are other documents that would be right, which must not count against the question.
    """

    question: str
    document: str
    negative: str
    also_right: tuple[str, ...] = ()


def tune(
    name: str,
    triplets: Sequence[Triplet],
    folder: Path,
    progress: Progress = silent,
    *,
    prefixes: Prefixes = NONE,
    access: Access = USUAL,
    steps: int | None = None,
) -> None:
    """Fine-tune a sentence-transformers model and save it in `folder`, which is there only when all is done.

    One epoch, or as many as make enough steps, unless `steps` says how many. `prefixes` go before questions and
    documents, and are saved with the model. The same input gives the same model. It is trained in a process of its own
    that ends with this one. Raises IndexingError when the model cannot be found or trained.
    """
    source = model_folder(name, access, progress)
    progress(STEP, 0, 1)
    scratch = folder.with_name(f".{folder.name}-{secrets.token_hex(4)}")
    try:
        scratch.mkdir(parents=True)
        file = scratch / "triplets.json"
        file.write_text(json.dumps([asdict(triplet) for triplet in triplets]), encoding="utf-8")
        job = {
            "source": str(source),
            "triplets": str(file),
            "folder": str(scratch / "model"),
            "prompts": prefixes._asdict(),
            "steps": steps,
        }
        # Threads that wait by spinning would take the processor from each other where others use it too.
        environment = {"HF_HUB_OFFLINE": "1", "OMP_WAIT_POLICY": "PASSIVE"}
        run_child("agent.schema_index.train:train", job, progress, environment)
        (scratch / "model").rename(folder)
    except ChildError as error:
        raise IndexingError(
            f"the embedding model {name} cannot be tuned: {error}", "name another one of sentence-transformers"
        ) from error
    except OSError as error:
        raise IndexingError(f"cannot write to {folder.parent}: {error.strerror}", "set cache_dir") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
