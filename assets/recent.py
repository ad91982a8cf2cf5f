"""Records read a moment ago: what intake has just read, core need not read again.

Processes that share the work hand them to each other. What does not fit is read again, so nothing but time depends on
this.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from threading import Lock

from assets.records import Records
from warehouse.layouts import Layout

LIMIT = 512 * 1024**2
"""Bytes of text kept at most."""

Key = tuple[str, str, str, tuple[tuple[str, str], ...]]
"""file_id, name, layout, and (role, file_id) of the companions"""


def recent_key(file_id: str, name: str, layout: Layout, companions: Mapping[str, str]) -> Key:
    """What tells one reading from another; the name may state the period."""
    return file_id, name, layout.id, tuple(sorted(companions.items()))


class Recent:
    """Records by file, the oldest forgotten first; each is handed out once."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[Key, Records] = OrderedDict()
        self._lock = Lock()

    def keep(self, key: Key, records: Records) -> None:
        """Keep the records of a file until they are taken or others need the room."""
        size = records.columns.nbytes
        if size > self._limit:
            return
        with self._lock:
            self._forget(key)
            self._kept[key] = records
            self._size += size
            while self._size > self._limit:
                self._forget(next(iter(self._kept)))

    def take(self, key: Key, layout: Layout) -> Records | None:
        """The records read of the file by this layout, once; None when they are not kept."""
        with self._lock:
            found = self._forget(key)
        return found if found is not None and found.layout == layout else None

    def take_of(self, file_ids: Collection[str]) -> list[tuple[Key, Records]]:
        """All that is kept of some files, for another process to keep."""
        with self._lock:
            wanted = [key for key in self._kept if key[0] in file_ids]
            return [(key, records) for key in wanted if (records := self._forget(key)) is not None]

    def _forget(self, key: Key) -> Records | None:
        found = self._kept.pop(key, None)
        if found is not None:
            self._size -= found.columns.nbytes
        return found


RECENT = Recent()
