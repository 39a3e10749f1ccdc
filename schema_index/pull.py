"""An embedding model in a folder of its own, for a machine that has no network."""

from __future__ import annotations

import json
import secrets
import shutil
from pathlib import Path

from agent.errors import IndexingError, UsageError
from agent.schema_index.hub import model_folder, needed_files
from agent.schema_index.model_source import USUAL, Access, is_ollama
from agent.schema_index.prefixes import known_prefixes, own_prefixes
from agent.schema_index.progress import Progress, silent

PROMPTS = "config_sentence_transformers.json"


def pull(name: str, target: Path, access: Access = USUAL, progress: Progress = silent) -> None:
    """Fetch a sentence-transformers model into a folder, which is there only when all of it is.

    The prefixes that the model is known to want are written beside it, so that the folder may have any name. Raises
    UsageError when there is a folder already, or nothing to fetch, and IndexingError when the model cannot be fetched
    or written.
    """
    if is_ollama(name):
        model = name.partition(":")[2]
        raise UsageError(f"{name} is kept by Ollama, not in a folder", f"pull it with `ollama pull {model}`")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is there already", "name a folder that is not")
    source = model_folder(name, access, progress)
    scratch = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    try:
        _copy(source, scratch, progress)
        _write_prefixes(name, scratch)
        if target.is_dir():
            target.rmdir()
        scratch.rename(target)
    except OSError as error:
        raise IndexingError(f"cannot write to {target}: {error.strerror}", "name another folder") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _copy(source: Path, target: Path, progress: Progress) -> None:
    files = needed_files(str(file.relative_to(source)) for file in source.rglob("*") if file.is_file())
    for number, file in enumerate(files):
        progress("copying the embedding model", number, len(files))
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        # The hub's cache keeps a file as a link.
        shutil.copyfile(source / file, target / file)


def _write_prefixes(name: str, folder: Path) -> None:
    file = folder / PROMPTS
    facts = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    known = known_prefixes(name)
    if any(own_prefixes(facts.get("prompts") or {}, facts.get("default_prompt_name"))) or not any(known):
        return
    facts["prompts"] = {"query": known.query, "document": known.document}
    file.write_text(json.dumps(facts, indent=2, ensure_ascii=False), encoding="utf-8")
