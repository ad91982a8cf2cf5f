"""Permits of all months in one table by country and one by district, a line per month, place and channel."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pyarrow as pa

from jurisdictions.nepal.names import BikramSambatMonth, bikram_sambat_month, month_number
from jurisdictions.nepal.permits import BY_COUNTRY, BY_DISTRICT, Count, PrintedLine, to_records
from warehouse.layouts import Layout, SourceTable

_MONTH = ("bs_year", "bs_month", "bs_month_name", "greg_start", "greg_end")
_COUNTS = ("channel", "male", "female", "total")

Row = Mapping[str, str | None]


def read_places(source: SourceTable, companions: Mapping[str, SourceTable], series: str, place: str) -> pa.Table:
    """Records of a table with places in column `place`; the lines of a place and month belong together."""
    groups: dict[tuple[str | None, ...], list[tuple[int, Row]]] = {}
    for number, row in zip(source.row_number.to_pylist(), source.table.to_pylist(), strict=True):
        groups.setdefault(tuple(row[name] for name in (*_MONTH, place)), []).append((number, row))
    return to_records(_line(series, key[-1], rows) for key, rows in groups.items())


def _line(series: str, place: str | None, rows: list[tuple[int, Row]]) -> PrintedLine:
    number, first = rows[0]
    month = _month(first)
    counts = tuple(Count(row["channel"] or "", row["male"], row["female"], row["total"], at) for at, row in rows)
    return PrintedLine(series, month, number, place, counts, _month_contradicts(first, month))


def _month(row: Row) -> BikramSambatMonth | str:
    year, number = row["bs_year"] or "", row["bs_month"] or ""
    known = bikram_sambat_month(int(year), int(number)) if year.isdigit() and number.isdigit() else None
    return known or f"{row['bs_month_name']} {year}"


def _month_contradicts(row: Row, month: BikramSambatMonth | str) -> str | None:
    if isinstance(month, str):
        return None
    if month_number(row["bs_month_name"] or "") != month.number:
        return f"bs_month_name says {row['bs_month_name']}, bs_month {month}"
    if (row["greg_start"], row["greg_end"]) != (month.first_day, month.last_day):
        return (
            f"greg_start and greg_end say {row['greg_start']} to {row['greg_end']}, "
            f"{month} runs from {month.first_day} to {month.last_day}"
        )
    return None


def _layout(id: str, files: tuple[str, ...], series: str, place: str) -> Layout:
    return Layout(
        id=id,
        contract="core.labour_export",
        sender="Department of Foreign Employment, Nepal",
        files=files,
        description=f"Permits of all months by {place.removesuffix('_as_printed')} and channel, as printed "
        "in the monthly reports; fills the months whose report was not received.",
        transform=partial(read_places, series=series, place=place),
        requires=(*_MONTH, place, *_COUNTS),
        series=series,
        rank=1,
    )


BY_PLACE_LAYOUTS = (
    _layout("nepal_permits_by_country", ("permits_by_country*.csv",), BY_COUNTRY, "country_as_printed"),
    _layout("nepal_permits_by_district", ("permits_by_district*.csv",), BY_DISTRICT, "district_as_printed"),
)
