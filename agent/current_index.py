"""The index of a database as it is now."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from agent.dialects.address import Address
from agent.index_options import index_options
from agent.schema_index.build import build_index, is_current, refresh_index
from agent.schema_index.progress import Progress

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.schema_index.index_rows import Changes
    from agent.schema_index.store import SchemaIndex

# How long an index is taken to be that of the database, and how many times longer than it took to look.
LOOK_SECONDS, LOOK_SHARE = 5.0, 20


class CurrentIndex:
    """The index of one database, made when first asked for, and when the schema or a description has changed since.

    It is for one thread at a time. `keep` is given every index that is made.
    """

    def __init__(self, settings: Settings, address: Callable[[], Address], keep: Callable[[SchemaIndex], None]) -> None:
        self._settings = settings
        self._address = address
        self._keep = keep
        self._index: SchemaIndex | None = None
        self._look_again = 0.0

    def get(self, report: Progress) -> SchemaIndex:
        """The index; `report` is told how far one is that has to be made."""
        # One that turned out to be damaged has been closed, and is made anew.
        if self._index is None or self._index.closed or self._is_behind(self._index):
            made = build_index(self._address(), index_options(self._settings), report)
            self._keep(made)
            self._index = made
            self._look_again = monotonic() + LOOK_SECONDS
        return self._index

    def refresh(self, report: Progress) -> Changes:
        """Index anew, with the stored values as they are now, and tell which tables have changed."""
        refreshed = refresh_index(self._address(), index_options(self._settings), report)
        self._keep(refreshed.index)
        self._index = refreshed.index
        return refreshed.changes

    def _is_behind(self, index: SchemaIndex) -> bool:
        """Whether the schema or a description has changed, looked up now and then, the seldomer the longer it takes."""
        started = monotonic()
        if started < self._look_again:
            return False
        is_behind = not is_current(index, self._address(), index_options(self._settings))
        ended = monotonic()
        self._look_again = ended + max(LOOK_SECONDS, LOOK_SHARE * (ended - started))
        return is_behind
