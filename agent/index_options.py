"""What the settings say of an index."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.config import Settings
from agent.description_place import description_place
from agent.ollama_address import ollama_address
from agent.schema_index.descriptions import load_descriptions
from agent.schema_index.merge_descriptions import merge_descriptions
from agent.schema_index.model_source import Access, is_ollama
from agent.schema_index.options import IndexOptions


def index_options(settings: Settings) -> IndexOptions:
    """The options of the index of the database that the settings name; errors as of `Settings.connection`."""
    source = settings.connection
    return IndexOptions(
        cache=settings.cache_dir,
        encoder=settings.encoder,
        query_prefix=settings.query_prefix,
        document_prefix=settings.document_prefix,
        values=source.values,
        descriptions=source.descriptions if settings.db else _of_the_shop(source.descriptions),
        origin=str(description_place(settings)) if source.descriptions else "",
        schemas=source.schemas,
        include=source.include,
        exclude=source.exclude,
        policy=source.policy,
        chroma=settings.chroma,
        abbreviations=source.abbreviations,
        access=_access(settings),
    )


def _of_the_shop(said: Path | Mapping[str, Any] | None) -> Path | Mapping[str, Any]:
    """The demo shop's own descriptions, with what else is said of it."""
    from agent.demo import DESCRIPTIONS

    if not said:
        return DESCRIPTIONS
    more = load_descriptions(said) if isinstance(said, Path) else said
    return merge_descriptions(load_descriptions(DESCRIPTIONS), more).descriptions


def _access(settings: Settings) -> Access:
    server = ollama_address(settings) if is_ollama(settings.encoder) else None
    return Access(settings.cache_folder, settings.local_files_only, server)
