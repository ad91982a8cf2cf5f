"""Sender's bytes to text columns: encoding, title block, head, CSV and XLSX, damaged lines.

Nothing is typed or judged here; `assets.records` maps the columns, `checks.scan` judges. CSV is read by pyarrow,
workbooks by calamine; the exact CSV reader of the standard library takes over where lines and rows part company.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from assets.refusal import Refusal, excerpt
from warehouse.layouts import Encoding, SourceTable

MAX_CELL = 32_767
"""The longest text a spreadsheet cell can hold; longer means a lost quotation mark or an attack."""


@dataclass(frozen=True)
class HeadSpec:
    """What identifies a head: the columns it must have, in how many rows, within how many from the top.

    `title` is a regular expression found in the text above. A `stacked` file has a head per table further down: it is
    known by its title alone, and read from its first line.
    """

    columns: tuple[str, ...]
    header_rows: int = 1
    title_rows: int = 20
    title: str | None = None
    stacked: bool = False


@dataclass(frozen=True)
class Head:
    """A head found: its columns, the index of the first row after it, the title block above."""

    columns: tuple[str, ...]
    end: int
    title: tuple[str, ...]


def head_key(text: str) -> str:
    """A head cell without what senders vary: width of characters, blanks, line breaks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def decode(data: bytes, allowed: Sequence[Encoding]) -> tuple[bytes, str]:
    """The same text in UTF-8 and the encoding it was sent in.

    Raises Refusal for UTF-16, and for bytes that are no text in any of the encodings that the layout allows.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refusal("the file is UTF-16", expected=" or ".join(allowed), do="save it again as 'CSV UTF-8'")
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
        sent = "utf-8-sig"
    else:
        sent = "utf-8"
    broken = _utf8_error(data)
    if broken is None:
        return data, sent
    for encoding in allowed:
        if encoding == "utf-8" or sent == "utf-8-sig":
            continue
        try:
            return data.decode(encoding).encode(), encoding
        except UnicodeDecodeError:
            continue
    line = data.count(b"\n", 0, broken.start) + 1
    raise Refusal(
        "the bytes are not text in any encoding this sender uses; two encodings may be mixed",
        line=line,
        found=f"byte 0x{data[broken.start]:02x} where UTF-8 breaks",
        expected=" or ".join(allowed),
        do="ask the sender to save the whole file in one encoding, UTF-8 if they can",
    )


def _utf8_error(data: bytes) -> UnicodeDecodeError | None:
    """Where UTF-8 breaks; Arrow's validation first, since decoding would copy the file."""
    offsets = pa.py_buffer(np.array([0, len(data)], np.int64).tobytes())
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            return error
    return None


def find_head(rows: Sequence[Sequence[str]], spec: HeadSpec) -> Head | None:
    """The head among the first rows, or None. Upper rows of a multi-row head are filled to the right."""
    if spec.stacked:
        return Head((), 0, ()) if _has_title(_filled(rows[: spec.title_rows]), spec) else None
    wanted = {head_key(column) for column in spec.columns}
    for start in range(min(spec.title_rows + 1, len(rows) - spec.header_rows + 1)):
        columns = _join_head(rows[start : start + spec.header_rows])
        keys = [head_key(column) for column in columns]
        if wanted <= set(keys):
            repeated = sorted({key for key in wanted if keys.count(key) > 1})
            if repeated:
                raise Refusal(
                    "the head names a column twice",
                    line=start + 1,
                    found=", ".join(repeated),
                    expected="each column once",
                    do="rename or remove one of them",
                )
            title = _filled(rows[:start])
            if _has_title(title, spec):
                return Head(tuple(columns), start + spec.header_rows, title)
    return None


def _filled(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(cell for row in rows for cell in row if cell.strip())


def _has_title(cells: Sequence[str], spec: HeadSpec) -> bool:
    return spec.title is None or re.search(spec.title, " ".join(cells)) is not None


def _join_head(rows: Sequence[Sequence[str]]) -> list[str]:
    width = max(len(row) for row in rows)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    for row in padded[:-1]:
        for index in range(1, width):
            if not row[index].strip():
                row[index] = row[index - 1]
    return ["/".join(cell.strip() for cell in column if cell.strip()) for column in zip(*padded, strict=True)]


def missing_columns(rows: Sequence[Sequence[str]], spec: HeadSpec) -> list[str]:
    """The columns that the best candidate for a head lacks (for messages)."""
    best: list[str] = list(spec.columns)
    for start in range(min(spec.title_rows + 1, len(rows) - spec.header_rows + 1)):
        keys = {head_key(column) for column in _join_head(rows[start : start + spec.header_rows])}
        lacking = [column for column in spec.columns if head_key(column) not in keys]
        if len(lacking) < len(best):
            best = lacking
    return best


def first_rows(data: bytes, count: int) -> list[list[str]]:
    """The first lines of a CSV as lists of cells (UTF-8 given)."""
    end = 0
    for _ in range(count):
        at = data.find(b"\n", end)
        if at < 0 or at > 4_000_000:
            end = min(len(data), 4_000_000)
            break
        end = at + 1
    text = data[:end].decode("utf-8", errors="replace")
    _allow_long_cells()
    # one line at a time, so that a lost quotation mark in a title does not swallow the head
    return [next(csv.reader([line.replace("\0", "")]), []) for line in text.splitlines()]


def _allow_long_cells() -> None:
    csv.field_size_limit(2**31 - 1)


def read_csv(data: bytes, spec: HeadSpec, name: str = "") -> SourceTable:
    """All rows of a CSV below its head, as text. Raises Refusal without a head or without a row."""
    rows = first_rows(data, spec.title_rows + spec.header_rows + 1)
    head = find_head(rows, spec)
    if head is None:
        raise no_head(rows, spec)
    if spec.stacked:
        return _read_stacked(data, name)
    columns = unique_columns(head.columns)
    start = _offset_of_line(data, head.end)
    body = memoryview(data)[start:]
    if not bytes(body[:4096]).strip(b" \t\r\n,;") and not bytes(body).strip(b" \t\r\n,;"):
        raise Refusal("the file has a head and no row", do="ask the sender for the file with its rows")
    newlines = np.flatnonzero(np.frombuffer(body, np.uint8) == 10)
    lines = len(newlines) + (body[-1] != 10)
    table, numbers, damage = _read_fast(body, columns, head.end + 1, lines) or _read_exact(body, columns, head.end + 1)
    damage = _damage_of_bytes(body, newlines, head.end + 1, numbers, damage)
    damage = _damage_of_length(table, newlines, damage)
    return _without_blank_lines(SourceTable(table, numbers, damage, head.title, name))


def _read_stacked(data: bytes, name: str) -> SourceTable:
    """Every line from the first, in as many columns as the widest has: no width is wrong where tables differ."""
    _allow_long_cells()
    lines = data.decode("utf-8").replace("\r\n", "\n").removesuffix("\n").split("\n")
    rows = [next(csv.reader([line.replace("\0", "")]), []) for line in lines]
    columns = unique_columns([""] * max(map(len, rows)))
    cells = [[cell or None for cell in row] + [None] * (len(columns) - len(row)) for row in rows]
    arrays = [pa.array(column, pa.string()) for column in zip(*cells, strict=True)]
    table = pa.table(dict(zip(columns, arrays, strict=True)))
    numbers = pa.array(range(1, len(rows) + 1), pa.int64())
    reason = "a quotation mark is opened and not closed"
    unclosed = pa.array([reason if line.count('"') % 2 else None for line in lines], pa.string())
    newlines = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
    damage = _damage_of_length(table, newlines, _damage_of_bytes(memoryview(data), newlines, 1, numbers, unclosed))
    return _without_blank_lines(SourceTable(table, numbers, damage, (), name))


def no_head(rows: Sequence[Sequence[str]], spec: HeadSpec) -> Refusal:
    """The refusal of a file whose head lacks columns."""
    lacking = missing_columns(rows, spec)
    if not lacking and spec.title is not None:
        return Refusal(
            "the title of the file is not that of its layout",
            found=excerpt(" ".join(_filled(rows))[:160], 160),
            expected=f"text like {spec.title!r} in the first {spec.title_rows} rows",
            do="ask the sender which form this is, or describe the new form in a layout",
        )
    shown = next((row for row in rows if sum(bool(cell.strip()) for cell in row) > 1), rows[0] if rows else [])
    return Refusal(
        f"no head with the columns of this layout in the first {spec.title_rows + 1} rows",
        found=excerpt(", ".join(shown), 160),
        expected=f"also the columns {', '.join(lacking[:8])}{' …' if len(lacking) > 8 else ''}",
        do="ask the sender which form this is, or describe the new form in a layout",
    )


def unique_columns(columns: Iterable[str]) -> list[str]:
    """Column names usable in a table: blanks and repetitions numbered."""
    seen: dict[str, int] = {}
    result = []
    for index, column in enumerate(columns):
        name = column or f"column {index + 1}"
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result


def _offset_of_line(data: bytes, lines: int) -> int:
    offset = 0
    for _ in range(lines):
        at = data.find(b"\n", offset)
        if at < 0:
            return len(data)
        offset = at + 1
    return offset


def _read_fast(
    body: memoryview, columns: list[str], first_line: int, lines: int
) -> tuple[pa.Table, pa.Array, pa.Array] | None:
    """pyarrow's reader; None when rows and lines do not correspond one to one."""
    broken: dict[int, pacsv.InvalidRow] = {}

    def note(row: pacsv.InvalidRow) -> str:
        broken[len(broken) if row.number is None else row.number] = row
        return "skip"

    convert = pacsv.ConvertOptions(
        column_types={column: pa.string() for column in columns},
        strings_can_be_null=True,
        null_values=[""],
        quoted_strings_can_be_null=True,
    )
    sound_lines = pacsv.ParseOptions(newlines_in_values=False, ignore_empty_lines=False)
    any_lines = pacsv.ParseOptions(newlines_in_values=False, ignore_empty_lines=False, invalid_row_handler=note)
    table = None
    # in parallel first; rows are numbered, and a ragged line can be told, by a single thread only
    for parallel, options in ((True, sound_lines), (False, any_lines)):
        reading = pacsv.ReadOptions(column_names=columns, use_threads=parallel, block_size=1 << 24)
        try:
            table = pacsv.read_csv(pa.BufferReader(pa.py_buffer(body)), reading, options, convert)
            break
        except pa.ArrowInvalid:
            continue
    if table is None:
        return None
    if table.num_rows + len(broken) != lines or (broken and b'"' in bytes(body)):
        return None
    table = table.combine_chunks()
    sound = np.arange(1, lines + 1)
    if broken:
        sound = np.setdiff1d(sound, np.fromiter(broken, int), assume_unique=True)
    if not broken:
        return table, pa.array(sound + first_line - 1), pa.nulls(lines, pa.string())
    cut = pa.table(
        {
            column: pa.array([_cell(row.text, index) for row in broken.values()], pa.string())
            for index, column in enumerate(columns)
        }
    )
    reasons = [
        f"the line has {row.actual_columns} columns, the head {row.expected_columns}"
        + ("; the file seems to end in the middle of a line" if number == lines else "")
        for number, row in broken.items()
    ]
    numbers = np.concatenate([sound, np.fromiter(broken, int)])
    damage = pa.array([None] * len(sound) + reasons, pa.string())
    order = pa.array(np.argsort(numbers, kind="stable"))
    whole = pa.concat_tables([table, cut]).combine_chunks().take(order)
    return whole, pa.array(np.sort(numbers) + first_line - 1), damage.take(order)


def _cell(line: str, index: int) -> str | None:
    cells = next(csv.reader([line.replace("\0", "")]), [])
    return cells[index] or None if index < len(cells) else None


def _read_exact(body: memoryview, columns: list[str], first_line: int) -> tuple[pa.Table, pa.Array, pa.Array]:
    """The standard library's reader, line by line where a quotation mark is lost."""
    _allow_long_cells()
    physical = bytes(body).decode("utf-8").replace("\r\n", "\n").split("\n")
    if physical and physical[-1] == "":
        physical.pop()
    rows: list[list[str | None]] = []
    numbers: list[int] = []
    damage: list[str | None] = []

    def add(cells: list[str], index: int, reason: str | None) -> None:
        if reason is None and len(cells) != len(columns) and any(cells):
            reason = f"the line has {len(cells)} columns, the head {len(columns)}"
            if index == len(physical) - 1:
                reason += "; the file seems to end in the middle of a line"
        padded = [cell or None for cell in cells[: len(columns)]]
        rows.append(padded + [None] * (len(columns) - len(padded)))
        numbers.append(first_line + index)
        damage.append(reason)

    index = 0
    while index < len(physical):
        used, cells = _logical_row(physical, index, len(columns))
        if used == 1:
            odd = physical[index].count('"') % 2 == 1
            add(cells, index, "a quotation mark is opened and not closed" if odd else None)
        else:
            add(cells, index, None)
        index += used
    data = {column: pa.array([row[i] for row in rows], pa.string()) for i, column in enumerate(columns)}
    return pa.table(data), pa.array(numbers, pa.int64()), pa.array(damage, pa.string())


def _logical_row(physical: list[str], start: int, width: int) -> tuple[int, list[str]]:
    """Cells of the row that begins at a line, and how many lines it takes.

    A quoted cell may hold line breaks. When a following line would be a whole row by itself, the quotation mark
    was lost instead, and the line stands alone.
    """
    line = physical[start].replace("\0", "")
    alone = next(csv.reader([line]), [])
    if line.count('"') % 2 == 0:
        return 1, alone
    text = line
    for used in range(1, min(50, len(physical) - start)):
        following = physical[start + used].replace("\0", "")
        if following.count('"') % 2 == 0 and len(next(csv.reader([following]), [])) == width and width > 1:
            return 1, alone
        text += "\n" + following
        if following.count('"') % 2 == 1:
            cells = next(csv.reader(io.StringIO(text)), [])
            return (used + 1, cells) if len(cells) == width else (1, alone)
    return 1, alone


def _damage_of_bytes(
    body: memoryview, newlines: np.ndarray, first_line: int, numbers: pa.Array, damage: pa.Array
) -> pa.Array:
    """Lines that hold a control character other than tabulator, line feed and carriage return."""
    octets = np.frombuffer(body, np.uint8)
    low = np.flatnonzero(octets < 32)
    positions = low[~np.isin(octets[low], (9, 10, 13))]
    if not len(positions):
        return damage
    bad_lines = np.unique(np.searchsorted(newlines, positions)) + first_line
    affected = pc.is_in(numbers, value_set=pa.array(bad_lines, pa.int64()))
    return pc.if_else(affected, pa.scalar("a control character (such as NUL) stands in the line"), damage)


def _damage_of_length(table: pa.Table, newlines: np.ndarray, damage: pa.Array) -> pa.Array:
    longest = int(np.diff(newlines, prepend=0).max(initial=0)) if len(newlines) else MAX_CELL + 1
    if longest <= MAX_CELL and len(newlines) > 0 and table.nbytes < MAX_CELL:
        return damage
    for column in table.columns:
        lengths = pc.fill_null(pc.binary_length(column), 0)
        if table.num_rows and pc.max(lengths).as_py() > MAX_CELL:
            message = pc.binary_join_element_wise(
                pa.scalar("a cell has"),
                pc.cast(lengths, pa.string()),
                pa.scalar("bytes, more than any cell can"),
                " ",
            )
            damage = pc.if_else(pc.greater(lengths, MAX_CELL), message, pa.chunked_array([damage])).combine_chunks()
    return damage


def _without_blank_lines(source: SourceTable) -> SourceTable:
    """Lines without any text are no records."""
    table = source.table
    if not table.num_rows:
        return source
    blank = pc.is_null(table.column(0))
    if not pc.any(blank).as_py():
        return source
    for column in table.columns[1:]:
        blank = pc.and_(blank, pc.or_kleene(pc.is_null(column), pc.equal(pc.utf8_trim_whitespace(column), "")))
    keep = pc.invert(pc.and_(pc.fill_null(blank, True), pc.is_null(pa.chunked_array([source.damage]))))
    return SourceTable(
        table.filter(keep),
        source.row_number.filter(_one(keep)),
        source.damage.filter(_one(keep)),
        source.title,
        source.name,
    )


def _one(mask: pa.ChunkedArray | pa.Array) -> pa.Array:
    return mask.combine_chunks() if isinstance(mask, pa.ChunkedArray) else mask
