"""The history of GB/T 2260 itself through the public entry: methods.md section 9 and SOURCE.txt as expected values."""

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest
from installation import Installation, released, run

from jurisdictions import reference
from jurisdictions.wuzhong.generator import generate


@pytest.fixture(scope="module")
def table(real_data: Path) -> Path:
    return real_data / "data" / "china_admin_codes" / "result.csv"


@pytest.fixture(scope="module")
def china(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    place = tmp_path_factory.mktemp("china")
    (place / "landing").mkdir()
    shutil.copyfile(table, place / "landing" / table.name)
    return run("china", place / "landing", place / "home")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A month of Wuzhong without the history."""
    place = tmp_path_factory.mktemp("wuzhong")
    generate(place / "landing", months=1, household_months=700, dirt=False)
    return run("wuzhong", place / "landing", place / "plain")


@pytest.fixture(scope="module")
def wuzhong(table: Path, plain: Installation) -> Installation:
    """The same month with it, in a home of its own."""
    shutil.copyfile(table, plain.landing / table.name)
    return run("wuzhong", plain.landing, plain.home.parent / "home")


@pytest.fixture(scope="module")
def areas(china: Installation) -> pd.DataFrame:
    return china.ask("SELECT * FROM ref.area").set_index("area_code")


def test_every_record_is_taken_by_every_rule(china: Installation, table: Path) -> None:
    with table.open(encoding="utf-8-sig", newline="") as handle:
        records = sum(1 for _ in csv.DictReader(handle))
    assert records == 6823
    results = china.ask("SELECT outcome, count(*) AS n FROM audit.check_result GROUP BY 1")
    assert results["outcome"].tolist() == ["pass"]
    edition = china.ask("SELECT time_period, count(*) AS n FROM core.area_history GROUP BY 1")
    assert edition.to_dict("records") == [{"time_period": "2024", "n": records}]
    assert china.ask("SELECT count(*) AS n FROM ref.area")["n"].tolist() == [records + 1], "and the country"


@pytest.mark.parametrize(
    ("code", "valid_from", "valid_to"),
    [
        ("642100", "1981-01", "1997-12"),
        ("640300", "1998-01", None),
        ("640302", "1998-01", None),
        ("640323", "1998-01", None),
        ("640324", "1998-01", None),
        ("640381", "1998-01", None),
        ("640382", "1998-01", "2001-12"),
        ("640181", "2002-01", None),
        ("640321", "1998-01", "2002-12"),
        ("640322", "1998-01", "2002-12"),
        ("640500", "2003-01", None),
        ("640521", "2003-01", None),
        ("642200", "1981-01", "2000-12"),
        ("640400", "2001-01", None),
        ("640522", "2003-01", None),
        ("640303", "2009-01", None),
    ],
)
def test_validity_of_ningxia(areas: pd.DataFrame, code: str, valid_from: str, valid_to: str | None) -> None:
    row = areas.loc[code]
    assert row["valid_from"] == valid_from
    assert row["valid_to"] == valid_to or (valid_to is None and pd.isna(row["valid_to"]))


@pytest.mark.parametrize(
    ("month", "kind", "before", "after"),
    [
        ("1998-01", "recoded", "642100", "640300"),
        ("1998-01", "recoded", "642101", "640302"),
        ("2001-01", "recoded", "642200", "640400"),
        ("2002-01", "recoded", "640382", "640181"),
        ("2002-01", "transferred", "640300", "640100"),
        ("2002-01", "split", "640111", "640104"),
        ("2003-01", "recoded", "640321", "640502"),
        ("2003-01", "recoded", "640322", "640521"),
        ("2003-01", "recoded", "640421", "640522"),
        ("2003-01", "created", "640300", "640500"),
        ("2003-01", "created", "640400", "640500"),
        ("2009-01", "created", "640300", "640303"),
        ("1983-01", "created", "642221", "642226"),
        ("1988-01", "created", "440000", "460000"),
        ("1997-01", "created", "510000", "500000"),
        ("2010-01", "merged", "110103", "110101"),
        ("1992-01", "renamed", "120110", "120110"),
    ],
)
def test_events(china: Installation, month: str, kind: str, before: str, after: str) -> None:
    """Prefectures have no successors in the file: theirs are told from their counties."""
    found = china.ask(f"SELECT * FROM ref.area_event WHERE from_code = '{before}' AND to_code = '{after}'")
    assert (month, kind) in set(zip(found["effective_month"], found["kind"], strict=True))


@pytest.mark.parametrize(
    ("month", "inside"),
    [
        ("1997-12", {"642101", "642102", "642126", "642127"}),
        ("1998-01", {"640302", "640323", "640324", "640381"}),
        ("2002-12", {"640302", "640323", "640324", "640381"}),
        ("2003-01", {"640300", "640302", "640323", "640324", "640381"}),
        ("2009-01", {"640300", "640302", "640303", "640323", "640324", "640381"}),
    ],
)
def test_the_boundary_of_wuzhong(china: Installation, month: str, inside: set[str]) -> None:
    found = china.ask(
        "SELECT member_code, extent FROM ref.area_set WHERE set_code = '640300@2024-12' "
        f"AND valid_from <= '{month}' AND (valid_to IS NULL OR '{month}' <= valid_to)"
    )
    assert set(found[found["extent"].isin(["whole", "main"])]["member_code"]) == inside


def test_haiyuan_is_outside_guyuan_in_all_years(china: Installation) -> None:
    found = china.ask("SELECT member_code FROM ref.area_set WHERE set_code = '640400@2024-12'")
    assert not {"642222", "640421", "640522"} & set(found["member_code"])
    zhongwei = china.ask("SELECT member_code FROM ref.area_set WHERE set_code = '640500@2024-12' AND extent = 'whole'")
    assert {"642222", "640421", "640522"} <= set(zhongwei["member_code"])


def test_a_set_of_every_area_covers_the_country_once(china: Installation) -> None:
    """In any year a county lies wholly in the boundary of at most one prefecture, of those that have sets."""
    wholly = china.ask(
        "SELECT count(DISTINCT member_code) AS n FROM ref.area_set WHERE extent = 'whole' AND set_code[5:6] = '00' "
        "AND set_code[3:6] <> '0000'"
    )
    assert wholly["n"][0] > 1_000
    twice = china.ask(
        "SELECT a.member_code FROM ref.area_set a JOIN ref.area_set b USING (member_code) "
        "WHERE a.set_code < b.set_code AND a.extent = 'whole' AND b.extent = 'whole' "
        "AND a.set_code[5:6] = '00' AND b.set_code[5:6] = '00' AND a.set_code[3:6] <> '0000' "
        "AND b.set_code[3:6] <> '0000' AND a.valid_from <= coalesce(b.valid_to, '9999') "
        "AND b.valid_from <= coalesce(a.valid_to, '9999')"
    )
    assert twice.empty


def test_areas_csv_of_wuzhong_says_what_the_history_says(wuzhong: Installation) -> None:
    (rule,) = wuzhong.ask(
        "SELECT outcome, rows_examined FROM audit.check_result WHERE rule_id = 'wuzhong.areas_agree_with_history'"
    ).itertuples()
    assert (rule.outcome, rule.rows_examined) == ("pass", 20)
    own = {(row["area_code"], row["valid_from"], row["valid_to"]) for row in reference("wuzhong", "areas")}
    used = wuzhong.ask("SELECT area_code, valid_from, coalesce(valid_to, '') AS valid_to FROM ref.area")
    assert set(used.itertuples(index=False, name=None)) == own


def test_members_of_the_poverty_area_are_in_force_in_their_months(areas: pd.DataFrame) -> None:
    """Yanchi, Tongxin, Yuanzhou, Xiji, Longde, Jingyuan, Pengyang, Haiyuan, Hongsibu (methods.md section 9)."""
    rows = reference("wuzhong", "area_sets")
    now = {areas.loc[row["member_code"], "name_zh"] for row in rows if not row["valid_to"]}
    assert now == {"盐池县", "同心县", "原州区", "西吉县", "隆德县", "泾源县", "彭阳县", "海原县", "红寺堡区"}
    for row in rows:
        area = areas.loc[row["member_code"]]
        assert area["valid_from"] <= row["valid_from"], row
        assert (row["valid_to"] or "") == ("" if pd.isna(area["valid_to"]) else area["valid_to"]), row


def test_the_history_changes_no_figure_of_an_area_and_adds_its_constant_series(
    wuzhong: Installation, plain: Installation
) -> None:
    query = "SELECT * FROM mart.income_level WHERE area_code NOT LIKE '%@%' ORDER BY area_code, domain, leaf"
    pd.testing.assert_frame_equal(wuzhong.ask(query), plain.ask(query), rtol=1e-12)
    constant = "SELECT * REPLACE (split_part(area_code, '@', 1) AS area_code) FROM mart.income_level"
    counties = "('640302', '640303', '640323', '640324', '640381')"
    series = wuzhong.ask(f"{constant} WHERE area_code LIKE '%@2024-12' ORDER BY area_code, domain, leaf")
    reported = wuzhong.ask(
        f"SELECT * FROM mart.income_level WHERE area_code = '640300' OR area_code IN {counties} "
        "ORDER BY area_code, domain, leaf"
    )
    # nothing has moved since 2018: the figures are those of the area as reported, and no note of a boundary is made
    judged = ["obs_status", "obs_note", "conf_status", "conf_note"]
    pd.testing.assert_frame_equal(series.drop(columns=judged), reported.drop(columns=judged))
    assert not series["obs_note"].fillna("").str.contains("boundary|not monitored|not counted").any()


def test_running_again_changes_nothing(wuzhong: Installation) -> None:
    again = run("wuzhong", wuzhong.landing, wuzhong.home)
    assert released(wuzhong) == 1
    assert released(again) is None


def test_the_history_makes_released_months_due(real_data: Path, table: Path, tmp_path: Path) -> None:
    """With the history come sets of constant boundary: the month is computed again, and says why."""
    generate(tmp_path / "landing", months=1, household_months=700, dirt=False)
    assert released(run("wuzhong", tmp_path / "landing", tmp_path / "home")) == 1
    shutil.copyfile(table, tmp_path / "landing" / table.name)
    office = run("wuzhong", tmp_path / "landing", tmp_path / "home")
    assert released(office) == 2
    (periods, manifest) = office.ask("SELECT periods, manifest FROM audit.release WHERE release_id = 2").iloc[0]
    assert periods == "2021-01 2024-12"
    assert "program, rules or reference tables changed" in manifest
