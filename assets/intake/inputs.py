"""A file that stands for a month, and its records: those that intake has just read, else read from the archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assets.intake.recent import Recent, recent_key
from assets.intake.records import Records
from assets.intake.senders import read_records
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


def read_input(home: Home, file: InputFile) -> Records:
    """Records of an archived file, all its periods."""
    name = file.name.rpartition("/")[2]
    key = recent_key(file.file_id, name, file.layout, file.companions)
    if (known := Recent(home.just_read).find(key, file.layout)) is not None:
        return known
    companions = {
        companion.role: (companion.files[0], home.archive(file.companions[companion.role]).read_bytes())
        for companion in file.layout.companions
    }
    return read_records(home.archive(file.file_id).read_bytes(), name, file.layout, companions)
