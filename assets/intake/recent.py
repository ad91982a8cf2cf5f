"""Records read a moment ago: what intake has read of a file, core need not read again, for however many months.

They lie in a folder of the home until the run has ended, whatever process read them and whatever process wants them.
What does not fit is read again, so nothing but time depends on this.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from threading import get_ident

import pyarrow as pa

from assets.intake.records import Records
from warehouse.layouts import Layout
from warehouse.version import code_version

LIMIT = 2 * 1024**3
"""Bytes of text kept at most."""

Key = tuple[str, str, str, tuple[tuple[str, str], ...]]
"""file_id, name, layout, and (role, file_id) of the companions"""

_BESIDE = ("#row_number", "#damage", "#series")
_ROWS, _NOMINAL = b"rows", b"nominal_period"
_BOOT = Path("/proc/sys/kernel/random/boot_id")


def recent_key(file_id: str, name: str, layout: Layout, companions: Mapping[str, str]) -> Key:
    """What tells one reading from another; the name may state the period."""
    return file_id, name, layout.id, tuple(sorted(companions.items()))


class Recent:
    """Records by file, in a folder that is the owner's alone."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder, self._limit = folder, limit

    def keep(self, key: Key, records: Records) -> None:
        """Keep the records of a file, if there is room for them here and on the disk."""
        beside = dict(zip(_BESIDE, (records.row_number, records.damage, records.series), strict=True))
        table = pa.table({**dict(zip(records.columns.column_names, records.columns, strict=True)), **beside})
        told = {_ROWS: str(len(records)), **({_NOMINAL: records.nominal_period} if records.nominal_period else {})}
        table = table.replace_schema_metadata(told)
        target = self._file(key)
        draft = target.with_name(f".{target.name}.{os.getpid()}.{get_ident()}")
        try:
            if self._used + table.nbytes <= self._limit:
                with pa.OSFile(str(draft), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
                    writer.write_table(table)
                self._used += draft.stat().st_size
                os.replace(draft, target)
        except OSError:  # a full disk, for instance: whoever wants the file reads it again
            draft.unlink(missing_ok=True)

    def find(self, key: Key, layout: Layout) -> Records | None:
        """The records that this program has read of the file by this layout; None when they are not kept whole."""
        try:
            with pa.memory_map(str(self._file(key))) as source:
                table = pa.ipc.open_stream(source).read_all()
        except (OSError, pa.ArrowInvalid):
            return None
        told = table.schema.metadata
        if table.num_rows != int(told[_ROWS]):  # a stream that is cut off between two pieces ends without a word
            return None
        nominal = told.get(_NOMINAL)
        row_number, damage, series = (table[name].combine_chunks() for name in _BESIDE)
        columns = table.drop_columns(list(_BESIDE)).replace_schema_metadata(None)
        return Records(layout, columns, row_number, damage, nominal.decode() if nominal else None, series)

    def forget(self) -> None:
        """Give the room back."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @cached_property
    def _used(self) -> int:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return sum(entry.stat().st_size for entry in os.scandir(self._folder))

    def _file(self, key: Key) -> Path:
        return self._folder / hashlib.sha256(repr((code_version(), _up_since(), key)).encode()).hexdigest()


@cache
def _up_since() -> str:
    """What tells this start of the machine from others: a file of before may not have reached the disk whole."""
    return _BOOT.read_text() if _BOOT.exists() else ""
