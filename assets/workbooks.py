"""XLSX to text cells, with what an attacker or a careless sender may have put into one.

Cells keep the text they show as values: whole numbers without a decimal point, dates as YYYY-MM-DD. Formula cells
are reported as damage of their line: the value that a workbook stores beside a formula may be stale.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

import pyarrow as pa

from assets.heads import HeadSpec, find_head, no_head, unique_columns
from assets.reading import MAX_CELL
from assets.refusal import Refusal
from warehouse.layouts import SourceTable

MAX_UNPACKED = 1 << 30
MAX_RATIO = 200
_FORMULA = re.compile(rb'<c\b[^>]*?\br="([A-Z]+)(\d+)"[^>]*>\s*<f\b')


def read_workbook(data: bytes, sheet: str | None, spec: HeadSpec, name: str = "") -> SourceTable:
    """All rows below the head of a sheet (the first that has the head when `sheet` is None), as text."""
    rows, formulas = _sheet_with_head(data, sheet, spec)
    head = find_head(rows, spec)
    if head is None:
        raise no_head(rows, spec)
    columns = list(unique_columns([""] * max(map(len, rows)) if spec.stacked else head.columns))
    body = [
        (number, row)
        for number, row in enumerate(rows[head.end :], start=head.end + 1)
        if any(cell.strip() for cell in row)
    ]
    if not body:
        raise Refusal("the sheet has a head and no row", do="ask the sender for the workbook with its rows")
    arrays = {
        column: pa.array([(row[index].strip() or None) if index < len(row) else None for _, row in body], pa.string())
        for index, column in enumerate(columns)
    }
    damage = [_damage(row, formulas.get(number)) for number, row in body]
    return SourceTable(
        pa.table(arrays),
        pa.array([number for number, _ in body], pa.int64()),
        pa.array(damage, pa.string()),
        head.title,
        name,
    )


def _damage(row: list[str], formula: str | None) -> str | None:
    if formula is not None:
        return f"cell {formula} holds a formula; send the value"
    longest = max((len(cell) for cell in row), default=0)
    return f"a cell has {longest:,} characters, more than any cell can" if longest > MAX_CELL else None


def first_sheet_rows(data: bytes, sheet: str | None, count: int) -> list[list[str]]:
    """The first rows of a sheet, for matching."""
    return _sheets(data, sheet)[0][1][:count]


def _sheet_with_head(data: bytes, sheet: str | None, spec: HeadSpec) -> tuple[list[list[str]], dict[int, str]]:
    sheets = _sheets(data, sheet)
    for index, rows in sheets:
        if find_head(rows, spec) is not None:
            return rows, _formula_cells(data, index)
    return sheets[0][1], {}


def _sheets(data: bytes, sheet: str | None) -> list[tuple[int, list[list[str]]]]:
    refuse_bombs(data)
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        wanted = names if sheet is None else [name for name in names if name == sheet]
        if not wanted:
            raise Refusal(
                "the workbook lacks the sheet",
                found=", ".join(names),
                expected=str(sheet),
                do="send the whole workbook",
            )
        return [
            (
                names.index(name),
                [
                    [_text(cell) for cell in row]
                    for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                ],
            )
            for name in wanted
        ]
    except (python_calamine.CalamineError, OSError) as error:
        raise Refusal(
            "the workbook cannot be opened",
            found=str(error),
            expected="an .xlsx workbook",
            do="save it again and send it",
        ) from error


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(Decimal(repr(cell)), "f")
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return str(cell)


def refuse_bombs(data: bytes) -> None:
    """Refusal for a workbook that unpacks to far more than it is, or whose XML declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            ratio = unpacked / max(len(data), 1)
            if unpacked > MAX_UNPACKED or (unpacked > 10_000_000 and ratio > MAX_RATIO):
                raise Refusal(
                    "the workbook unpacks to far more than a report can hold (zip bomb)",
                    found=f"{unpacked:,} bytes, {ratio:.0f} times its size",
                    expected=f"at most {MAX_UNPACKED:,} bytes and {MAX_RATIO} times",
                    do="do not open it; ask the sender",
                )
            for entry in archive.infolist():
                if entry.filename.endswith((".xml", ".rels")):
                    with archive.open(entry) as member:
                        start = member.read(4096)
                    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                        raise Refusal(
                            "the workbook declares XML entities (XML bomb)",
                            found=entry.filename,
                            expected="plain XML",
                            do="do not open it; ask the sender",
                        )
    except (zipfile.BadZipFile, EOFError) as error:
        raise Refusal(
            "the workbook cannot be opened; it seems cut off or not a workbook",
            found=str(error),
            expected="an .xlsx workbook",
            do="ask the sender to send it again",
        ) from error


def _formula_cells(data: bytes, index: int) -> dict[int, str]:
    """row -> first cell with a formula, of the sheet at that place in the workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = sorted(
            (entry for entry in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", entry)),
            key=lambda entry: int(re.sub(r"\D", "", entry.rsplit("/", 1)[-1])),
        )
        if index >= len(sheets):
            return {}
        found: dict[int, str] = {}
        for match in _FORMULA.finditer(archive.read(sheets[index])):
            found.setdefault(int(match[2]), (match[1] + match[2]).decode())
        return found
