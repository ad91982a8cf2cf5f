"""Figures as they stood, the triangle of their revisions, and what a run prints; over the published file."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from vintage_place import KEEP, MONTH, Household, Line, Vintage

from warehouse.engine import open_ledger, publish
from warehouse.published import MACROS, VIEWS
from warehouse.store import Home

FARMER, WORKER, SOUTH = Household("1", "A", 60, 40), Household("2", "A", 20, 80), Household("3", "B", 50, 50, weight=20)
SHARES = (0.45, 0.5, 0.55)
DAYS = ("2026-04-30 23:59:59.999999+00", "2026-05-01 00:00:00+00", "2026-05-03 12:00:00.5+00")
"""When the three releases were made"""
HEADLINE = f"SELECT value FROM published.{{}} WHERE area_code = 'R' AND {KEEP} AND time_period = '{MONTH}'"


NOT_SENT = {
    "fund_indicator",
    "industry_indicator",
    "labour_half_year",
    "registry_indicator",
    "target_progress",
    "village_indicator",
}
"""Views of what the place sends nothing of"""


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Vintage:
    """One month released three times, a second month first with the second release; on days of our own."""
    place = Vintage(tmp_path_factory.mktemp("three"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVMON_JURISDICTIONS", str(place.place.parent))
        place.lines(Line("low", 55))
        place.households(FARMER, WORKER, SOUTH)
        place.funds(100.0)
        place.workers(5)
        place.prices({MONTH: 101.0})
        place.run()
        place.households(FARMER, replace(WORKER, crop=40, wage=60), mark="_rev1")
        place.funds(120.0, mark="_rev1")
        place.workers(6, mark="_rev1")
        place.households(FARMER, SOUTH, month="2024-02")
        place.run()
        place.households(FARMER, replace(WORKER, crop=60, wage=40), mark="_rev2")
        place.run()
    home = Home.at(place.home)
    engine = open_ledger(home)
    with engine.begin() as connection:
        for number, day in enumerate(DAYS, start=1):
            connection.exec_driver_sql(f"UPDATE audit.release SET created_at = '{day}' WHERE release_id = {number}")
    publish(home, engine)
    engine.dispose()
    return place


@pytest.mark.parametrize(
    ("moment", "releases"),
    [
        ("'2026-04-29'", 0),
        ("'2026-04-30'", 1),  # the whole day
        ("DATE '2026-04-30'", 1),
        ("'2026-04-30 23:59:59.999998'", 0),
        ("'2026-04-30 23:59:59.999999'", 1),  # the very microsecond
        ("'2026-05-01 00:00:00'", 2),
        ("'2026-05-01T00:00:00Z'", 2),
        ("TIMESTAMP '2026-05-01 00:00:00'", 2),
        ("TIMESTAMPTZ '2026-05-01 00:00:00+00'", 2),
        ("'2026-05-01 07:59:59.999999+08'", 1),  # of the day before
        ("'2026-05-01 07:59:59+08'", 0),
        ("'2026-05-01 08:00:00+08'", 2),
        ("'2026-05-01'", 2),
        ("'2026-05-03 12:00'", 2),
        ("'2026-05-03 12:00:00.5'", 3),
        ("at => '2026-05-03'", 3),
        ("(SELECT max(created_at) FROM audit.release)", 3),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_as_of_a_moment(three: Vintage, moment: str, releases: int, zone: str) -> None:
    with duckdb.connect(str(Home(three.home).warehouse), read_only=True) as warehouse:
        warehouse.execute(f"SET TimeZone = '{zone}'")
        found = warehouse.execute(HEADLINE.format(f"income_share_as_of({moment})")).fetchall()
    assert found == [(pytest.approx(SHARES[releases - 1]),)] if releases else found == []


def test_a_moment_that_does_not_read_is_an_error(three: Vintage) -> None:
    with pytest.raises(ValueError, match="yesterday"):
        three.ask(HEADLINE.format("income_share_as_of('yesterday')"))


@pytest.mark.parametrize("number", [1, 2, 3])
def test_as_after_a_release(three: Vintage, number: int) -> None:
    for form in (f"income_share_release({number})", f"income_share_release(release => {number})"):
        assert three.value(HEADLINE.format(form)) == pytest.approx(SHARES[number - 1])


def test_a_number_that_no_release_has_gives_nothing(three: Vintage) -> None:
    assert three.ask("SELECT * FROM published.poverty_release(0)").empty
    assert three.ask("SELECT * FROM published.poverty_release(4)").empty


def test_every_view_has_both_forms_and_the_last_vintage_is_the_view(three: Vintage) -> None:
    views = set(VIEWS) - {"revisions", "revision_cause"}
    assert {macro.name for macro in MACROS} == {f"{view}_{form}" for view in views for form in ("as_of", "release")}
    without_rows = set()
    for view in sorted(views):
        now = three.ask(f"SELECT * FROM published.{view} ORDER BY ALL")
        if now.empty:
            without_rows.add(view)
        for form in ("as_of('2026-05-03')", "release(3)"):
            pd.testing.assert_frame_equal(three.ask(f"SELECT * FROM published.{view}_{form} ORDER BY ALL"), now)
    assert without_rows == NOT_SENT
    assert three.ask("SELECT * FROM published.income_level_real")["mean_per_household_real"].notna().any()
    # the month that came with the second release stands beside the third vintage of the other
    vintages = three.ask("SELECT DISTINCT time_period, release_id FROM published.income_share ORDER BY 1")
    assert vintages.to_numpy().tolist() == [["2024-02", 2], [MONTH, 3]]


def test_the_forms_are_explained(three: Vintage) -> None:
    with duckdb.connect(str(Home(three.home).warehouse), read_only=True) as warehouse:
        words = dict(
            warehouse.execute(
                "SELECT function_name, comment FROM duckdb_functions() WHERE schema_name = 'published'"
            ).fetchall()
        )
    assert words == {macro.name: macro.words for macro in MACROS}


def test_three_releases_in_the_triangle(three: Vintage) -> None:
    found = three.ask(
        f"SELECT * FROM published.revisions WHERE table_name = 'income_share' AND area_code = 'R' AND {KEEP} "
        f"AND time_period = '{MONTH}' ORDER BY revision"
    )
    assert found["release_id"].tolist() == [1, 2, 3]
    assert found["revision"].tolist() == [0, 1, 2]
    assert found["value"].tolist() == pytest.approx(list(SHARES))
    assert found["value_before"].tolist()[1:] == pytest.approx(list(SHARES[:2]))
    assert pd.isna(found["value_before"][0])
    assert found["difference"].tolist()[1:] == pytest.approx([0.05, 0.05])
    assert found["relative_difference"].tolist()[1:] == pytest.approx([0.05 / 0.45, 0.05 / 0.5])
    assert found["month"].tolist() == [MONTH] * 3
    released = pd.to_datetime(found["released_at"], utc=True, format="ISO8601")
    assert released.tolist() == pd.to_datetime(list(DAYS), utc=True, format="ISO8601").tolist()
    diagonal = three.value(
        "SELECT arg_max(value, revision) FROM published.revisions WHERE table_name = 'income_share' "
        f"AND area_code = 'R' AND {KEEP} AND time_period = '{MONTH}'"
    )
    assert diagonal == three.value(HEADLINE.format("income_share"))


def test_every_published_figure_is_on_the_diagonal(three: Vintage) -> None:
    counts = three.ask(
        """SELECT (SELECT count(value) FROM published.poverty) AS poverty,
                  (SELECT count(total) + count(mean_per_household) + count(mean_per_person) FROM published.income_level)
                    AS income_level,
                  (SELECT count(value) FROM published.inequality) AS inequality,
                  (SELECT count(value) FROM published.income_share) AS income_share,
                  (SELECT count(amount) FROM published.fund_flow) AS fund_flow"""
    ).iloc[0]
    latest = three.ask(
        """SELECT table_name, count(value) AS n FROM published.revisions r
           WHERE revision = (SELECT max(revision) FROM published.revisions o WHERE o.month = r.month)
           GROUP BY 1"""
    ).set_index("table_name")["n"]
    for name in ("poverty", "income_level", "inequality", "income_share", "fund_flow"):
        assert counts[name] == latest[name] > 0


def test_a_figure_that_is_no_longer_made_stands_empty(vintage: Vintage) -> None:
    vintage.lines(Line("low", 55), Line("high", 101))
    vintage.households(FARMER, WORKER, SOUTH)
    vintage.run()
    vintage.lines(Line("low", 55))
    vintage.run()
    found = vintage.ask(
        "SELECT release_id, value, value_before, difference FROM published.revisions WHERE table_name = 'poverty' "
        "AND measure = 'fgt0' AND area_code = 'R' AND domain = 'rural' AND line_id = 'high' ORDER BY 1"
    )
    assert found["value"].tolist()[0] == 1
    assert found["value_before"].tolist()[1] == 1
    assert found[["value", "difference"]].iloc[1].isna().all()


def test_what_is_hidden_stays_hidden(three: Vintage, tmp_path: Path) -> None:
    """A figure without a published value is null in the triangle, and its causes are not shown."""
    one = f"table_name = 'income_share' AND area_code = 'R' AND {KEEP} AND time_period = '{MONTH}'"
    causes = f"SELECT release_id FROM published.revision_cause WHERE {one} ORDER BY 1"
    assert three.ask(causes)["release_id"].tolist() == [2, 3]
    shutil.copytree(three.home, tmp_path / "home")
    home = Home.at(tmp_path / "home")
    engine = open_ledger(home)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE mart.income_share SET value = NULL WHERE release_id = 1")
    publish(home, engine)
    engine.dispose()
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        triangle = f"SELECT value, value_before FROM published.revisions WHERE {one} ORDER BY revision"
        assert warehouse.execute(triangle).fetchall() == [
            (None, None),
            (pytest.approx(0.5), None),
            (pytest.approx(0.55), pytest.approx(0.5)),
        ]
        assert warehouse.execute(causes).fetchall() == [(3,)]


def test_the_run_prints_what_it_revised(vintage: Vintage) -> None:
    vintage.households(FARMER, WORKER, SOUTH)
    first = vintage.command()
    assert (first.exit_code, "revises" in first.output) == (0, False)
    vintage.households(FARMER, replace(WORKER, crop=40, wage=60), mark="_rev1")
    second = vintage.command()
    assert re.search(
        r"Release 2 covers 2024-03 to 2024-03\.\n"
        r"  2024-03: revises release 1; files changed: 1 new, 1 replaced or gone; "
        r"agriculture's share 45\.0 -> 50\.0 % \(data \+5\.0\)\n",
        second.output,
    ), second.output
