"""Poverty lines as published, price levels chained from printed links, and the line of a period.

Method: docs/methods/prices-and-lines.md. Chaining itself is `indicators.price_index`; what is measured at a line is
`assets.marts.poverty`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from indicators.price_index import chain_monthly, chain_yearly, rebase
from warehouse.contracts import CONTRACTS
from warehouse.periods import PeriodError, closing_month, first_day, freq, months_between, periods_closing
from warehouse.units import MONTHS_OF_FREQ

LINK = ("area_code", "index_kind", "base", "time_period", "value")
"""Columns of core.price_index that levels are made from"""

DEFLATOR = "cpi"
"""The kind of index that lines are carried by."""

YEAR_ON_YEAR, MONTH_ON_MONTH = "same_month_last_year", "previous_month"
_LINE_COLUMNS = tuple(column.name for column in CONTRACTS["ref.poverty_line"].columns if column.name != "jurisdiction")


class UnusableLine(ValueError):
    """A row of poverty_line.csv is not a poverty line; says which, what it lacks and what is expected."""


@dataclass(frozen=True)
class PovertyLine:
    """A line as published: `amount` per person and `amount_freq`, in prices of `price_period`."""

    line_id: str
    standard: str
    name: str
    name_zh: str
    domain: str
    amount: float
    amount_freq: str
    currency: str
    price_period: str
    announced_on: dt.date
    boundary: str
    source: str


def poverty_lines(rows: Sequence[Mapping[str, str]], currency: str) -> tuple[PovertyLine, ...]:
    """Lines from the rows of poverty_line.csv of a place whose money is `currency`. Raises UnusableLine."""
    lines = tuple(_line(number, row, currency) for number, row in enumerate(rows, start=2))
    names = [line.line_id for line in lines]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise UnusableLine(f"poverty_line.csv: line_id {', '.join(repeated)} stands twice; give each line its own")
    return lines


def _line(number: int, row: Mapping[str, str], currency: str) -> PovertyLine:
    def refuse(column: str, expected: str) -> UnusableLine:
        found = (row.get(column) or "").strip() or "nothing"
        return UnusableLine(f"poverty_line.csv line {number}: {column} is {found}; expected {expected}")

    for column in _LINE_COLUMNS:
        if not (row.get(column) or "").strip():
            raise refuse(column, "a value: a line without standard, prices, day and source is no poverty line")
    checks = {
        "domain": (row["domain"] in ("all", "urban", "rural"), "all, urban or rural"),
        "amount_freq": (row["amount_freq"] in MONTHS_OF_FREQ, ", ".join(MONTHS_OF_FREQ)),
        "currency": (row["currency"] == currency, f"{currency}, the currency of the place"),
        "price_period": (_is_period(row["price_period"]), "the year or month of its prices: 2010 or 2010-08"),
        "announced_on": (_date(row["announced_on"]) is not None, "the day it was announced: 2011-11-29"),
        "boundary": (row["boundary"] in ("<", "<="), "< (poor is below the line) or <= (at or below it)"),
        "amount": (_amount(row["amount"]) > 0, "a number above 0"),
    }
    for column, (holds, expected) in checks.items():
        if not holds:
            raise refuse(column, expected)
    texts = {name: row[name] for name in _LINE_COLUMNS if name not in ("amount", "announced_on")}
    return PovertyLine(**texts, amount=_amount(row["amount"]), announced_on=dt.date.fromisoformat(row["announced_on"]))


def _is_period(text: str) -> bool:
    try:
        return freq(text) in ("M", "A")
    except PeriodError:
        return False


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        return math.nan
    return amount if math.isfinite(amount) else math.nan


def line_rows(jurisdiction: str, lines: Iterable[PovertyLine]) -> list[dict[str, object]]:
    """Rows of `ref.poverty_line`."""
    return [{"jurisdiction": jurisdiction, **asdict(line)} for line in lines]


@dataclass(frozen=True)
class PriceLevels:
    """Levels by month of one area and kind of index; the mean of `basis` is 100."""

    area_code: str
    index_kind: str
    level: Mapping[str, float]
    basis: str
    source: str

    def mean(self, period: str) -> float | None:
        """Mean level of a period's months; None when one of them has no level."""
        return _mean(self.level, period)


def price_levels(links: Iterable[Mapping[str, object]], lines: Sequence[PovertyLine]) -> list[PriceLevels]:
    """Levels of every area and kind of index among accepted rows of `core.price_index`.

    Expressed in prices of the line announced last, where its price period has levels.
    """
    by_index: dict[tuple[str, str], dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for link in links:
        series = by_index[str(link["area_code"]), str(link["index_kind"])][str(link["base"])]
        series[str(link["time_period"])] = float(str(link["value"]))
    announced = [line.price_period for line in sorted(lines, key=lambda line: line.announced_on, reverse=True)]
    found = []
    for (area, kind), by_base in sorted(by_index.items()):
        months = _unbroken(by_base[YEAR_ON_YEAR])
        if months:
            levels, source = _chained(months, by_base[YEAR_ON_YEAR], by_base[MONTH_ON_MONTH])
            level = dict(zip(months, levels.tolist(), strict=True))
            basis = _basis(level, announced)
            based = rebase(levels, np.isin(months, _months(basis)))
            found.append(PriceLevels(area, kind, dict(zip(months, based.tolist(), strict=True)), basis, source))
    return found


def _unbroken(links: Mapping[str, float]) -> list[str]:
    """The months from the first link to the last one before a gap."""
    if not links:
        return []
    months = months_between(min(links), max(links))
    gap = next((place for place, month in enumerate(months) if month not in links), len(months))
    return months[:gap]


def _chained(
    months: Sequence[str], year_on_year: Mapping[str, float], month_on_month: Mapping[str, float]
) -> tuple[np.ndarray, str]:
    """Levels of the months, on a base of their own, and the links they come from."""
    links = [year_on_year[month] for month in months]
    growth = chain_yearly(links, np.ones(12))[12:]
    whole_years = range(len(months) - 11)
    shape = next((at for at in whole_years if all(month in month_on_month for month in months[at : at + 12])), None)
    first_year = np.full(12, 100.0)
    source = "year-on-year links; every month of the first year counted 100"
    if shape is not None:
        within = chain_monthly([month_on_month[month] for month in months[shape : shape + 12]])[1:]
        first_year[np.arange(shape, shape + 12) % 12] = within / growth[shape : shape + 12]
        source = f"year-on-year links; months within a year from month-on-month links of {months[shape]} and after"
    return chain_yearly(links, first_year)[12:], source


def _basis(level: Mapping[str, float], wanted: Sequence[str]) -> str:
    years = sorted({month[:4] for month in level})
    return next(period for period in (*wanted, *years, min(level)) if _mean(level, period) is not None)


def _mean(level: Mapping[str, float], period: str) -> float | None:
    levels = [level.get(month) for month in _months(period)]
    known = [value for value in levels if value is not None]
    return sum(known) / len(known) if len(known) == len(levels) else None


def _months(period: str) -> list[str]:
    return months_between(f"{first_day(period):%Y-%m}", closing_month(period))


def level_rows(jurisdiction: str, levels: Iterable[PriceLevels]) -> list[dict[str, object]]:
    """Rows of `ref.price_index`."""
    return [
        {
            "jurisdiction": jurisdiction,
            "area_code": index.area_code,
            "index_kind": index.index_kind,
            "time_period": month,
            "value": value,
            "basis": index.basis,
            "source": index.source,
        }
        for index in levels
        for month, value in index.level.items()
    ]


@dataclass(frozen=True)
class LineOfPeriod:
    """A line for the length of a period, in prices of `price_period`; `note` says what must be said of it."""

    line: PovertyLine
    amount: float
    price_period: str
    note: str | None


def line_of_period(line: PovertyLine, period: str, levels: Iterable[PriceLevels]) -> LineOfPeriod:
    """z = amount · months of the period / months of the amount · I(period) / I(price period)."""
    nominal = line.amount * MONTHS_OF_FREQ[freq(period)] / MONTHS_OF_FREQ[line.amount_freq]
    deflator = next((index for index in levels if index.index_kind == DEFLATOR), None)
    now, then = (deflator.mean(p) if deflator else None for p in (period, line.price_period))
    if now is not None and then is not None:
        return LineOfPeriod(line, nominal * (now / then), period, None)
    inside = set(_months(line.price_period)) <= set(_months(period))
    note = None if inside else f"nominal line: prices of {line.price_period}, no price index to {period}"
    return LineOfPeriod(line, nominal, line.price_period, note)


def lines_of_month(
    lines: Sequence[PovertyLine], month: str, levels: Sequence[PriceLevels]
) -> list[tuple[str, str, float]]:
    """(line, period, amount) of every period that the month closes: what a month's figures depend on."""
    return [
        (line.line_id, period, line_of_period(line, period, levels).amount)
        for period in periods_closing(month)
        for line in lines
    ]
