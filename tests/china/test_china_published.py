"""China's published income: figures as printed, single quarters, sums, shares, one misprint."""

import csv
from collections import defaultdict
from decimal import Decimal
from functools import partial
from pathlib import Path

import judged_month
import pytest

import jurisdictions
from assets.intake.records import Records
from assets.intake.senders import read_records

judge_month = partial(judged_month.judge_month, "china")
LAYOUTS = {layout.id: layout for layout in jurisdictions.load("china").layouts}
FILES = {
    "china_nbs_quarterly": "raw_人民生活.csv",
    "china_nbs_quarterly_tidy": "income_by_source_quarterly.csv",
    "china_nbs_rural_net_income": "nbs_rural_income_2000_2003.csv",
}
QUARTERS = [f"{year}-Q{quarter}" for year in range(2013, 2024) for quarter in (1, 2, 3, 4)][:43]
SOURCES = ("wages", "business", "property", "transfer")

Figures = dict[tuple[str, str, str, str], str]
"""(period, domain, item, measure) -> value as text"""


@pytest.fixture(scope="module")
def folder(real_data: Path) -> Path:
    return real_data / "data" / "china_nbs"


@pytest.fixture(scope="module")
def files(folder: Path) -> dict[str, Records]:
    return {id: read_records((folder / name).read_bytes(), name, LAYOUTS[id], {}) for id, name in FILES.items()}


def _figures(records: Records) -> Figures:
    rows = records.columns.to_pylist()
    figures = {(r["time_period"], r["domain"], r["item"], r["measure"]): r["value"] for r in rows}
    assert len(figures) == len(rows)
    return figures


def _share(figures: Figures, definition: str, sector: str, period: str, domain: str) -> Decimal:
    """The share that `published_share.csv` describes: numerator items over denominator items."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in jurisdictions.reference("china", "published_share"):
        if (row["share_definition"], row["sector"]) == (definition, sector):
            concept = "net_income" if len(period) == 4 else "disposable_income"
            if row["concept"] == concept:
                sums[row["role"]] += Decimal(figures[period, domain, row["item"], row["measure"]])
    return sums["numerator"] / sums["denominator"]


def test_download_and_tidy_table_hold_the_same_figures(files: dict[str, Records], folder: Path) -> None:
    figures = _figures(files["china_nbs_quarterly"])
    assert figures == _figures(files["china_nbs_quarterly_tidy"])
    with (folder / FILES["china_nbs_quarterly_tidy"]).open(encoding="utf-8", newline="") as handle:
        printed = [row["value"] for row in csv.DictReader(handle) if row["measure"] == "ytd_yuan"]
    assert sorted(value for (_, _, _, measure), value in figures.items() if measure == "cumulative") == sorted(printed)
    assert {period for period, _, _, _ in figures} == set(QUARTERS)


def test_download_goes_before_the_tidy_table() -> None:
    download, tidy = LAYOUTS["china_nbs_quarterly"], LAYOUTS["china_nbs_quarterly_tidy"]
    assert download.covers() == tidy.covers()
    assert download.rank > tidy.rank


def test_figures_stay_as_printed(files: dict[str, Records]) -> None:
    figures = _figures(files["china_nbs_quarterly"])
    assert figures["2014-Q2", "all", "median", "cumulative"] == "8779.91333333333"
    assert figures["2013-Q3", "all", "total", "cumulative"] == "13556.5"
    assert ("2013-Q1", "rural", "median", "cumulative") not in figures


def test_quarters_alone_are_differences_of_printed_figures(files: dict[str, Records]) -> None:
    figures = _figures(files["china_nbs_quarterly"])
    assert figures["2013-Q1", "rural", "total", "period"] == "2652.91"
    assert Decimal(figures["2013-Q2", "rural", "total", "period"]) == Decimal("4528.3") - Decimal("2652.91")
    assert Decimal(figures["2013-Q4", "rural", "wages", "period"]) == Decimal("3652.5") - Decimal("2926.7")
    additive = {(p, d, i) for p, d, i, m in figures if m == "cumulative" and i != "median"}
    assert {(p, d, i) for p, d, i, m in figures if m == "period"} == additive
    for year in range(2013, 2023):
        for domain in ("all", "urban", "rural"):
            for item in ("total", *SOURCES):
                four = [Decimal(figures[f"{year}-Q{q}", domain, item, "period"]) for q in (1, 2, 3, 4)]
                assert sum(four) == Decimal(figures[f"{year}-Q4", domain, item, "cumulative"])


def test_only_differences_are_marked_derived(files: dict[str, Records]) -> None:
    for row in files["china_nbs_quarterly"].columns.to_pylist():
        assert row["is_derived"] == (row["measure"] == "period")
    assert not any(files["china_nbs_rural_net_income"].columns["is_derived"].to_pylist())


def test_rural_sources_add_to_the_total_within_rounding_in_43_quarters(files: dict[str, Records]) -> None:
    examined = {}
    for quarter in QUARTERS:
        month = f"{quarter[:4]}-{int(quarter[-1]) * 3:02d}"
        _, verdict = judge_month([files["china_nbs_quarterly"]], month)
        assert verdict.accepted.all()
        assert len(verdict.accepted) >= 31
        [result] = [result for result in verdict.results if result.rule.id == "china.sources_add_up"]
        examined[quarter] = (result.outcome, result.rows_examined)
        assert {r.rule.id for r in verdict.results if r.outcome != "pass"} == {"china.net_income_identities"}
    assert examined == dict.fromkeys(QUARTERS, ("pass", 3))


def test_sources_add_up_independently_of_the_rule(files: dict[str, Records]) -> None:
    figures = _figures(files["china_nbs_quarterly"])
    for quarter in QUARTERS:
        total = Decimal(figures[quarter, "rural", "total", "cumulative"])
        parts = sum(Decimal(figures[quarter, "rural", item, "cumulative"]) for item in SOURCES)
        assert abs(parts - total) <= 1


@pytest.mark.parametrize(
    ("year", "household_operations", "primary_industry"),
    [("2000", "48.40", "49.94"), ("2001", "47.61", "49.24"), ("2002", "45.85", "47.17")],
)
def test_share_of_agriculture_2000_to_2002(
    files: dict[str, Records], year: str, household_operations: str, primary_industry: str
) -> None:
    figures = _figures(files["china_nbs_rural_net_income"])
    for definition, percent in (
        ("nbs_household_operations", household_operations),
        ("nbs_primary_industry", primary_industry),
    ):
        share = _share(figures, definition, "agriculture", year, "rural")
        assert round(share * 100, 2) == Decimal(percent)
        sectors = ("agriculture", "non_agricultural", "non_productive")
        shares = [_share(figures, definition, sector, year, "rural") for sector in sectors]
        assert abs(sum(shares, Decimal(-1))) <= Decimal("0.0001")


def test_shares_by_source_add_to_one_in_every_quarter(files: dict[str, Records]) -> None:
    figures = _figures(files["china_nbs_quarterly"])
    for definition in ("nbs_income_source", "nbs_income_source_year_to_date"):
        for quarter in QUARTERS:
            for domain in ("all", "urban", "rural"):
                shares = [_share(figures, definition, source, quarter, domain) for source in SOURCES]
                assert all(0 < share < 1 for share in shares)
                assert abs(sum(shares, Decimal(-1))) <= Decimal("0.001")
    year = Decimal("3652.5") / Decimal("9429.56")
    assert _share(figures, "nbs_income_source_year_to_date", "wages", "2013-Q4", "rural") == year


def test_published_share_names_known_items_only() -> None:
    known = {(row["concept"], row["item"]) for row in jurisdictions.reference("china", "items")}
    rows = jurisdictions.reference("china", "published_share")
    assert {(row["concept"], row["item"]) for row in rows} <= known
    assert {row["role"] for row in rows} == {"numerator", "denominator"}
    assert {row["measure"] for row in rows} == {"period", "cumulative"}


def test_misprint_of_2002_is_found_and_located(files: dict[str, Records]) -> None:
    found = {}
    for year in ("2000", "2001", "2002", "2003"):
        _, verdict = judge_month([files["china_nbs_rural_net_income"]], f"{year}-12")
        assert verdict.accepted.all()
        [result] = [result for result in verdict.results if result.rule.id == "china.net_income_identities"]
        found[year] = (result.outcome, result.rows_examined, result.rows_failed)
        if year == "2002":
            examples = result.examples
    assert found == {
        "2000": ("pass", 4, 0),
        "2001": ("pass", 4, 0),
        "2002": ("fail", 4, 2),
        "2003": ("not_evaluated", 0, 0),
    }
    assert Decimal("1167.79") + Decimal("586.87") + Decimal("572.10") == Decimal("2326.76")
    assert Decimal("2475.63") - Decimal("148.87") == Decimal("2326.76")
    cell = "productive_income printed 2326.79, implied 2326.76 by net_income_by_productivity and productive_by_industry"
    assert examples == (
        f"2002 net_income_by_productivity: parts add to 2475.66, net_income printed 2475.63; {cell}",
        f"2002 productive_by_industry: parts add to 2326.76, productive_income printed 2326.79; {cell}",
    )


def test_blank_cells_of_2003_are_no_records(files: dict[str, Records]) -> None:
    figures = _figures(files["china_nbs_rural_net_income"])
    assert {item for period, _, item, _ in figures if period == "2003"} == {
        "net_income",
        "wages",
        "household_business_net",
    }
    assert len(figures) == 3 * 21 + 3
