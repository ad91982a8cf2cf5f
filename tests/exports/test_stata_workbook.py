"""Stata and XLSX: read back by others, with labels, units, headers and charts."""

import zipfile
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from exports_support import MONTH, exported, povmon
from installation import Installation

from warehouse.contracts import PUBLISHED_VIEWS
from warehouse.exports import workbook
from warehouse.published import VIEWS


@pytest.mark.parametrize(
    ("language", "of_value", "of_area"),
    [("en", "Share, unrounded [0-1]", "640323 Yanchi"), ("zh", "占比 [0-1]", "640323 盐池县")],
)
def test_stata_has_labels_of_variables_and_values(
    home: Path, released: Installation, tmp_path: Path, language: str, of_value: str, of_area: str
) -> None:
    options = ("--table", "income_share", "--from", MONTH, "--language", language)
    folder = exported(home, "stata", tmp_path / "stata", *options)
    frame, told = pyreadstat.read_dta(folder / "income_share.dta", apply_value_formats=True)
    assert told.column_names == [column.name for column in PUBLISHED_VIEWS["income_share"].columns]
    assert told.column_names_to_labels["value"] == of_value
    assert of_area in set(frame["area_code"])
    assert told.file_label == "Wuzhong: income_share, release 1"
    asked = released.ask(
        f"SELECT sum(value) AS total, count(value) AS shown FROM published.income_share WHERE time_period = '{MONTH}'"
    )
    assert frame["value"].sum() == pytest.approx(asked["total"][0], rel=1e-12)
    assert frame["value"].count() == asked["shown"][0]


def test_stata_reads_money_to_the_cent(home: Path, released: Installation, tmp_path: Path) -> None:
    folder = exported(home, "stata", tmp_path / "stata", "--table", "fund_flow", "--from", MONTH)
    frame, told = pyreadstat.read_dta(folder / "fund_flow.dta")
    asked = released.ask(f"SELECT sum(amount) AS total FROM published.fund_flow WHERE time_period = '{MONTH}'")
    assert round(frame["amount"].sum(), 2) == pytest.approx(float(asked["total"][0]), abs=0.005)
    assert told.column_names_to_labels["amount"] == "Amount [CNY]"


@pytest.fixture(scope="module")
def book(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = exported(home, "xlsx", tmp_path_factory.mktemp("xlsx") / "out")
    return folder / "wuzhong-release-1.xlsx"


def test_workbook_has_cover_contents_notes_and_every_table(book: Path) -> None:
    sheets = pd.read_excel(book, sheet_name=None, engine="calamine", header=None)
    assert list(sheets)[:3] == ["Cover", "Contents", "Notes"]
    assert set(VIEWS) <= set(sheets)
    cover = sheets["Cover"].astype(str).to_string()
    assert "Creative Commons Zero" in cover
    assert "2021-01 – 2021-02" in cover
    assert "Withheld is a figure of few households" in sheets["Notes"].to_string(max_colwidth=None)
    assert set(sheets["Contents"][0][1:]) == set(VIEWS)


def test_workbook_sheets_hold_the_published_rows(book: Path, released: Installation) -> None:
    frame = pd.read_excel(book, "income_level", engine="calamine", header=None, dtype=object)
    assert frame.iloc[0, 7] == "Mean per household and period [CNY]"
    assert list(frame.iloc[1]) == [column.name for column in PUBLISHED_VIEWS["income_level"].columns]
    asked = released.ask("SELECT count(*) AS lines, sum(total) AS total FROM published.income_level")
    assert len(frame) - 2 == asked["lines"][0]
    total = pd.to_numeric(frame.iloc[2:, list(frame.iloc[1]).index("total")]).sum()
    assert total == pytest.approx(asked["total"][0], rel=1e-12)


def test_workbook_has_frozen_heads_formats_and_two_charts(book: Path) -> None:
    with zipfile.ZipFile(book) as archive:
        names = archive.namelist()
        sheets = [archive.read(name).decode() for name in names if name.startswith("xl/worksheets/sheet")]
        charts = [archive.read(name).decode() for name in names if name.startswith("xl/charts/chart")]
        styles = archive.read("xl/styles.xml").decode()
    assert sum('state="frozen"' in sheet for sheet in sheets) == len(VIEWS)
    assert "0.0%" in styles
    assert len(charts) == 2
    assert charts[0].count("<c:ser>") == 8
    assert "'Chart data 1'!$B$2:$B$3" in charts[0]


def test_the_same_release_gives_the_same_workbook_and_data(home: Path, tmp_path: Path) -> None:
    for form in ("xlsx", "stata"):
        options = ("--table", "income_share", "--from", MONTH)
        once, again = (exported(home, form, tmp_path / form / name, *options) for name in ("once", "again"))
        assert (once / "export.json").read_bytes() == (again / "export.json").read_bytes(), form


def test_chinese_workbook_has_chinese_sheets(home: Path, tmp_path: Path) -> None:
    options = ("--table", "income_share", "--from", MONTH, "--language", "zh")
    folder = exported(home, "xlsx", tmp_path / "zh", *options)
    sheets = pd.read_excel(folder / "wuzhong-release-1.xlsx", sheet_name=None, engine="calamine", header=None)
    assert list(sheets)[:4] == ["封面", "目录", "说明", "图表"]
    assert "吴忠市" in sheets["封面"].iloc[0, 0]


def test_a_table_longer_than_a_sheet_is_refused(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 100)
    options = ("--format", "xlsx", "--table", "income_share", "--out", tmp_path / "out")
    result = povmon("export", "wuzhong", "--home", home, *options)
    assert result.exit_code == 2
    assert "income_share has" in result.output
    assert "give --from and --to, or --table, or --format parquet" in result.output
    assert not list(tmp_path.iterdir())
