"""Editions of the history with one fault each: which rule fires, what is refused, and that nothing is released."""

from pathlib import Path

import pytest
from areas_support import HEAD, history, history_file
from installation import run

from assets.core.month import AcceptedRows, CoreMonth, core_month, judge_month
from assets.core.table_month import TableMonth
from assets.intake.inputs import InputFile
from jurisdictions import load
from jurisdictions.china.layouts.area_history import AREA_HISTORY
from pipelines.monthly import RunFailed
from warehouse.contracts import CONTRACTS
from warehouse.store import Home

SOUND = """
990000 省 1981 -
990100 市 1981 -
990121 一县 1998 2003 990122
990122 二县 2003 -
990123 三县 1998 - 990122[2005]
"""


def judged(tmp_path: Path, text: str) -> tuple[AcceptedRows, CoreMonth]:
    path = tmp_path / "result.csv"
    path.write_text(text, encoding="utf-8")
    home = Home.at(tmp_path / "home")
    file = InputFile(home.keep(path), path.name, AREA_HISTORY, {}, AREA_HISTORY.covers(), "2005-12")
    task = TableMonth(home, load("china"), [], CONTRACTS["core.area_history"], "2005-12", [file])
    month = judge_month(task)
    return month.accepted, core_month(task, month)


def fired(month: CoreMonth) -> dict[str, int]:
    """Rule without its table -> rows or units that broke it."""
    return {r.rule.id.removeprefix("area_history."): r.rows_failed for r in month.results if r.outcome == "fail"}


def test_a_sound_edition_passes_every_rule_and_is_of_the_last_year_in_it(tmp_path: Path) -> None:
    accepted, month = judged(tmp_path, history_file(history(SOUND)))
    assert fired(month) == {}
    assert {result.outcome for result in month.results} == {"pass"}
    (rows,) = accepted.pieces(100)
    assert rows["time_period"].to_pylist() == ["2005"] * 5
    assert rows["area_code"].to_pylist() == ["990000", "990100", "990121", "990122", "990123"]


@pytest.mark.parametrize(
    ("rule", "line", "refused"),
    [
        ("code_has_six_digits", "99012X,省,市,四县,县级,在用,2000,,", 1),
        ("code_has_six_digits", "990124,省,市,四县,地级,在用,2000,,", 1),
        ("years", "990124,省,市,四县,县级,弃用,2000,2000,990122[2004]", 1),
        ("years", "990124,省,市,四县,县级,在用,2000-05,,", 1),
        ("status_agrees", "990124,省,市,四县,县级,在用,2000,2004,990122", 1),
        ("spells_apart", "990123,省,市,四县,县级,在用,2000,,", 2),
        ("successors_read", "990124,省,市,四县,县级,弃用,2000,2004,990122、990123", 1),
        ("successors_read", "990124,省,市,四县,县级,在用,2000,,990122", 1),
        ("successors_known", "990124,省,市,四县,县级,弃用,2000,2004,990199", 1),
        ("successors_known", "990124,省,市,四县,县级,弃用,2000,2002,990122", 1),
        ("successors_in_time", "990124,省,市,四县,县级,弃用,2004,2005,990123[2003]", 1),
        ("code_known", "990124,省,市,四县,乡级,在用,2000,,", 1),
        ("required", "990124,省,市,,县级,在用,2000,,", 1),
    ],
)
def test_each_rule_finds_its_fault(tmp_path: Path, rule: str, line: str, refused: int) -> None:
    _, month = judged(tmp_path, history_file(history(SOUND)) + line + "\n")
    found = fired(month)
    assert found[rule] == refused
    assert found["edition_is_whole"] == 1
    assert len(month.quarantined) == refused
    assert all(f"area_history.{rule}" in str(row["rule_ids"]) for row in month.quarantined)
    assert month.accepted == 6 - refused


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("county_goes_somewhere", "990124,省,市,四县,县级,弃用,2000,2004,"),
        ("area_above_in_force", "990224,省,乙市,四县,县级,在用,2000,,"),
    ],
)
def test_what_is_looked_at_is_flagged_and_taken(tmp_path: Path, rule: str, line: str) -> None:
    _, month = judged(tmp_path, history_file(history(SOUND)) + line + "\n")
    assert fired(month) == {rule: 1}
    assert month.accepted == 6


def test_a_file_without_a_year_is_no_edition(tmp_path: Path) -> None:
    from assets.intake.refusal import Refusal

    with pytest.raises(Refusal, match="its edition is not known"):
        judged(tmp_path, f"{HEAD}\n990124,省,市,四县,县级,在用,,,\n")


def test_an_edition_that_is_not_whole_stops_the_release(border: str, tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    text = history_file(history(SOUND)) + "990124,省,市,四县,县级,弃用,2000,2004,990199\n"
    (tmp_path / "landing" / "result.csv").write_text(text, encoding="utf-8")
    with pytest.raises(RunFailed, match=r"area_history\.edition_is_whole.*1 of 6 rows refused"):
        run(border, tmp_path / "landing", tmp_path / "home")


def test_years_that_contradict_areas_csv_are_told(border: str, tmp_path: Path) -> None:
    """areas.csv of the province has 990121 from 1998-01 on and 990100 from 1998-01."""
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "result.csv").write_text(history_file(history(SOUND)), encoding="utf-8")
    office = run(border, tmp_path / "landing", tmp_path / "home")
    (found,) = office.ask(
        "SELECT * FROM audit.check_result WHERE rule_id = 'border.areas_agree_with_history'"
    ).itertuples()
    assert (found.outcome, found.severity, found.rows_examined, found.rows_failed) == ("fail", "flag", 3, 2)
    assert "990121 Stays: areas.csv says 1998-01 to now, the history 1998 to 2002" in found.examples
    assert "990100 Prefecture P: areas.csv says 1998-01 to now, the history 1981 to now" in found.examples
    used = office.ask("SELECT area_code, valid_from, coalesce(valid_to, '') AS valid_to FROM ref.area")
    bounds = {row.area_code: (row.valid_from, row.valid_to) for row in used.itertuples()}
    assert bounds["990121"] == ("1998-01", "2002-12")
    assert bounds["990100"] == ("1981-01", "")
