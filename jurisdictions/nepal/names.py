"""Names as the department prints them, and what they mean: countries, districts, channels, months.

The names and codes are data (CSV files of this folder); case and spacing of a printed name do not matter. A
name that is not listed is kept as it is, so that the code lists refuse it.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class BikramSambatMonth:
    """A month of the Nepali calendar; it is filed under the Gregorian month in which it begins."""

    year: int
    number: int
    name: str
    first_day: str
    last_day: str

    @property
    def time_period(self) -> str:
        """SDMX period of the month's first day: Baisakh 2079 is 2022-04."""
        return self.first_day[:7]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"


def country_code(printed: str) -> str:
    """ISO 3166-1 alpha-2 code of a country (XK Kosovo and XW West Indies are user-assigned codes)."""
    return _codes("countries", "destination_code").get(_key(printed), printed)


def country_codes() -> tuple[str, ...]:
    """Every code that a destination may have."""
    return tuple(sorted(set(_codes("countries", "destination_code").values())))


def district_code(printed: str) -> str:
    """Area code of a district."""
    return _codes("districts", "area_code").get(_key(printed), printed)


def channel_code(printed: str) -> str:
    """Channel of the contract, or `total_with_reentry`, `total_without_reentry` for the printed totals."""
    return _codes("channels", "channel").get(_key(printed), printed)


def is_channel(printed: str) -> bool:
    """Whether a text names a channel or a printed total."""
    return _key(printed) in _codes("channels", "channel")


def month_number(printed: str) -> int | None:
    """1 Baisakh … 12 Chaitra; None for a word that is no month."""
    number = _codes("month_names", "bs_month").get(_key(printed))
    return None if number is None else int(number)


def bikram_sambat_month(year: int, number: int) -> BikramSambatMonth | None:
    """The month with its first and last day; None outside the years of `calendar.csv`."""
    return _calendar().get((year, number))


def _key(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip().casefold()


def _rows(table: str) -> list[dict[str, str]]:
    with (_FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@cache
def _codes(table: str, column: str) -> dict[str, str]:
    return {_key(row["printed"]): row[column] for row in _rows(table)}


@cache
def _calendar() -> dict[tuple[int, int], BikramSambatMonth]:
    months = [
        BikramSambatMonth(int(row["bs_year"]), int(row["bs_month"]), row["name"], row["first_day"], row["last_day"])
        for row in _rows("calendar")
    ]
    return {(month.year, month.number): month for month in months}
