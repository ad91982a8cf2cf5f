"""A check that raises, a table that is empty, a county that is missing: none of them passes."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pandas as pd
import pytest
from broken_county import Fault
from installation import ask, without_pages
from sound_county import JURISDICTION, PLACE, csv_of, sound, write_place

import jurisdictions
from assets.release.figure_rules import JUDGED_MARTS
from pipelines.monthly import RunFailed, run_months
from pipelines.office import Settings
from warehouse.contracts import MART_CONTRACTS, SOURCE_CONTRACTS, Rule
from warehouse.layouts import Jurisdiction

MONTH = "2024-03"


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "places").mkdir()
    write_place(tmp_path / "places")
    monkeypatch.setenv("POVMON_JURISDICTIONS", str(tmp_path / "places"))
    without_pages(monkeypatch)
    yield
    jurisdictions.load.cache_clear()


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, place: Jurisdiction, *tables: str) -> None:
    """A run of the place over sound files of some tables."""
    monkeypatch.setattr("sound_county.JURISDICTION", place)
    jurisdictions.load.cache_clear()
    (folder / "landing").mkdir(exist_ok=True)
    for table in tables:
        for name, content in Fault().files(table, MONTH).items():
            (folder / "landing" / name).write_text(content, encoding="utf-8")
    run_months(Settings(jurisdiction=PLACE, home=str(folder / "home"), landing=str(folder / "landing")), None)


def owing(areas: Mapping[str, Collection[str]], freq: Literal["M", "S"] = "M") -> Jurisdiction:
    """The place where areas owe tables for periods of a length."""
    own_period = {} if freq == "M" else {"period_in_name": None}
    layouts = (
        replace(layout, freq=freq, owed=layout.area_code in areas.get(layout.contract, ()), **own_period)
        for layout in JURISDICTION.layouts
    )
    return replace(JURISDICTION, layouts=tuple(layouts))


def results(folder: Path) -> pd.DataFrame:
    query = "SELECT * FROM audit.check_result WHERE table_name NOT LIKE 'mart.%' ORDER BY entry_number"
    return ask(folder / "home", query).set_index("rule_id")


def raising(severity: str, kind: str) -> Jurisdiction:
    sql = {"row": "no_such_column > 0", "set": "SELECT row_ordinal FROM nowhere", "table": "SELECT 1 / 'x' AS failed"}
    rule = Rule("broken_county.raises", 1, severity, "it holds", sql[kind], "made to raise", kind=kind)  # type: ignore[arg-type]
    return replace(JURISDICTION, rules={"core.labour_export": (rule,)})


@pytest.mark.parametrize(("severity", "kind"), [("error", "row"), ("block", "set"), ("error", "table")])
def test_a_serious_rule_that_raises_stops_the_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, severity: str, kind: str
) -> None:
    with pytest.raises(RunFailed, match=r"broken_county\.raises: not_evaluated"):
        run(tmp_path, monkeypatch, raising(severity, kind), "labour_export")
    found = results(tmp_path)
    assert found.loc["broken_county.raises", "outcome"] == "not_evaluated"
    assert "could not be run" in found.loc["broken_county.raises", "examples"]
    assert set(found.drop("broken_county.raises")["outcome"]) == {"pass"}, "one bad rule spoils no other"


def test_a_flag_that_raises_is_not_evaluated_and_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, monkeypatch, raising("flag", "row"), "labour_export")
    assert results(tmp_path).loc["broken_county.raises", "outcome"] == "not_evaluated"


def test_of_a_table_that_nobody_sent_nothing_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Funds came, labour is owed too: its senders are missing, and no rule on rows has seen a row."""
    place = owing({"core.labour_export": ("A1", "B1"), "core.fund_transaction": ("A1",)})
    run(tmp_path, monkeypatch, place, "fund_transaction")
    found = results(tmp_path)
    labour = found[found["table_name"] == "core.labour_export"]
    assert labour.index[0] == "broken_county.labour_export_of_every_sender"
    first = labour.iloc[0]
    assert (first["outcome"], first["rows_examined"], first["rows_failed"]) == ("fail", 2, 2)
    assert json.loads(first["examples"]) == ["no row of A1", "no row of B1"]
    assert set(labour.iloc[1:]["outcome"]) == {"not_evaluated"}
    funds = found[found["table_name"] == "core.fund_transaction"]["outcome"]
    looking = [rule.id for rule in SOURCE_CONTRACTS["core.fund_transaction"].rules if rule.looks_at]
    assert set(funds.drop(looking)) == {"pass"}
    assert set(funds[looking]) == {"not_evaluated"}, "no sound line names another line or has a use to hold against"


def test_a_county_that_is_missing_fails_before_rows_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, monkeypatch, owing({"core.household_income": ("A1", "B1")}), "household_income")
    found = results(tmp_path)
    assert found.index[0] == "broken_county.household_income_of_every_sender"
    assert (found.iloc[0]["outcome"], found.iloc[0]["rows_failed"]) == ("fail", 1)
    assert json.loads(found.iloc[0]["examples"]) == ["no row of B1"]
    assert set(found.iloc[1:]["outcome"]) == {"pass"}


def test_a_county_whose_half_year_is_missing_fails_once_another_has_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = SOURCE_CONTRACTS["core.labour_training"]
    lines = [sound("labour_training", number, "2024-S1") | {"freq": "S"} for number in range(3)]
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "labour_training_A1_1.csv").write_text(csv_of(training, lines, ""), encoding="utf-8")
    run(tmp_path, monkeypatch, owing({training.name: ("A1", "B1"), "core.registry": ("A1", "B1")}, "S"))
    found = results(tmp_path)
    assert set(found["table_name"]) == {"core.labour_training"}, "of the register none has come, and it is not late"
    assert found.index[0] == "broken_county.labour_training_of_every_sender"
    assert (found.iloc[0]["outcome"], found.iloc[0]["rows_failed"]) == ("fail", 1)
    assert json.loads(found.iloc[0]["examples"]) == ["no row of B1"]


def of_marts(folder: Path) -> pd.DataFrame:
    return ask(folder / "home", "SELECT * FROM audit.check_result WHERE table_name LIKE 'mart.%'").set_index("rule_id")


@pytest.mark.parametrize("severity", ["error", "block"])
def test_a_serious_rule_on_figures_that_raises_stops_the_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, severity: str
) -> None:
    mart = MART_CONTRACTS["mart.labour_export"]
    raises = Rule(
        "mart.labour_export.raises",
        2,
        severity,  # type: ignore[arg-type]
        "it holds",
        "SELECT * FROM nowhere",
        "made to raise",
        kind="figure",
    )
    monkeypatch.setitem(JUDGED_MARTS, mart.name, replace(mart, rules=(raises, *mart.rules)))
    with pytest.raises(RunFailed, match=r"mart\.labour_export\.raises: not_evaluated"):
        run(tmp_path, monkeypatch, JURISDICTION, "labour_export")
    found = of_marts(tmp_path)
    assert found.loc["mart.labour_export.raises", "outcome"] == "not_evaluated"
    assert "could not be run" in found.loc["mart.labour_export.raises", "examples"]
    assert found.loc["mart.labour_export.figures_of_rows", "outcome"] == "pass", "one bad rule spoils no other"


def test_of_a_mart_without_figures_nothing_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Funds came, labour is owed and did not: no rule on labour has compared anything."""
    place = owing({"core.labour_export": ("A1", "B1"), "core.fund_transaction": ("A1",)})
    run(tmp_path, monkeypatch, place, "fund_transaction")
    found = of_marts(tmp_path)
    assert set(found.loc[found["table_name"] == "mart.labour_export", "outcome"]) == {"not_evaluated"}
    assert found.loc["mart.fund_flow.figures_of_rows", "outcome"] == "pass"
    assert found.loc["mart.fund_flow.outlier", "outcome"] == "not_evaluated"
