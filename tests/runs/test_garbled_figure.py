"""The figure that the policy paper prints, from a report's file to the figure: refused, read two ways, chosen, marked.

Hand arithmetic: 50,000 person-times × 2,100 yuan = 105 million yuan; 210 million yuan / 50,000 = 4,200 yuan.
"""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from installation import Installation, rows, run

from assets.verify.releases import verify
from jurisdictions.wuzhong.generator import generate
from jurisdictions.wuzhong.generator.labour_report import write_report
from pipelines.cli import main
from warehouse.store import Home

WHERE = ("wuzhong", "吴忠市_劳务输出工作报告_2021.csv", "--line", "4")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """December's labour files of the counties, and the prefecture's report on the year."""
    place = tmp_path_factory.mktemp("year")
    generate(place / "landing", months=1, first_month="2021-12", sources=("labour_export",), dirt=False)
    planted, file = write_report(place / "landing", "2021-12")
    assert (planted.line, planted.written, file.quarantined) == (4, "2 1 100 million", 1)
    return run("wuzhong", place / "landing", place / "home")


def povmon(home: Path, *arguments: str) -> str:
    done = CliRunner().invoke(main, [*arguments, "--home", str(home)])
    assert done.exit_code == 0, done.output
    return done.output


def test_it_is_refused_and_released_by_a_recorded_choice_only(year: Installation) -> None:
    home = year.home
    (refused,) = rows(home, "SELECT rule_ids, readings, status FROM audit.quarantine")
    assert (refused["rule_ids"], refused["status"]) == ("labour_export.readable", "open")
    readings = json.loads(str(refused["readings"]))
    possible = [(one["quantity"], one["value"], one["implied"]) for one in readings if not one["rejected"]]
    assert possible == [
        ("earnings_per_person", "2100", {"earnings_total": "105000000"}),
        ("earnings_total", "210000000", {"earnings_per_person": "4200"}),
    ]
    assert readings[0]["score"] == readings[1]["score"] > max(one["score"] for one in readings[2:])
    (printed,) = [one for one in readings if one["value"] == "210000000" and one["quantity"] == "earnings_per_person"]
    assert printed["rejected"][0] == "earnings_per_person would be 210,000,000, outside 500 to 10,000"
    shown = povmon(home, "quarantine", "show", *WHERE)
    assert "1. earnings_per_person 2100, so earnings_total 105000000" in shown
    assert f"{printed['number']}. earnings_per_person 210000000" in shown
    of_year = "SELECT * FROM published.labour_export WHERE time_period = '2021'"
    assert rows(home, of_year) == []

    why = ("--reason", "the bureau confirms yuan a head", "--who", "the statistician")
    refusal = ["decide", "choose", *WHERE, "--reading", str(printed["number"]), *why, "--home", str(home)]
    impossible = CliRunner().invoke(main, refusal)
    assert impossible.exit_code == 2
    assert "is impossible: earnings_per_person would be 210,000,000" in impossible.output
    povmon(home, "decide", "choose", *WHERE, "--reading", "1", *why)
    assert rows(home, of_year) == [], "a decision acts by the next run"

    again = run("wuzhong", year.landing, home)
    assert again.done is not None
    assert again.done.release_id == 2
    (kept,) = rows(home, "SELECT * FROM core.labour_export WHERE time_period = '2021'")
    assert (float(str(kept["earnings_per_person"])), float(str(kept["earnings_total"]))) == (2_100, 105_000_000)
    (settled,) = rows(home, "SELECT rule_ids, raw_record, status FROM audit.quarantine")
    assert (settled["rule_ids"], settled["status"]) == ("labour_export.readable", "corrected")
    assert json.loads(str(settled["raw_record"]))["人均收入(元)"] == "2 1 100 million"
    (figure,) = rows(home, "SELECT * FROM mart.labour_export WHERE time_period = '2021' AND area_code = '640300'")
    assert (figure["earnings_total"], figure["earnings_per_person"]) == (105_000_000, 2_100)
    assert figure["obs_status"] == "U"
    assert str(figure["obs_note"]).startswith("decision 1 (choose earnings_per_person, earnings_total)")
    (file,) = rows(home, "SELECT * FROM raw.intake_file WHERE original_name LIKE '%报告%'")
    assert (file["rows_read"], file["rows_accepted"], file["rows_quarantined"]) == (1, 1, 0)
    assert verify(Home(home)).broken == []
