"""`povmon run mexico` on the survey of 2010: poverty and inequality as R survey and convey compute them."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from installation import Installation, run

from assets.marts.distribution import distribution
from assets.marts.households import households
from assets.marts.inequality import inequality
from assets.marts.poverty import poverty
from warehouse.store import Home

RELATIVE, RELATIVE_SE = 1e-9, 1e-6
PLACES = {
    "all": ("MX", "all"),
    "rural": ("MX", "rural"),
    "rural 07": ("07", "rural"),
    "rural 12": ("12", "rural"),
    "rural 20": ("20", "rural"),
}


@pytest.fixture(scope="module")
def mexico(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return run("mexico", real_data / "data" / "mexico_south_2010", tmp_path_factory.mktemp("mexico"), ["2010-09"])


@pytest.fixture(scope="module")
def golden(real_data: Path) -> list[dict[str, str]]:
    with (real_data / "golden" / "mexico_south_2010.csv").open(newline="", encoding="utf-8") as lines:
        return [row for row in csv.DictReader(lines) if row["statistic"].startswith(("FGT", "Gini"))]


def test_every_golden_figure_of_poverty_and_inequality(mexico: Installation, golden: list[dict[str, str]]) -> None:
    poverty = mexico.ask("SELECT * FROM mart.poverty WHERE time_period = '2010-Q3'")
    inequality = mexico.ask("SELECT * FROM mart.inequality WHERE time_period = '2010-Q3'")
    seen = set()
    for row in golden:
        area, domain = PLACES[row["domain"]]
        measure, *_, line = row["statistic"].split()
        if measure == "Gini":
            where, table = inequality["measure"] == "gini_upper", inequality
        else:
            where, table = (poverty["measure"] == measure.lower()) & (poverty["line"] == float(line)), poverty
        (found,) = table[where & (table["area_code"] == area) & (table["domain"] == domain)].itertuples()
        assert found.value == pytest.approx(float(row["estimate"]), rel=RELATIVE), row
        assert found.se == pytest.approx(float(row["se"]), rel=RELATIVE_SE), row
        status = "A" if float(row["se"]) / float(row["estimate"]) < 0.15 else "U"
        assert found.obs_status == status, row
        seen.add(status)
    assert len(golden) == 5 * 7
    assert seen == {"A", "U"}


def test_published_gini_is_by_middle_ranks(mexico: Installation) -> None:
    """methods.md section 4: 0.473903837291861 for rural persons, told apart from R's variant."""
    found = mexico.ask(
        "SELECT value, variant, n_households FROM mart.inequality WHERE time_period = '2010-Q3' "
        "AND area_code = 'MX' AND domain = 'rural' AND measure = 'gini'"
    )
    assert found["value"].tolist() == pytest.approx([0.473903837291861], rel=1e-12)
    assert (found["variant"].tolist(), found["n_households"].tolist()) == (["rank=mid"], [1615])


def test_a_line_says_what_it_is_and_what_was_done_with_it(mexico: Installation) -> None:
    found = mexico.ask(
        "SELECT DISTINCT time_period, domain, line, line_freq, boundary, line_in_period, price_period, obs_note "
        "FROM mart.poverty WHERE area_code = 'MX' AND measure = 'fgt0' AND line_id = 'rural_minimum'"
    ).set_index(["time_period", "domain"])
    quarter = found.loc[("2010-Q3", "rural")]
    assert (quarter["line"], quarter["line_freq"], quarter["boundary"]) == (684, "M", "<")
    assert (quarter["line_in_period"], quarter["price_period"]) == (3 * 684, "2010-08")
    assert pd.isna(quarter["obs_note"]), "August lies in the third quarter: no prices are needed"
    assert found.loc[("2010-Q3", "all")]["obs_note"] == "line set for rural households"
    month = found.loc[("2010-09", "rural")]
    assert month["line_in_period"] == 684
    assert "nominal line: prices of 2010-08, no price index to 2010-09" in month["obs_note"]


def test_poverty_of_the_whole_is_made_of_its_states(mexico: Installation) -> None:
    """FGT adds up over areas by population shares."""
    found = mexico.ask(
        "SELECT p.area_code, p.domain, p.value, l.total / l.mean_per_person AS persons FROM mart.poverty p "
        "JOIN mart.income_level l USING (time_period, area_code, domain) WHERE p.time_period = '2010-Q3' "
        "AND p.measure = 'fgt1' AND p.line = 1329 AND l.leaf = 'net_income'"
    )
    for domain, part in found.groupby("domain"):
        whole, states = part[part["area_code"] == "MX"], part[part["area_code"] != "MX"]
        assert len(states) == 3, domain
        assert whole["value"].item() == pytest.approx(
            (states["value"] * states["persons"]).sum() / states["persons"].sum(), rel=1e-12
        )


def test_sources_make_up_the_gini(mexico: Installation) -> None:
    found = mexico.ask(
        "SELECT area_code, domain, measure, sum(value) AS whole FROM mart.inequality "
        "WHERE time_period = '2010-Q3' AND measure IN ('ly_share', 'ly_contribution', 'ly_marginal') GROUP BY ALL"
    ).set_index("measure")["whole"]
    assert found["ly_share"].tolist() == pytest.approx([1] * 12, rel=1e-12)
    assert found["ly_contribution"].tolist() == pytest.approx([1] * 12, rel=1e-12)
    assert found["ly_marginal"].tolist() == pytest.approx([0] * 12, abs=1e-12)


def test_a_figure_that_is_not_defined_says_why(mexico: Installation) -> None:
    found = mexico.ask(
        "SELECT DISTINCT obs_note FROM mart.inequality WHERE time_period = '2010-Q3' AND value IS NULL "
        "AND measure = 'ly_gini' AND leaf = 'construction'"
    )
    assert found["obs_note"].tolist() == ["nobody has income from the source, or its mean is not positive"]
    nulls = mexico.ask("SELECT count(*) AS n FROM mart.inequality WHERE value IS NULL AND obs_note IS NULL")
    assert nulls["n"].tolist() == [0]


def test_a_place_without_lines_has_inequality_and_no_poverty(mexico: Installation) -> None:
    part = Home(mexico.home).partition("core.household_income", "mexico", "2010-09")
    month, quarter = households(part)
    assert (month.time_period, quarter.time_period, quarter.freq) == ("2010-09", "2010-Q3", "Q")
    label = ("07", "rural")
    income = distribution(quarter, {label: [label]}, {label: (1, 1)}, [])
    assert poverty(income, "mexico", 1).num_rows == 0
    measures = inequality(income, "mexico", 1)
    assert set(measures["line_id"].to_pylist()) == {"_Z"}
    published = mexico.ask(
        "SELECT measure, leaf, value FROM mart.inequality WHERE time_period = '2010-Q3' AND area_code = '07' "
        "AND domain = 'rural' AND line_id = '_Z'"
    ).set_index(["measure", "leaf"])["value"]
    for row in measures.to_pylist():
        known = published[row["measure"], row["leaf"]]
        assert row["value"] == pytest.approx(known, rel=1e-12) if row["value"] is not None else pd.isna(known)
