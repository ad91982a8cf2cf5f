"""Wuzhong's files in tests: through their layouts as typed rows, and line by line without any layout."""

from __future__ import annotations

import csv
import fnmatch
from pathlib import Path

import pyarrow as pa
import python_calamine

from assets.intake.senders import read_records
from jurisdictions.wuzhong.layouts import LAYOUTS
from warehouse.contracts import CONTRACTS
from warehouse.layouts import Layout
from warehouse.parsing import parse

MONTHS = 3
HOUSEHOLD_MONTHS = 3_000


def layout_of_name(name: str) -> Layout:
    """The one layout whose patterns the name fits."""
    (layout,) = [lay for lay in LAYOUTS if any(fnmatch.fnmatchcase(name, pattern) for pattern in lay.files)]
    return layout


def layout_for(area_code: str, source: str) -> Layout:
    """The layout of a sender's file."""
    (layout,) = [lay for lay in LAYOUTS if (lay.area_code, lay.contract) == (area_code, f"core.{source}")]
    return layout


def typed_rows(data: bytes, name: str, layout: Layout | None = None) -> list[dict[str, object]]:
    """The records of a file by its layout, typed; `unreadable` names the columns that did not read."""
    layout = layout or layout_of_name(name)
    records = read_records(data, name, layout, {})
    contract = CONTRACTS[layout.contract]
    columns: dict[str, pa.Array] = {}
    unreadable: list[list[str]] = [[] for _ in range(len(records))]
    for column in contract.columns:
        if column.name in records.columns.column_names:
            described = layout.fields.get(column.name)
            parsed = parse(records.columns[column.name], column, described.unit if described else None)
            columns[column.name] = parsed.values
            for row in parsed.unreadable.nonzero()[0]:
                unreadable[row].append(column.name)
    table = pa.table(columns | {"line": records.row_number, "damage": records.damage})
    return [row | {"unreadable": failed} for row, failed in zip(table.to_pylist(), unreadable, strict=True)]


def raw_lines(path: Path) -> list[list[str]]:
    """The cells of a file, line by line, as the standard library or calamine alone reads them."""
    if path.suffix == ".xlsx":
        sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        return [[str(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    data = path.read_bytes()
    text = data.decode("gb18030" if path.name.startswith("同心县") else "utf-8-sig")
    return [next(csv.reader([line]), []) for line in text.splitlines()]
