"""Running again: nothing changes, corrections make a release, a killed run leaves no trace, runs exclude each other."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from installation import Installation, parquet_of, released, run

from jurisdictions.wuzhong.generator import generate
from pipelines.monthly import NothingToDo
from warehouse.store import Home, HomeBusy


@pytest.fixture
def once(clean: Path, tmp_path: Path) -> Installation:
    landing = tmp_path / "landing"
    subprocess.run(["cp", "-r", str(clean), str(landing)], check=True)
    return run("wuzhong", landing, tmp_path / "home")


def test_running_twice_changes_nothing(once: Installation) -> None:
    before = parquet_of(once.home)
    results = once.ask("SELECT count(*) AS n FROM audit.check_result")
    again = run("wuzhong", once.landing, once.home)
    assert released(once) == 1
    assert released(again) is None
    assert parquet_of(once.home) == before
    assert once.ask("SELECT count(*) AS n FROM audit.release")["n"].tolist() == [1]
    assert once.ask("SELECT count(*) AS n FROM audit.check_result").equals(results)


def test_rebuilding_from_the_same_files_gives_the_same_bytes(once: Installation, tmp_path: Path) -> None:
    run("wuzhong", once.landing, tmp_path / "other")
    assert parquet_of(tmp_path / "other") == parquet_of(once.home)


def test_a_corrected_file_makes_a_new_release_and_keeps_the_old(once: Installation) -> None:
    query = (
        "SELECT release_id, value FROM mart.income_share WHERE time_period = '2021-01' AND area_code = '640323' "
        "AND domain = 'all' AND share_definition = 'nbs_household_operations' AND sector = 'agriculture' "
        "AND estimator = 'ratio_of_aggregates' AND negative_policy = 'keep' ORDER BY release_id"
    )
    first = once.ask(query)
    original = next(once.landing.glob("盐池县_住户收入_2021-01.csv"))
    lines = original.read_text("utf-8-sig").splitlines()
    corrected = original.with_name("盐池县_住户收入_2021-01_更正1.csv")
    corrected.write_text("\n".join(lines[: len(lines) // 2]) + "\n", "utf-8-sig")
    done = run("wuzhong", once.landing, once.home)
    both = once.ask(query)
    assert released(done) == 2
    assert both["release_id"].tolist() == [1, 2]
    assert both["value"][0] == first["value"][0] != both["value"][1]
    releases = once.ask("SELECT periods, manifest FROM audit.release ORDER BY release_id")
    assert releases["periods"].tolist() == ["2021-01 2021-02"] * 2
    months = json.loads(releases["manifest"][1])["months"]
    assert [month["revises"] for month in months.values()] == [1, 1]
    assert months["2021-01"]["reason"].startswith("files changed: 1 new, 1 replaced or gone; ")
    assert months["2021-02"]["reason"].startswith("files of earlier months changed; ")  # its trends look back
    status = once.ask(
        "SELECT status FROM raw.intake_file WHERE original_name LIKE '盐池县_住户收入_2021-01%' ORDER BY 1"
    )
    assert status["status"].tolist() == ["accepted", "superseded"]


def test_two_files_with_equal_right_to_a_month_are_both_refused(once: Installation) -> None:
    original = next(once.landing.glob("盐池县_住户收入_2021-02.csv"))
    text = original.read_bytes()
    original.unlink()
    folder = once.landing / "again"
    folder.mkdir()
    lines = text.split(b"\n")
    (once.landing / "盐池县_住户收入_2021-02.csv").write_bytes(b"\n".join(lines[:-3]) + b"\n")
    (folder / "盐池县_住户收入_2021-02.csv").write_bytes(b"\n".join(lines[:-5]) + b"\n")
    run("wuzhong", once.landing, once.home)
    rivals = once.ask("SELECT reason FROM raw.intake_file WHERE status = 'refused'")
    assert len(rivals) == 2
    assert rivals["reason"].str.contains("two files claim").all()


def test_a_missing_county_is_flagged_and_listed(once: Installation) -> None:
    generate(once.landing.parent / "later", months=3, household_months=2_100, dirt=False)
    for path in (once.landing.parent / "later").iterdir():
        if "2021-03" in path.name or "2021年03" in path.name or "202103" in path.name:
            if path.name.startswith("盐池县_住户"):
                continue
            path.rename(once.landing / path.name)
    run("wuzhong", once.landing, once.home, ["2021-03"])
    flagged = once.ask(
        "SELECT area_code, obs_status, obs_note, cv, n_households - n_excluded AS n FROM mart.income_share "
        "WHERE time_period = '2021-03' AND domain = 'all' AND conf_status = 'F'"
    )
    prefecture = flagged[flagged["area_code"] == "640300"]
    assert set(prefecture["obs_status"]) == {"U"}
    assert prefecture["obs_note"].str.contains("partly_reported").all()
    assert "640323" not in set(flagged["area_code"])
    reported = flagged[flagged["area_code"] == "640302"]
    reliable = (reported["cv"].fillna(0).abs() < 0.15) & (reported["n"] >= 50)
    assert reliable.any()
    assert reported["obs_status"].tolist() == reliable.map({True: "A", False: "U"}).tolist()
    assert not reported["obs_note"].fillna("").str.contains("partly_reported").any()


def test_a_month_without_files_is_not_a_success(once: Installation) -> None:
    with pytest.raises(NothingToDo, match="there are files for 2021-01 to 2021-02"):
        run("wuzhong", once.landing, once.home, ["2031-01"])


def test_two_runs_exclude_each_other(once: Installation) -> None:
    with Home.at(once.home).locked(), pytest.raises(HomeBusy, match="another run is working"):
        run("wuzhong", once.landing, once.home)


def test_a_run_killed_anywhere_and_started_again_ends_the_same(clean: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    run("wuzhong", clean, whole)
    broken = tmp_path / "broken"
    command = [sys.executable, "-m", "pipelines", "run", "wuzhong", "--landing", str(clean), "--home", str(broken)]
    for seconds in (2.0, 4.0, 5.5):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
    run("wuzhong", clean, broken)
    assert parquet_of(broken) == parquet_of(whole)
    first, second = (Installation(home, clean) for home in (whole, broken))
    marts = "SELECT * EXCLUDE (release_id) FROM mart.{} ORDER BY ALL"
    for table in ("income_share", "income_level", "labour_export", "fund_flow", "psu_total"):
        assert first.ask(marts.format(table)).equals(second.ask(marts.format(table))), table
    assert second.ask("SELECT count(*) AS n FROM audit.release")["n"].tolist() == [1]


def test_the_key_is_for_its_owner_only(clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POVMON_KEY")
    home = Home.at(tmp_path)
    assert len(home.key()) == 64
    assert os.stat(tmp_path / "private" / "pseudonym.key").st_mode & 0o077 == 0
    os.chmod(tmp_path / "private" / "pseudonym.key", 0o644)
    with pytest.raises(Exception, match="chmod 600"):
        home.key()
