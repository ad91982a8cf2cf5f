"""Households of the survey by quarter: every money column in one leaf, to the cent, for every household."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from mexico_small_survey import household, job, line, read_survey

from jurisdictions.mexico.layouts.survey import IN_KIND_COLUMNS, INCOME_COLUMNS
from warehouse.contracts import LEAVES

SUMS = {
    "crop": ["agricolas"],
    "forestry": ["reproducc"],
    "livestock": ["pecuarios"],
    "fishery": ["pesca"],
    "industry": ["industria"],
    "trade": ["comercio"],
    "services": ["servicios"],
    "property": ["rentas"],
    "transfer_public": ["jubila", "beca", "bene_gob", "esp_inst"],
    "transfer_private": ["donativo", "esp_hog"],
    "remittance": ["remesa"],
    "other": ["esti", "otros"],
}
WAGES = ("wage_agri", "wage_local", "wage_away")
BUSINESS_NOT_TOLD_APART = ("construction", "transport", "other_business")
GOLDEN = {
    "ingcor": ["net_income"],
    "agrope": ["crop_net", "forestry_net", "livestock_net", "fishery_net"],
    "agricolas": ["crop_net"],
    "pecuarios": ["livestock_net"],
    "noagrop": ["industry_net", "trade_net", "services_net"],
    "rentas": ["property_net"],
    "transfer": ["transfer_public_net", "transfer_private_net", "remittance_net"],
    "remesa": ["remittance_net"],
}
"""Statistic of the golden file -> leaves that add up to it; the others (sueldos, esti …) are parts of one."""


def pesos(row: dict[str, str], columns: list[str]) -> Decimal:
    return sum((Decimal(row[column]) for column in columns), Decimal(0))


def column(table: pa.Table, name: str) -> list[Decimal]:
    values: list[Decimal] = table[name].to_pylist()
    return values


def numbers(table: pa.Table, names: list[str]) -> np.ndarray:
    return sum((np.array(table[name].to_pylist(), float) for name in names), np.zeros(table.num_rows))


def test_all_households_with_their_design(quarter: pa.Table) -> None:
    assert quarter.num_rows == 4724
    assert quarter["accepted"].to_pylist() == [True] * 4724
    assert len(set(column(quarter, "household_id"))) == 4724
    assert quarter["area_type"].to_pylist().count("rural") == 1615
    assert set(quarter["area_code"].to_pylist()) == {"07", "12", "20"}
    assert len(set(quarter["stratum"].to_pylist())) == 30
    assert len(set(quarter["psu"].to_pylist())) == 471
    assert set(quarter["time_period"].to_pylist()) == {"2010-Q3"}


def test_the_money_columns_are_all_in_a_leaf(column_of_clave: dict[str, str]) -> None:
    fed_by_lines = {name for name in column_of_clave.values() if name}
    assert len(fed_by_lines) == 22
    assert fed_by_lines == set(INCOME_COLUMNS) - IN_KIND_COLUMNS


@pytest.mark.parametrize("leaf", SUMS)
def test_leaf_is_the_sum_of_the_senders_columns(
    leaf: str, quarter: pa.Table, concentrado: list[dict[str, str]]
) -> None:
    assert column(quarter, f"{leaf}_net") == [pesos(row, SUMS[leaf]) for row in concentrado]


def test_wages_add_up_to_the_senders_columns(quarter: pa.Table, concentrado: list[dict[str, str]]) -> None:
    expected = [pesos(row, ["trabajo", "otros_trab"]) for row in concentrado]
    parts = [column(quarter, f"{leaf}_net") for leaf in WAGES]
    assert [sum(three, Decimal(0)) for three in zip(*parts, strict=True)] == expected


def test_net_income_is_ingcor_and_the_sum_of_the_leaves(quarter: pa.Table, concentrado: list[dict[str, str]]) -> None:
    assert column(quarter, "net_income") == [Decimal(row["ingcor"]) for row in concentrado]
    leaves = [column(quarter, f"{leaf}_net") for leaf in LEAVES if leaf not in BUSINESS_NOT_TOLD_APART]
    assert [sum(parts, Decimal(0)) for parts in zip(*leaves, strict=True)] == column(quarter, "net_income")
    assert all(quarter[f"{leaf}_net"].null_count == 4724 for leaf in BUSINESS_NOT_TOLD_APART)


def test_agricultural_wages_are_those_of_jobs_in_sector_11(
    quarter: pa.Table,
    ingresos: list[dict[str, str]],
    sector_of_job: dict[tuple[str, ...], tuple[str, str]],
) -> None:
    main, second = {f"P{n:03d}" for n in (*range(1, 10), 11, 13)}, {"P014", "P015", "P016", "P018"}
    expected: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in ingresos:
        if row["clave"] in main | second:
            number = "1" if row["clave"] in main else "2"
            scian, country = sector_of_job[row["folioviv"], row["foliohog"], row["numren"], number]
            leaf = "wage_agri" if scian[:2] == "11" else "wage_away" if country == "2" else "wage_local"
            expected[leaf][f"{row['folioviv']}-{row['foliohog']}"] += Decimal(row["ing_tri"])
    households = quarter["household_id"].to_pylist()
    for leaf in ("wage_agri", "wage_away"):
        assert column(quarter, f"{leaf}_net") == [expected[leaf][key] for key in households]
        assert sum(expected[leaf].values()) > 0


def test_statistics_equal_the_golden_values(quarter: pa.Table, real_data: Path) -> None:
    weight = numbers(quarter, ["weight"])
    rural = np.array(quarter["area_type"].to_pylist()) == "rural"
    state = np.array(quarter["area_code"].to_pylist())
    compared = 0
    with (real_data / "golden" / "mexico_south_2010.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            match = re.fullmatch(r"(mean|share of ingcor|total quarterly) (\w+)", row["statistic"])
            if match is None or match[2] not in GOLDEN:
                continue
            inside = np.ones(len(weight), bool) if row["domain"] == "all" else rural
            if row["domain"].startswith("rural "):
                inside = inside & (state == row["domain"].split()[1])
            w, y = weight[inside], numbers(quarter, GOLDEN[match[2]])[inside]
            below = {
                "mean": w.sum(),
                "total quarterly": 1.0,
                "share of ingcor": (w * numbers(quarter, ["net_income"])[inside]).sum(),
            }[match[1]]
            assert (w * y).sum() / below == pytest.approx(float(row["estimate"]), rel=1e-9)
            compared += 1
    assert compared == 5 * 3 * len(GOLDEN)


def test_rural_share_of_agriculture_and_mean_income(quarter: pa.Table) -> None:
    rural = quarter.filter(pa.compute.equal(quarter["area_type"], "rural"))
    weight, income = numbers(rural, ["weight"]), numbers(rural, ["net_income"])
    farm = numbers(rural, ["crop_net", "forestry_net", "livestock_net", "fishery_net"])
    assert (weight * farm).sum() / (weight * income).sum() == pytest.approx(0.0784409581084879, rel=1e-9)
    assert (weight * income).sum() / weight.sum() == pytest.approx(12713.7520713215, rel=1e-9)


def test_wages_go_by_the_job_they_were_paid_for() -> None:
    lines = [
        line("070001", "P001", ing_tri="300"),
        line("070001", "P014", ing_tri="60"),
        line("070001", "P022", ing_tri="7.50"),
        line("070001", "P001", numren="02", ing_tri="1000"),
    ]
    jobs = [job("070001", "1", "1110"), job("070001", "2", "4310"), job("070001", "1", "2361", "2", "02")]
    homes = [household("070001", sueldos="1360", otros_trab="7.5", rem_esp="10", ingcor="1377.5")]
    (record,) = read_survey("household_quarter", homes, lines, jobs)
    assert record["damage"] is None
    assert record["wage_agri_net"] == Decimal(300)
    assert record["wage_away_net"] == Decimal(1000)
    assert record["wage_local_net"] == Decimal("60") + Decimal("7.50") + Decimal("10")


def test_a_wage_without_its_job_is_local() -> None:
    homes = [household("070001", sueldos="300", ingcor="300")]
    (record,) = read_survey("household_quarter", homes, [line("070001", "P001", ing_tri="300")])
    assert (record["wage_agri_net"], record["wage_local_net"]) == (0, 300)


def test_a_number_that_does_not_read_is_named_and_not_zero() -> None:
    homes = [household("070001", agricolas="12x"), household("070002", pecuarios="")]
    first, second = read_survey("household_quarter", homes, [line("070001", "P051", ing_tri="1")])
    assert first["damage"] == "agricolas is '12x', expected pesos"
    assert first["crop_net"] is None
    assert second["damage"] == "pecuarios is blank, expected pesos"
    assert second["livestock_net"] is None


def test_a_column_must_equal_its_lines_within_rounding() -> None:
    homes = [household("070001", agricolas="100.01"), household("070002", agricolas="100.02")]
    lines = [line("070001", "P071", ing_tri="100"), line("070002", "P071", ing_tri="100")]
    within, beyond = read_survey("household_quarter", homes, lines)
    assert within["damage"] is None
    assert beyond["damage"] == "agricolas is 100.02, its lines in ingresos.csv add up to 100.00"


def test_an_income_line_that_does_not_read_damages_its_household() -> None:
    homes = [household("070001"), household("070002")]
    lines = [line("070001", "P071", ing_tri="many"), line("070002", "P051", ing_tri="many")]
    farm, no_income = read_survey("household_quarter", homes, lines)
    assert farm["damage"] == "ingresos.csv line 2: ing_tri is 'many', expected pesos"
    assert no_income["damage"] is None


def test_a_damaged_or_repeated_job_damages_its_household() -> None:
    homes = [household("070001"), household("070002"), household("070003")]
    jobs = [job("070002", "1", "1110"), job("070002", "1", "4310")]
    cut, repeated, sound = read_survey(
        "household_quarter", homes, [line("070001", "P051", ing_tri="1")], jobs, {"jobs": b"070001,0,01\n"}
    )
    assert cut["damage"].startswith("trabajos.csv line 4: the line has 3 columns, the head 6")
    assert "trabajos.csv line 2 repeats the folioviv, foliohog, numren, numtrab" in repeated["damage"]
    assert sound["damage"] is None


def test_a_municipality_without_its_leading_zero_is_no_state() -> None:
    homes = [household("070001", ubica_geo="7009"), household("070002", ubica_geo="20067", tam_loc="9")]
    first, second = read_survey("household_quarter", homes, [line("070001", "P051", ing_tri="1")])
    assert first["area_code"] == "7009"
    assert (second["area_code"], second["area_type"]) == ("20", "9")


def test_reasons_name_no_household() -> None:
    homes = [household("070001", agricolas="5"), household("070001")]
    records = read_survey("household_quarter", homes, [line("070001", "P071", ing_tri="x")])
    assert not any("070001" in (record["damage"] or "") for record in records)
