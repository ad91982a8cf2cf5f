"""A file that stands for a month, and its records: those that intake has just read, else read from the archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assets.recent import RECENT, Key, recent_key
from assets.records import Records
from assets.senders import read_records
from warehouse.layouts import Layout
from warehouse.store import Home


@dataclass(frozen=True)
class InputFile:
    """A file that stands for a month: its layout, name, archived bytes and those of its companions."""

    file_id: str
    name: str
    layout: Layout
    companions: Mapping[str, str]
    """role -> file_id"""
    series: tuple[str, ...]
    """What of the file stands for the month; another file stands for the rest"""
    last_month: str
    """The last month that any of its rows can be about"""


def just_read(files: Sequence[InputFile]) -> list[tuple[Key, Records]]:
    """What intake has read of some files and nobody has asked for yet, for the process that will."""
    found = {_key(file): RECENT.take(_key(file), file.layout) for file in files}
    return [(key, records) for key, records in found.items() if records is not None]


def _key(file: InputFile) -> Key:
    return recent_key(file.file_id, file.name.rpartition("/")[2], file.layout, file.companions)


def read_input(home: Home, file: InputFile) -> Records:
    """Records of an archived file, all its periods."""
    name = file.name.rpartition("/")[2]
    known = RECENT.take(_key(file), file.layout)
    if known is not None:
        return known
    companions = {
        companion.role: (companion.files[0], home.archive(file.companions[companion.role]).read_bytes())
        for companion in file.layout.companions
    }
    return read_records(home.archive(file.file_id).read_bytes(), name, file.layout, companions)
