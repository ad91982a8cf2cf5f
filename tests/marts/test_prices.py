"""Poverty lines and price levels: what makes a line, the line of a period, chains by hand and from the real table."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from marts_support import NINGXIA, YEAR_ON_YEAR

from assets.intake.senders import read_records
from assets.marts.prices import (
    PovertyLine,
    PriceLevels,
    UnusableLine,
    line_of_period,
    lines_of_month,
    poverty_lines,
    price_levels,
)
from jurisdictions import load, names, reference

ROW = {
    "line_id": "rural_2010",
    "standard": "China 2010",
    "name": "Rural poverty standard of 2010",
    "name_zh": "农村扶贫标准",
    "domain": "rural",
    "amount": "2300",
    "amount_freq": "A",
    "currency": "CNY",
    "price_period": "2010",
    "announced_on": "2011-11-29",
    "boundary": "<=",
    "source": "central conference on poverty alleviation",
}
MONTHS_2010 = [f"2010-{month:02d}" for month in range(1, 13)]


def line(**changed: str) -> PovertyLine:
    (found,) = poverty_lines([ROW | changed], "CNY")
    return found


def links(base: str, **values: float) -> list[dict[str, object]]:
    """Links by month, written m2010_01=…"""
    return [
        {
            "area_code": "640000",
            "index_kind": "cpi",
            "base": base,
            "time_period": name[1:].replace("_", "-"),
            "value": value,
        }
        for name, value in values.items()
    ]


def year(start: int, **changed: float) -> dict[str, float]:
    """Links of a calendar year, 100 where not told."""
    return {f"m{start}_{month:02d}": 100.0 for month in range(1, 13)} | changed


def levels(index_kind: str = "cpi", **values: float) -> list[PriceLevels]:
    months = {name[1:].replace("_", "-"): value for name, value in values.items()}
    return [PriceLevels("640000", index_kind, months, "2010", "by hand")]


@pytest.mark.parametrize("column", ROW)
def test_a_line_lacking_anything_is_no_line(column: str) -> None:
    with pytest.raises(UnusableLine, match=f"poverty_line.csv line 3: {column} is nothing"):
        poverty_lines([ROW, ROW | {"line_id": "other", column: " "}], "CNY")


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("amount", "-1", "a number above 0"),
        ("amount", "nan", "a number above 0"),
        ("amount", "2,300", "a number above 0"),
        ("amount_freq", "year", "M, Q, S, A"),
        ("currency", "MXN", "CNY, the currency of the place"),
        ("price_period", "2010-Q1", "the year or month of its prices"),
        ("price_period", "constant", "the year or month of its prices"),
        ("announced_on", "2011", "the day it was announced"),
        ("boundary", "=<", "< (poor is below the line) or <= (at or below it)"),
        ("domain", "farmers", "all, urban or rural"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_what_was_expected(column: str, text: str, expected: str) -> None:
    with pytest.raises(UnusableLine) as refusal:
        line(**{column: text})
    assert f"line 2: {column} is {text}; expected {expected}" in str(refusal.value)


def test_a_line_stands_once() -> None:
    with pytest.raises(UnusableLine, match="rural_2010 stands twice"):
        poverty_lines([ROW, ROW], "CNY")


@pytest.mark.parametrize("place", names())
def test_every_place_has_lines_that_can_be_used_or_none(place: str) -> None:
    found = poverty_lines(reference(place, "poverty_line"), load(place).currency)
    assert {(one.amount, one.price_period, one.boundary) for one in found} == {
        "mexico": {(684, "2010-08", "<"), (1329, "2010-08", "<")},
        "wuzhong": {(1196, "2008", "<="), (2300, "2010", "<=")},
        "china": {(1196, "2008", "<="), (2300, "2010", "<=")},
    }.get(place, set())


def test_the_prefecture_has_the_lines_of_the_country() -> None:
    assert reference("wuzhong", "poverty_line") == reference("china", "poverty_line")


@pytest.mark.parametrize(
    ("amount_freq", "period", "amount"),
    [
        ("A", "2010", 2300),
        ("A", "2010-Q2", 2300 / 4),
        ("A", "2010-07", 2300 / 12),
        ("M", "2010-Q3", 2300 * 3),
        ("Q", "2010", 2300 * 4),
    ],
)
def test_a_line_is_turned_to_the_length_of_the_period(amount_freq: str, period: str, amount: float) -> None:
    assert line_of_period(line(amount_freq=amount_freq), period, []).amount == pytest.approx(amount, rel=1e-15)


def test_a_line_is_carried_by_the_mean_level_of_both_periods() -> None:
    known = levels(**dict.fromkeys((name.replace("2010-", "m2010_") for name in MONTHS_2010), 100.0), m2012_07=110.0)
    carried = line_of_period(line(), "2012-07", known)
    assert carried.amount == pytest.approx(2300 / 12 * 1.1, rel=1e-15)
    assert (carried.price_period, carried.note) == ("2012-07", None)
    month = line_of_period(line(price_period="2010-08", amount_freq="M"), "2012-07", known)
    assert month.amount == pytest.approx(2300 * 1.1, rel=1e-15)


@pytest.mark.parametrize(
    "known",
    [
        [],
        levels(m2012_07=110.0),
        levels(**dict.fromkeys((f"m2010_{month:02d}" for month in range(1, 12)), 100.0), m2012_07=110.0),
        levels(**{f"m2010_{month:02d}": 100.0 for month in range(1, 13)}),
        levels("cpi_rural", **{f"m2010_{month:02d}": 100.0 for month in range(1, 13)}, m2012_07=110.0),
    ],
    ids=["no prices", "not the base", "a month of the base missing", "not the month", "another index"],
)
def test_a_line_is_left_nominal_where_prices_are_not_known(known: list[PriceLevels]) -> None:
    left = line_of_period(line(), "2012-07", known)
    assert left.amount == 2300 / 12
    assert (left.price_period, left.note) == ("2010", "nominal line: prices of 2010, no price index to 2012-07")


def test_a_line_of_the_period_itself_needs_no_prices() -> None:
    assert line_of_period(line(price_period="2010-08"), "2010-Q3", []).note is None
    assert line_of_period(line(price_period="2010"), "2010", []).note is None
    assert line_of_period(line(price_period="2010"), "2010-08", []).note is not None


def test_a_month_depends_on_the_lines_of_all_periods_that_it_closes() -> None:
    assert [period for _, period, _ in lines_of_month([line()], "2010-12", [])] == [
        "2010-12",
        "2010-Q4",
        "2010-S2",
        "2010",
    ]
    assert [period for _, period, _ in lines_of_month([line()], "2010-09", [])] == ["2010-09", "2010-Q3"]
    assert [period for _, period, _ in lines_of_month([line()], "2010-08", [])] == ["2010-08"]


def test_levels_from_year_on_year_links_alone_keep_calendar_months_apart() -> None:
    """January rises 10 % and 20 %, the other months stand still: all months of 2009 count 100."""
    printed = links("same_month_last_year", **year(2010, m2010_01=110.0), **year(2011, m2011_01=120.0))
    (index,) = price_levels(printed, [line()])
    mean_2010 = (110 + 11 * 100) / 12
    assert index.basis == "2010"
    assert index.level["2010-01"] == pytest.approx(100 * 110 / mean_2010, rel=1e-14)
    assert index.level["2011-01"] == pytest.approx(100 * 110 * 1.2 / mean_2010, rel=1e-14)
    assert index.level["2011-12"] == pytest.approx(100 * 100 / mean_2010, rel=1e-14)
    assert index.mean("2010") == pytest.approx(100, rel=1e-14)
    assert len(index.level) == 24
    assert "every month of the first year counted 100" in index.source


def test_month_on_month_links_give_the_shape_of_a_year() -> None:
    """2011: up 1 % in every month. 2010 is 2011 over 1.05, so it has the same shape."""
    printed = [
        *links("same_month_last_year", **year(2010), **dict.fromkeys(year(2011), 105.0)),
        *links("previous_month", **dict.fromkeys(year(2011), 101.0)),
    ]
    (index,) = price_levels(printed, [line()])
    for month in range(2, 13):
        for of_year in ("2010", "2011"):
            assert index.level[f"{of_year}-{month:02d}"] / index.level[f"{of_year}-{month - 1:02d}"] == pytest.approx(
                1.01, rel=1e-14
            )
    assert index.level["2011-07"] / index.level["2010-07"] == pytest.approx(1.05, rel=1e-14)
    assert index.level["2010-01"] == pytest.approx(100 / (sum(1.01**m for m in range(12)) / 12), rel=1e-14)
    assert "month-on-month links of 2011-01" in index.source


def test_nothing_is_known_behind_a_gap() -> None:
    known = year(2010) | {"m2011_01": 105.0, "m2011_03": 105.0}
    (index,) = price_levels(links("same_month_last_year", **known), [line()])
    assert max(index.level) == "2011-01"
    assert index.mean("2011-Q1") is None


def test_levels_are_in_prices_of_the_line_announced_last_else_of_the_first_whole_year() -> None:
    printed = links("same_month_last_year", **year(2008), **year(2009), **year(2010))
    lines = [line(), line(line_id="rural_2008", price_period="2008", announced_on="2009-03-05")]
    assert price_levels(printed, lines)[0].basis == "2010"
    assert price_levels(printed, lines[1:])[0].basis == "2008"
    assert price_levels(printed, [])[0].basis == "2008"
    assert price_levels(printed, [line(price_period="1990")])[0].basis == "2008"
    assert price_levels(links("same_month_last_year", m2010_03=101.0), [line()])[0].basis == "2010-03"
    assert price_levels([], [line()]) == []
    assert price_levels(links("previous_month", m2010_03=101.0), [line()]) == []


@pytest.fixture(scope="module")
def ningxia(real_data: Path) -> PriceLevels:
    """Levels of the real table, read by its layout."""
    (layout,) = [one for one in load("wuzhong").layouts if one.contract == "core.price_index"]
    path = real_data / "data/china_cpi/nbs_cpi_monthly_by_province.csv"
    records = read_records(path.read_bytes(), path.name, layout, {})
    assert len(records) == 227 + 143
    rows = records.columns.to_pylist()
    lines = poverty_lines(reference("wuzhong", "poverty_line"), "CNY")
    (index,) = price_levels(rows, lines)
    return index


@pytest.fixture(scope="module")
def printed(real_data: Path) -> dict[tuple[str, str], float]:
    with (real_data / "data/china_cpi/nbs_cpi_monthly_by_province.csv").open(newline="", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["province"] == NINGXIA]
    return {(row["indicator"], row["month"]): float(row["value"]) for row in rows}


def test_ningxia_levels_grow_as_printed(ningxia: PriceLevels, printed: dict[tuple[str, str], float]) -> None:
    assert (min(ningxia.level), max(ningxia.level), len(ningxia.level)) == ("2005-01", "2023-11", 227)
    for (base, month), link in printed.items():
        before = f"{int(month[:4]) - 1}{month[4:]}"
        if base == YEAR_ON_YEAR and before in ningxia.level:
            assert ningxia.level[month] / ningxia.level[before] == pytest.approx(link / 100, rel=1e-12)
    for month in range(2, 13):
        link = printed["居民消费价格指数(上月=100)", f"2012-{month:02d}"]
        growth = ningxia.level[f"2012-{month:02d}"] / ningxia.level[f"2012-{month - 1:02d}"]
        assert growth == pytest.approx(link / 100, rel=1e-12)
    assert ningxia.basis == "2010"
    assert ningxia.mean("2010") == pytest.approx(100, rel=1e-12)


def test_line_of_2010_in_july_2021(ningxia: PriceLevels, printed: dict[tuple[str, str], float]) -> None:
    """2,300 yuan times the links of July 2011 to July 2021, and July 2010 over the mean of its year."""
    growth = ningxia.level["2010-07"] / 100
    for of_year in range(2011, 2022):
        growth *= printed[YEAR_ON_YEAR, f"{of_year}-07"] / 100
    carried = line_of_period(line(), "2021-07", [ningxia])
    assert carried.amount == pytest.approx(2300 / 12 * growth, rel=1e-12)


def test_dates_of_announcement_are_days() -> None:
    assert line().announced_on == dt.date(2011, 11, 29)
