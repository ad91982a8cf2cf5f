"""Households of the survey by month: the amounts of six months, each in its calendar month and its leaf."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

import pyarrow as pa
import pytest
from mexico_small_survey import household, job, line, read_survey

from warehouse.contracts import LEAF_COLUMNS

LEAF = {
    "agricolas": "crop",
    "reproducc": "forestry",
    "pecuarios": "livestock",
    "pesca": "fishery",
    "industria": "industry",
    "comercio": "trade",
    "servicios": "services",
    "utilidad": "property",
    "arrenda": "property",
    "jubila": "transfer_public",
    "beca": "transfer_public",
    "bene_gob": "transfer_public",
    "donativo": "transfer_private",
    "remesa": "remittance",
    "otros": "other",
}
ANNUAL = {"P008", "P009", "P015", "P016"}
SIX = ("60", "50", "40", "30", "20", "10")


def test_may_to_july_have_every_household_the_outer_months_those_that_report(
    months: pa.Table, ingresos: list[dict[str, str]], concentrado: list[dict[str, str]]
) -> None:
    everyone = {f"{row['folioviv']}-{row['foliohog']}" for row in concentrado}
    reporting: dict[str, set[str]] = defaultdict(set)
    for row in ingresos:
        for slot in range(1, 7):
            if row[f"mes_{slot}"]:
                reporting[f"2010-{row[f'mes_{slot}']}"].add(f"{row['folioviv']}-{row['foliohog']}")
    assert len(everyone) == 4724
    expected = reporting | dict.fromkeys(["2010-05", "2010-06", "2010-07"], everyone)
    found: dict[str, set[str]] = defaultdict(set)
    for period, household_id in zip(months["time_period"].to_pylist(), months["household_id"].to_pylist(), strict=True):
        found[period].add(household_id)
    assert found == expected
    assert sorted(found) == [f"2010-{month:02d}" for month in range(2, 11)]
    assert months.num_rows == sum(len(households) for households in expected.values())
    assert all(months["accepted"].to_pylist())


def test_every_amount_is_in_its_month_and_leaf(
    months: pa.Table,
    ingresos: list[dict[str, str]],
    column_of_clave: dict[str, str],
    sector_of_job: dict[tuple[str, ...], tuple[str, str]],
) -> None:
    main, second = {f"P{n:03d}" for n in (*range(1, 8), 11, 13)}, {"P014", "P018"}
    expected: Counter[tuple[str, str, str]] = Counter()
    for row in ingresos:
        column = column_of_clave[row["clave"]]
        if not column or row["clave"] in ANNUAL:
            continue
        leaf = LEAF.get(column, "wage_local")
        if row["clave"] in main | second:
            number = "1" if row["clave"] in main else "2"
            scian, country = sector_of_job[row["folioviv"], row["foliohog"], row["numren"], number]
            leaf = "wage_agri" if scian[:2] == "11" else "wage_away" if country == "2" else "wage_local"
        for slot in range(1, 7):
            key = (f"{row['folioviv']}-{row['foliohog']}", f"2010-{row[f'mes_{slot}']}", f"{leaf}_net")
            expected[key] += round(Decimal(row[f"ing_{slot}"]) * 100)
    found: Counter[tuple[str, str, str]] = Counter()
    for record in months.to_pylist():
        parts = {leaf: record[leaf] for leaf in LEAF_COLUMNS if record[leaf]}
        assert sum(parts.values(), Decimal(0)) == record["net_income"]
        for leaf, pesos in parts.items():
            found[record["household_id"], record["time_period"], leaf] = int(pesos * 100)
    assert found == Counter({key: cents for key, cents in expected.items() if cents})


def test_records_stand_at_the_first_line_of_their_household(months: pa.Table, ingresos: list[dict[str, str]]) -> None:
    first: dict[str, int] = {}
    for number, row in enumerate(ingresos, start=2):
        first.setdefault(f"{row['folioviv']}-{row['foliohog']}", number)
    at_head = 0
    for record in months.to_pylist():
        assert record["row_number"] == first.get(record["household_id"], 1)
        at_head += record["row_number"] == 1
    assert at_head == 3 * (4724 - len(first))


def by_month(records: list[dict[str, object]], leaf: str) -> dict[object, object]:
    return {record["time_period"]: record[leaf] for record in records}


def test_the_first_slot_is_the_last_month() -> None:
    records = read_survey("household_month", [household("070001")], [line("070001", "P071", *SIX)])
    assert by_month(records, "crop_net") == {f"2010-{month:02d}": Decimal(10 * (month - 1)) for month in range(2, 8)}
    assert by_month(records, "net_income") == by_month(records, "crop_net")


def test_wages_go_by_the_job_they_were_paid_for() -> None:
    lines = [
        line("070001", "P001", *SIX),
        line("070001", "P014", *SIX),
        line("070001", "P022", *SIX),
        line("070001", "P001", *SIX, numren="02"),
    ]
    jobs = [job("070001", "1", "4310"), job("070001", "2", "1110"), job("070001", "1", "2361", "2", "02")]
    july = read_survey("household_month", [household("070001")], lines, jobs)[-1]
    assert (july["time_period"], july["net_income"]) == ("2010-07", 4 * 60)
    assert (july["wage_agri_net"], july["wage_local_net"], july["wage_away_net"]) == (60, 60 + 60, 60)


def test_annual_items_and_what_is_no_income_are_left_out() -> None:
    annual = line("070001", "P009", "5000", **{f"mes_{slot}": "" for slot in range(1, 7)})
    lines = [annual, line("070001", "P051", *SIX), line("070001", "P042", *SIX)]
    records = read_survey("household_month", [household("070001")], lines)
    assert [record["damage"] for record in records] == [None] * 6
    assert sum(record["net_income"] for record in records) == 60 + 50 + 40 + 30 + 20 + 10


def test_a_household_without_any_line_had_no_cash_income_in_the_months_asked_of_all() -> None:
    homes = [household("070001"), household("070002")]
    records = read_survey("household_month", homes, [line("070001", "P071", *SIX)])
    silent = [record for record in records if record["household_id"] == "070002-0"]
    assert [record["time_period"] for record in silent] == ["2010-05", "2010-06", "2010-07"]
    assert {(record["net_income"], record["row_number"], record["damage"]) for record in silent} == {(0, 1, None)}


def test_an_amount_that_does_not_read_damages_its_month() -> None:
    lines = [line("070001", "P071", "60", "5O", "", "30", "20", "10")]
    records = read_survey("household_month", [household("070001")], lines)
    damage = {record["time_period"]: record["damage"] for record in records if record["damage"]}
    assert damage == {
        "2010-06": "ingresos.csv line 2: ing_2 is '5O', expected pesos",
        "2010-05": "ingresos.csv line 2: ing_3 is blank, expected pesos",
    }


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        ({"clave": "P999"}, "ingresos.csv line 3: clave is 'P999', expected an income code of the catalogue"),
        ({"clave": ""}, "ingresos.csv line 3: clave is blank, expected an income code of the catalogue"),
        ({"mes_1": "11"}, "months 11, 06, 05, 04, 03, 02, expected six different ones from 02 to 10"),
        ({"mes_1": ""}, "months blank, 06, 05, 04, 03, 02, expected six different ones from 02 to 10"),
        ({"mes_1": "06"}, "months 06, 06, 05, 04, 03, 02, expected six different ones from 02 to 10"),
        (
            {"clave": "P071"},
            "ingresos.csv line 2 repeats the folioviv, foliohog, numren, clave of another line",
        ),
    ],
)
def test_a_line_that_belongs_nowhere_damages_all_months(spoilt: dict[str, str], reason: str) -> None:
    homes = [household("070001"), household("070002")]
    lines = [
        line("070001", "P071", *SIX),
        line("070001", "P042", *SIX) | spoilt,
        line("070002", "P042", *SIX),
    ]
    records = read_survey("household_month", homes, lines)
    hit = [record["damage"] for record in records if record["household_id"] == "070001-0"]
    assert len(hit) == 6
    assert all(reason in damage for damage in hit)
    assert all(record["damage"] is None for record in records if record["household_id"] == "070002-0")


def test_a_household_that_is_not_in_the_survey_surfaces() -> None:
    lines = [line("070001", "P071", *SIX), line("079999", "P071", *SIX), line("", "P071", *SIX)]
    records = read_survey("household_month", [household("070001")], lines)
    strangers = [record for record in records if record["household_id"] != "070001-0"]
    assert [record["household_id"] for record in strangers] == ["079999-0"] * 6 + [None] * 6
    assert [record["row_number"] for record in strangers] == [3] * 6 + [4] * 6
    assert {record["damage"] for record in strangers} == {"the household is not in concentrado.csv"}
    assert {record["weight"] for record in strangers} == {None}


def test_a_damaged_line_surfaces_and_damages_its_household() -> None:
    cut = {"income": b"070001,0,01,P071,07,06\n"}
    records = read_survey("household_month", [household("070001")], [line("070001", "P042", *SIX)], append=cut)
    own = [record for record in records if record["household_id"] == "070001-0"]
    assert len(own) == 6
    assert all("ingresos.csv line 3: the line has 6 columns" in record["damage"] for record in own)
    (lost,) = [record for record in records if record["household_id"] is None]
    assert lost["row_number"] == 3
    assert lost["damage"].startswith("the line has 6 columns")
    assert lost["net_income"] is None


def test_a_household_described_twice_is_damaged() -> None:
    homes = [household("070001"), household("070001", factor="5")]
    records = read_survey("household_month", homes, [line("070001", "P071", *SIX)])
    assert len(records) == 6
    assert all("concentrado.csv line 2 repeats the folioviv, foliohog" in record["damage"] for record in records)
