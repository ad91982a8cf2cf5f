"""The reports on people and villages: every planted line is found, none is invented, nobody is named."""

import json
from collections import Counter

import pandas as pd
import pyarrow.parquet as pq
import sqlalchemy as sa
from people_support import Judged

from jurisdictions.wuzhong.generator.design import AREAS
from jurisdictions.wuzhong.generator.generation import sample
from jurisdictions.wuzhong.generator.reports import MADE, REGISTERED
from warehouse.contracts import CONTRACTS, SOURCE_CONTRACTS
from warehouse.engine import fetch, table
from warehouse.store import pseudonyms

RULES = {rule.id: rule for source in MADE for rule in SOURCE_CONTRACTS[f"core.{source}"].rules}


def rows_of(reports: Judged, source: str) -> pd.DataFrame:
    parts = reports.run.home.partitions(f"core.{source}", "wuzhong")
    return pd.concat([pq.read_table(part).to_pandas() for part in parts])


def judgements(reports: Judged, name: str) -> list[dict[str, object]]:
    with reports.run.engine.connect() as connection:
        return fetch(connection, sa.select(table(CONTRACTS[name])))


def names(reports: Judged) -> dict[object, object]:
    return {row["file_id"]: row["original_name"] for row in judgements(reports, "raw.intake_file")}


def test_every_rule_on_rows_is_broken_somewhere(reports: Judged) -> None:
    planted = {rule for line in reports.truth.dirt for rule in line.rule_ids}
    standing = {rule.id for rule in RULES.values() if rule.kind != "table"}
    # a workbook without an amount has no formula to plant
    assert standing - planted == {"labour_training.line_intact", "linked_household.line_intact"}


def test_quarantine_is_exactly_what_was_planted(reports: Judged) -> None:
    known = names(reports)
    found = {
        (known[row["file_id"]], row["row_number"]): set(str(row["rule_ids"]).split())
        for row in judgements(reports, "audit.quarantine")
    }
    planted = {
        (line.file, line.line): set(line.rule_ids) for line in reports.truth.dirt if line.outcome == "quarantined"
    }
    assert found == planted


def test_flags_are_counted_on_exactly_the_planted_lines(reports: Judged) -> None:
    found = {
        (row["rule_id"], example)
        for row in judgements(reports, "audit.check_result")
        if row["severity"] == "flag" and row["outcome"] == "fail"
        for example in json.loads(str(row["examples"]))
    }
    planted = {
        (rule, f"{line.file}, line {line.line}")
        for line in reports.truth.dirt
        if line.outcome == "flagged"
        for rule in line.rule_ids
    }
    assert found == planted


def test_accepted_and_quarantined_are_what_was_sent(reports: Judged) -> None:
    for source in MADE:
        sent = Counter({file.file: file.records for file in reports.truth.files if file.source == source})
        accepted = rows_of(reports, source)["file_id"].map(names(reports)).value_counts()
        refused = Counter({file.file: file.quarantined for file in reports.truth.files if file.source == source})
        assert (Counter(accepted.to_dict()) + refused) == sent


def test_periods_are_half_years_and_years(reports: Judged) -> None:
    assert set(rows_of(reports, "labour_training")["time_period"]) == {"2021-S1", "2021-S2", "2022-S1", "2022-S2"}
    assert set(rows_of(reports, "registry")["time_period"]) == {"2021", "2022"}
    assert set(rows_of(reports, "village_programme")["time_period"]) == {"2021", "2022"}


def test_parquet_holds_pseudonyms_only_and_the_surveys(reports: Judged) -> None:
    """The register and the survey name a household alike, so that they can be linked, and neither says who it is."""
    registry, training = rows_of(reports, "registry"), rows_of(reports, "labour_training")
    for column in (registry["household_id"], training["person_id"]):
        assert column.str.fullmatch("[0-9a-z]{32}").all()
    drawn = sample(2024, 24, "2021-01", None)
    key = reports.run.home.key()
    linked = set()
    for area in AREAS:
        (sheet,) = drawn.sheets(area, "household_income", 0)
        linked |= set(pseudonyms(key, "wuzhong", sheet.columns["household_id"]).to_pylist())
    assert len(linked & set(registry["household_id"])) > 50
    villages = set(rows_of(reports, "village_programme")["village_code"])
    for area in AREAS:
        (sheet,) = drawn.sheets(area, "household_income", 0)
        assert len(set(sheet.columns["psu"].to_pylist()) - villages) <= 12, "those whose own line is in quarantine"


def test_a_full_prefecture_has_seven_hundred_villages_and_thirty_thousand_households() -> None:
    drawn = sample(2024, 36, "2021-01", None, registered=30_000)
    villages = [len(drawn.everywhere[area.code]) for area in AREAS]
    assert 650 < sum(villages) < 800
    registered = [next(drawn.sheets(area, "registry", 35)).rows for area in AREAS]
    assert 29_900 < sum(registered) < 30_100
    assert REGISTERED < 3_000
