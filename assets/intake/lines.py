"""The lines of a CSV to rows of cells: all at once by pyarrow, those in doubt one by one.

A line is a row, save where a quoted cell holds line breaks. Heads, encodings and what is wrong inside a cell are
`assets.intake.reading`'s; here is only where a row begins, where it ends, and whether it has as many cells as the head.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

MAX_CELL_LINES = 50
"""Lines that a quoted cell may fill; more means a lost quotation mark."""
UNCLOSED = "a quotation mark is opened and not closed"
_TAB, _LINE_FEED, _RETURN, _QUOTE = 9, 10, 13, 34
_LOST = "\ufffd".encode()
_CELL = re.compile(r'(?:"(?P<quoted>(?:[^"]++|"")*+)(?P<closing>"?))?(?P<plain>[^,]*+)')
_SOUND_ROW = re.compile(r'(?:"(?:[^"]++|"")*+"|[^",]*+)(?:,(?:"(?:[^"]++|"")*+"|[^",]*+))*+')


def split_line(line: str) -> tuple[list[str], bool]:
    """The cells of a line, and whether a quotation mark is still open at its end."""
    if '"' not in line:
        return line.split(","), False
    cells: list[str] = []
    is_open, at = False, -1
    while at < len(line):
        match = _CELL.match(line, at + 1)
        assert match is not None
        quoted, closing, plain = match.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"') + plain)
        is_open, at = quoted is not None and not closing, match.end()
    return cells, is_open


@dataclass(frozen=True)
class Lines:
    """The physical lines of a text in UTF-8: where each begins, and where control characters stand in it."""

    text: memoryview
    octets: np.ndarray
    starts: np.ndarray
    controls: np.ndarray

    @classmethod
    def below(cls, data: bytes, head_lines: int) -> Lines:
        """The lines after the first `head_lines`."""
        offset = 0
        for _ in range(head_lines):
            offset = data.find(b"\n", offset) + 1 or len(data)
        octets = np.frombuffer(data, np.uint8)[offset:]
        controls = np.flatnonzero(octets < 32)
        starts = np.concatenate([[0], controls[octets[controls] == _LINE_FEED] + 1])
        return cls(memoryview(data)[offset:], octets, starts[starts < len(octets)], controls)

    def __len__(self) -> int:
        return len(self.starts)

    def between(self, first: int, last: int) -> memoryview:
        """The bytes of lines `first` to `last` - 1, line ends included."""
        begin, end = (self.starts[place] if place < len(self) else len(self.octets) for place in (first, last))
        return self.text[begin:end]

    def line(self, place: int) -> str:
        """One line without its end."""
        return str(self.between(place, place + 1), "utf-8").removesuffix("\n").removesuffix("\r")

    def in_doubt(self) -> np.ndarray:
        """Lines that may not be one row: an odd number of quotation marks, or a carriage return inside."""
        odd = np.zeros(0, bool)
        if _has_quotes(self.text):
            odd = np.bitwise_xor.reduceat(self.octets == _QUOTE, self.starts)
        return np.union1d(np.flatnonzero(odd), self._holding(self._returns_inside()))

    def with_control_character(self) -> np.ndarray:
        """Lines that hold a control character other than tabulator and line end."""
        is_stray = ~np.isin(self.octets[self.controls], (_TAB, _LINE_FEED, _RETURN))
        return self._holding(np.concatenate([self.controls[is_stray], self._returns_inside()]))

    def with_lost_character(self) -> np.ndarray:
        """Lines with U+FFFD, which stands for bytes that some conversion could not read."""
        found = (match.start() for match in re.finditer(_LOST, self.text))
        return self._holding(np.fromiter(found, np.int64))

    def _returns_inside(self) -> np.ndarray:
        returns = self.controls[self.octets[self.controls] == _RETURN]
        returns = returns[returns < len(self.octets) - 1]
        return returns[self.octets[returns + 1] != _LINE_FEED]

    def _holding(self, positions: np.ndarray) -> np.ndarray:
        return np.unique(np.searchsorted(self.starts, positions, side="right") - 1)


@dataclass(frozen=True)
class Row:
    """A row read by itself: the line it begins in, how many it takes, what is wrong with it."""

    place: int
    lines: int
    cells: list[str]
    damage: str | None


@dataclass(frozen=True)
class Rows:
    """Rows as read: text columns, the line (from 0) in which each begins, damage."""

    table: pa.Table
    places: np.ndarray
    damage: pa.Array


def read_rows(lines: Lines, columns: Sequence[str]) -> Rows:
    """All lines as rows of the given columns; one with another number of cells is damaged."""
    doubtful = read_each(lines, lines.in_doubt(), len(columns)) if len(lines) else []
    taken = np.zeros(len(lines), bool)
    for row in doubtful:
        taken[row.place : row.place + row.lines] = True
    sound = np.flatnonzero(~taken)
    fast = read_fast(_text_without(lines, doubtful), columns, len(sound))
    if fast is None:
        return as_rows(read_each(lines, range(len(lines)), len(columns)), columns)
    table, ragged = fast
    whole = Rows(table, np.delete(sound, ragged), pa.nulls(table.num_rows, pa.string()))
    return _merged(whole, as_rows(doubtful + read_each(lines, sound[ragged], len(columns)), columns))


def as_rows(rows: Sequence[Row], columns: Sequence[str]) -> Rows:
    """Rows read one by one as text columns; an empty cell is null."""
    width = len(columns)
    cells = [[*(cell or None for cell in row.cells[:width]), *[None] * (width - len(row.cells))] for row in rows]
    table = pa.table({name: pa.array([row[i] for row in cells], pa.string()) for i, name in enumerate(columns)})
    places = np.array([row.place for row in rows], np.int64)
    return Rows(table, places, pa.array([row.damage for row in rows], pa.string()))


def _merged(first: Rows, second: Rows) -> Rows:
    if not len(second.places):
        return first
    places = np.concatenate([first.places, second.places])
    order = np.argsort(places, kind="stable")
    table = pa.concat_tables([first.table, second.table]).combine_chunks().take(pa.array(order))
    return Rows(table, places[order], pa.concat_arrays([first.damage, second.damage]).take(pa.array(order)))


def _text_without(lines: Lines, rows: Sequence[Row]) -> bytes | memoryview:
    if not rows:
        return lines.text
    ends = [0, *(row.place + row.lines for row in rows)]
    starts = [*(row.place for row in rows), len(lines)]
    return b"".join(lines.between(end, start) for end, start in zip(ends, starts, strict=True))


def read_each(lines: Lines, places: Iterable[int], width: int) -> list[Row]:
    """The rows that begin at the given lines (ascending), one by one, with what is wrong with them."""
    rows: list[Row] = []
    free = 0
    for place in places:
        if place < free:
            continue
        row = _row_at(lines, int(place), width)
        free = row.place + row.lines
        rows.append(row)
    return rows


def _row_at(lines: Lines, place: int, width: int) -> Row:
    """The row that begins at a line.

    A quoted cell may hold line breaks. When a following line would be a whole row by itself, or the quoted cell does
    not end before a comma or a line end, the quotation mark was lost instead, and the line stands alone.
    """
    text = lines.line(place)
    alone, is_open = split_line(text)
    if not is_open:
        return Row(place, 1, alone, _wrong_width(alone, width, place == len(lines) - 1))
    for used in range(2, min(MAX_CELL_LINES, len(lines) - place) + 1):
        following = lines.line(place + used - 1)
        text = f"{text}\n{following}"
        if following.count('"') % 2 == 1:
            cells, _ = split_line(text)
            if len(cells) == width and _SOUND_ROW.fullmatch(text):
                return Row(place, used, cells, None)
            break
        if width > 1 and len(split_line(following)[0]) == width:
            break
    return Row(place, 1, alone, UNCLOSED)


def _wrong_width(cells: Sequence[str], width: int, is_last: bool) -> str | None:
    if len(cells) == width or not any(cell.strip() for cell in cells):
        return None
    cut = "; the file seems to end in the middle of a line" if is_last and len(cells) < width else ""
    return f"the line has {len(cells)} columns, the head {width}{cut}"


def read_fast(text: bytes | memoryview, columns: Sequence[str], count: int) -> tuple[pa.Table, list[int]] | None:
    """`count` lines by pyarrow, and the places of those that have another number of cells, which are left out.

    None when a line is not a row after all.
    """
    if not count:
        return pa.table({column: pa.array([], pa.string()) for column in columns}), []
    has_quotes = _has_quotes(text)
    if has_quotes and text[-1] != _LINE_FEED:
        text = bytes(text) + b"\n"  # so that a quotation mark open at the end takes in a line feed
    ragged: list[pacsv.InvalidRow] = []

    def note(row: pacsv.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

    convert = pacsv.ConvertOptions(
        column_types={column: pa.string() for column in columns},
        strings_can_be_null=True,
        null_values=[""],
        quoted_strings_can_be_null=True,
    )
    # in parallel first: only a single thread can number the lines that are skipped
    for parallel in (True, False):
        reading = pacsv.ReadOptions(column_names=list(columns), use_threads=parallel, block_size=1 << 24)
        parsing = pacsv.ParseOptions(ignore_empty_lines=False, invalid_row_handler=None if parallel else note)
        try:
            table = pacsv.read_csv(pa.BufferReader(pa.py_buffer(text)), reading, parsing, convert)
        except pa.ArrowInvalid:
            continue
        table = table.combine_chunks()
        if table.num_rows + len(ragged) != count or (has_quotes and _any_line_feed(table, ragged)):
            return None
        return table, [row.number - 1 for row in ragged]
    return None


def _has_quotes(text: bytes | memoryview) -> bool:
    return re.search(b'"', text) is not None


def _any_line_feed(table: pa.Table, ragged: Iterable[pacsv.InvalidRow]) -> bool:
    texts = (chunk.buffers()[2] for column in table.columns for chunk in column.chunks)
    return any("\n" in row.text for row in ragged) or any(
        text is not None and bool((np.frombuffer(text, np.uint8) == _LINE_FEED).any()) for text in texts
    )
