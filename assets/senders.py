"""From a sender's bytes and a layout to records: the one way in for intake, core and anyone who looks again."""

from __future__ import annotations

from collections.abc import Mapping

from assets.heads import HeadSpec
from assets.reading import decode, read_csv
from assets.records import Records, to_records
from assets.refusal import Refusal
from assets.workbooks import read_workbook
from warehouse.layouts import Companion, Layout, SourceTable


def is_workbook(name: str) -> bool:
    """True for the names of XLSX files."""
    return name.lower().endswith((".xlsx", ".xlsm"))


def head_spec(layout: Layout) -> HeadSpec:
    """What identifies the head of the layout's files."""
    return HeadSpec(layout.source_columns(), layout.header_rows, layout.title_rows, layout.title, layout.stacked)


def read_file(data: bytes, name: str, layout: Layout) -> tuple[SourceTable, str]:
    """A main file as text columns, and its encoding (`xlsx` for a workbook). Raises Refusal."""
    if not data[:4096].strip() and not data.strip():
        raise Refusal("the file is empty", do="ask the sender to send it again")
    if is_workbook(name):
        return read_workbook(data, layout.sheet, head_spec(layout), name), "xlsx"
    text, encoding = decode(data, layout.encodings)
    return read_csv(text, head_spec(layout), name), encoding


def read_companion(data: bytes, name: str, companion: Companion) -> SourceTable:
    """A companion file as text columns. Raises Refusal."""
    text, _ = decode(data, companion.encodings)
    return read_csv(text, HeadSpec(companion.columns), name)


def read_records(data: bytes, name: str, layout: Layout, companions: Mapping[str, tuple[str, bytes]]) -> Records:
    """Records of a file with its companions (role -> name and bytes). Raises Refusal."""
    source, _ = read_file(data, name, layout)
    others = {
        companion.role: read_companion(companions[companion.role][1], companions[companion.role][0], companion)
        for companion in layout.companions
    }
    return to_records(layout, source, others)
