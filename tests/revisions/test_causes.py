"""Revisions of a few drawn households whose effects are worked out by hand; through run and `povmon sql`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from vintage_place import KEEP, MONTH, Household, Line, Vintage

from assets.core.table_month import TableMonth
from assets.intake.refusal import Refusal
from assets.marts import income
from assets.marts.family import Family
from assets.release import rerun
from warehouse.engine import open_ledger
from warehouse.store import Home

FARMER, WORKER, SOUTH = Household("1", "A", 60, 40), Household("2", "A", 20, 80), Household("3", "B", 50, 50, weight=20)
SHARE = f"table_name = 'income_share' AND area_code = 'R' AND {KEEP}"
"""(600 + 200 + 1000) / 4000 = 0.45 of the three"""
CORRECTED = replace(WORKER, crop=40, wage=60)
"""Makes it 2000 / 4000"""
HEAVIER = replace(FARMER, weight=30)
"""Makes it 3000 / 6000"""

POOR, NEAR, WELL_OFF = Household("1", "A", 52, 0), Household("2", "A", 57, 0), Household("3", "B", 100, 0, weight=20)
HEADCOUNT = "table_name = 'poverty' AND measure = 'fgt0' AND area_code = 'R' AND domain = 'rural'"
LINKS = {f"{year}-{month:02d}": 100.0 for year in (2023, 2024) for month in range(1, 13)} | {MONTH: 110.0}
"""Prices of March 2024 are those of 2023 by 1.1"""
LINKS = {month: link for month, link in LINKS.items() if month <= MONTH}


@pytest.fixture
def reruns(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, frozenset[str]]]:
    """What was computed again: (group, inputs that were new)."""
    made: list[tuple[str, frozenset[str]]] = []
    figures = rerun.MonthInputs._figures

    def spy(self: rerun.MonthInputs, family: Family, differing: object, new: frozenset[str]) -> pa.Table:
        made.append((family.name, new))
        return figures(self, family, differing, new)  # type: ignore[arg-type]

    monkeypatch.setattr(rerun.MonthInputs, "_figures", spy)
    return made


@pytest.fixture
def new_program(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Make the program another one, whose shares are larger by a factor."""
    share = income.income_share

    def change(factor: float) -> None:
        def larger(*arguments: object) -> pa.Table:
            made = share(*arguments)  # type: ignore[arg-type]
            return made.set_column(made.schema.get_field_index("value"), "value", pc.multiply(made["value"], factor))

        monkeypatch.setattr(income, "income_share", larger)
        for module in ("release.rerun", "release.releases", "intake.registry"):
            monkeypatch.setattr(f"assets.{module}.code_version", lambda: f"larger by {factor}")

    return change


def test_a_corrected_income_is_data_and_nothing_is_computed_again(vintage: Vintage, reruns: list[object]) -> None:
    vintage.households(FARMER, WORKER, SOUTH)
    vintage.run()
    assert vintage.ask("SELECT * FROM audit.revision").empty
    vintage.households(FARMER, CORRECTED, mark="_rev1")
    vintage.run()
    assert vintage.causes(SHARE) == {"data": pytest.approx(0.05, rel=1e-12)}
    assert vintage.reason() == (
        "files changed: 1 new, 1 replaced or gone; agriculture's share 45.0 -> 50.0 % (data +5.0)"
    )
    row = vintage.ask(f"SELECT * FROM audit.revision WHERE {SHARE}").iloc[0]
    assert (row["release_id"], row["revised_release_id"], row["month"]) == (2, 1, MONTH)
    assert (row["value_before"], row["value_after"]) == pytest.approx((0.45, 0.5), rel=1e-12)
    assert reruns == []
    # county B is as it was
    assert vintage.ask("SELECT * FROM audit.revision WHERE area_code = 'B'").empty


def test_a_corrected_weight_alone_is_weights(vintage: Vintage, reruns: list[object]) -> None:
    vintage.households(FARMER, WORKER, SOUTH)
    vintage.run()
    vintage.households(HEAVIER, WORKER, mark="_rev1")
    vintage.run()
    assert vintage.causes(SHARE) == {"weights": pytest.approx(0.05, rel=1e-12)}
    assert reruns == []


def test_data_and_weights_in_one_file_are_told_apart(vintage: Vintage, reruns: list[object]) -> None:
    vintage.households(FARMER, WORKER, SOUTH)
    vintage.run()
    vintage.households(HEAVIER, CORRECTED, mark="_rev1")
    vintage.run()
    both = (60 * 30 + 40 * 10 + 50 * 20) / 6000
    expected = {"data": 0.05, "weights": 0.05, "interaction": both - 0.45 - 0.05 - 0.05}
    assert vintage.causes(SHARE) == pytest.approx(expected, rel=1e-12)
    assert reruns == [("income", frozenset({one})) for one in ("data", "weights")] + [
        ("poverty", frozenset({one})) for one in ("data", "weights")
    ]
    assert vintage.reason().endswith("45.0 -> 53.3 % (data +5.0, weights +5.0, interaction -1.7)")


def test_a_household_that_came_is_data_and_keeps_its_own_weight(vintage: Vintage) -> None:
    vintage.households(FARMER, WORKER, SOUTH)
    vintage.run()
    newcomer = Household("4", "A", 100, 0, weight=10)
    vintage.households(HEAVIER, WORKER, newcomer, mark="_rev1")
    vintage.run()
    data, weights = 2800 / 5000 - 0.45, 3000 / 6000 - 0.45
    both = (3000 + 1000) / 7000 - 0.45
    expected = {"data": data, "weights": weights, "interaction": both - data - weights}
    assert vintage.causes(SHARE) == pytest.approx(expected, rel=1e-12)


def test_a_raised_line_is_line(vintage: Vintage, reruns: list[object]) -> None:
    vintage.households(POOR, NEAR, WELL_OFF)
    vintage.lines(Line("low", 55))
    vintage.run()
    vintage.lines(Line("low", 60))
    vintage.run()
    assert vintage.causes(HEADCOUNT) == {"line": 0.25}
    gap = (10 * (60 - 52) / 60 + 10 * (60 - 57) / 60) / 40 - 10 * (55 - 52) / 55 / 40
    assert vintage.causes(HEADCOUNT.replace("fgt0", "fgt1")) == {"line": pytest.approx(gap, rel=1e-12)}
    assert vintage.ask("SELECT DISTINCT table_name FROM audit.revision ORDER BY 1")["table_name"].tolist() == [
        "inequality",
        "poverty",
    ]
    assert reruns == []
    assert vintage.reason().startswith("program, rules or reference tables changed; ")
    assert vintage.reason().endswith("figures changed (line), not agriculture's share")


def test_a_line_that_came_has_no_difference(vintage: Vintage) -> None:
    vintage.households(POOR, NEAR, WELL_OFF)
    vintage.lines(Line("low", 55))
    vintage.run()
    vintage.lines(Line("low", 55), Line("high", 60))
    vintage.run()
    assert vintage.causes(f"{HEADCOUNT} AND line_id = 'low'") == {}
    found = vintage.ask(f"SELECT * FROM audit.revision WHERE {HEADCOUNT} AND line_id = 'high'").iloc[0]
    assert found["cause"] == "line"
    assert found["value_after"] == 0.5
    assert found[["value_before", "effect"]].isna().all()


def test_corrected_prices_are_deflator(vintage: Vintage, reruns: list[object]) -> None:
    """50 in prices of 2023 are 55 in March, and 60 after the correction."""
    vintage.households(POOR, NEAR, WELL_OFF)
    vintage.lines(Line("low", 50, price_period="2023"))
    vintage.prices(LINKS)
    vintage.run()
    vintage.prices({MONTH: 120.0}, mark="_rev1")
    vintage.run()
    assert vintage.causes(HEADCOUNT) == {"deflator": 0.25}
    assert reruns == []
    real = "SELECT price_level FROM published.{} WHERE area_code = 'R' AND domain = 'rural' AND leaf = 'crop'"
    assert vintage.value(real.format("income_level_real")) == pytest.approx(120)
    assert vintage.value(real.format("income_level_real_release(release => 1)")) == pytest.approx(110)


def test_line_and_deflator_and_data_at_once(vintage: Vintage, reruns: list[object]) -> None:
    """55 is the line of the month at first; each input alone lifts half the people below it, and all together too."""
    vintage.households(POOR, NEAR, WELL_OFF)
    vintage.lines(Line("low", 50, price_period="2023"))
    vintage.prices(LINKS)
    vintage.run()
    vintage.households(POOR, replace(NEAR, crop=54), mark="_rev1")
    vintage.lines(Line("low", 54, price_period="2023"))  # 59.40 in March
    vintage.prices({MONTH: 120.0}, mark="_rev1")  # 60, and 64.80 with the new line
    vintage.run()
    assert vintage.causes(HEADCOUNT) == {"data": 0.25, "line": 0.25, "deflator": 0.25, "interaction": -0.5}
    gap = {
        "before": 10 * (55 - 52) / 55 / 40,
        "data": (10 * (55 - 52) + 10 * (55 - 54)) / 55 / 40,
        "line": (10 * (59.4 - 52) + 10 * (59.4 - 57)) / 59.4 / 40,
        "deflator": (10 * (60 - 52) + 10 * (60 - 57)) / 60 / 40,
        "after": (10 * (64.8 - 52) + 10 * (64.8 - 54)) / 64.8 / 40,
    }
    expected = {name: gap[name] - gap["before"] for name in ("data", "line", "deflator")}
    expected["interaction"] = gap["after"] - gap["before"] - sum(expected.values())
    assert vintage.causes(HEADCOUNT.replace("fgt0", "fgt1")) == pytest.approx(expected, rel=1e-12)
    # shares know neither line nor prices: one cause, nothing to compute again
    assert {group for group, _ in reruns} == {"poverty"}
    assert set(
        vintage.causes(
            "table_name = 'income_level' AND quantity = 'total' AND area_code = 'A' AND "
            "domain = 'rural' AND leaf = 'crop'"
        )
    ) == {"data"}


def test_a_county_that_changes_its_prefecture_is_boundary(vintage: Vintage) -> None:
    vintage.households(FARMER, WORKER, SOUTH)
    vintage.run()
    vintage.areas({"R": "", "P": "R", "Q": "R", "A": "P", "B": "Q"})
    vintage.run()
    assert vintage.causes(SHARE.replace("'R'", "'P'")) == {"boundary": pytest.approx(0.4 - 0.45, rel=1e-12)}
    arrived = vintage.ask(f"SELECT * FROM audit.revision WHERE {SHARE.replace(chr(39) + 'R', chr(39) + 'Q')}").iloc[0]
    assert (arrived["cause"], arrived["value_after"]) == ("boundary", 0.5)
    assert arrived[["value_before", "effect"]].isna().all()
    assert vintage.causes(SHARE) == {}


def test_rows_are_judged_by_the_areas_that_are_swapped(vintage: Vintage) -> None:
    """County B is unknown to the new areas: its rows go, and that is boundary; the correction in A is data."""
    vintage.households(FARMER, WORKER, SOUTH)
    vintage.run()
    vintage.areas({"R": "", "P": "R", "Q": "R", "A": "P"})
    vintage.households(FARMER, CORRECTED, mark="_rev1")
    vintage.households(replace(SOUTH, area="A"), mark="_rev2")  # nothing but a file of another sender's rows
    vintage.landing.joinpath(f"north_{MONTH}_rev2.csv").unlink()
    vintage.run()
    data, boundary, both = 0.5 - 0.45, 0.4 - 0.45, 0.5 - 0.45
    expected = {"data": data, "boundary": boundary, "interaction": both - data - boundary}
    assert vintage.causes(SHARE) == pytest.approx(expected, rel=1e-12)


def test_a_new_program_alone_is_code(
    vintage: Vintage, new_program: Callable[[float], None], reruns: list[object]
) -> None:
    vintage.households(FARMER, WORKER, SOUTH)
    vintage.run()
    new_program(1.1)
    vintage.run()
    assert vintage.causes(SHARE) == {"code": pytest.approx(0.045, rel=1e-12)}
    assert vintage.ask("SELECT DISTINCT table_name FROM audit.revision")["table_name"].tolist() == ["income_share"]
    assert reruns == []


def test_a_new_program_and_a_correction(
    vintage: Vintage, new_program: Callable[[float], None], reruns: list[object]
) -> None:
    vintage.households(FARMER, WORKER, SOUTH)
    vintage.run()
    new_program(1.1)
    vintage.households(FARMER, CORRECTED, mark="_rev1")
    vintage.run()
    assert vintage.causes(SHARE) == pytest.approx({"code": 0.045, "data": 0.055}, rel=1e-12)
    level = "table_name = 'income_level' AND quantity = 'total' AND area_code = 'R' AND domain = 'rural'"
    assert vintage.causes(f"{level} AND leaf = 'crop'") == {"data": pytest.approx(200)}
    assert reruns == [("income", frozenset()), ("poverty", frozenset())]


def test_another_classification_is_code(vintage: Vintage) -> None:
    """Without fishery nothing moves; with local wages in agriculture everything is agricultural."""
    vintage.households(FARMER, WORKER, SOUTH)
    vintage.run()
    (vintage.place / "income_source.csv").write_text(
        "share_definition,sector,leaf,in_denominator\n"
        "nbs_household_operations,agriculture,crop,true\nnbs_household_operations,agriculture,wage_local,true\n"
    )
    vintage.run()
    assert vintage.causes(SHARE) == {"code": pytest.approx(0.55, rel=1e-12)}


def test_ledgers_are_exact_to_the_cent(vintage: Vintage) -> None:
    vintage.funds(100.10, 200.20)
    vintage.run()
    vintage.funds(100.10, 230.95, mark="_rev1")
    vintage.run()
    flow = "table_name = 'fund_flow' AND area_code = 'R' AND programme = '_Z' AND station = 'use'"
    assert vintage.causes(flow) == {"data": pytest.approx(30.75, abs=1e-9)}
    # county, prefecture, place
    assert vintage.reason().endswith("3 figures changed (data), not agriculture's share")


def test_a_release_without_archived_reference_tables_is_unknown(vintage: Vintage) -> None:
    vintage.households(FARMER, WORKER, SOUTH)
    vintage.run()
    engine = open_ledger(Home.at(vintage.home))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit.release SET manifest = replace(manifest, 'snapshot', 'nothing')")
    engine.dispose()
    vintage.households(FARMER, CORRECTED, mark="_rev1")
    vintage.run()
    assert vintage.causes(SHARE) == {"unknown": pytest.approx(0.05, rel=1e-12)}
    assert vintage.reason().endswith("(unknown +5.0); not attributed: that release kept no reference tables")


def test_an_archive_with_a_gap_is_unknown_and_the_release_goes_out(vintage: Vintage) -> None:
    vintage.households(FARMER, WORKER, SOUTH)
    vintage.run()
    (old,) = vintage.ask("SELECT file_id FROM raw.intake_file WHERE original_name LIKE 'north%'")["file_id"]
    vintage.landing.joinpath(f"north_{MONTH}.csv").unlink()
    vintage.households(HEAVIER, CORRECTED, mark="_rev1")
    Home(vintage.home).archive(old).unlink()
    assert vintage.run() == 2
    assert set(vintage.causes(SHARE)) == {"unknown"}
    assert f"not attributed: the archive has no {old[:12]}…, which north_{MONTH}.csv was" in vintage.reason()


def test_a_file_that_the_program_reads_no_more_is_unknown(vintage: Vintage, monkeypatch: pytest.MonkeyPatch) -> None:
    vintage.households(FARMER, WORKER, SOUTH)
    vintage.run()
    vintage.landing.joinpath(f"north_{MONTH}.csv").unlink()
    vintage.households(FARMER, CORRECTED, mark="_rev1")
    sort = rerun.sort_month

    def trip(task: TableMonth) -> object:
        if any(file.name == f"north_{MONTH}.csv" for file in task.inputs):
            raise Refusal("the head lacks a column", found="net", do="ask for it")
        return sort(task)

    monkeypatch.setattr(rerun, "sort_month", trip)
    assert vintage.run() == 2
    assert vintage.causes(SHARE) == {"unknown": pytest.approx(0.05, rel=1e-12)}
    assert vintage.reason().endswith(
        "not attributed: a file of it does not read any more: the head lacks a column; found: net; to do: ask for it"
    )


def test_nothing_is_left_behind(vintage: Vintage) -> None:
    vintage.households(FARMER, WORKER, SOUTH)
    vintage.run()
    partition = Home(vintage.home).partition("core.household_income", "vintage_place", MONTH)
    vintage.households(HEAVIER, CORRECTED, mark="_rev1")
    vintage.run()
    assert not (vintage.home / "private" / "rerun").exists()
    assert not partition.is_symlink()
    assert vintage.run() is None
