"""The rows of a CSV as text columns, each with its line and what is damaged in it.

Nothing is typed or judged here; `assets.encodings` makes the text, `assets.heads` finds the head, `assets.records`
maps the columns. pyarrow reads the lines; those in doubt (a quotation mark open, another number of cells) are read
one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from assets.encodings import decode
from assets.heads import HeadSpec, find_head, no_head, unique_columns
from assets.refusal import Refusal
from warehouse.layouts import SourceTable

__all__ = ["MAX_CELL", "HeadSpec", "decode", "find_head", "first_rows", "read_csv", "split_line"]

MAX_CELL = 32_767
"""The longest text a spreadsheet cell can hold; longer means a lost quotation mark or an attack."""
MAX_CELL_LINES = 50
"""Lines that a quoted cell may fill; more means a lost quotation mark."""

_MATCHED = 4_000_000
_TAB, _LINE_FEED, _RETURN, _QUOTE, _DELETE = 9, 10, 13, 34, 127
_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f]"
_LOST = "\ufffd"
_CELL = re.compile(r'(?:"(?P<quoted>(?:[^"]++|"")*+)(?P<closing>"?))?(?P<plain>[^,]*+)')
_QUOTED_ROW = re.compile(r'(?:"(?:[^"]++|"")*+"|[^",]*+)(?:,(?:"(?:[^"]++|"")*+"|[^",]*+))*+')


def first_rows(data: bytes, count: int) -> list[list[str]]:
    """The first lines of a CSV as lists of cells (UTF-8 given)."""
    end = 0
    for _ in range(count):
        end = data.find(b"\n", end, _MATCHED) + 1
        if not end:
            end = min(len(data), _MATCHED)
            break
    text = data[:end].decode("utf-8", errors="replace").removesuffix("\n")
    # one line at a time, so that a lost quotation mark in a title does not swallow the head
    return [split_line(line.removesuffix("\r"))[0] for line in text.split("\n")]


def read_csv(data: bytes, spec: HeadSpec, name: str = "") -> SourceTable:
    """All rows of a CSV below its head, as text. Raises Refusal without a head or without a row."""
    rows = first_rows(data, spec.reach)
    head = find_head(rows, spec)
    if head is None:
        raise no_head(rows, spec)
    lines = _Lines.below(data, head.end)
    read = _read_stacked(lines) if spec.stacked else _read(lines, list(unique_columns(head.columns)))
    source = _without_blank_lines(_with_damage_of_cells(read, lines), lines.first_number)
    if not source.table.num_rows:
        raise Refusal("the file has a head and no row", do="ask the sender for the file with its rows")
    return SourceTable(source.table, source.row_number, source.damage, head.title, name)


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
class _Lines:
    """The physical lines below a head: where each begins in the text."""

    text: memoryview
    octets: np.ndarray
    starts: np.ndarray
    first_number: int

    @classmethod
    def below(cls, data: bytes, head_lines: int) -> _Lines:
        offset = 0
        for _ in range(head_lines):
            offset = data.find(b"\n", offset) + 1 or len(data)
        octets = np.frombuffer(data, np.uint8)[offset:]
        starts = np.concatenate([[0], np.flatnonzero(octets == _LINE_FEED) + 1])
        return cls(memoryview(data)[offset:], octets, starts[starts < len(octets)], head_lines + 1)

    def __len__(self) -> int:
        return len(self.starts)

    def between(self, first: int, last: int) -> memoryview:
        """The bytes of lines `first` to `last` - 1, line ends included."""
        places = [self.starts[place] if place < len(self) else len(self.octets) for place in (first, last)]
        return self.text[places[0] : places[1]]

    def line(self, place: int) -> str:
        """One line without its end."""
        return str(self.between(place, place + 1), "utf-8").removesuffix("\n").removesuffix("\r")

    def holding(self, positions: np.ndarray) -> np.ndarray:
        """The lines in which the octets at these positions stand."""
        return np.unique(np.searchsorted(self.starts, positions, side="right") - 1)

    def in_doubt(self) -> np.ndarray:
        """Lines that may not be one row: an odd number of quotation marks, or a carriage return inside."""
        is_quote = self.octets == _QUOTE
        odd = np.bitwise_xor.reduceat(is_quote, self.starts) if is_quote.any() else np.zeros(0, bool)
        return np.union1d(np.flatnonzero(odd), self.holding(self._returns_inside()))

    def _returns_inside(self) -> np.ndarray:
        returns = np.flatnonzero(self.octets[:-1] == _RETURN)
        return returns[self.octets[returns + 1] != _LINE_FEED]

    def with_control_character(self) -> np.ndarray:
        """Lines that hold a control character other than tabulator and line end."""
        low = np.flatnonzero((self.octets < 32) | (self.octets == _DELETE))
        stray = low[~np.isin(self.octets[low], (_TAB, _LINE_FEED, _RETURN))]
        return self.holding(np.concatenate([stray, self._returns_inside()]))

    def with_lost_character(self) -> np.ndarray:
        """Lines with U+FFFD, which stands for bytes that some conversion could not read."""
        found = np.flatnonzero(self.octets[:-2] == 0xEF)
        found = found[(self.octets[found + 1] == 0xBF) & (self.octets[found + 2] == 0xBD)]
        return self.holding(found)


@dataclass(frozen=True)
class _Row:
    """A row read by itself: the line it begins in, how many it takes, what is wrong with it."""

    place: int
    lines: int
    cells: list[str]
    damage: str | None


@dataclass(frozen=True)
class _Read:
    """Rows as read: text columns, the line (from 0) in which each begins, damage."""

    table: pa.Table
    places: np.ndarray
    damage: pa.Array


def _read(lines: _Lines, columns: list[str]) -> _Read:
    doubtful = _read_each(lines, lines.in_doubt(), len(columns)) if len(lines) else []
    taken = np.zeros(len(lines), bool)
    for row in doubtful:
        taken[row.place : row.place + row.lines] = True
    sound = np.flatnonzero(~taken)
    fast = _read_fast(_without(lines, doubtful), columns, len(sound))
    if fast is None:
        return _as_read(_read_each(lines, range(len(lines)), len(columns)), columns)
    table, ragged = fast
    other = _as_read(doubtful + _read_each(lines, sound[ragged], len(columns)), columns)
    if not len(other.places):
        return _Read(table, sound, other.damage.cast)
    return other
