"""Sheets to files: CSV by pyarrow, workbooks by xlsxwriter, planted lines patched in. Same input, same bytes.

Returns where each planting ended up: the line of the file, the first line being 1.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as pacsv

from jurisdictions.wuzhong.generator.forms import Form, as_written, cell_text, columns_of, layout_of
from jurisdictions.wuzhong.generator.planting import Planting
from jurisdictions.wuzhong.generator.sheets import Sheet

_MADE_ON = dt.datetime(2021, 1, 1)


@dataclass
class Written:
    """A file as written."""

    path: Path
    records: int = 0
    """lines below the head without a printed total"""
    lines: list[tuple[int, Planting]] = field(default_factory=list)


def write_file(
    path: Path, form: Form, sheets: Iterable[Sheet], plantings: Sequence[Planting], as_workbook: bool
) -> Written:
    """Write the blocks of one file; the plantings are in the first block."""
    return (_write_workbook if as_workbook else _write_csv)(path, form, iter(sheets), plantings)


def _write_csv(path: Path, form: Form, sheets: Iterator[Sheet], plantings: Sequence[Planting]) -> Written:
    written, first = Written(path), next(sheets)
    heads = list(columns_of(layout_of(form.area_code, first.source)))
    top = [[row] for row in form.title(first.source, first.month)] + _head_rows(form, first.source, heads)
    sums = _Sums(form, first.source)
    cut = next((planting for planting in plantings if planting.damage == "cut"), None)
    with path.open("wb") as handle:
        if form.encoding == "utf-8-sig":
            handle.write(b"\xef\xbb\xbf")
        _write_text(handle, form, "".join(f"{_line(row, form)}\n" for row in top).encode())
        sheet: Sheet | None = first
        while sheet is not None:
            table = as_written(sheet, form)
            text = _csv_text(table, form)
            if sheet is first and plantings:
                text, written.lines = _patched(text, table.column_names, sheet, plantings, len(top) + 1, form)
            following = next(sheets, None)
            if cut is not None and following is None:
                text = _cut(text)
            _write_text(handle, form, text)
            written.records += sheet.rows
            sums.add(sheet)
            sheet = following
        total = sums.row(heads)
        if total:
            _write_text(handle, form, f"{_line(total, form)}\n".encode())
    written.records += sum(planting.inserted for planting in plantings)
    return written


def _head_rows(form: Form, source: str, heads: Sequence[str]) -> list[list[str]]:
    """The head as rows: upper levels written once, over the first of their columns."""
    levels = layout_of(form.area_code, source).header_rows
    if levels == 1:
        return [list(heads)]
    parts = [head.split("/") for head in heads]
    upper = [part[0] for part in parts]
    merged = ["" if place and name == upper[place - 1] else name for place, name in enumerate(upper)]
    return [merged, [part[1] if len(part) > 1 else "" for part in parts]]


def _line(cells: Sequence[str], form: Form) -> str:
    text = io.StringIO()
    if form.amounts_as_text:
        csv.writer(text, lineterminator="", quoting=csv.QUOTE_ALL).writerow(cells)
    else:
        csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


def _csv_text(table: pa.Table, form: Form) -> bytes:
    text = io.BytesIO()
    # pyarrow's "needed" puts every text into quotation marks, which is how one sender writes
    style = "needed" if form.amounts_as_text else "none"
    pacsv.write_csv(table, text, pacsv.WriteOptions(include_header=False, quoting_style=style))
    return text.getvalue()


def _write_text(handle: BinaryIO, form: Form, text: bytes) -> None:
    if form.newline != "\n":
        text = text.replace(b"\n", form.newline.encode())
    handle.write(text.decode().encode("gb18030") if form.encoding == "gb18030" else text)


def _patched(
    text: bytes, heads: list[str], sheet: Sheet, plantings: Sequence[Planting], first_line: int, form: Form
) -> tuple[bytes, list[tuple[int, Planting]]]:
    lines = text.decode().split("\n")[:-1]
    original = list(lines)
    rows, positions = _positions(sheet.rows, plantings)
    result = [lines[row] for row in rows]
    for planting, position in zip(plantings, positions, strict=True):
        cells = next(csv.reader([original[planting.row]]))
        for head, edited in planting.edits.items():
            cells[heads.index(head)] = edited
        if planting.damage == "extra_cell":
            cells.append("见备注")
        if planting.edits or planting.damage == "extra_cell":
            result[position] = _line(cells, form)
    numbered = [(first_line + position, p) for p, position in zip(plantings, positions, strict=True)]
    return "".join(f"{line}\n" for line in result).encode(), numbered


def _positions(rows: int, plantings: Sequence[Planting]) -> tuple[list[int], list[int]]:
    """The sheet's rows in the order of the file, copies in the middle, and the position of each planting."""
    middle = rows // 2
    copies = [planting.row for planting in plantings if planting.inserted]
    order = [*range(middle), *copies, *range(middle, rows)]
    positions, copied = [], 0
    for planting in plantings:
        if planting.inserted:
            positions.append(middle + copied)
            copied += 1
        else:
            positions.append(planting.row + (len(copies) if planting.row >= middle else 0))
    return order, positions


def _cut(text: bytes) -> bytes:
    """The text without the end of its last line: two thirds of the cells, the last one begun."""
    start = text.rfind(b"\n", 0, -1) + 1
    cells = text[start:].rstrip(b"\n").split(b",")
    kept = len(cells) * 2 // 3
    return text[:start] + b",".join([*cells[:kept], cells[kept].lstrip(b"-")[:1]])


class _Sums:
    """Sums of the amounts of a file, for the printed total that some layouts skip."""

    def __init__(self, form: Form, source: str) -> None:
        self._form, self._layout = form, layout_of(form.area_code, source)
        self._cents: dict[str, int] = {}

    def add(self, sheet: Sheet) -> None:
        for head, (column, _) in columns_of(self._layout).items():
            if column.type in ("money", "integer"):
                self._cents[head] = self._cents.get(head, 0) + int(sheet.numbers(column.name).sum())

    def row(self, heads: Sequence[str]) -> list[str]:
        """The total's cells; nothing for a sender that prints none."""
        marks = {head: values[0] for head, values in self._layout.skip_rows.items()}
        if not marks:
            return []
        known = columns_of(self._layout)
        return [
            marks.get(head) or (cell_text(self._cents[head], *known[head], self._form) if head in self._cents else "")
            for head in heads
        ]


def _write_workbook(path: Path, form: Form, sheets: Iterator[Sheet], plantings: Sequence[Planting]) -> Written:
    import xlsxwriter

    (sheet,) = sheets
    table = as_written(sheet, form)
    heads = table.column_names
    title = form.title(sheet.source, sheet.month)
    head_rows = _head_rows(form, sheet.source, heads)
    first_row = len(title) + len(head_rows)
    rows, positions = _positions(sheet.rows, plantings)
    cells = table.take(pa.array(rows, pa.int64())).to_pydict()
    for planting, position in zip(plantings, positions, strict=True):
        for head, edited in planting.edits.items():
            cells[head][position] = edited
    formulas = {p for planting, p in zip(plantings, positions, strict=True) if planting.damage == "formula"}
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties({"created": _MADE_ON})
    page = book.add_worksheet("Sheet1")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, row_text in enumerate(title):
        page.write_string(place, 0, row_text)
    _write_workbook_head(page, head_rows, len(title))
    known = columns_of(layout_of(form.area_code, sheet.source))
    computed = max((place for place, head in enumerate(heads) if known[head][0].type == "money"), default=None)
    for column, head in enumerate(heads):
        is_date = known[head][0].type == "date"
        for position, cell in enumerate(cells[head]):
            at = first_row + position
            if cell is None or cell == "":
                continue
            if position in formulas and column == computed:
                page.write_formula(at, column, f"=SUM({float(cell)})", None, float(cell))
            elif is_date and _is_iso_day(cell):
                page.write_datetime(at, column, dt.datetime.fromisoformat(cell), day)
            elif isinstance(cell, str):
                page.write_string(at, column, cell)
            else:
                page.write_number(at, column, float(cell))
    book.close()
    return Written(
        path,
        len(rows),
        [(first_row + p + 1, planting) for planting, p in zip(plantings, positions, strict=True)],
    )


def _is_iso_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _write_workbook_head(page: object, head_rows: list[list[str]], top: int) -> None:
    from xlsxwriter.worksheet import Worksheet

    assert isinstance(page, Worksheet)
    if len(head_rows) == 1:
        page.write_row(top, 0, head_rows[0])
        return
    upper, lower = head_rows
    starts = [column for column, text in enumerate(upper) if text]
    for start, end in zip(starts, [*starts[1:], len(upper)], strict=True):
        if not lower[start]:
            page.merge_range(top, start, top + 1, start, upper[start])
        elif end - start > 1:
            page.merge_range(top, start, top, end - 1, upper[start])
        else:
            page.write_string(top, start, upper[start])
    for column, text in enumerate(lower):
        if text:
            page.write_string(top + 1, column, text)
