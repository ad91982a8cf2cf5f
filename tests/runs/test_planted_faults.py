"""The sample prefecture against what its generator planted: every fault found, none invented, figures as they are."""

import pandas as pd
import pytest
from installation import Installation


def test_quarantine_is_exactly_what_was_planted(sample: Installation) -> None:
    planted = pd.read_csv(sample.truth / "dirt.csv")
    planted = planted[planted["outcome"] == "quarantined"]
    found = sample.ask("SELECT original_name AS file, row_number AS line, rule_ids FROM audit.quarantine")
    expected = {(row.file, row.line): set(row.rule_ids.split()) for row in planted.itertuples()}
    actual = {(row.file, row.line): set(row.rule_ids.split()) for row in found.itertuples()}
    assert len(found) == len(actual), "a line stands in quarantine once"
    assert actual == expected


def test_every_fault_of_a_whole_file_is_refused_and_nothing_else(sample: Installation) -> None:
    planted = pd.read_csv(sample.truth / "files.csv")
    found = sample.ask("SELECT original_name, status FROM raw.intake_file")
    assert set(found.loc[found["status"] == "refused", "original_name"]) == set(
        planted.loc[planted["outcome"] == "refused", "file"]
    )
    assert set(found.loc[found["status"] == "accepted", "original_name"]) == set(
        planted.loc[planted["outcome"] == "accepted", "file"]
    )


def test_flags_are_counted_on_exactly_the_planted_lines(sample: Installation) -> None:
    planted = pd.read_csv(sample.truth / "dirt.csv").query("outcome == 'flagged'")
    expected = {
        (rule, f"{row.file}, line {int(row.line)}") for row in planted.itertuples() for rule in row.rule_ids.split()
    }
    quarantined = pd.read_csv(sample.truth / "dirt.csv").query("outcome == 'quarantined'")
    also = {
        (rule, f"{row.file}, line {int(row.line)}") for row in quarantined.itertuples() for rule in row.rule_ids.split()
    }
    results = sample.ask(
        "SELECT rule_id, unnest(from_json(c.examples, '[\"VARCHAR\"]')) AS example "
        "FROM audit.check_result c JOIN audit.rule r USING (rule_id) "
        "WHERE c.severity IN ('flag', 'info') AND outcome = 'fail' AND kind IN ('row', 'set')"
    )
    assert expected <= set(zip(results["rule_id"], results["example"], strict=True)) <= expected | also


def test_accepted_and_quarantined_are_what_was_read(sample: Installation) -> None:
    files = sample.ask(
        "SELECT original_name, rows_read, rows_accepted, rows_quarantined FROM raw.intake_file "
        "WHERE status = 'accepted'"
    )
    assert len(files) >= 60
    assert (files["rows_accepted"] + files["rows_quarantined"] == files["rows_read"]).all()
    planted = pd.read_csv(sample.truth / "files.csv").query("outcome == 'accepted'")
    both = files.merge(planted, left_on="original_name", right_on="file")
    assert (both["rows_read"] == both["records"]).all()
    assert (both["rows_quarantined"] == both["quarantined"]).all()


def test_shares_are_those_of_the_generator(sample: Installation) -> None:
    truth = pd.read_parquet(sample.truth / "income_share.parquet")
    found = sample.ask("SELECT * FROM mart.income_share WHERE negative_policy = 'keep'")
    keys = ["time_period", "area_code", "domain", "share_definition", "estimator", "sector"]
    both = truth.merge(found, on=keys, suffixes=("_true", ""))
    assert len(both) == len(truth) > 1_000
    assert (both["value"] - both["value_true"]).abs().max() < 1e-12
    assert (both["n_households"] == both["n_households_true"]).all()
    assert (both["n_excluded"] == both["n_excluded_true"]).all()


def test_levels_labour_and_funds_are_those_of_the_generator(sample: Installation) -> None:
    for table, keys, figures in (
        ("income_level", ["time_period", "area_code", "domain", "leaf"], ["mean_per_household", "total"]),
        (
            "labour_export",
            ["time_period", "area_code", "destination_code", "channel"],
            ["persons", "person_times", "earnings_total"],
        ),
        ("fund_flow", ["time_period", "area_code", "channel", "purpose", "station"], ["amount"]),
    ):
        truth = pd.read_parquet(sample.truth / f"{table}.parquet")
        of_all = ", ".join(f"sum({figure}) AS {figure}" for figure in figures)
        # the truth does not tell programmes of one channel and purpose apart
        found = sample.ask(f"SELECT {', '.join(keys)}, {of_all} FROM mart.{table} GROUP BY ALL")
        both = truth.merge(found, on=keys, suffixes=("_true", ""))
        assert len(both) == len(truth) > 100
        for figure in figures:
            found_values, true_values = both[figure].astype(float), both[f"{figure}_true"].astype(float)
            assert ((found_values - true_values).abs() <= 1e-9 * true_values.abs() + 1e-9).all(), (table, figure)


@pytest.mark.programme("S20")
def test_parts_add_to_one(sample: Installation) -> None:
    sums = sample.ask(
        "SELECT sum(value) AS whole FROM mart.income_share "
        "WHERE share_definition <> 'riga' GROUP BY time_period, area_code, domain, share_definition, estimator, "
        "negative_policy"
    )
    assert (sums["whole"] - 1).abs().max() < 1e-12


def test_data_docs_has_a_page_for_every_judged_month(sample: Installation) -> None:
    judged = sample.ask("SELECT DISTINCT table_name, time_period FROM audit.check_result")
    index = (sample.home / "data_docs" / "index.html").read_text(encoding="utf-8")
    assert {"core.household_income", "mart.income_level"} <= set(judged["table_name"])
    assert all(row.table_name in index and row.time_period in index for row in judged.itertuples())


def test_no_identity_leaves_the_archive(sample: Installation) -> None:
    raw = next(sample.landing.glob("盐池县_住户收入_2021-01.csv")).read_text("utf-8-sig").splitlines()
    identifiers = [line.split(",")[raw[0].split(",").index("户编码")] for line in raw[1:] if line.count(",") > 5]
    wanted = [identifier.encode() for identifier in identifiers if len(identifier) >= 8][:50]
    assert len(wanted) == 50
    for path in sample.home.rglob("*"):
        if path.is_file() and "archive" not in path.parts:
            content = path.read_bytes()
            assert not [identifier for identifier in wanted if identifier in content], path
