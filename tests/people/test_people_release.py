"""Half a year of the sample prefecture released: labour against the generator's lines, and what readers see of it."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from installation import ask
from people_support import Judged, judged

from assets import steps
from assets.marts.families import FAMILIES
from assets.marts.labour_indicators import BAND
from jurisdictions.wuzhong.generator import generate
from jurisdictions.wuzhong.generator.design import AREAS
from warehouse.units import MONTHS_OF_FREQ

SOURCES = ("household_income", "labour_export", "labour_training")
CITY = "640300"
COUNTIES = ", ".join(f"'{area.code}'" for area in AREAS)


@pytest.fixture(scope="module")
def half_year(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    folder = tmp_path_factory.mktemp("half")
    truth = generate(folder / "landing", months=6, household_months=1_800, sources=SOURCES)
    made = judged(folder, truth, SOURCES)
    for name in ("income", "labour", "labour_indicators", "labour_half_years"):
        steps.marts(made.run, FAMILIES[name])
    assert steps.make_release(made.run) == 1
    return made


def asked(half_year: Judged, query: str) -> pd.DataFrame:
    return ask(half_year.run.home.root, query)


@pytest.mark.programme("S30", "S31")
def test_more_than_fifty_thousand_person_times_in_half_a_year(half_year: Judged) -> None:
    truth = pq.read_table(half_year.truth.folder / "labour_export.parquet").to_pandas()
    truth = truth[truth["area_code"] == CITY][["person_times", "earnings_total", "persons"]].sum()
    found = asked(
        half_year,
        f"SELECT measure, value FROM published.labour_half_year WHERE area_code = '{CITY}' AND item = '_T' "
        "AND time_period = '2021-S1' AND freq = 'S'",
    ).set_index("measure")["value"]
    assert found["person_times"] == truth["person_times"] > 50_000
    assert found["earnings_total"] == pytest.approx(truth["earnings_total"], rel=1e-12)
    persons = truth["persons"] / MONTHS_OF_FREQ["S"]
    assert found["persons_average"] == pytest.approx(persons, rel=1e-12)
    assert found["earnings_per_person"] * persons == pytest.approx(truth["earnings_total"], rel=1e-12)
    assert found["repeats"] > MONTHS_OF_FREQ["S"], "everybody leaves at least once a month"


@pytest.mark.programme("S30")
@pytest.mark.parametrize("mart", ["labour_indicator", "labour_half_year"])
def test_counties_add_up_to_the_city_item_by_item(half_year: Judged, mart: str) -> None:
    sums = asked(
        half_year,
        f"""SELECT time_period, measure, item, sum(numerator) FILTER (area_code = '{CITY}') AS city,
        sum(numerator) FILTER (area_code IN ({COUNTIES})) AS counties FROM mart.{mart}
        WHERE measure <> 'wages_away_ratio' GROUP BY ALL""",
    )
    assert {item.partition(":")[0] for item in sums["item"]} >= {"_T", "channel", "industry", "destination"}
    assert ((sums["city"] - sums["counties"]).abs() <= 1e-9 * sums["city"].abs()).all()


@pytest.mark.programme("S30")
def test_person_times_are_never_fewer_than_persons(half_year: Judged) -> None:
    found = asked(half_year, "SELECT value FROM mart.labour_indicator WHERE measure = 'repeats'")["value"]
    assert len(found) > 500
    assert (found >= 1).all()


@pytest.mark.programme("S33")
def test_labour_is_held_against_the_survey_and_the_reason_recorded(half_year: Judged) -> None:
    found = asked(half_year, "SELECT * FROM mart.labour_indicator WHERE measure = 'wages_away_ratio'")
    survey = asked(
        half_year,
        "SELECT time_period, area_code, total FROM mart.income_level WHERE leaf = 'wage_away' AND domain = 'all'",
    )
    both = found.merge(survey, on=["time_period", "area_code"])
    assert len(both) == len(found) >= 6 * (1 + len(AREAS))
    assert ((both["denominator"] - both["total"]).abs() <= 1e-9 * both["total"].abs()).all()
    inside = found["value"].between(*BAND)
    is_whole = ~found["obs_note"].fillna("").str.contains("in quarantine")
    assert (found["obs_status"] == np.where(inside & is_whole, "A", "U")).all()
    assert found.loc[~inside, "obs_note"].str.startswith("outside 0.8 to 1.25: ").all()
    shown = asked(
        half_year,
        "SELECT count(*) FILTER (value IS NOT NULL OR numerator IS NOT NULL) AS n FROM published.labour_indicator "
        "WHERE measure = 'wages_away_ratio'",
    )
    assert shown["n"].tolist() == [0]


def test_what_readers_see_tells_nothing_of_few(half_year: Judged) -> None:
    found = asked(half_year, "SELECT conf_status, n_units, value FROM published.labour_half_year")
    free = found[found["conf_status"] == "F"]
    assert len(free) > 100
    assert (free["n_units"] >= 3).all()
    assert found.loc[found["conf_status"] != "F", "value"].isna().all()
