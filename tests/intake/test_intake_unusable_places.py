"""Places outside that cannot be used: every fault is told when the place is loaded, and without a traceback."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import jurisdictions
from jurisdictions import UnknownJurisdiction, load
from pipelines.cli import main

AREAS = """\
area_code,name,name_zh,level,parent_code,valid_from,valid_to
R,Land,地,country,,1990-01,
A,North,北,region,R,,
"""
CODE = """
from warehouse.layouts import Field, Jurisdiction, Layout

FIELDS = {
    name: Field(name)
    for name in ("household_id", "area_code", "area_type", "persons", "weight", "stratum", "psu", "net_income")
}
SURVEY = Layout(
    id="land.survey",
    contract="core.household_income",
    sender="office",
    files=("survey_*.csv",),
    description="households",
    period_in_name=r"(?P<year>[0-9]{4})",
    fields=FIELDS,
)
JURISDICTION = Jurisdiction(
    id="land", name="Land", name_zh="地", currency="EUR", root_area="R", layouts=(SURVEY,)
)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    place = tmp_path / "places" / "land"
    place.mkdir(parents=True)
    (place / "areas.csv").write_text(AREAS, encoding="utf-8")
    (place / "__init__.py").write_text(CODE, encoding="utf-8")
    monkeypatch.setenv("POVMON_JURISDICTIONS", str(place.parent))
    jurisdictions.load.cache_clear()
    yield place
    jurisdictions.load.cache_clear()


def test_without_a_fault_it_is_loaded(folder: Path) -> None:
    assert load("land").layouts[0].id == "land.survey"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Field(name)\n", "Field(name\n", r"__init__\.py, line \d+: .*(never closed|does not match)"),
        ("FIELDS = {", "import nothing_of_that_name\nFIELDS = {", r"__init__\.py, line 4: ModuleNotFoundError"),
        ("JURISDICTION =", "PLACE =", "no attribute 'JURISDICTION'"),
        ("JURISDICTION = Jurisdiction(", "JURISDICTION = dict(", "JURISDICTION is a dict; expected a Jurisdiction"),
        ('id="land",', 'id="other",', "id 'other'; expected 'land'"),
        ('root_area="R"', 'root_area="X"', "root_area is 'X'; expected an area_code of areas.csv"),
        ('root_area="R"', 'root_area="R", due_days={"core.x": 1}', "name core.x; expected a table that files feed"),
        ("layouts=(SURVEY,)", "layouts=(SURVEY, SURVEY)", "2 layouts have the id 'land.survey'"),
        ("core.household_income", "core.household_incom", "layout land.survey: there is no table core.household_incom"),
        ("fields=FIELDS", 'fields=FIELDS | {"crop_nett": Field("c")}', "has no column 'crop_nett'"),
        ("fields=FIELDS", "fields=FIELDS, owed=True", "layout land.survey: it is owed by None; expected an area"),
        ("fields=FIELDS", 'fields=FIELDS | {"weight": Field("w", rounded=True)}', "weight is rounded, but no amount"),
        ('"psu", ', "", "no field gives psu, which every row of core.household_income must have"),
        (
            "fields=FIELDS",
            'fields=FIELDS | {"psu": Field("household_id")}',
            "psu is read from 'household_id'",
        ),
        ("fields=FIELDS", 'fields=FIELDS | {"psu": Field("head")}, identifiers=("head",)', "psu is read from 'head'"),
    ],
)
def test_faults_of_its_code(folder: Path, old: str, new: str, told: str) -> None:
    assert old in CODE
    (folder / "__init__.py").write_text(CODE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UnknownJurisdiction) as raised:
        load("land")
    assert str(folder) in str(raised.value)
    assert re.search(told, str(raised.value)), str(raised.value)


@pytest.mark.parametrize(
    ("areas", "told"),
    [
        (AREAS.replace("region,R", "region,Q"), r"areas\.csv, line 3: the parent 'Q' is no area_code"),
        (AREAS.replace("parent_code", "parent"), "areas.csv lacks parent_code"),
        ("", "areas.csv lacks area_code, name"),
        (AREAS.encode("gb18030"), r"areas\.csv is not a CSV in UTF-8"),
    ],
)
def test_faults_of_its_areas(folder: Path, areas: str | bytes, told: str) -> None:
    (folder / "areas.csv").write_bytes(areas if isinstance(areas, bytes) else areas.encode())
    with pytest.raises(UnknownJurisdiction, match=told):
        load("land")


def test_all_faults_are_told_at_once_and_the_command_says_them_without_a_traceback(folder: Path) -> None:
    code = CODE.replace('root_area="R"', 'root_area="X"').replace('"psu", ', "")
    (folder / "__init__.py").write_text(code, encoding="utf-8")
    for command in ("run", "status", "quality"):
        done = CliRunner().invoke(main, [command, "land"])
        assert done.exit_code == 2, done.output
        assert "root_area is 'X'" in done.stderr
        assert "no field gives psu" in done.stderr


def test_a_folder_of_places_that_is_not_there_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVMON_JURISDICTIONS", str(folder / "nowhere"))
    with pytest.raises(UnknownJurisdiction, match=r"POVMON_JURISDICTIONS names .*nowhere, which is no folder"):
        load("land")
    assert load("china").id == "china"


def test_a_folder_without_areas_is_named(folder: Path) -> None:
    (folder / "areas.csv").unlink()
    with pytest.raises(UnknownJurisdiction, match=r"'land'; there are: china, .*land has no areas\.csv"):
        load("land")
