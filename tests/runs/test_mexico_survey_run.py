"""`povmon run mexico` on the survey of 2010 against R's figures for it."""

import csv
from pathlib import Path

import pytest
from installation import Installation, run

RURAL = (
    "time_period = '2010-Q3' AND area_code = 'MX' AND domain = 'rural' "
    "AND share_definition = 'nbs_household_operations' AND estimator = 'ratio_of_aggregates' "
    "AND negative_policy = 'keep' AND sector = 'agriculture'"
)


@pytest.fixture(scope="module")
def mexico(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    home = tmp_path_factory.mktemp("mexico")
    landing = real_data / "data" / "mexico_south_2010"
    return run("mexico", landing, home)


@pytest.fixture(scope="module")
def golden(real_data: Path) -> dict[tuple[str, str], tuple[float, float]]:
    with (real_data / "golden" / "mexico_south_2010.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {(r["domain"], r["statistic"]): (float(r["estimate"]), float(r["se"] or "nan")) for r in rows}


def test_every_household_is_accepted(mexico: Installation) -> None:
    counts = mexico.ask("SELECT count(*) AS n FROM core.household_income WHERE time_period = '2010-Q3'")
    assert counts["n"].tolist() == [4724]
    assert mexico.ask("SELECT count(*) AS n FROM audit.quarantine")["n"].tolist() == [0]


def test_agricultural_share_and_mean_income_of_rural_households(mexico: Installation) -> None:
    (share,) = mexico.ask(f"SELECT * FROM mart.income_share WHERE {RURAL}").itertuples()
    assert share.value == pytest.approx(0.0784409581084879, rel=1e-9)
    assert share.cv == pytest.approx(0.174, abs=0.001), "between 0.15 and 0.25: published, of low reliability"
    assert (share.n_households, share.obs_status, share.conf_status) == (1615, "U", "F")
    level = mexico.ask(
        "SELECT mean_per_household FROM mart.income_level WHERE time_period = '2010-Q3' AND area_code = 'MX' "
        "AND domain = 'rural' AND leaf = 'net_income'"
    )
    assert level["mean_per_household"].tolist() == pytest.approx([12713.7520713215], rel=1e-9)


@pytest.mark.parametrize(
    ("statistic", "leaves"),
    [
        ("ingcor", ["net_income"]),
        ("agricolas", ["crop"]),
        ("pecuarios", ["livestock"]),
        ("remesa", ["remittance"]),
        ("rentas", ["property"]),
    ],
)
@pytest.mark.parametrize(
    ("domain", "area", "kind"),
    [("all", "MX", "all"), ("rural", "MX", "rural"), ("rural 07", "07", "rural"), ("rural 20", "20", "rural")],
)
def test_levels_with_their_errors(
    mexico: Installation,
    golden: dict[tuple[str, str], tuple[float, float]],
    statistic: str,
    leaves: list[str],
    domain: str,
    area: str,
    kind: str,
) -> None:
    (row,) = mexico.ask(
        f"SELECT * FROM mart.income_level WHERE time_period = '2010-Q3' AND area_code = '{area}' "
        f"AND domain = '{kind}' AND leaf = '{leaves[0]}'"
    ).itertuples()
    for name, value, error in (
        (f"mean {statistic}", row.mean_per_household, row.mean_per_household_se),
        (f"per person {statistic}", row.mean_per_person, row.mean_per_person_se),
        (f"total quarterly {statistic}", row.total, row.total_se),
    ):
        assert (value, error) == pytest.approx(golden[domain, name], rel=1e-9), name


def test_months_that_only_some_households_report_are_flagged(mexico: Installation) -> None:
    status = mexico.ask(
        "SELECT time_period, obs_status, obs_note, conf_status, cv, n_households - n_excluded AS n "
        "FROM mart.income_share WHERE area_code = 'MX' AND domain = 'all' AND freq = 'M'"
    ).set_index("time_period")
    partly = [f"2010-{month:02d}" for month in (2, 3, 4, 8, 9, 10)]
    whole = ["2010-05", "2010-06", "2010-07"]
    assert set(status.index) == {*partly, *whole}
    assert set(status.loc[partly, "obs_status"]) == {"U"}
    assert status.loc[partly, "obs_note"].str.contains("partly_reported").all()
    in_full = status.loc[whole].query("conf_status == 'F'")
    reliable = (in_full["cv"].fillna(0).abs() < 0.15) & (in_full["n"] >= 50)
    assert reliable.any()
    assert in_full["obs_status"].tolist() == reliable.map({True: "A", False: "U"}).tolist()
    assert not status.loc[whole, "obs_note"].fillna("").str.contains("partly_reported").any()
