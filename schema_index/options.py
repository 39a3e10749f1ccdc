"""What an index is made of and where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.records import NO_POLICY, Policy
from agent.schema_index.model_source import BUNDLED, USUAL, Access

DEFAULT_VALUES = "low-cardinality"


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """The choices that an index depends on, apart from the database itself.

    `cache` is the folder of all indexes and encoders. A prefix that is None is the one that the encoder is known to
    want, and `access` says how its model is reached. `values` is `all`, `low-cardinality` or `none`. `descriptions` is
    a file, or what such a file holds and `origin` where that is written. `schemas`, `include` and `exclude` say which
    tables there are; none means all. `chroma` is the URL of a Chroma server, empty for vectors in the folder of the
    index. `abbreviations` are the user's own, each with what it stands for.
    """

    cache: Path
    encoder: str = BUNDLED
    query_prefix: str | None = None
    document_prefix: str | None = None
    values: str = DEFAULT_VALUES
    descriptions: Path | Mapping[str, Any] | None = None
    origin: str = ""
    schemas: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    policy: Policy = NO_POLICY
    chroma: str = ""
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    access: Access = USUAL
