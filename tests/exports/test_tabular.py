"""CSV, Parquet and Data Package: read back by tools that know nothing of us, they say what `published` says."""

import csv
import json
from pathlib import Path

import pandas as pd
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from exports_support import MONTH, exported, povmon
from frictionless import Package, validate
from installation import Installation

from warehouse.contracts import PUBLISHED_VIEWS
from warehouse.published import VIEWS


def test_every_view_has_a_contract_of_its_columns(released: Installation) -> None:
    for name in VIEWS:
        found = released.ask(f"SELECT column_name FROM (DESCRIBE published.{name})")["column_name"].tolist()
        assert found == [column.name for column in PUBLISHED_VIEWS[name].columns], name


def test_csv_holds_every_published_row(released: Installation, home: Path, tmp_path: Path) -> None:
    folder = exported(home, "csv", tmp_path / "csv")
    assert {path.stem for path in folder.glob("*.csv")} == set(VIEWS)
    for name in VIEWS:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == released.ask(f"SELECT count(*) AS n FROM published.{name}")["n"][0]
    shares = pd.read_csv(folder / "income_share.csv", dtype={"area_code": str})
    asked = released.ask("SELECT sum(value) AS total, count(value) AS shown FROM published.income_share")
    assert shares["value"].sum() == pytest.approx(asked["total"][0], rel=1e-12)
    assert shares["value"].count() == asked["shown"][0]


def test_parquet_keeps_types_units_and_origin(home: Path, tmp_path: Path) -> None:
    folder = exported(home, "parquet", tmp_path / "parquet", "--table", "fund_flow")
    table = pq.read_table(folder / "fund_flow.parquet")
    assert table.schema.field("amount").type == pa.decimal64(18, 2)
    assert table.schema.field("amount").metadata[b"unit"] == b"CNY"
    assert table.schema.field("amount").metadata[b"description_zh"].decode() == "金额"
    assert table.schema.metadata[b"release_id"] == b"1"
    assert polars.read_parquet(folder / "fund_flow.parquet").height == table.num_rows


def test_months_are_those_that_close_the_periods(home: Path, tmp_path: Path) -> None:
    options = ("--table", "income_share", "--from", "2021-01", "--to", "2021-01")
    table = pq.read_table(exported(home, "parquet", tmp_path / "one", *options) / "income_share.parquet")
    assert set(table["time_period"].to_pylist()) == {"2021-01"}


def test_the_same_release_gives_the_same_bytes(home: Path, tmp_path: Path) -> None:
    for form in ("csv", "parquet", "datapackage"):
        options = ("--table", "income_share", "--from", MONTH)
        once, again = (exported(home, form, tmp_path / form / name, *options) for name in ("once", "again"))
        assert (once / "export.json").read_text() == (again / "export.json").read_text(), form


def test_data_package_is_valid_and_its_keys_hold(home: Path, tmp_path: Path) -> None:
    folder = exported(home, "datapackage", tmp_path / "package", "--from", MONTH)
    report = validate(folder / "datapackage.json")
    assert report.valid, report.flatten(["title", "message"])[:5]
    package = Package(folder / "datapackage.json")
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert {r.name for r in package.resources if not r.name.startswith("codes-")} == set(VIEWS)
    assert described["licenses"] == [{"name": "CC0-1.0", "title": "Creative Commons Zero: no rights reserved"}]
    assert described["sources"] == [{"title": "Generated sample data; no real household, worker or payment is in it."}]
    assert described["release"]["release_id"] == 1
    share = package.get_resource("income_share")
    assert share.schema.primary_key[:2] == ["jurisdiction", "time_period"]
    assert share.schema.get_field("value").constraints == {}
    assert share.schema.get_field("time_period").constraints["required"]


@pytest.mark.parametrize(
    ("column", "wrong", "error"),
    [
        ("area_code", '"999999"', "foreign-key"),
        ("value", '"much"', "type-error"),
        ("time_period", '"2022-13"', "constraint-error"),
    ],
)
def test_data_package_finds_a_changed_cell(home: Path, tmp_path: Path, column: str, wrong: str, error: str) -> None:
    folder = exported(home, "datapackage", tmp_path / "package", "--table", "income_share", "--from", MONTH)
    path = folder / "data" / "income_share.csv"
    head, first, *rest = path.read_text(encoding="utf-8").splitlines()
    cells = first.split(",")
    cells[head.split(",").index(column)] = wrong
    path.write_text("\n".join([head, ",".join(cells), *rest, ""]), encoding="utf-8")
    types = {found[0] for found in validate(folder / "datapackage.json").flatten(["type"])}
    assert error in types
    assert "hash-count" in types


def test_an_earlier_release_is_exported_as_it_stood(home: Path, tmp_path: Path) -> None:
    latest = exported(home, "csv", tmp_path / "latest", "--table", "poverty")
    first = exported(home, "csv", tmp_path / "first", "--table", "poverty", "--release", "1")
    assert (latest / "poverty.csv").read_bytes() == (first / "poverty.csv").read_bytes()
    result = povmon("export", "wuzhong", "--home", home, "--format", "csv", "--release", "7")
    assert result.exit_code == 2
    assert "no release 7 of wuzhong; there are: 1" in result.output
