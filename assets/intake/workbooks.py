"""XLSX to text cells, with what an attacker or a careless sender may have put into one.

Cells keep the text they show as values: whole numbers without a decimal point, dates as YYYY-MM-DD. What a cell does
not truly hold damages its line: a formula (the value stored beside it may be stale), an error value, a number of more
digits than a workbook keeps.
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from assets.intake.heads import HeadSpec, find_head, no_head, unique_columns
from assets.intake.reading import MAX_CELL, kind_of
from assets.intake.refusal import Refusal
from warehouse.layouts import SourceTable

MAX_UNPACKED = 1 << 30
MAX_RATIO = 200
MAX_CELLS = 40_000_000
"""Cells of the rectangle from A1 to the last cell, all of which are in memory at once."""
_ENOUGH_FOR_RATIO = 10_000_000
_DIGITS = 15
"""Digits of a number that a workbook keeps"""
_LONG_NUMBER = f"^-?(?:[0-9]{{{_DIGITS + 1},}}|inf)$"
_CHUNK = 1 << 20
_DAMAGED = (OSError, EOFError, LookupError, RuntimeError, ValueError, ET.ParseError, zipfile.BadZipFile, zlib.error)
"""What the readers of archives and of XML raise over bytes that are wrong."""
_ODD_CELL = re.compile(rb'<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b|<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)>')
_WITHOUT_VALUE = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*</(?:\w+:)?c>"
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ADDRESS = re.compile(rb'\br="([A-Za-z]+)([0-9]+)"')
_FAR_ADDRESS = re.compile(rb'r="([A-Za-z]{2,}|[A-Za-z](?=[0-9]{6}))([0-9]+)"')
"""Of any attribute whose name ends so: to ask for the whole name takes ten times as long"""
_NEAR = (26, 99_999)
"""Columns and rows that an address of one letter and five digits can reach."""
_COUNT_OF_TEXTS = re.compile(rb"""uniqueCount\s{0,20}=\s{0,20}["']\s{0,20}\+?([0-9]{1,40})""")
"""The reader sets aside room for as many texts as are announced."""
_LONGEST_MARK = 128
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*)>")
_ROW_NUMBER = re.compile(rb'\br="([0-9]+)"')
_LOOSELY_WRITTEN = re.compile(rb'=(?:(?<=\s=)|(?!"))')
"""Attributes in a form that XML allows and no spreadsheet program writes: blanks beside the sign, single quotes"""


@dataclass(frozen=True)
class Odd:
    """Rows with a cell that does not hold its value."""

    what: Mapping[int, str]
    """row -> what is wrong with the first such cell in it"""
    lost: Collection[int]
    """Rows with a cell of which nothing is left: an error, or a formula that was never worked out"""


def read_workbook(
    data: bytes, sheet: str | None, spec: HeadSpec, name: str = "", only: Collection[int] | None = None
) -> SourceTable:
    """All rows below the head of a sheet (the first that has the head when `sheet` is None), as text.

    `only`: no others than those of these numbers, and no refusal when there is none.
    """
    first: list[list[str]] | None = None
    with _opened(data) as book:
        for place in book.places(sheet):
            cells = book.cells(place)
            rows = book.rows(place, cells)
            top = [[_text(cell) for cell in row] for row in rows[: spec.reach]]
            if find_head(top, spec) is not None:
                return _source(rows, top, _odd_cells(cells), spec, name, only)
            first = top if first is None else first
    raise no_head(first or [], spec)


def first_rows_of_sheets(data: bytes, count: int) -> dict[str, list[list[str]]]:
    """The first rows of every sheet, for matching."""
    with _opened(data) as book:
        places = book.places(None)
        return {
            book.names[place]: [[_text(cell) for cell in row] for row in book.rows(place, book.cells(place), count)]
            for place in places
        }


def _source(
    rows: Sequence[Sequence[object]],
    top: list[list[str]],
    odd: Odd,
    spec: HeadSpec,
    name: str,
    only: Collection[int] | None,
) -> SourceTable:
    head = find_head(top, spec)
    assert head is not None
    columns = list(unique_columns([""] * max(map(len, rows)) if spec.stacked else head.columns))
    numbers: list[int] = []
    texts: list[Sequence[str]] = []
    damage: list[str | None] = []
    suspects: set[int] = set()
    below = max(0, max(odd.lost, default=0) - len(rows))
    for number, row in enumerate([*rows[head.end :], *[()] * below], start=head.end + 1):
        if only is not None and number not in only:
            continue
        shown = [cell if cell.__class__ is str else _text(cell) for cell in row[: len(columns)]]
        if any(cells := tuple(map(str.strip, shown))) or number in odd.lost:  # type: ignore[arg-type]
            if sum(map(len, shown)) > MAX_CELL:  # type: ignore[arg-type]
                suspects.add(len(numbers))
            numbers.append(number)
            texts.append((*cells, *[""] * (len(columns) - len(cells))))
            damage.append(odd.what.get(number))
    if not numbers and only is None:
        raise Refusal("the sheet has a head and no row", do="ask the sender for the workbook with its rows")
    cells_of = zip(*texts, strict=True) if texts else [()] * len(columns)
    table = pa.table([_without_blanks(pa.array(cells, pa.string())) for cells in cells_of], columns)
    for place in sorted(suspects.union(*map(_long_numbers, table.columns))):
        damage[place] = damage[place] or _damage(rows[numbers[place] - 1], columns)
    return SourceTable(table, pa.array(numbers, pa.int64()), pa.array(damage, pa.string()), head.title, name)


def _long_numbers(texts: pa.ChunkedArray) -> list[int]:
    """Places of numbers of more digits than a workbook keeps; of texts that look like one, too."""
    found: list[int] = pc.indices_nonzero(pc.match_substring_regex(texts, _LONG_NUMBER)).to_pylist()
    return found


def _without_blanks(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _damage(row: Sequence[object], columns: Sequence[str]) -> str | None:
    for cell, column in zip(row, columns, strict=False):
        if isinstance(cell, str) and len(cell) > MAX_CELL:
            return f"the cell of column {column} has {len(cell):,} characters, more than any can"
        if isinstance(cell, float) and abs(cell) >= 10**_DIGITS:
            lost = f"a number of more than {_DIGITS} digits; the workbook lost the rest: send it as text"
            return f"column {column} holds {lost}"
    return None


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        # a workbook shows no more digits; those after are the noise of binary fractions
        text = str(int(cell)) if cell.is_integer() else format(cell, f".{_DIGITS}g")
        return format(Decimal(text), "f") if "e" in text else text
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return str(cell)


class _Workbook:
    """A workbook whose archive has been found harmless."""

    def __init__(self, data: bytes, archive: zipfile.ZipFile) -> None:
        import python_calamine

        self._archive = archive
        self._book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        self._parts = _parts_of_sheets(archive)
        self.names: list[str] = self._book.sheet_names

    def places(self, sheet: str | None) -> list[int]:
        """Places of the sheets that may hold the table. Raises Refusal when the one asked for is not there."""
        places = [place for place, name in enumerate(self.names) if name in self._parts and sheet in (None, name)]
        if not places:
            raise Refusal(
                "the workbook lacks the sheet",
                found=", ".join(self.names),
                expected=sheet or "a sheet of cells",
                do="send the whole workbook",
            )
        return places

    def cells(self, place: int) -> bytes:
        """The part of a sheet's XML that holds its cells, in the form that the patterns here know."""
        xml = self._part(self._parts[self.names[place]])
        cells = _within(xml)
        if _LOOSELY_WRITTEN.search(cells):
            cells = _within(ET.canonicalize(from_file=io.BytesIO(xml)).encode())
        return cells

    def rows(self, place: int, cells: bytes, count: int | None = None) -> Sequence[Sequence[object]]:
        """What the `cells` of a sheet hold. Raises Refusal for one that would not fit into memory."""
        _refuse_wide(*_extent(cells))
        _refuse_repeated(cells, self._part("xl/sharedStrings.xml"))
        return self._book.get_sheet_by_index(place).to_python(skip_empty_area=False, nrows=count)

    def _part(self, name: str) -> bytes:
        return self._archive.read(name) if name in self._archive.namelist() else b""


def _odd_cells(cells: bytes) -> Odd:
    """Rows with a cell that holds a formula or an error value."""
    found: dict[int, str] = {}
    lost: set[int] = set()
    formulas = 0
    if b"<f" not in cells and b":f" not in cells and b't="e"' not in cells:
        return Odd(found, lost)
    for match in _ODD_CELL.finditer(cells):
        is_formula = match[1] is not None
        address = _ADDRESS.search(match[1] if is_formula else match[2])
        if address is not None:
            formulas += is_formula
            what = "a formula: send its value" if is_formula else "an error value such as #DIV/0!"
            found.setdefault(int(address[2]), f"cell {(address[1] + address[2]).decode()} holds {what}")
            if not is_formula:
                lost.add(int(address[2]))
    if formulas < len(_FORMULA.findall(cells)):
        raise Refusal("the sheet holds formulas in cells without an address", do="send the sheet with values only")
    lost |= {int(address[2]) for match in _WITHOUT_VALUE.finditer(cells) if (address := _ADDRESS.search(match[1]))}
    return Odd(found, lost)


@contextmanager
def _opened(data: bytes) -> Iterator[_Workbook]:
    """The workbook in a file. Raises Refusal for a file that is none, is damaged, or would not fit into memory."""
    import python_calamine

    if not data.startswith(b"PK"):
        raise Refusal(
            "the workbook cannot be opened: the file is none, though its name says so",
            found=kind_of(data) or "no zip archive",
            expected="an .xlsx workbook",
            do="send the workbook itself, or give the file the name of what it is",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bombs(archive, len(data))
            yield _Workbook(data, archive)
    except Refusal:
        raise
    except (python_calamine.CalamineError, *_DAMAGED) as error:
        raise Refusal(
            "the workbook cannot be opened; it seems cut off, damaged, or locked with a password",
            found=str(error) or type(error).__name__,
            expected="an .xlsx workbook",
            do="open it, save it again and send it",
        ) from error


def _refuse_bombs(archive: zipfile.ZipFile, size: int) -> None:
    """Refusal for a workbook that unpacks to far more than it is, or whose XML declares entities or a host of texts."""
    unpacked = 0
    for entry in archive.infolist():
        entry.file_size = MAX_UNPACKED  # what the archive says of itself may be false: each part is unpacked to its end
        with archive.open(entry) as part:
            before = b""
            while chunk := part.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > MAX_UNPACKED or unpacked > max(_ENOUGH_FOR_RATIO, MAX_RATIO * size):
                    raise Refusal(
                        "the workbook unpacks to far more than a report can hold (zip bomb)",
                        found=f"more than {unpacked:,} bytes from {size:,}",
                        expected=f"at most {MAX_UNPACKED:,} bytes and {MAX_RATIO} times",
                        do="do not open it; ask the sender",
                    )
                if b"<!DOCTYPE" in (text := before + chunk) or b"<!ENTITY" in text:
                    raise Refusal(
                        "the workbook declares XML entities (XML bomb)",
                        found=entry.filename,
                        expected="plain XML",
                        do="do not open it; ask the sender",
                    )
                if any(int(count) > MAX_CELLS for count in _COUNT_OF_TEXTS.findall(text)):
                    raise Refusal(
                        "the workbook announces more texts than a report can have cells",
                        found=entry.filename,
                        expected=f"at most {MAX_CELLS:,} texts",
                        do="do not open it; ask the sender",
                    )
                before = chunk[-_LONGEST_MARK:]


def _within(xml: bytes) -> bytes:
    return xml[xml.find(b"sheetData") : xml.rfind(b"sheetData")]


def _extent(cells: bytes) -> tuple[int, int]:
    """The column and the row that no cell lies beyond."""
    columns, rows = _NEAR
    for match in _FAR_ADDRESS.finditer(cells):
        columns, rows = max(columns, _column_number(match[1])), max(rows, int(match[2]))
    if cells.count(b"<c") == cells.count(b'<c r="'):
        return columns, rows
    # cells without an address stand beside the last one, rows without a number below it
    column, row = 0, 0
    for match in _ROW_OR_CELL.finditer(cells):
        if match[1] == b"row":
            number = _ROW_NUMBER.search(match[2])
            column, row = 0, int(number[1]) if number else row + 1
        else:
            address = _ADDRESS.search(match[2])
            column, row = (_column_number(address[1]), int(address[2])) if address else (column + 1, row)
        columns, rows = max(columns, column), max(rows, row)
    return columns, rows


def _refuse_wide(columns: int, rows: int) -> None:
    """Refusal for cells far apart: the whole rectangle up to the last one would be in memory."""
    if columns * rows > MAX_CELLS:
        raise Refusal(
            "the sheet spans more cells than a report can have",
            found=f"cells down to row {rows:,} and over to column {columns:,}",
            expected=f"at most {MAX_CELLS:,} cells",
            do="delete the rows and columns around the table, also those that look empty",
        )


def _refuse_repeated(cells: bytes, texts: bytes) -> None:
    """Refusal for an impossibly long text that many cells show: small in the file, huge in memory."""
    longest = max(map(len, texts.split(b"si>")))
    if longest > 4 * MAX_CELL and longest * cells.count(b't="s"') > MAX_UNPACKED:
        raise Refusal(
            "the sheet repeats a text longer than any cell can hold",
            found=f"{longest:,} bytes",
            expected=f"at most {MAX_CELL:,} characters",
            do="do not open it; ask the sender",
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _parts_of_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of each sheet of cells -> the part of the archive that holds it."""
    links = {
        link.get("Id"): posixpath.normpath(posixpath.join("/xl", link.get("Target", ""))).lstrip("/")
        for link in ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        if link.get("Type", "").endswith("/worksheet")
    }
    named: dict[str, str | None] = {}
    for sheet in ET.fromstring(archive.read("xl/workbook.xml")).iter():
        if sheet.tag.endswith("}sheet"):
            link = next((value for key, value in sheet.items() if key.endswith("}id")), None)
            named[sheet.get("name", "")] = links.get(link)
    return {name: part for name, part in named.items() if part is not None}
