"""What an index is made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import agent
from agent.errors import UsageError
from agent.records import Policy
from agent.schema_index.model_source import encoder_key
from agent.schema_index.options import IndexOptions
from agent.schema_index.store import Settings
from agent.schema_index.tuned import tuned_encoder
from agent.schema_index.vectors import shown_url
from agent.schema_index.words import package_text

POLICIES = ("all", "low-cardinality", "none")

LISTS = (
    "abbreviations.txt",
    "common_words.txt",
    "generic_keys.txt",
    "plurals.txt",
    "prefixes.yaml",
    "table_prefixes.txt",
    "types.txt",
)
"""What sqlwright itself knows of names and models, and uses while it makes an index."""
HELD = ("version", "policy", "lists")
"""Of another of these nothing of an index is kept."""
SAMPLED = ("values", "personal")
"""What the sampled values depend on."""
WORDS = ("abbreviations",)
"""What names and documents depend on."""
MODEL = ("encoder_key", "document_prefix")
"""What the vectors of equal texts depend on."""

_MADE_OF = {
    "version": "sqlwright",
    "encoder": "the encoder",
    "encoder_key": "the encoder",
    "query_prefix": "the encoder's prefix for questions",
    "document_prefix": "the encoder's prefix for documents",
    "values": "the choice of values",
    "lists": "what sqlwright knows of names",
    "personal": "the list of personal words",
    "descriptions": "what descriptions say",
    "abbreviations": "the list of abbreviations",
    "schemas": "the list of schemas",
    "include": "the list of tables to include",
    "exclude": "the list of tables to exclude",
    "policy": "the policy",
    "chroma": "the Chroma server",
}
# Those that a user reads as they are; others are hashes, or lists that are long.
_TOLD = frozenset({"version", "encoder", "query_prefix", "document_prefix", "values", "chroma"})


def index_settings(fingerprint: str, folder: Path, options: IndexOptions) -> Settings:
    """All that an index depends on, as it is now: one that was made of the same is up to date.

    `fingerprint` is that of the schema, and `folder` that of the index, which may have a model of its own. Raises
    UsageError for the values and the descriptions, and IndexingError for the model.
    """
    if options.values not in POLICIES:
        raise UsageError(f"values: {options.values} is not a choice", f"choose {', '.join(POLICIES)}")
    encoder = tuned_encoder(folder, options.encoder)
    return {
        "version": agent.__version__,
        "fingerprint": fingerprint,
        "encoder": encoder,
        "encoder_key": encoder_key(encoder, options.access),
        "query_prefix": options.query_prefix,
        "document_prefix": options.document_prefix,
        "values": options.values,
        "lists": _hash("".join(map(package_text, LISTS))),
        "personal": _hash(package_text("personal.txt") + package_text("persons.txt")),
        "descriptions": _described(options.descriptions),
        "abbreviations": dict(sorted(options.abbreviations.items())),
        "schemas": sorted(set(options.schemas)),
        "include": sorted(set(options.include)),
        "exclude": sorted(set(options.exclude)),
        "policy": _hidden_by(options.policy),
        "chroma": shown_url(options.chroma),
    }


def is_like(was: Settings, now: Settings, names: tuple[str, ...]) -> bool:
    """Whether some of the settings are as they were."""
    return all(name in was and was[name] == now[name] for name in names)


def changed_settings(was: Settings, now: Settings) -> tuple[str, ...]:
    """What is not as it was apart from the schema, such as `the encoder has changed from bundled to e5-small`."""
    changed: dict[str, str] = {}
    for name in now.keys() - {"fingerprint"}:
        if was.get(name) != now[name]:
            told = f" from {was.get(name) or 'none'} to {now[name] or 'none'}" if name in _TOLD else ""
            # A model of another name has another key too.
            what = _MADE_OF.get(name, name)
            changed[what] = changed.get(what) or told
    return tuple(f"{what} has changed{changed[what]}" for what in sorted(changed))


def _described(descriptions: Path | Mapping[str, Any] | None) -> str:
    if not descriptions:
        return ""
    if not isinstance(descriptions, Path):
        return _hash(repr(descriptions))
    try:
        return hashlib.sha256(descriptions.read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError(
            f"{descriptions}: cannot be read: {error.strerror}", "check the descriptions setting"
        ) from error


def _hidden_by(policy: Policy) -> str:
    """What tells one policy from another without naming what it hides, which nothing in the index may."""
    patterns = [sorted(set(policy.tables)), sorted(set(policy.hidden))]
    return _hash(json.dumps(patterns)) if any(patterns) else ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
