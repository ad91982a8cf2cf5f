"""`povmon run nepal` on all published folders at once against the control totals of every month and channel."""

import csv
from pathlib import Path

import pytest
from installation import Installation, run


@pytest.fixture(scope="module")
def nepal(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    home = tmp_path_factory.mktemp("nepal")
    landing = real_data / "data" / "nepal_labour_permits"
    return run("nepal", landing, home)


def test_every_month_channel_and_table(nepal: Installation, real_data: Path) -> None:
    with (real_data / "golden" / "nepal_labour_permits.csv").open(newline="") as file:
        golden = [row for row in csv.DictReader(file) if not row["channel"].startswith("total")]
    found = nepal.ask(
        "SELECT CASE WHEN destination_code = '_T' THEN 'nepal_permits_district' ELSE 'nepal_permits_country' END AS d, "
        "time_period, channel, CAST(sum(persons) FILTER (sex = 'M') AS BIGINT) AS male, "
        "CAST(sum(persons) FILTER (sex = 'F') AS BIGINT) AS female FROM core.labour_export GROUP BY ALL"
    )
    months = sorted(found["time_period"].unique())
    assert len(months) == 13
    totals = {(r.d, r.time_period, r.channel): (r.male, r.female) for r in found.itertuples()}
    periods = sorted({row["period"] for row in golden})
    for row in golden:
        month = months[periods.index(row["period"])]
        channel = "government_to_government" if row["channel"] == "g_to_g" else row["channel"]
        male, female = totals[row["dataset"], month, channel]
        assert (male, female, male + female) == (int(row["male"]), int(row["female"]), int(row["total"])), row


def test_marts_hold_the_same(nepal: Installation) -> None:
    sums = nepal.ask(
        "SELECT m.p = c.p AS same FROM (SELECT sum(persons) AS p FROM published.labour_export WHERE area_code = 'NP' "
        "AND destination_code = '_T') m, (SELECT sum(persons) AS p FROM core.labour_export "
        "WHERE destination_code = '_T') c"
    )
    assert sums["same"].tolist() == [True]


def test_the_one_real_conflict_is_reported_and_not_mended(nepal: Installation) -> None:
    conflict = nepal.ask(
        "SELECT time_period, rows_failed, examples FROM audit.check_result "
        "WHERE table_name = 'core.labour_export' AND level = 2 AND outcome = 'fail'"
    )
    assert conflict["time_period"].tolist() == ["2022-08"]
    assert conflict["rows_failed"].tolist() == [2]
    assert "male 0 by country, 1402 by district; female 0 by country, 278 by district" in conflict["examples"][0]
    assert 1402 + 278 == 1680


@pytest.mark.programme("S30")
def test_labour_indicators_by_district_and_destination(nepal: Installation, real_data: Path) -> None:
    """Thirteen months: channels add up over districts, destinations over the world, to the printed totals."""
    with (real_data / "golden" / "nepal_labour_permits.csv").open(newline="") as file:
        golden = [row for row in csv.DictReader(file) if not row["channel"].startswith("total")]
    periods = sorted({row["period"] for row in golden})
    found = nepal.ask(
        "SELECT time_period, area_code, item, value FROM published.labour_indicator WHERE measure = 'persons'"
    )
    months = sorted(found["time_period"].unique())
    assert len(months) == len(periods) == 13
    districts = found[found["area_code"] != "NP"]
    by_channel = districts.groupby(["time_period", "item"])["value"].sum()
    nation = found[found["area_code"] == "NP"].set_index(["time_period", "item"])["value"]
    for period, month in zip(periods, months, strict=True):
        printed = {
            name: [row for row in golden if (row["dataset"], row["period"]) == (name, period)]
            for name in ("nepal_permits_district", "nepal_permits_country")
        }
        for row in printed["nepal_permits_district"]:
            item = "channel:" + row["channel"].replace("g_to_g", "government_to_government")
            assert by_channel[month, item] == nation[month, item] == int(row["total"]), row
        for name, items in (("nepal_permits_district", ["_T"]), ("nepal_permits_country", None)):
            of_month = nation[month]
            wanted = of_month[items] if items else of_month[of_month.index.str.startswith("destination:")]
            assert wanted.sum() == sum(int(row["total"]) for row in printed[name]), (name, month)
