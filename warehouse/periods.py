"""Time as SDMX writes it: `2010-07` (M), `2010-Q3` (Q), `2010-S2` (S), `2010` (A), and the month that closes a period.

A partition is a month; a longer period belongs to the partition of its last month.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from warehouse.units import MONTHS_OF_FREQ, ordinary_width

FIRST_MONTH = "1978-01"
"""The calendar begins with the reform era's household surveys; an earlier period is a slip of the pen."""

_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_PERIOD = re.compile(_YEAR + r"(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|S(?P<half>[12])))?")


class PeriodError(ValueError):
    """A text is not a period; the message says what was found and what is expected."""


def _match(period: str) -> re.Match[str]:
    match = _PERIOD.fullmatch(period)
    if match is None:
        raise PeriodError(f"{period!r} is not a period: expected 2010-07, 2010-Q3, 2010-S2 or 2010")
    return match


def freq(period: str) -> str:
    """M, Q, S or A."""
    return _length(_match(period))


def _length(match: re.Match[str]) -> str:
    return next((name for name, part in _PARTS.items() if match[part]), "A")


_PARTS = {"M": "month", "Q": "quarter", "S": "half"}
"""Frequency -> the group of `_PERIOD` with the number of the period in its year"""


def months_sql(column: str = "freq") -> str:
    """SQL: the months of a period, by its frequency."""
    cases = " ".join(f"WHEN '{name}' THEN {months}" for name, months in MONTHS_OF_FREQ.items())
    return f"CASE {column} {cases} END"


def closing_month(period: str) -> str:
    """The last month of a period: `2010-Q3` -> `2010-09`."""
    match = _match(period)
    length = _length(match)
    number = int(match[_PARTS[length]]) if length in _PARTS else 1
    return f"{match['year']}-{number * MONTHS_OF_FREQ[length]:02d}"


def periods_closing(month: str) -> list[str]:
    """The periods of which a month is the last: `2010-12` -> `2010-12`, `2010-Q4`, `2010-S2`, `2010`."""
    year, number = month[:4], int(month[5:])
    parts = {name: number // MONTHS_OF_FREQ[name] for name in ("Q", "S") if number % MONTHS_OF_FREQ[name] == 0}
    return [month, *(f"{year}-{name}{part}" for name, part in parts.items()), *([year] if number == 12 else [])]


def edge_months(row: str) -> tuple[str, str]:
    """SQL: first and last month of the period of a row that has time_period and freq."""
    period, months = f"{row}.time_period", months_sql(f"{row}.freq")
    number = f"CASE WHEN {row}.freq IN ('Q', 'S') THEN CAST(substr({period}, 7) AS INTEGER) ELSE 1 END * ({months})"
    first, last = (
        f"CASE {row}.freq WHEN 'M' THEN {period} "
        f"ELSE substr({period}, 1, 4) || '-' || lpad(CAST({of_year} AS VARCHAR), 2, '0') END"
        for of_year in (f"{number} - ({months}) + 1", number)
    )
    return first, last


def begins(month: str, freq: str) -> str:
    """The first month of the period of that length that closes in a month: (`2010-12`, `Q`) -> `2010-10`."""
    index = int(month[:4]) * 12 + int(month[5:]) - MONTHS_OF_FREQ[freq]
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def half_year_of(month: str) -> str:
    """The half-year that a month is in: `2010-07` -> `2010-S2`."""
    return f"{month[:4]}-S{1 if int(month[5:7]) <= MONTHS_OF_FREQ['S'] else 2}"


def period_before(period: str) -> str:
    """The period of the same length that ends where this one begins: `2010-Q1` -> `2009-Q4`."""
    length, closing = freq(period), closing_month(period)
    number = int(closing[:4]) * 12 + int(closing[5:]) - 1 - MONTHS_OF_FREQ[length]
    month = f"{number // 12:04d}-{number % 12 + 1:02d}"
    return next(before for before in periods_closing(month) if freq(before) == length)


def first_day(period: str) -> date:
    """First day of a period."""
    closing = closing_month(period)
    return date(int(closing[:4]), int(closing[5:]) - MONTHS_OF_FREQ[freq(period)] + 1, 1)


def last_day(period: str) -> date:
    """Last day of a period."""
    year, month = map(int, closing_month(period).split("-"))
    return date(year, month, monthrange(year, month)[1])


def is_month(text: str) -> bool:
    """True for `YYYY-MM` with a month from 01 to 12."""
    match = _PERIOD.fullmatch(text)
    return match is not None and match["month"] is not None


def months_between(first: str, last: str) -> list[str]:
    """The months from `first` to `last`, both included; PeriodError when they are not months in order."""
    if not (is_month(first) and is_month(last)) or first > last:
        raise PeriodError(f"{first!r} to {last!r} is not a range of months: expected for instance 2010-02 to 2010-10")
    start, end = (int(text[:4]) * 12 + int(text[5:]) - 1 for text in (first, last))
    return [f"{index // 12:04d}-{index % 12 + 1:02d}" for index in range(start, end + 1)]


def months_of(period: str) -> list[str]:
    """The months of a period: `2024-Q1` -> `2024-01`, `2024-02`, `2024-03`."""
    last = closing_month(period)
    return months_between(begins(last, freq(period)), last)


def months_before(month: str, count: int) -> list[str]:
    """The months before one, the latest first: `2024-02`, 3 -> `2024-01`, `2023-12`, `2023-11`."""
    index = int(month[:4]) * 12 + int(month[5:]) - 1
    return [f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(index - 1, index - 1 - count, -1)]


def year_before(period: str) -> str:
    """The same period of the year before: `2024-Q3` -> `2023-Q3`."""
    return f"{int(period[:4]) - 1:04d}{period[4:]}"


def in_force(row: Mapping[str, str | None], month: str) -> bool:
    """Whether a row with valid_from and valid_to, both included and blank for no limit, holds in a month."""
    return (row["valid_from"] or "") <= month and (not row["valid_to"] or month <= row["valid_to"])


def year_after(month: str) -> int:
    """The year of the month that follows."""
    return int(month[:4]) + (month[5:] == "12")


_WRITTEN = tuple(
    re.compile(_YEAR + rest)
    for rest in (
        r"(?:\s*[-/年]\s*|\s+)(?P<month>[0-9]{1,2})\s*月?",
        r"\.(?P<month>[0-9]{2}|[2-9])",  # 2024.1 may be January or, as a number, October
        r"(?P<month>[0-9]{2})\s*月?",
        r"-(?P<month>[0-9]{2})-01",
        r"\s*[-/.年]?\s*(?:Q|第)?(?P<quarter>[1-4一二三四])\s*(?:季度|Q)",
        r"\s*-?Q(?P<quarter>[1-4])",
        r"\s*[-年]?\s*(?P<half>[上下])半年",
        r"\s*-?[SH](?P<half>[12])",
        r"\s*年?",
    )
)
_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}


def read_period(text: str) -> str | None:
    """The SDMX period that a sender's text means (`2024年3月`, `202403`, `2024/03`, `2024年第一季度`,
    `2024年上半年`), else None.

    The first day of a month stands for the month: spreadsheets turn `2024-03` into that date.
    """
    stripped = ordinary_width(text).strip()
    match = next((match for pattern in _WRITTEN if (match := pattern.fullmatch(stripped))), None)
    if match is None:
        return None
    groups = match.groupdict()
    if groups.get("month"):
        month = int(groups["month"])
        return f"{groups['year']}-{month:02d}" if 1 <= month <= 12 else None
    for name in ("Q", "S"):
        if part := groups.get(_PARTS[name]):
            return f"{groups['year']}-{name}{_CHINESE.get(part) or int(part)}"
    return str(groups["year"])
