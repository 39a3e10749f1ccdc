"""Looking at an index without mending it."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from agent.records import Catalog
from agent.schema_index.catalog_json import load_catalog
from agent.schema_index.index_file import FILE_NAME, connect, read_meta
from agent.schema_index.store import Settings
from agent.schema_index.vectors import is_whole


@dataclass(frozen=True, slots=True)
class InspectedIndex:
    """What an index was made of, and what it holds."""

    settings: Settings
    catalog: Catalog


def inspect_index(folder: Path) -> InspectedIndex:
    """Read the index in a folder; sqlite3.Error or ValueError when there is none or it is damaged."""
    with closing(connect(folder / FILE_NAME)) as db:
        if not is_whole(folder / read_meta(db, "vectors")):
            raise ValueError("the index has no vectors")
        return InspectedIndex(json.loads(read_meta(db, "settings")), load_catalog(read_meta(db, "catalog")))
