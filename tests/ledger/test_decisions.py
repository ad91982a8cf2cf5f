"""Decisions through the public commands: each kind's way from the command to the figure, and what the door refuses."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from broken_county import Fault
from click.testing import CliRunner
from installation import ask, rows, run, without_pages
from sound_county import PLACE, sound, write_place

import jurisdictions
from assets.verify.releases import verify
from pipelines.cli import main
from pipelines.monthly import RunFailed
from warehouse.store import Home

MONTHS = ("2024-03", "2024-04")
TOTAL = "labour_export.total_is_n_times_mean"
OTHER_TOTAL = {"earnings_total": "30000.00"}
"""Of ten persons with 2,000 each"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two counties and two months; in each of A1's and B1's files the last line has a total for another mean."""
    (tmp_path / "places").mkdir()
    write_place(tmp_path / "places")
    monkeypatch.setenv("POVMON_JURISDICTIONS", str(tmp_path / "places"))
    without_pages(monkeypatch)
    (tmp_path / "landing").mkdir()
    for month in MONTHS:
        for name, content in (
            Fault([OTHER_TOTAL], other=[{}, OTHER_TOTAL | {"industry": "x"}]).files("labour_export", month).items()
        ):
            (tmp_path / "landing" / name).write_text(content, encoding="utf-8")
    run(PLACE, tmp_path / "landing", tmp_path / "home")
    yield tmp_path
    jurisdictions.load.cache_clear()


def decide(office: Path, *arguments: str, expected: int = 0) -> str:
    """What `povmon decide` says."""
    given = ["decide", *arguments, "--home", str(office / "home")]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == expected, done.output
    return done.output


def again(office: Path) -> int | None:
    done = run(PLACE, office / "landing", office / "home").done
    assert done is not None
    return done.release_id


def of_quarantine(office: Path) -> dict[tuple[str, str], str]:
    """(month, county) -> status of its one refused row."""
    found = rows(office / "home", "SELECT time_period, original_name, status FROM audit.quarantine")
    return {(str(row["time_period"]), str(row["original_name"])[14:16]): str(row["status"]) for row in found}


def outcome(office: Path, rule: str, month: str) -> str:
    query = f"""SELECT outcome FROM audit.check_result WHERE rule_id = '{rule}' AND time_period = '{month}'
        ORDER BY entry_number DESC LIMIT 1"""
    return str(ask(office / "home", query)["outcome"][0])


def notes(office: Path, month: str) -> dict[str, tuple[str, str | None]]:
    """Area -> obs_status and obs_note of its figure in the latest release of the month."""
    query = f"""SELECT area_code, obs_status, obs_note FROM mart.labour_export WHERE time_period = '{month}'
        AND release_id = (SELECT max(release_id) FROM mart.labour_export WHERE time_period = '{month}')"""
    return {str(row["area_code"]): (str(row["obs_status"]), row["obs_note"]) for row in rows(office / "home", query)}  # type: ignore[misc]


def is_sound(office: Path) -> None:
    assert verify(Home(office / "home")).broken == []
    query = "SELECT original_name FROM raw.intake_file WHERE rows_read <> rows_accepted + rows_quarantined"
    assert rows(office / "home", query) == []


WHY = ("--reason", "the county says so", "--who", "an editor")
UNTIL = ("--until", "9999-12-31")


def test_a_waiver_of_one_area_and_month_touches_no_other(office: Path) -> None:
    said = decide(office, "waive", PLACE, TOTAL, "--from", MONTHS[0], "--area", "A1", *UNTIL, *WHY)
    assert "decision 1 (waive labour_export.total_is_n_times_mean): recorded" in said
    assert f"next: povmon run {PLACE} --from {MONTHS[0]} --to {MONTHS[0]}" in said
    assert again(office) == 2
    # the row of the other county still breaks the rule, so that the rule fails; the other month is not judged again
    assert of_quarantine(office).keys() == {(MONTHS[0], "B1"), (MONTHS[1], "A1"), (MONTHS[1], "B1")}
    assert outcome(office, TOTAL, MONTHS[0]) == "fail"
    (release,) = rows(office / "home", "SELECT periods, manifest FROM audit.release WHERE release_id = 2")
    assert release["periods"] == MONTHS[0]
    assert json.loads(str(release["manifest"]))["months"][MONTHS[0]]["decisions"] == [
        ["core.labour_export", 1, "waive", "in force"]
    ]
    words = f"decision 1 (waive {TOTAL})"
    lacking = "1 record in quarantine"
    assert notes(office, MONTHS[0]) == {
        "A1": ("U", words),
        "R": ("U", f"{lacking}; {words}"),
        "B1": ("U", lacking),
    }
    assert again(office) is None
    is_sound(office)


def test_a_waiver_of_all_areas_is_an_outcome_of_its_own_and_can_be_withdrawn(office: Path) -> None:
    decide(office, "waive", PLACE, TOTAL, "--from", MONTHS[0], "--to", MONTHS[1], *UNTIL, *WHY)
    assert again(office) == 2
    assert of_quarantine(office) == {}
    assert {outcome(office, TOTAL, month) for month in MONTHS} == {"waived"}
    assert "of decision 1" in decide(office, "withdraw", PLACE, "1", *WHY)
    assert again(office) == 3
    assert set(of_quarantine(office).values()) == {"open"}
    assert {outcome(office, TOTAL, month) for month in MONTHS} == {"fail"}
    assert "no longer holds" in decide(office, "list", PLACE)
    is_sound(office)


def test_an_expired_waiver_stops_the_release_and_is_named(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    decide(office, "waive", PLACE, TOTAL, "--from", MONTHS[0], "--until", str(tomorrow), *WHY)
    assert again(office) == 2

    over = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    monkeypatch.setattr("checks.ledger.began", lambda connection, run_id: over)
    with pytest.raises(
        RunFailed, match=rf"decisions_hold: fail .*decision 1: the waiver of {TOTAL} expired on {tomorrow}"
    ):
        again(office)
    later = str(tomorrow + dt.timedelta(days=30))
    decide(office, "waive", PLACE, TOTAL, "--from", MONTHS[0], "--until", later, *WHY)
    assert again(office) == 3, "decided anew with a later day"
    assert outcome(office, TOTAL, MONTHS[0]) == "waived"


def test_a_row_is_released_as_it_was_sent(office: Path) -> None:
    decide(office, "release", PLACE, f"labour_export_A1_{MONTHS[0]}.csv", "--line", "6", *WHY)
    assert again(office) == 2
    assert of_quarantine(office)[MONTHS[0], "A1"] == "released"
    (kept,) = rows(
        office / "home",
        f"SELECT earnings_total FROM core.labour_export WHERE time_period = '{MONTHS[0]}' AND row_number = 6",
    )
    assert float(str(kept["earnings_total"])) == 30_000
    assert notes(office, MONTHS[0])["A1"] == ("U", f"decision 1 (release {TOTAL})")
    (record,) = rows(office / "home", "SELECT decision_id, row_number FROM audit.decided_record")
    assert record == {"decision_id": 1, "row_number": 6}
    is_sound(office)


def test_a_correction_holds_until_the_sender_mends_the_error(office: Path) -> None:
    name = f"labour_export_A1_{MONTHS[0]}.csv"
    change = ("--column", "earnings_total", "--before", "30000.00", "--after", "20000.00")
    decide(office, "correct", PLACE, name, "--line", "6", *change, *WHY)
    assert again(office) == 2
    assert of_quarantine(office)[MONTHS[0], "A1"] == "corrected"
    assert notes(office, MONTHS[0])["A1"] == ("A", "decision 1 (correct earnings_total)")
    totals = "SELECT earnings_total FROM core.labour_export WHERE time_period = '2024-03' AND area_code = 'A1'"
    assert {float(str(row["earnings_total"])) for row in rows(office / "home", totals)} == {20_000}
    is_sound(office)
    sent = office / "landing" / name
    mended = sent.read_text(encoding="utf-8").replace("30000.00", "20000.00")
    sent.with_name(name.replace(".csv", "_更正1.csv")).write_text(mended, encoding="utf-8")
    with pytest.raises(
        RunFailed, match=r"decision 1: the correction expects earnings_total '30000\.00' at line 6 .*withdraw"
    ):
        again(office)
    decide(office, "withdraw", PLACE, "1", *WHY)
    assert again(office) == 3
    assert (MONTHS[0], "A1") not in of_quarantine(office)


def test_a_reviewed_file_is_recorded_once_and_whole(office: Path) -> None:
    path = office / "decisions.yaml"
    text = f"""
jurisdiction: {PLACE}
decisions:
  - {{kind: waive, rule: {TOTAL}, from: "{MONTHS[1]}", until: 9999-12-31, area: B1, reason: net of fees}}
  - kind: correct
    file: labour_export_A1_{MONTHS[0]}.csv
    key: {{industry: industry 4}}
    changes: {{earnings_total: ["30000.00", "20000.00"]}}
    reason: confirmed
"""
    path.write_text(text + "  - {kind: release, file: nowhere.csv, line: 3, reason: none}\n", encoding="utf-8")
    assert "entry 3 of decisions.yaml" in decide(office, "--file", str(path), expected=2)
    assert decide(office, "list", PLACE).strip() == "no decision was made"
    path.write_text(text, encoding="utf-8")
    assert decide(office, "--file", str(path), "--who", "an editor").count(": recorded") == 2
    assert decide(office, "--file", str(path), "--who", "another").count("known already") == 2
    assert again(office) == 2
    kept = rows(office / "home", "SELECT decision_id, kind, decided_by, reviewed_in FROM audit.decision ORDER BY 1")
    assert [(row["decision_id"], row["kind"], row["decided_by"]) for row in kept] == [
        (1, "waive", "an editor"),
        (2, "correct", "an editor"),
    ]
    assert all(str(row["reviewed_in"]).startswith("decisions.yaml ") for row in kept)
    decide(office, "withdraw", PLACE, "1", *WHY)
    assert "known already" in decide(office, "--file", str(path)), "what was withdrawn is not made again by its file"
    is_sound(office)


A1 = f"labour_export_A1_{MONTHS[0]}.csv"
CORRECT = ("correct", PLACE, A1, "--line", "6")
REFUSED = {
    "no such rule": (("waive", PLACE, "no.rule", "--from", "2024-03", *UNTIL), "there is no rule 'no.rule'"),
    "a flag": (("waive", PLACE, "labour_export.earnings_plausible", "--from", "2024-03", *UNTIL), "it stops nothing"),
    "no value": (("waive", PLACE, "labour_export.readable", "--from", "2024-03", *UNTIL), "cannot be waived"),
    "nothing there": (
        ("waive", PLACE, "labour_export.month_has_rows", "--from", "2024-03", *UNTIL),
        "what is not there",
    ),
    "no such area": (("waive", PLACE, TOTAL, "--from", "2024-03", "--area", "Z9", *UNTIL), "'Z9' is no area"),
    "over already": (("waive", PLACE, TOTAL, "--from", "2024-03", "--until", "2001-01-01"), "over before it begins"),
    "backwards": (("waive", PLACE, TOTAL, "--from", "2024-03", "--to", "2024-02", *UNTIL), "run backwards"),
    "no such file": (("release", PLACE, "none.csv", "--line", "6"), "no file 'none.csv' was received"),
    "not in quarantine": (
        ("release", PLACE, A1, "--line", "2"),
        "line 2 of labour_export_A1_2024-03.csv is not in quarantine",
    ),
    "other rules": (
        ("release", PLACE, A1, "--line", "6", "--rule", "labour_export.duplicate"),
        f"breaks {TOTAL} as well",
    ),
    "other value": ((*CORRECT, "--column", "persons", "--before", "11", "--after", "12"), "finds persons '10'"),
    "does not read": (
        (*CORRECT, "--column", "persons", "--before", "10", "--after", "ten"),
        "does not read as integer",
    ),
    "other code": ((*CORRECT, "--column", "sex", "--before", "F", "--after", "X"), "'X' is none of M, F, _T"),
    "the period": (
        (*CORRECT, "--column", "time_period", "--before", "2024-03", "--after", "2024-04"),
        "cannot be corrected",
    ),
    "no reading": (("choose", PLACE, A1, "--line", "6", "--reading", "1"), "no figure of it is garbled"),
    "no decision": (("withdraw", PLACE, "7"), "has no decision 7"),
}


def test_the_door_says_why_it_refuses(office: Path) -> None:
    for name, (arguments, expected) in REFUSED.items():
        assert expected in decide(office, *arguments, *WHY, expected=2), name
    assert decide(office, "list", PLACE).strip() == "no decision was made"


def test_waivers_let_no_empty_month_pass(office: Path) -> None:
    """All rows of a month are refused: no waiver of what can be waived makes up for it."""
    line = sound("labour_export", 0, "2024-05") | {"persons": ""}
    content = Fault([line], sound_lines=0).files("labour_export", "2024-05")
    for name, text in content.items():
        (office / "landing" / name).write_text(text, encoding="utf-8")
    decide(office, "waive", PLACE, TOTAL, "--from", "2024-03", "--to", "2024-05", *UNTIL, *WHY)
    with pytest.raises(RunFailed, match=r"2024-05 labour_export\.month_has_rows: fail"):
        again(office)


def test_whole_lines_are_shown_to_who_says_why(office: Path) -> None:
    shown = ("quarantine", "show", PLACE, A1, "--line", "6", "--home", str(office / "home"))
    asked = CliRunner().invoke(main, shown)
    assert asked.exit_code == 0, asked.output
    assert TOTAL in asked.output
    assert CliRunner().invoke(main, [*shown, "--reveal"]).exit_code == 2
    seen = CliRunner().invoke(main, [*shown, "--reveal", *WHY])
    assert "earnings_total: 30000.00" in seen.output
    decide(office, "waive", PLACE, TOTAL, "--from", MONTHS[0], *UNTIL, *WHY)
    assert again(office) == 2
    (entry,) = rows(office / "home", "SELECT original_name, row_number, accessed_by, reason FROM audit.access")
    assert tuple(entry.values()) == (A1, 6, "an editor", "the county says so")
    is_sound(office)
