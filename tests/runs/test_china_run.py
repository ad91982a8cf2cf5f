"""`povmon run china` on published income: sources that add up, shares as printed, the misprint located."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from installation import Installation, run

from pipelines.cli import main


@pytest.fixture(scope="module")
def china(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    home = tmp_path_factory.mktemp("china")
    landing = real_data / "data" / "china_nbs"
    return run("china", landing, home)


def test_sources_add_to_the_total_in_all_quarters(china: Installation) -> None:
    results = china.ask(
        "SELECT rows_examined, rows_failed FROM audit.check_result "
        "WHERE rule_id = 'china.sources_add_up' AND outcome <> 'not_evaluated'"
    )
    assert len(results) == 43
    assert results["rows_failed"].sum() == 0
    assert (results["rows_examined"] == 3).all(), "all, urban and rural"


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("nbs_household_operations", {"2000": 48.40, "2001": 47.61, "2002": 45.85}),
        ("nbs_primary_industry", {"2000": 49.94, "2001": 49.24, "2002": 47.17}),
    ],
)
def test_shares_of_agriculture_as_published(china: Installation, definition: str, expected: dict[str, float]) -> None:
    found = china.ask(
        "SELECT time_period, value FROM published.income_share WHERE sector = 'agriculture' AND freq = 'A' "
        f"AND share_definition = '{definition}'"
    )
    assert {row.time_period: round(100 * row.value, 2) for row in found.itertuples()} == expected


def test_the_command_prints_the_published_shares_and_where_figures_are(china: Installation, real_data: Path) -> None:
    landing = real_data / "data" / "china_nbs"
    done = CliRunner().invoke(main, ["run", "china", "--landing", str(landing), "--home", str(china.home)])
    assert done.exit_code == 0, done.output
    assert "share of rural net income, % (household operations, as published)" in done.output
    printed = dict(re.findall(r"(20\d\d)\W+(\d\d\.\d)\W", done.output))
    assert printed == {"2000": "48.4", "2001": "47.6", "2002": "45.8"}
    assert "FROM published.income_share LIMIT" in done.output


def test_the_four_sources_share_every_quarter(china: Installation) -> None:
    sums = china.ask(
        "SELECT time_period, sum(value) AS whole, count(*) AS n FROM published.income_share "
        "WHERE share_definition = 'nbs_income_source_year_to_date' AND domain = 'rural' GROUP BY 1"
    )
    assert len(sums) == 43
    assert set(sums["n"]) == {4}
    assert (sums["whole"] - 1).abs().max() < 1e-3, "printed figures are rounded"


def test_the_misprint_of_2002_is_located(china: Installation) -> None:
    (failure,) = china.ask(
        "SELECT * FROM audit.check_result WHERE outcome = 'fail' AND table_name = 'core.published_income'"
    ).itertuples()
    assert failure.time_period == "2002-12"
    assert "productive_income printed 2326.79, implied 2326.76" in failure.examples
