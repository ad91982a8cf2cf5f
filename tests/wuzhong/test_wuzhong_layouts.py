"""The seven senders' forms: what is generated reads back exactly, lines written by hand as a person reads."""

import datetime as dt
import fnmatch
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from wuzhong_files import HOUSEHOLD_MONTHS, LAYOUTS, MONTHS, layout_for, layout_of_name, raw_lines, typed_rows

from assets.intake.refusal import Refusal
from jurisdictions import load, reference
from jurisdictions.wuzhong.generator.design import AREAS
from jurisdictions.wuzhong.generator.forms import FORMS, file_name, form_of
from jurisdictions.wuzhong.generator.generation import sample
from jurisdictions.wuzhong.generator.sheets import SOURCES, Sheet
from jurisdictions.wuzhong.generator.writing import write_file
from jurisdictions.wuzhong.layouts.industries import SUBJECTS
from warehouse.contracts import SOURCE_CONTRACTS

MONTH = "2021-03"
DRAWN = sample(2024, MONTHS, "2021-01", HOUSEHOLD_MONTHS)


def sheet_of(area_code: str, source: str) -> Sheet:
    (area,) = [area for area in AREAS if area.code == area_code]
    (sheet,) = DRAWN.sheets(area, source, DRAWN.months.index(MONTH))
    return sheet


def generated_rows(sheet: Sheet) -> list[dict[str, object]]:
    """The generator's exact values in the contract's types."""
    columns: dict[str, list[object]] = {}
    for name, values in sheet.columns.items():
        kind = sheet.contract.column(name).type
        if isinstance(values, str):
            columns[name] = [values] * sheet.rows
        elif isinstance(values, pa.Array):
            texts = [text or None for text in values.to_pylist()]
            columns[name] = [dt.date.fromisoformat(text) for text in texts] if kind == "date" else texts
        elif kind == "money":
            columns[name] = [Decimal(int(cents)) / 100 for cents in values]
        else:
            columns[name] = [int(value) / 10_000 if kind == "number" else int(value) for value in values]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def read_back(data: bytes, name: str, sheet: Sheet) -> list[dict[str, object]]:
    rows = typed_rows(data, name)
    assert [row["damage"] for row in rows] == [None] * sheet.rows
    assert not [row["unreadable"] for row in rows if row["unreadable"]]
    assert {row["freq"] for row in rows} == {"M"}
    blank_is_nothing = FORMS[sheet.area_code].blank_for_zero
    return [
        {
            column: Decimal(0) if row[column] is None and blank_is_nothing and column.endswith("_net") else row[column]
            for column in sheet.columns
        }
        for row in rows
    ]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("area_code", list(FORMS))
def test_every_senders_file_reads_back_as_generated(clean: Path, area_code: str, source: str) -> None:
    sheet = sheet_of(area_code, source)
    is_workbook = FORMS[area_code].workbook
    name = file_name(FORMS[area_code], source, MONTH, "", is_workbook)
    assert name.endswith(".xlsx") == is_workbook
    assert layout_of_name(name) is layout_for(area_code, source)
    assert read_back((clean / name).read_bytes(), name, sheet) == generated_rows(sheet)


@pytest.mark.parametrize("area_code", [code for code, form in FORMS.items() if form.workbook])
def test_a_table_too_long_for_a_workbook_reads_from_csv(tmp_path: Path, area_code: str) -> None:
    sheet = sheet_of(area_code, "household_income")
    name = file_name(FORMS[area_code], "household_income", MONTH, "_更正1")
    write_file(tmp_path / name, FORMS[area_code], [sheet], (), as_workbook=False)
    assert read_back((tmp_path / name).read_bytes(), name, sheet) == generated_rows(sheet)


def household_line(head: list[str], **cells: str) -> bytes:
    """A file of one line; cells not given are 0."""
    return ("\n".join([",".join(head), ",".join(cells.get(name, "0") for name in head)]) + "\n").encode()


def heads(area_code: str, source: str = "household_income") -> list[str]:
    return list(dict.fromkeys(field.source for field in layout_for(area_code, source).fields.values() if field.source))


def test_qingtongxia_writes_ten_thousand_yuan() -> None:
    data = household_line(
        heads("640381"),
        户代码="6403810000010001",
        县区="640381",
        年月="202403",
        城乡="农村",
        人口数="3",
        扩大系数="120.5",
        层="640381-river",
        抽中村="640381000001",
        **{"种植业(万元)": "0.123456", "外出务工工资(万元)": "-0.01", "纯收入合计(万元)": "0.113456"},
    )
    (row,) = typed_rows(data, "青铜峡市-住户-2024-03.csv")
    assert row["time_period"] == "2024-03"
    assert (row["crop_net"], row["wage_away_net"]) == (Decimal("1234.56"), Decimal("-100.00"))
    assert (row["net_income"], row["weight"], row["area_type"]) == (Decimal("1134.56"), 120.5, "rural")


def test_litong_writes_separators_and_yuan_in_text() -> None:
    cells = dict.fromkeys(heads("640302"), "0.00元") | {
        "住户码": "6403020000010001",
        "城乡属性": "城镇",
        "人口": "4",
        "权重": "80.25",
        "抽样层": "640302-town",
        "社区(村)码": "640302000001",
        "本地工资收入": "12,345.67元",
        "种植业收入": "-1,000.00元",
        "收入合计": "11,345.67元",
    }
    lines = [",".join(f'"{name}"' for name in cells), ",".join(f'"{text}"' for text in cells.values())]
    (row,) = typed_rows(("\n".join(lines) + "\n").encode(), "利通区住户收入表（2024-03）.csv")
    assert (row["time_period"], row["area_code"]) == ("2024-03", "640302")
    assert (row["wage_local_net"], row["crop_net"]) == (Decimal("12345.67"), Decimal("-1000.00"))
    assert row["net_income"] == Decimal("11345.67")


def test_tongxins_total_is_no_record_and_its_month_is_written_in_words() -> None:
    head = heads("640324", "labour_export")
    line = "2024年3月,640324,银川市,自发,建筑业,男,10,12,26001.00,2600.10"
    total = ",,合计,,,,10,12,26001.00,"
    data = "\r\n".join([",".join(head), line, total, ""]).encode("gb18030")
    (row,) = typed_rows(data, "同心县劳务输出月报202403.csv")
    assert (row["time_period"], row["destination_code"], row["channel"]) == (
        "2024-03",
        "640100",
        "self_organised",
    )
    assert (row["destination_name"], row["sex"]) == ("银川市", "M")
    assert (row["persons"], row["person_times"]) == (10, 12)
    assert row["earnings_total"] == 10 * row["earnings_per_person"] == Decimal("26001.00")


def test_yanchis_words_for_strata_become_codes_of_the_area() -> None:
    data = household_line(heads("640323"), 抽样层="山区", 城乡="城镇", 地区代码="640323")
    (row,) = typed_rows(b"\xef\xbb\xbf" + data, "盐池县_住户收入_2024-03.csv")
    assert (row["stratum"], row["area_type"]) == ("640323-hill", "urban")


@pytest.mark.parametrize(
    ("written", "day"),
    [("2024-3-5", 5), ("2024年3月5日", 5), ("20240305", 5), ("2024/03/05", 5), ("2024-02-30", None)],
)
def test_days_read_as_every_sender_writes_them(written: str, day: int | None) -> None:
    data = household_line(heads("640323", "fund_transaction"), 记账日期=written)
    (row,) = typed_rows(data, "盐池县_扶贫资金_2024-03.csv")
    assert row["booked_on"] == (dt.date(2024, 3, day) if day else None)
    assert row["unreadable"] == ([] if day else ["booked_on"])


def test_a_column_that_no_layout_knows_is_refused() -> None:
    head = heads("640323")
    data = household_line([*head, "户主姓名"], 户主姓名="马某")
    with pytest.raises(Refusal, match="户主姓名"):
        typed_rows(data, "盐池县_住户收入_2024-03.csv")


def test_hongsibu_has_a_title_and_a_head_of_two_merged_rows(clean: Path) -> None:
    lines = raw_lines(clean / "红寺堡区_住户收入_2021年03月.xlsx")
    assert [row[0] for row in lines[:3]] == ["红寺堡区住户收入月报表", "2021年3月", "单位:元"]
    assert lines[3][:2] == ["基本情况", ""], "the merged cell's text is in its first column only"
    assert lines[4][:3] == ["月份", "户号", "区划代码"]
    assert (lines[3][-1], lines[4][-1]) == ("纯收入合计", "")


@pytest.mark.parametrize(
    "layout",
    [layout for layout in LAYOUTS if layout.contract.removeprefix("core.") in SUBJECTS],
    ids=lambda layout: layout.id,
)
def test_names_of_yearly_forms_state_the_year(layout) -> None:  # type: ignore[no-untyped-def]
    source = layout.contract.removeprefix("core.")
    form = form_of(layout.area_code, source)
    for mark in ("", "_更正1"):
        name = file_name(form, source, "2024-12", mark, form.workbook)
        assert mark in name
        assert layout_of_name(name) is layout
        assert layout.period_of_name(name) == "2024"


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout.freq == "M"], ids=lambda layout: layout.id)
def test_names_state_the_month_and_corrections_are_of_the_same_layout(layout) -> None:  # type: ignore[no-untyped-def]
    source = layout.contract.removeprefix("core.")
    form = FORMS[layout.area_code]
    for suffix in {pattern[-4:] for pattern in layout.files}:
        for mark in ("", "_更正1", "_更正12"):
            name = file_name(form, source, "2024-03", mark, suffix == "xlsx")
            assert mark in name
            assert layout_of_name(name) is layout
            assert layout.period_of_name(name) == "2024-03"
    assert layout.other_columns == "refuse"
    assert layout.period_of_name(file_name(form, source, "2024-03", "", form.workbook).replace("03", "13")) is None


def test_every_sender_owes_three_files_a_month_one_a_half_year_and_eight_a_year() -> None:
    place = load("wuzhong")
    assert place.root_area == "640300"
    everywhere = sorted(area.code for area in AREAS)
    assert everywhere == sorted(FORMS)
    owed = {contract: [layout.freq for layout in place.owed(contract)] for contract in SOURCE_CONTRACTS}
    monthly = ("household_income", "labour_export", "fund_transaction")
    yearly = ("registry", "village_programme", "linked_household", "project", *SUBJECTS)
    freqs = {**dict.fromkeys(monthly, "M"), "labour_training": "S", **dict.fromkeys(yearly, "A")}
    assert {contract: found for contract, found in owed.items() if found} == {
        f"core.{table}": [freq] * 7 for table, freq in freqs.items()
    }
    assert place.due_days.keys() == {contract for contract, found in owed.items() if found}
    for contract, found in owed.items():
        for month, closing in (("2024-05", "M"), ("2024-06", "MS"), ("2024-12", "MSA")):
            assert sorted(place.owing(contract, month)) == (everywhere if set(found) & set(closing) else [])


@pytest.mark.parametrize(
    ("month", "valid", "not_valid"),
    [
        ("1997-12", {"642100", "642126", "642127"}, {"640300", "640323", "640303"}),
        (
            "1998-01",
            {"640300", "640302", "640323", "640324", "640381", "640382", "640321"},
            {"642100", "640303"},
        ),
        ("2003-06", {"640300", "640323"}, {"640382", "640321", "640322", "640303"}),
        ("2008-12", {"640324"}, {"640303"}),
        ("2009-01", {"640303", "X6403-01", "X6403-02"}, {"640382"}),
        ("2023-12", {"640302", "640303", "640323", "640324", "640381", "X6403-01", "X6403-02"}, {"642100"}),
    ],
)
def test_area_codes_are_valid_when_they_were(month: str, valid: set[str], not_valid: set[str]) -> None:
    """GB/T 2260 by year: shared/data/china_admin_codes."""
    areas = reference("wuzhong", "areas")
    found = {
        row["area_code"]
        for row in areas
        if row["valid_from"] <= month and (not row["valid_to"] or month <= row["valid_to"])
    }
    assert valid <= found
    assert not found & not_valid
    codes = {row["area_code"] for row in areas}
    assert all(not row["parent_code"] or row["parent_code"] in codes for row in areas)


def test_patterns_leave_other_offices_files_alone() -> None:
    for name in ("盐池县_通讯录.csv", "盐池县_住户收入_2024-03.doc", "灵武市_住户收入_2024-03.csv"):
        assert not [lay.id for lay in LAYOUTS if any(fnmatch.fnmatchcase(name, pattern) for pattern in lay.files)]
