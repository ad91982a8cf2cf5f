"""How one sender's file becomes the columns of a contract: layout, field, companion.

A layout is declarative for the ordinary file and has one pure function (`transform`) for the odd one. The
layouts themselves live in `jurisdictions/<place>/layouts`; reading files by them is `assets.intake.reading`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import pyarrow as pa

from warehouse.contracts.base import Rule
from warehouse.periods import freq, periods_closing, read_period

Encoding = Literal["utf-8", "gb18030", "latin-1"]


@dataclass(frozen=True)
class Field:
    """Where a contract column comes from: a column of the file, or a constant.

    `unit` is the unit of the sender's numbers when it differs from the contract's (`万元`); `codes` maps the
    sender's words to the contract's codes, and a word that is not in it is kept and then judged by the code list. A
    word for a value that is not there is mapped to "".
    """

    source: str | None = None
    constant: str | None = None
    unit: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False
    """A file without this column is still this layout; the contract column is then blank."""
    rounded: bool = False
    """Amounts of money are computed and may have more decimals: they are rounded to the cent, half to even"""

    def __post_init__(self) -> None:
        if (self.source is None) == (self.constant is None):
            raise ValueError("a field has either a source column or a constant")


@dataclass(frozen=True)
class Companion:
    """Another file that the layout cannot do without, found in the same folder."""

    role: str
    files: tuple[str, ...]
    columns: tuple[str, ...]
    encodings: tuple[Encoding, ...] = ("utf-8",)


@dataclass(frozen=True)
class SourceTable:
    """A file as read: text columns of the head, one row per line, and where each row stands in the file.

    `damage` is null for a sound line, else says what is wrong with it.
    """

    table: pa.Table
    row_number: pa.Array
    damage: pa.Array
    title: tuple[str, ...] = ()
    """Cells of the title block above the head."""
    name: str = ""


class UnusableFile(ValueError):
    """Raised by a transform that can take nothing of a file; intake refuses the file with this reason."""

    def __init__(self, what: str, *, found: str = "", expected: str = "", do: str) -> None:
        super().__init__(what)
        self.what, self.found, self.expected, self.do = what, found, expected, do


Transform = Callable[[SourceTable, Mapping[str, SourceTable]], pa.Table]
"""(file, companions by role) -> contract columns, plus `row_number` (line of the main file, int64).

Columns may be text (then parsed by the contract's types) or already of the contract's Arrow type. The result may
hold several rows for one line (unpivoted) and must hold at least one for every line that is a record. `damage` says
what is wrong with a row, beyond what its line suffered; a file of which nothing can be used raises UnusableFile.
"""


@dataclass(frozen=True)
class Layout:
    """How to recognise a sender's file and turn it into rows of `contract`.

    A file matches when its name matches one of `files` (shell patterns, case ignored) and its head has the columns
    that the fields, `requires` and `companions` name. `period_in_name` is a regular expression with the group `year`
    and, for parts of a year, `month`, `quarter` or `half` (上, 下, 1 or 2); the file is then for that period only.
    `area_code` says whose file it is.
    """

    id: str
    contract: str
    sender: str
    files: tuple[str, ...]
    description: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    transform: Transform | None = None
    requires: tuple[str, ...] = ()
    """Columns that a transform reads, by their text in the head (levels joined by `/`)."""
    companions: tuple[Companion, ...] = ()
    encodings: tuple[Encoding, ...] = ("utf-8",)
    sheet: str | None = None
    header_rows: int = 1
    """Rows of the head; upper rows of merged cells are filled to the right and joined by `/`."""
    title_rows: int = 20
    """The head is looked for within this many rows from the top."""
    title: str | None = None
    """Regular expression found in the text above the head: tells apart files whose heads are alike."""
    stacked: bool = False
    """The file holds tables one under another, each with a head of its own: the transform gets every line
    from the first, in columns `column 1`, `column 2` …; `title` is looked for in the first `title_rows` rows."""
    other_columns: Literal["refuse", "ignore"] = "refuse"
    freq: Literal["M", "Q", "S", "A"] = "M"
    owed: bool = False
    """The area owes such a file for every period of `freq`: that it is not there is told"""
    period_in_name: str | None = None
    area_code: str | None = None
    skip_rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """column -> values that mark a printed total or note, which is not a record."""
    series: str | None = None
    """Layouts of one series report the same thing; the one of the higher `rank` stands for a period."""
    parts: tuple[str, ...] = ()
    """The series of a file that reports several; its transform names each record's in a column `series`."""
    rank: int = 0
    identifiers: tuple[str, ...] = ()
    """Columns of the file, besides the mapped ones, that tell who a household or person is."""

    def source_columns(self) -> tuple[str, ...]:
        """The columns that a file must have to be of this layout."""
        named = [f.source for f in self.fields.values() if f.source is not None and not f.optional]
        return tuple(dict.fromkeys([*named, *self.requires]))

    def covers(self) -> tuple[str, ...]:
        """The series that a file of this layout stands for, if no file of higher rank does."""
        return self.parts or (self.series or self.id,)

    def known_columns(self) -> frozenset[str]:
        """All columns that the layout reads, with the optional ones."""
        optional = {f.source for f in self.fields.values() if f.source is not None}
        return frozenset(optional) | frozenset(self.source_columns()) | frozenset(self.skip_rows)

    def period_of_name(self, name: str) -> str | None:
        """The SDMX period that a file name states, or None when the layout takes it from the rows."""
        if self.period_in_name is None:
            return None
        match = re.search(self.period_in_name, name, re.IGNORECASE)
        if match is None:
            return None
        groups, year = match.groupdict(), f"{int(match['year']):04d}"
        if groups.get("quarter"):
            return f"{year}-Q{int(groups['quarter'])}"
        if groups.get("month"):
            return f"{year}-{int(groups['month']):02d}"
        if half := groups.get("half"):
            return read_period(f"{year}年{half}半年" if half in "上下" else f"{year}-S{half}")
        return year


@dataclass(frozen=True)
class Jurisdiction:
    """A monitored place: its layouts, rules of its own, and the folder with its reference tables."""

    id: str
    name: str
    name_zh: str
    currency: str
    root_area: str
    layouts: tuple[Layout, ...]
    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    """contract name -> rules that hold here only"""
    due_days: Mapping[str, int] = field(default_factory=dict)
    """contract name -> days after the end of a period within which its files are due from those that owe them"""
    plausible: Mapping[str, Mapping[str, tuple[Decimal, Decimal]]] = field(default_factory=dict)
    """contract name -> column -> what it usually is here, by which the readings of a garbled figure are ranked"""
    publication: Mapping[str, object] = field(default_factory=dict)
    """Rules of publication that differ here: fields of `indicators.disclosure.PublicationRules`"""
    source: str = ""
    """Credit line for the data."""
    licence: tuple[str, str] = ("notspecified", "Not stated by the source; ask it before passing the data on")
    """Identifier (SPDX where there is one) and words of the terms on which the data may be used."""

    def obligations(self) -> tuple[Layout, ...]:
        """What files are owed: one layout for each table, area and frequency, however many forms an area has."""
        owed: dict[object, Layout] = {}
        for layout in self.layouts:
            if layout.owed:
                owed.setdefault((layout.contract, layout.area_code, layout.freq), layout)
        return tuple(owed.values())

    def owed(self, table: str) -> tuple[Layout, ...]:
        """The obligations of a table."""
        return tuple(layout for layout in self.obligations() if layout.contract == table)

    def owing(self, table: str, month: str) -> frozenset[str]:
        """The areas that owe a file of a table for a period that closes in a month."""
        closing = {freq(period) for period in periods_closing(month)}
        return frozenset(layout.area_code for layout in self.owed(table) if layout.area_code and layout.freq in closing)

    def sender_of(self, table: str, area_code: str) -> str | None:
        """Who sends a table's files of an area; None when no layout is the area's own."""
        own = (one.sender for one in self.layouts if (one.contract, one.area_code) == (table, area_code))
        return next(own, None)
