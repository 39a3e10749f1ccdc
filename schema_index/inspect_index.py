"""Looking at an index, and at what has changed since it was made, without mending it."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.dialects.address import Address
from agent.schema_index.fingerprint import fingerprint
from agent.schema_index.index_file import FILE_NAME, connect, is_begun, read_meta
from agent.schema_index.index_folder import index_folder
from agent.schema_index.index_rows import Changes, Rows, compare, declared_hash, read_catalog, read_rows
from agent.schema_index.index_settings import changed_settings, index_settings
from agent.schema_index.literals import count_values
from agent.schema_index.options import IndexOptions
from agent.schema_index.progress import silent
from agent.schema_index.read_schema import read_schema
from agent.schema_index.store import Settings
from agent.schema_index.tuned import Tuning, read_tuning
from agent.schema_index.vectors import vector_stores


@dataclass(frozen=True, slots=True)
class InspectedIndex:
    """What an index holds, what it was made of, and what is not as it was then.

    `size` is in bytes, without what a server holds. `tuning` is None where the encoder is as it was published.
    `changed` says of settings how they changed, and `drift` names the tables of the database that did.
    """

    folder: Path
    made: datetime
    tables: int
    columns: int
    documents: int
    values: int
    encoder: str
    dimension: int
    tuning: Tuning | None
    size: int
    changed: tuple[str, ...]
    drift: Changes

    @property
    def is_up_to_date(self) -> bool:
        """Whether nothing has changed."""
        return not self.changed and not self.drift.touched


def inspect_index(address: Address, options: IndexOptions) -> InspectedIndex | None:
    """The index of a database, or None where there is none yet.

    Nothing is written. Raises sqlite3.Error or ValueError when the index is damaged, and what `build_index` raises for
    the database and the settings.
    """
    folder = index_folder(address, options)
    # One that is being made, or whose making was interrupted, is none yet.
    if not (folder / FILE_NAME).is_file() or not is_begun(folder / FILE_NAME):
        return None
    now = index_settings(fingerprint(address, options.schemas), folder, options)
    with closing(connect(folder / FILE_NAME)) as db:
        if not vector_stores(folder, options.chroma).is_whole(read_meta(db, "vectors")):
            raise ValueError("the index has no vectors")
        was, model = json.loads(read_meta(db, "settings")), json.loads(read_meta(db, "model"))
        rows, catalog = read_rows(db), read_catalog(db, read_meta(db, "catalog"))
        return InspectedIndex(
            folder=folder,
            made=datetime.fromisoformat(read_meta(db, "made")),
            tables=len(rows),
            columns=sum(len(table.columns) for table in catalog.tables),
            documents=model["documents"],
            values=count_values(db),
            encoder=was["encoder"],
            dimension=model["dimension"],
            tuning=_tuning(folder, was),
            size=sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
            changed=changed_settings(was, now),
            drift=Changes() if was["fingerprint"] == now["fingerprint"] else _drift(address, options, rows),
        )


def _tuning(folder: Path, settings: Settings) -> Tuning | None:
    """How the encoder of an index was tuned, where it was."""
    tuning = read_tuning(folder)
    return tuning if tuning and Path(settings["encoder"]).name == tuning.model else None


def _drift(address: Address, options: IndexOptions, rows: Rows) -> Changes:
    catalog = read_schema(address, options, silent)
    declared = {table.id: declared_hash(table) for table in catalog.tables}
    return compare({table_id: row.declared for table_id, row in rows.items()}, declared)
