"""What an index is made of."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from agent.dialects.address import Address
from agent.errors import UsageError
from agent.records import NO_POLICY, Policy
from agent.schema_index.fingerprint import fingerprint
from agent.schema_index.model_source import encoder_key
from agent.schema_index.store import Settings
from agent.schema_index.words import package_text

POLICIES = ("all", "low-cardinality", "none")


def index_settings(
    address: Address,
    encoder: str,
    values: str,
    descriptions: Path | None,
    schemas: tuple[str, ...],
    policy: Policy = NO_POLICY,
) -> Settings:
    """All that an index depends on, as it is now: one that was made of the same is up to date.

    Raises DatabaseError, UsageError for the values and the descriptions, and IndexingError for the model.
    """
    if values not in POLICIES:
        raise UsageError(f"values: {values} is not a choice", f"choose {', '.join(POLICIES)}")
    try:
        described = hashlib.sha256(descriptions.read_bytes()).hexdigest() if descriptions else ""
    except OSError as error:
        raise UsageError(
            f"{descriptions}: cannot be read: {error.strerror}", "check the descriptions setting"
        ) from error
    return {
        "fingerprint": fingerprint(address, schemas),
        "encoder": encoder,
        "encoder_key": encoder_key(encoder),
        "values": values,
        "personal": _personal(),
        "descriptions": described,
        "schemas": sorted(set(schemas)),
        "policy": _hidden_by(policy),
    }


def _hidden_by(policy: Policy) -> str:
    """What tells one policy from another without naming what it hides, which nothing in the index may."""
    patterns = [sorted(set(policy.tables)), sorted(set(policy.hidden))]
    return hashlib.sha256(json.dumps(patterns).encode()).hexdigest()[:16] if any(patterns) else ""


def _personal() -> str:
    """What tells one state of the lists of personal words from another: an index must not keep what they forbid."""
    return hashlib.sha256((package_text("personal.txt") + package_text("persons.txt")).encode()).hexdigest()[:16]
