"""Periods of every length: how they are written, read, closed and counted, in Python and in SQL."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from warehouse.layouts import Layout
from warehouse.periods import (
    PeriodError,
    closing_month,
    first_day,
    freq,
    last_day,
    months_between,
    months_sql,
    periods_closing,
    read_period,
)
from warehouse.published import LAST_MONTH
from warehouse.units import MONTHS_OF_FREQ

# period, frequency, first day, last day
LENGTHS = (
    ("2024-02", "M", date(2024, 2, 1), date(2024, 2, 29)),
    ("2024-Q3", "Q", date(2024, 7, 1), date(2024, 9, 30)),
    ("2024-S1", "S", date(2024, 1, 1), date(2024, 6, 30)),
    ("2024-S2", "S", date(2024, 7, 1), date(2024, 12, 31)),
    ("2024", "A", date(2024, 1, 1), date(2024, 12, 31)),
)


@pytest.mark.parametrize(("period", "length", "first", "last"), LENGTHS)
def test_a_period_has_a_length_and_two_ends(period: str, length: str, first: date, last: date) -> None:
    assert (freq(period), first_day(period), last_day(period)) == (length, first, last)
    assert closing_month(period) == f"{last:%Y-%m}"
    months = months_between(f"{first:%Y-%m}", f"{last:%Y-%m}")
    assert len(months) == MONTHS_OF_FREQ[length]


@pytest.mark.parametrize("text", ["2024-S3", "2024-S0", "2024-S", "2024-H1", "2024S1"])
def test_a_half_year_that_is_none(text: str) -> None:
    with pytest.raises(PeriodError, match="2010-S2"):
        freq(text)


@pytest.mark.parametrize(
    ("month", "periods"),
    [
        ("2024-05", ["2024-05"]),
        ("2024-03", ["2024-03", "2024-Q1"]),
        ("2024-06", ["2024-06", "2024-Q2", "2024-S1"]),
        ("2024-12", ["2024-12", "2024-Q4", "2024-S2", "2024"]),
    ],
)
def test_what_a_month_closes(month: str, periods: list[str]) -> None:
    assert periods_closing(month) == periods
    assert {closing_month(period) for period in periods} == {month}


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2024年上半年", "2024-S1"),
        ("2024 年 下半年", "2024-S2"),
        ("2024下半年", "2024-S2"),
        ("２０２４年上半年", "2024-S1"),
        ("2024-S2", "2024-S2"),
        ("2024H1", "2024-S1"),
        ("2024-H2", "2024-S2"),
        ("2024年半年", None),
        ("2024H3", None),
        ("24年上半年", None),
    ],
)
def test_half_years_as_senders_write_them(text: str, period: str | None) -> None:
    assert read_period(text) == period


def test_sql_counts_months_as_python_does() -> None:
    rows = ", ".join(f"('{period}', '{length}')" for period, length, *_ in LENGTHS)
    found = duckdb.sql(f"SELECT time_period, {months_sql()}, {LAST_MONTH} FROM (VALUES {rows}) m(time_period, freq)")
    assert sorted(found.fetchall()) == sorted(
        (period, MONTHS_OF_FREQ[length], closing_month(period)) for period, length, *_ in LENGTHS
    )


@pytest.mark.parametrize(("name", "period"), [("培训_2024年下半年.xlsx", "2024-S2"), ("培训_2024_1.xlsx", "2024-S1")])
def test_a_file_name_states_a_half_year(name: str, period: str) -> None:
    pattern = r"(?P<year>20\d{2})(?:年|_)(?P<half>[上下12])"
    layout = Layout("l", "core.labour_export", "sender", ("*",), "", freq="S", period_in_name=pattern)
    assert layout.period_of_name(name) == period
