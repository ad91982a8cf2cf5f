"""SDMX: the structure holds by the standard's own schema, and the data read back by it are the published ones."""

from pathlib import Path

import pytest
from exports_support import MONTH, exported
from installation import Installation
from pysdmx.io import get_datasets, read_sdmx
from pysdmx.model import Role

from warehouse.published import VIEWS


@pytest.fixture(scope="module")
def sdmx(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(home, "sdmx", tmp_path_factory.mktemp("sdmx") / "out", "--from", MONTH)


def test_structure_is_valid_and_names_every_table(sdmx: Path) -> None:
    message = read_sdmx(sdmx / "structure.xml", validate=True)
    assert {dataflow.id for dataflow in message.get_dataflows()} == {name.upper() for name in VIEWS}
    assert message.header.id == "wuzhong-release-1"
    assert {scheme.id for scheme in message.get_concept_schemes()} == {"CONCEPTS"}


def test_structure_tells_dimensions_measures_and_status(sdmx: Path) -> None:
    message = read_sdmx(sdmx / "structure.xml", validate=True)
    share = message.get_data_structure_definition("DataStructure=POVMON:INCOME_SHARE(1.0.0)")
    roles = {component.id: component.role for component in share.components}
    assert {"REF_AREA", "FREQ", "TIME_PERIOD", "SECTOR"} <= {k for k, role in roles.items() if role is Role.DIMENSION}
    assert [name for name, role in roles.items() if role is Role.MEASURE] == ["OBS_VALUE"]
    assert roles["OBS_STATUS"] is roles["CONF_STATUS"] is Role.ATTRIBUTE
    areas = message.get_codelist("Codelist=POVMON:CL_AREA(1.0.0)")
    assert areas["640323"].name == "Yanchi"
    assert areas["640323"].annotations[0].text == "盐池县"
    assert {code.id for code in message.get_codelist("Codelist=POVMON:CL_OBS_STATUS(1.0.0)")} == {"A", "U", "Q"}


@pytest.mark.parametrize("table", ["income_share", "poverty", "labour_export", "fund_flow", "revisions"])
def test_data_read_back_are_what_is_published(sdmx: Path, released: Installation, table: str) -> None:
    (dataset,) = get_datasets(sdmx / f"{table}.csv", sdmx / "structure.xml", validate=True)
    month = "month" if table == "revisions" else "time_period"
    column, name = {"labour_export": ("persons", "PERSONS"), "fund_flow": ("amount", "AMOUNT")}.get(
        table, ("value", "OBS_VALUE")
    )
    asked = released.ask(
        f"SELECT count(*) AS lines, count({column}) AS shown, sum(CAST({column} AS DOUBLE)) AS total "
        f"FROM published.{table} WHERE {month} = '{MONTH}'"
    )
    assert len(dataset.data) == asked["lines"][0]
    assert dataset.data[name].count() == asked["shown"][0]
    assert float(dataset.data[name].astype(float).sum()) == pytest.approx(asked["total"][0], rel=1e-12)


def test_a_key_column_without_a_value_is_not_applicable(sdmx: Path, released: Installation) -> None:
    (dataset,) = get_datasets(sdmx / "fund_flow.csv", sdmx / "structure.xml", validate=True)
    asked = released.ask(
        f"SELECT DISTINCT coalesce(programme, '_Z') AS p FROM published.fund_flow WHERE time_period = '{MONTH}'"
    )
    assert set(dataset.data["PROGRAMME"]) == set(asked["p"])


def test_the_same_release_gives_the_same_bytes(sdmx: Path, home: Path, tmp_path: Path) -> None:
    again = exported(home, "sdmx", tmp_path / "again", "--from", MONTH)
    assert (again / "export.json").read_bytes() == (sdmx / "export.json").read_bytes()
