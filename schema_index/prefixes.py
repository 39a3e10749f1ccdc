"""What an embedding model wants before a question and before a document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import NamedTuple

import yaml

from agent.schema_index.words import package_text

# The names that sentence-transformers gives the prompts of documents, in the order in which it looks for them.
DOCUMENT_PROMPTS = ("document", "passage", "corpus")


class Prefixes(NamedTuple):
    """The texts that go before every question and every document; empty where nothing does."""

    query: str = ""
    document: str = ""


NONE = Prefixes()


def prefixes_of(name: str, query: str | None = None, document: str | None = None, own: Prefixes = NONE) -> Prefixes:
    """The prefixes of a model: each as given, else as the model itself says, else as its name is known to want.

    `own` are those that the model's files hold; where there is neither, they say nothing. Told without loading it.
    """
    usual = own if any(own) else known_prefixes(name)
    return Prefixes(usual.query if query is None else query, usual.document if document is None else document)


def known_prefixes(name: str) -> Prefixes:
    """The prefixes that prefixes.yaml knows for a hub name, an Ollama name or a folder that is called as the model."""
    plain = _last_part(name)
    return next((known for patterns, known in _known() if any(fnmatchcase(plain, one) for one in patterns)), NONE)


def own_prefixes(prompts: Mapping[str, str | None], default: str | None) -> Prefixes:
    """What sentence-transformers puts before questions and documents, given a model's prompts and its default one."""
    names = {name: text or "" for name, text in prompts.items()}
    usual = names.get(default or "", "")
    document = next((names[name] for name in DOCUMENT_PROMPTS if names.get(name)), usual)
    return Prefixes(names.get("query") or usual, document)


def _last_part(name: str) -> str:
    # Hugging Face's cache keeps a model as models--OWNER--NAME/snapshots/REVISION.
    if cached := re.search(r"models--[^/\\]+?--([^/\\]+)[/\\]snapshots[/\\]", name):
        return cached[1].lower()
    last = re.split(r"[/\\]", name.rstrip("/\\"))[-1].lower()
    return last.removeprefix("ollama:").partition(":")[0]


@cache
def _known() -> list[tuple[list[str], Prefixes]]:
    entries = yaml.safe_load(package_text("prefixes.yaml"))
    return [(entry["models"], Prefixes(entry.get("query", ""), entry.get("document", ""))) for entry in entries]
