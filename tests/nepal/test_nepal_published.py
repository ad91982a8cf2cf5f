"""Nepal's permits as published: every month, table and channel against golden totals, and one conflict."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

import judged_month
import pytest

import jurisdictions
from assets.intake.reading import decode, find_head, first_rows
from assets.intake.records import Records
from assets.intake.refusal import Refusal
from assets.intake.senders import head_spec, read_records
from warehouse.layouts import Layout

judge_month = partial(judged_month.judge_month, "nepal")
LAYOUTS = {layout.id: layout for layout in jurisdictions.load("nepal").layouts}
FULL, COUNTRY = LAYOUTS["nepal_monthly_report"], LAYOUTS["nepal_country_table"]
STARTS = ["2022-04", "2022-05", "2022-06", "2022-07", "2022-08", "2022-09", "2022-10", "2022-11", "2022-12"]
STARTS += ["2023-01", "2023-02", "2023-03", "2023-04"]
"""Gregorian months in which Baisakh 2079 … Baisakh 2080 begin."""

MONTHS = {
    "baisakh": "2022-04",
    "jestha": "2022-05",
    "asar": "2022-06",
    "shrawn": "2022-07",
    "bhadra": "2022-08",
    "ashoj": "2022-09",
    "kartik": "2022-10",
    "mangsir": "2022-11",
    "poush": "2022-12",
    "magh": "2023-01",
    "falgun": "2023-02",
    "flagun": "2023-02",
    "chaitra": "2023-03",
}
BROKEN_OFF = {
    "raw_csv_country/kartik-2079.csv": "Republic of Macedonia",
    "raw_csv_country/mangsir-2079.csv": "Republic of Macedonia",
    "raw_csv_country/poush-2079.csv": "Republic of Bulgaria",
    "raw_csv_country/chaitra-2079.csv": "Trinidad and Tobago",
}
"""Country tables that end in the middle, without their printed total, and the last country in them."""

Totals = dict[tuple[str, str, str], tuple[int, int, int]]
"""(month, series, channel) -> male, female, places"""


@pytest.fixture(scope="module")
def folder(real_data: Path) -> Path:
    return real_data / "data" / "nepal_labour_permits"


@pytest.fixture(scope="module")
def golden(real_data: Path) -> Totals:
    totals: Totals = {}
    with (real_data / "golden" / "nepal_labour_permits.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            year, number = map(int, row["period"].split()[0].split("-"))
            channel = row["channel"].replace("g_to_g", "government_to_government")
            if not channel.startswith("total"):
                month = STARTS[(year - 2079) * 12 + number - 1]
                series = row["dataset"].replace("nepal_permits", "permits_by")
                totals[month, series, channel] = (int(row["male"]), int(row["female"]), int(row["rows"]))
    assert len(totals) == 99
    return totals


@pytest.fixture(scope="module")
def everything(folder: Path) -> dict[str, Records]:
    """Records of all files of the landing folder that are taken, by path below it."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.csv"))}
    return {name: _read(path) for name, path in files.items() if name not in BROKEN_OFF}


def _read(path: Path) -> Records:
    data = path.read_bytes()
    fitting = [layout for layout in LAYOUTS.values() if _fits(path.name, data, layout)]
    assert len(fitting) == 1, f"{path}: {[layout.id for layout in fitting]}"
    return read_records(data, path.name, fitting[0], {})


def _fits(name: str, data: bytes, layout: Layout) -> bool:
    spec = head_spec(layout)
    rows = first_rows(decode(data, layout.encodings)[0], spec.title_rows + spec.header_rows + 1)
    return any(Path(name).match(pattern) for pattern in layout.files) and find_head(rows, spec) is not None


def _rows(records: Records) -> list[dict[str, object]]:
    table = records.columns.append_column("series", records.series).append_column("damage", records.damage)
    return list(table.append_column("row_number", records.row_number).to_pylist())


def _totals(rows: Iterable[Mapping[str, object]]) -> Totals:
    persons: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: {"M": 0, "F": 0})
    places: dict[tuple[str, str, str], set[object]] = defaultdict(set)
    for row in rows:
        if row["damage"] is None:
            key = (str(row["time_period"]), str(row["series"]), str(row["channel"]))
            persons[key][str(row["sex"])] += int(str(row["persons"]))
            places[key].add(row["destination_name"] or row["origin_name"])
    return {key: (count["M"], count["F"], len(places[key])) for key, count in persons.items()}


def _of(golden: Totals, month: str, series: str) -> Totals:
    return {key: value for key, value in golden.items() if key[:2] == (month, series)}


def test_full_reports_equal_the_golden_totals(everything: dict[str, Records], golden: Totals) -> None:
    reports = {name: records for name, records in everything.items() if records.layout is FULL}
    assert {MONTHS[name.split("/")[1].split("-")[0]] for name in reports} == set(STARTS[:12])
    totals: Totals = {}
    for records in reports.values():
        totals |= _totals(_rows(records))
        assert records.damage.null_count == len(records)
    assert totals == {key: value for key, value in golden.items() if key[0] != STARTS[12]}


def test_tables_of_all_months_equal_the_golden_totals(everything: dict[str, Records], golden: Totals) -> None:
    by_country = _totals(_rows(everything["permits_by_country.csv"]))
    by_district = _totals(_rows(everything["permits_by_district.csv"]))
    assert by_country | by_district == golden


def test_country_tables_equal_the_golden_totals_where_they_are_whole(
    everything: dict[str, Records], golden: Totals
) -> None:
    tables = {name: records for name, records in everything.items() if records.layout is COUNTRY}
    assert len(tables) == 12 - len(BROKEN_OFF)
    for name, records in tables.items():
        month = MONTHS[name.split("/")[1].split("-")[0]]
        if month != "2022-06":
            assert _totals(_rows(records)) == _of(golden, month, "permits_by_country")


@pytest.mark.parametrize(("name", "last"), BROKEN_OFF.items())
def test_country_table_that_breaks_off_is_not_a_smaller_month(folder: Path, name: str, last: str) -> None:
    reason = f"the table breaks off after {last}: its printed total is missing, and lines with it"
    with pytest.raises(Refusal, match=f"no table of the report is whole; found: {reason}"):
        _read(folder / name)


def test_line_with_a_blank_count_is_damaged_and_the_others_stand(
    everything: dict[str, Records], golden: Totals
) -> None:
    rows = _rows(everything["raw_csv_country/asar-2079.csv"])
    broken = [row for row in rows if row["damage"] is not None]
    assert [(row["row_number"], row["destination_name"], row["damage"]) for row in broken] == [
        (25, "Egypt", "14 counts in the line, 15 in the head: they cannot be told apart")
    ]
    printed = golden["2022-06", "permits_by_country", "individual_new"]
    egypt = (8, 0, 1)
    expected = tuple(total - part for total, part in zip(printed, egypt, strict=True))
    assert _totals(rows)["2022-06", "permits_by_country", "individual_new"] == expected


def test_all_folders_together_count_nothing_twice(everything: dict[str, Records], golden: Totals) -> None:
    best: dict[tuple[str, str], Layout] = {}
    for records in everything.values():
        for row in _rows(records):
            key = (str(row["series"]), str(row["time_period"]))
            best[key] = max(best.get(key, records.layout), records.layout, key=lambda layout: layout.rank)
            assert row["series"] in records.layout.covers()
    standing = [
        row
        for records in everything.values()
        for row in _rows(records)
        if best[str(row["series"]), str(row["time_period"])] is records.layout
    ]
    assert _totals(standing) == golden
    assert {month for (_, month), layout in best.items() if layout is not FULL} == {"2023-04"}


def test_thirteen_months_begin_in_thirteen_gregorian_months(everything: dict[str, Records]) -> None:
    rows = _rows(everything["permits_by_country.csv"])
    spans = {(str(r["time_period"]), str(r["period_start"]), str(r["period_end"])) for r in rows}
    assert sorted(period for period, _, _ in spans) == STARTS
    assert ("2022-04", "2022-04-14", "2022-05-14") in spans
    assert ("2023-04", "2023-04-14", "2023-05-14") in spans


def test_contradicting_title_of_a_table_that_is_not_read_moves_nothing(
    everything: dict[str, Records],
) -> None:
    bhadra = everything["raw_csv_full/bhadra-2079.csv"]
    assert set(bhadra.columns["time_period"].to_pylist()) == {"2022-08"}
    assert max(bhadra.row_number.to_pylist()) < 3200


def test_every_row_is_accepted_and_one_conflict_is_reported(everything: dict[str, Records]) -> None:
    found = {}
    for month in STARTS:
        files = [everything["permits_by_country.csv"], everything["permits_by_district.csv"]]
        if month != STARTS[12]:
            files = [
                r for r in everything.values() if r.layout is FULL and month in r.columns["time_period"].to_pylist()
            ]
        rows, verdict = judge_month(files, month)
        assert verdict.accepted.all()
        assert rows.num_rows > 0
        for result in verdict.results:
            if result.outcome != "pass":
                found[month, result.rule.id] = (result.outcome, result.rows_failed, result.examples)
    assert found == {
        ("2022-08", "nepal.country_equals_district"): (
            "fail",
            2,
            (
                "2022-08 government_to_government: male 0 by country, 1402 by district; "
                "female 0 by country, 278 by district",
                "2022-08 individual_new: male 6088 by country, 4686 by district; "
                "female 1555 by country, 1277 by district",
            ),
        )
    }
    assert 1402 + 278 == 1680 == (6088 - 4686) + (1555 - 1277)


def test_districts_in_force_are_those_printed(everything: dict[str, Records]) -> None:
    printed: dict[str, set[str]] = defaultdict(set)
    for row in _rows(everything["permits_by_district.csv"]):
        printed[str(row["time_period"])].add(str(row["area_code"]))
    areas = [area for area in jurisdictions.reference("nepal", "areas") if area["level"] == "district"]
    assert {month: len(codes) for month, codes in printed.items()} == dict(
        zip(STARTS, [75] * 4 + [77] * 2 + [79] * 7, strict=True)
    )
    for month, codes in printed.items():
        in_force = {a["area_code"] for a in areas if a["valid_from"] <= month and (a["valid_to"] or month) >= month}
        assert codes == in_force
