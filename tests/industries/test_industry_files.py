"""The yearly tables of the counties: every planted fault is found, none invented; the paper's list stays as printed."""

import json
from pathlib import Path

import pandas as pd
import pytest
from installation import Installation

from assets.intake.senders import read_records
from jurisdictions import load
from warehouse.contracts import CONTRACTS, SOURCE_CONTRACTS
from warehouse.layouts import Layout
from warehouse.parsing import parse

YEARLY_TABLES = ("crop_base", "industry_output", "enterprise", "association")


def test_quarantine_is_exactly_what_was_planted(industries: Installation, truth: Path) -> None:
    planted = pd.read_csv(truth / "dirt.csv")
    found = industries.ask("SELECT original_name AS file, row_number AS line, rule_ids FROM audit.quarantine")
    expected = {(row.file, row.line): set(row.rule_ids.split()) for row in planted.itertuples()}
    actual = {(row.file, row.line): set(row.rule_ids.split()) for row in found.itertuples()}
    assert set(planted["outcome"]) == {"quarantined"}
    assert len(found) == len(actual) > 100
    assert actual == expected


@pytest.mark.parametrize("table", YEARLY_TABLES)
def test_every_rule_on_rows_is_broken_in_the_sample(truth: Path, table: str) -> None:
    planted = pd.read_csv(truth / "dirt.csv").query(f"source == '{table}'")
    broken = {rule for rules in planted["rule_ids"] for rule in rules.split()}
    assert broken == {rule.id for rule in SOURCE_CONTRACTS[f"core.{table}"].rules if rule.kind != "table"}


def test_accepted_and_quarantined_are_what_was_read(industries: Installation) -> None:
    files = industries.ask("SELECT status, rows_read, rows_accepted, rows_quarantined FROM raw.intake_file")
    assert set(files["status"]) == {"accepted"}
    assert len(files) == 3 * 7 * 4 + 2
    assert (files["rows_accepted"] + files["rows_quarantined"] == files["rows_read"]).all()


@pytest.mark.programme("S13")
def test_the_list_of_eight_industries_names_five(industries: Installation) -> None:
    (entry,) = industries.ask(
        "SELECT * FROM audit.check_result WHERE rule_id = 'declared_list.declared_is_named' AND outcome = 'fail'"
    ).itertuples()
    assert (entry.severity, entry.time_period, entry.rows_examined, entry.rows_failed) == ("flag", "2021-12", 1, 1)
    (example,) = json.loads(entry.examples)
    assert example.startswith("盐池县八大产业: declared 8, named 5 (")
    kept = industries.ask("SELECT entry, industry FROM core.declared_list")
    assert len(kept) == 5, "the list stays as it is printed"


def layout(id: str) -> Layout:
    (found,) = [one for one in load("wuzhong").layouts if one.id == id]
    return found


def typed(name: str, data: bytes, form: Layout) -> dict[str, object]:
    records = read_records(data, name, form, {})
    columns = CONTRACTS[form.contract].columns
    given = [column for column in columns if column.name in records.columns.column_names]
    units = {column.name: form.fields[column.name].unit if column.name in form.fields else None for column in given}
    return {c.name: parse(records.columns[c.name], c, units[c.name]).values.to_pylist()[0] for c in given}


def test_tongxin_writes_mu_and_gb18030() -> None:
    head = "年份,区划代码,村代码,作物,种植面积(亩),其中地膜(亩),其中大户(亩),种植户数,大户数,示范基地,专业村"
    line = "2022年,640324,640324000007,西瓜,1234.5,1200,300,80,3,1,是"
    row = typed(
        "同心县_种植基地年报_2022年.csv", f"{head}\r\n{line}\r\n".encode("gb18030"), layout("wuzhong.tongxin.crop_base")
    )
    assert (row["time_period"], row["freq"], row["product"]) == ("2022", "A", "watermelon")
    assert (row["area_mu"], row["film_area_mu"], row["is_professional"]) == (1234.5, 1200.0, True)


def test_yanchis_workbook_is_in_ten_thousand_mu(industries: Installation) -> None:
    """0.0123 万亩 is 123 mu, whoever writes it: the county's sum in mu is the generator's."""
    form = layout("wuzhong.yanchi.crop_base")
    assert form.fields["area_mu"].unit == "万亩"
    found = industries.ask(
        "SELECT sum(area_mu) AS mu FROM core.crop_base WHERE area_code = '640323' AND time_period = '2021'"
    )
    told = pd.read_parquet(industries.truth / "crop_base.parquet").query(
        "area_code == '640323' and time_period == '2021-12'"
    )
    assert found["mu"][0] == pytest.approx(told["area_mu"].sum() / 10_000, rel=1e-12)
