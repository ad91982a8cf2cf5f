"""Files that need another one beside them: waiting, complete, and sets that do not fit together."""

from functools import partial

from intake_county import MONTH, County, fund_row, funds

line = partial(fund_row, station="release", channel="poverty_fund", purpose="agriculture")
MAIN = f"main_{MONTH}.csv"
PROJECTS = "项目编号,地区\nP1,A1\nP2,B1\n"


def test_a_main_file_waits_and_is_taken_when_its_companion_arrives(county: County) -> None:
    taken = county.take(MAIN, funds(line(1), line(2, project_id="P2")))
    assert taken.status == "waiting"
    assert taken.reason == "waiting for its companion in the same folder: projects*.csv (projects)"
    assert county.take("projects.csv", PROJECTS).status == "companion"
    taken = county.take(MAIN)
    assert (taken.status, taken.rows_read) == ("accepted", 2)
    assert taken.companions == {"projects": county.received()["projects.csv"].file_id}
    assert [row["area_code"] for row in county.judge(MAIN).accepted] == ["A1", "B1"]


def test_a_companion_in_another_folder_does_not_count(county: County) -> None:
    county.put("older/projects.csv", PROJECTS)
    assert county.take(f"newer/{MAIN}", funds(fund_row())).status == "waiting"


def test_two_files_could_be_the_companion(county: County) -> None:
    county.put("projects.csv", PROJECTS)
    county.put("projects_2.csv", PROJECTS + "P3,A1\n")
    reason = county.take(MAIN, funds(fund_row())).reason
    assert reason is not None
    assert "two files could be the companion 'projects'; found: projects.csv, projects_2.csv; expected: one" in reason
    assert "to do: take the wrong one out of the folder" in reason


def test_the_companion_whose_columns_fit_is_taken(county: County) -> None:
    county.put("projects_notes.csv", "notes\nnothing\n")
    county.put("projects_2.csv", PROJECTS)
    assert county.take(MAIN, funds(fund_row())).companions == {"projects": county.received()["projects_2.csv"].file_id}


def test_companion_that_lacks_columns_is_named(county: County) -> None:
    county.put("projects.csv", "项目编号\nP1\n")
    reason = county.take(MAIN, funds(fund_row())).reason or ""
    assert "the companion 'projects' lacks columns; found: projects.csv; expected: 项目编号, 地区; to do: " in reason


def test_companion_that_cannot_be_read_is_named(county: County) -> None:
    for content, said in (
        (PROJECTS.encode("utf-16"), "cannot be read; found: projects.csv: the file is text in UTF-16"),
        (PROJECTS.encode("gb18030"), "cannot be read; found: projects.csv: the bytes are not text in one encoding"),
        (b"", "lacks columns; found: projects.csv"),
        ("项目编号,地区\n".encode(), "projects.csv: the file has a head and no row"),
    ):
        county.put("projects.csv", content)
        reason = county.take(MAIN, funds(fund_row())).reason or ""
        assert said in reason


def test_damaged_lines_of_a_main_file_with_a_transform_are_quarantined(county: County) -> None:
    county.put("projects.csv", PROJECTS)
    county.put(MAIN, funds(line(1), line(2) + ",x", line(3, amount="1e5")))
    judged = county.judge(MAIN)
    assert judged.rules() == {3: {"line_intact"}, 4: {"readable"}}
