"""The monthly reports as they came out of the PDF: the whole report, or its country table alone.

The month is that of the file name, whose spelling varies (`asar`, `shrawn`, `flagun`); the title of each
table that is read must not contradict it. Titles of the tables below (agencies, skills, insurers) do not
count: one in the report of Bhadra 2079 says 2022-05-15 to 2022-06-14.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

import pyarrow as pa

from jurisdictions.nepal.names import BikramSambatMonth, bikram_sambat_month, month_number
from jurisdictions.nepal.permits import (
    BY_COUNTRY,
    BY_DISTRICT,
    Count,
    PrintedLine,
    contradictions,
    to_records,
    whole_number,
)
from jurisdictions.nepal.printed_tables import PrintedTable, find_tables, split_line
from warehouse.layouts import Layout, SourceTable, UnusableFile

_NAME = re.compile(r"(?P<month>[A-Za-z]+)[-_ ]*(?P<year>20\d\d)")
_DATES = re.compile(r"(\d{4}-\d{2}-\d{2}) to (\d{4}-\d{2}-\d{2})")
_TABLES = {BY_COUNTRY: "the table by country", BY_DISTRICT: "the table by district"}
_SEXES = ("male", "female", "total")


def month_of_file(name: str) -> BikramSambatMonth:
    """The month in a file name; UnusableFile when it names none that is known."""
    match = _NAME.search(name)
    number = month_number(match["month"]) if match else None
    month = bikram_sambat_month(int(match["year"]), number) if match and number else None
    if month is None:
        raise UnusableFile(
            "the file name tells no month of the Bikram Sambat calendar",
            found=name,
            expected="a name such as bhadra-2079.csv, of the years in calendar.csv",
            do="rename the file; a new spelling goes into month_names.csv",
        )
    return month


def read_report(source: SourceTable, companions: Mapping[str, SourceTable], parts: tuple[str, ...]) -> pa.Table:
    """Records of the tables of a report; a table of `parts` that is not there is a damaged record.

    A table that is not whole counts nobody: all its lines are damaged. UnusableFile when no table is whole.
    """
    month = month_of_file(source.name)
    cells = zip(*(column.to_pylist() for column in source.table.columns), strict=True)
    tables = find_tables(list(zip(source.row_number.to_pylist(), cells, strict=True)))
    faults = ["; ".join(_faults(table, month)) for table in tables]
    if all(faults):
        raise UnusableFile(
            "no table of the report is whole",
            found="; ".join(dict.fromkeys(faults)) or "no line of channels above a line of male, female, total",
            expected=" and ".join(_TABLES[series] for series in parts) + ", down to the printed total",
            do="ask the sender for the whole report of the month",
        )
    lines = [line for table, fault in zip(tables, faults, strict=True) for line in _lines(table, month, fault)]
    for series in sorted(set(parts) - {_series(table) for table in tables}):
        lines.append(PrintedLine(series, month, 1, damage=f"the report lacks {_TABLES[series]}"))
    return to_records(lines)


def _series(table: PrintedTable) -> str:
    return BY_DISTRICT if table.by_district else BY_COUNTRY


def _lines(table: PrintedTable, month: BikramSambatMonth, fault: str) -> Iterator[PrintedLine]:
    series = _series(table)
    lines = [_line(table, series, month, number, text, fault or None) for number, text in table.body]
    yield from lines
    if table.total is not None and not fault and (reason := _total_differs(table, lines)):
        yield PrintedLine(series, month, table.total[0], damage=reason)


def _line(
    table: PrintedTable,
    series: str,
    month: BikramSambatMonth,
    number: int,
    text: str,
    damage: str | None,
) -> PrintedLine:
    place, words = split_line(text)
    expected = 3 * len(table.captions)
    if damage is None and len(words) != expected:
        damage = f"{len(words)} counts in the line, {expected} in the head: they cannot be told apart"
    counts = () if damage or place is None else _counts(table, number, words)
    return PrintedLine(series, month, number, place, counts, damage)


def _counts(table: PrintedTable, number: int, words: list[str]) -> tuple[Count, ...]:
    groups = zip(table.captions, words[0::3], words[1::3], words[2::3], strict=True)
    return tuple(Count(caption, male, female, total, number) for caption, male, female, total in groups)


def _faults(table: PrintedTable, month: BikramSambatMonth) -> list[str]:
    """What makes a whole table unusable."""
    faults = []
    if table.groups != len(table.captions):
        faults.append(f"the head has {len(table.captions)} channels over {table.groups} groups of male, female, total")
    if table.total is None:
        last = split_line(table.body[-1][1])[0] if table.body else "its head"
        faults.append(f"the table breaks off after {last}: its printed total is missing, and lines with it")
    if contradiction := _title_contradicts(table.period, month):
        faults.append(contradiction)
    return faults


def _title_contradicts(period: str, month: BikramSambatMonth) -> str | None:
    words = [number for word in re.findall("[A-Za-z]+", period) if (number := month_number(word))]
    years = [int(year) for year in re.findall(r"(?<![-\d])20\d\d(?![-\d])", period)]
    dates = _DATES.search(period)
    if (
        (words and words[0] != month.number)
        or (years and years[0] != month.year)
        or (dates and dates.groups() != (month.first_day, month.last_day))
    ):
        return f"the title says {period}, the file name {month} ({month.first_day} to {month.last_day})"
    return None


def _total_differs(table: PrintedTable, lines: list[PrintedLine]) -> str | None:
    """How the printed total differs from its lines; None when it fits, or when a line could not be read."""
    assert table.total is not None
    words = split_line(f"all {table.total[1]}")[1]
    if len(words) != 3 * len(table.captions):
        return f"{len(words)} counts in the printed total, {3 * len(table.captions)} in the head"
    printed = _counts(table, table.total[0], words)
    found = contradictions(printed)
    for index, control in enumerate(printed):
        for sex in _SEXES:
            counts = [whole_number(getattr(line.counts[index], sex)) if line.counts else None for line in lines]
            total, known = (
                whole_number(getattr(control, sex)),
                [count for count in counts if count is not None],
            )
            if total is not None and len(known) == len(counts) and sum(known) != total:
                found.append(f"{control.printed}, {sex}: printed {total:,}, the lines add to {sum(known):,}")
    return f"the printed total contradicts its {len(lines)} lines: {'; '.join(found)}" if found else None


FULL_REPORT = Layout(
    id="nepal_monthly_report",
    contract="core.labour_export",
    sender="Department of Foreign Employment, Nepal",
    files=("*-20[78][0-9]*.csv",),
    description="Monthly report as dumped from its PDF: permits by country and by district. Tables of "
    "recruiting agencies, skills and insurers below them are not read, nor what their titles "
    "say of the period (one in the report of Bhadra 2079 contradicts it). The month is that "
    "of the file name; a Bikram Sambat month is filed under the Gregorian month in which it "
    "begins.",
    transform=partial(read_report, parts=(BY_COUNTRY, BY_DISTRICT)),
    stacked=True,
    title="(?i)(country|district)wise labour approval",
    parts=(BY_COUNTRY, BY_DISTRICT),
    rank=2,
)

COUNTRY_TABLE = Layout(
    id="nepal_country_table",
    contract="core.labour_export",
    sender="Department of Foreign Employment, Nepal",
    files=("*-20[78][0-9]*.csv",),
    description="Country table cut out of a monthly report, without its title; refused when it "
    "breaks off before its printed total, as several do. The whole report and the table of all months go "
    "before it.",
    transform=partial(read_report, parts=(BY_COUNTRY,)),
    stacked=True,
    title="(?i)^recruiting agency",
    parts=(BY_COUNTRY,),
    rank=0,
)

MONTHLY_REPORT_LAYOUTS = (FULL_REPORT, COUNTRY_TABLE)
