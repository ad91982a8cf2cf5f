"""Whole files that must be refused: sent beside the good ones, as corrections or copies that are none.

Each is made from a file of the month as written, so that nothing but its one fault is wrong with it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jurisdictions.wuzhong.generator.forms import FORMS, Form, file_name, layout_of
from jurisdictions.wuzhong.generator.planting import previous_month

CORRECTION = "_更正1"
COPY = "_副本"
_ENOUGH = 4_000_000
"""Bytes of a sound file that a faulty one is made from."""


@dataclass(frozen=True)
class FileFault:
    """A file to be added; `make` turns the sound file's bytes and those of the month before into its own."""

    kind: str
    area_code: str
    source: str
    make: Callable[[bytes, bytes], bytes]
    mark: str = CORRECTION
    as_workbook: bool = False
    name: str | None = None
    """For a file whose name no layout knows."""

    @property
    def form(self) -> Form:
        """Habits of the sender."""
        return FORMS[self.area_code]

    def of_month(self, month: str) -> str:
        """The name of the sound file that it is made from."""
        return file_name(self.form, self.source, month, "", self.as_workbook)

    def own_name(self, month: str) -> str:
        """The name it is sent under."""
        return self.name or file_name(self.form, self.source, month, self.mark, self.as_workbook)


def _head_only(area_code: str, source: str) -> Callable[[bytes, bytes], bytes]:
    rows = layout_of(area_code, source).header_rows
    return lambda sound, _: b"".join(sound.splitlines(keepends=True)[:rows])


def _with_name_column(sound: bytes, _: bytes) -> bytes:
    lines = sound.decode("utf-8-sig").splitlines()
    named = [f"{line},{'户主姓名' if place == 0 else '马某'}" for place, line in enumerate(lines)]
    return ("\n".join(named) + "\n").encode("utf-8-sig")


def _in_two_encodings(sound: bytes, _: bytes) -> bytes:
    lines = sound.splitlines(keepends=True)
    return b"".join([*lines[:-1], lines[-1].decode().encode("gb18030")])


def _without_last_row(_: bytes, before: bytes) -> bytes:
    """The rows of the month before, one less, so that the file is not a plain copy of it."""
    lines = before.splitlines(keepends=True)
    return b"".join([*lines[:-2], lines[-1]])


FILE_FAULTS: tuple[FileFault, ...] = (
    FileFault("file_empty", "640323", "household_income", lambda sound, _: b""),
    FileFault("file_twice", "640302", "labour_export", lambda sound, _: sound, mark=COPY),
    FileFault("file_unknown", "640323", "labour_export", lambda *_: "科室,电话\n".encode(), name="盐池县_通讯录.csv"),
    FileFault("file_head_only", "640381", "labour_export", _head_only("640381", "labour_export")),
    FileFault("file_with_column_more", "640323", "household_income", _with_name_column),
    FileFault(
        "file_no_workbook",
        "X6403-02",
        "fund_transaction",
        lambda *_: b"<html><table></table></html>",
        as_workbook=True,
    ),
    FileFault("file_in_two_encodings", "640302", "fund_transaction", _in_two_encodings),
    FileFault(
        "file_cut_workbook",
        "640303",
        "fund_transaction",
        lambda sound, _: sound[: len(sound) // 2],
        as_workbook=True,
    ),
    FileFault("file_in_utf_16", "X6403-01", "labour_export", lambda sound, _: sound.decode().encode("utf-16")),
    FileFault("file_of_other_month", "640324", "household_income", _without_last_row),
)


def add_file_fault(fault: FileFault, landing: Path, month: str) -> str | None:
    """Write the file beside the sound ones; its name, or None when the file it is made from is not there."""
    sound, before = landing / fault.of_month(month), landing / fault.of_month(previous_month(month))
    needs_before = fault.kind == "file_of_other_month"
    if not sound.is_file() or (needs_before and not before.is_file()):
        return None
    name = fault.own_name(month)
    if fault.kind == "file_twice":
        shutil.copyfile(sound, landing / name)
    else:
        (landing / name).write_bytes(fault.make(_bytes_of(sound), _bytes_of(before) if needs_before else b""))
    return name


def _bytes_of(path: Path) -> bytes:
    """The file, or as many of its first lines as will do for a fault."""
    with path.open("rb") as handle:
        data = handle.read(_ENOUGH)
    return data if len(data) < _ENOUGH else data[: data.rfind(b"\n") + 1]
