"""Thirty months of funds and projects through the public entry: every planted irregularity is found, none invented.

The files go from ledger and register to `audit.check_result`, and `povmon verify --funds` names the same lines from
the published Parquet alone.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from installation import Installation, run, without_pages

from jurisdictions.wuzhong.generator import generate
from jurisdictions.wuzhong.generator.fund_plan import IRREGULARITIES, Size
from pipelines.cli import main

MONTHS = 30


@pytest.fixture(scope="module")
def funds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    place = tmp_path_factory.mktemp("funds")
    size = Size(7 * MONTHS, 7 * MONTHS * 24)
    generate(place / "landing", months=MONTHS, sources=("fund_transaction", "project"), funds=size)
    with pytest.MonkeyPatch.context() as patch:
        without_pages(patch)
        yield run("wuzhong", place / "landing", place / "home")


@pytest.fixture(scope="module")
def results(funds: Installation) -> pd.DataFrame:
    return funds.ask(
        "SELECT rule_id, kind, c.time_period, outcome, rows_failed, examples "
        "FROM audit.check_result c JOIN audit.rule USING (rule_id) "
        "WHERE c.table_name IN ('core.fund_transaction', 'core.project')"
    )


@pytest.mark.programme("S42", "S44", "S46")
def test_every_finding_is_planted_and_every_planted_one_is_found(funds: Installation, results: pd.DataFrame) -> None:
    planted = pd.read_parquet(funds.truth / "finding.parquet")
    tables = results[(results["kind"] == "table") & ~results["rule_id"].str.endswith("of_every_sender")]
    assert set(planted["rule_id"]) <= set(tables["rule_id"])
    for row in tables.itertuples():
        here = planted[(planted["rule_id"] == row.rule_id) & (planted["time_period"] == row.time_period)]
        found = json.loads(row.examples) if row.outcome == "fail" else []
        assert row.rows_failed == len(here), (row.rule_id, row.time_period, found)
        for unit in here["unit"]:
            assert any(example.startswith(unit) for example in found), (row.rule_id, unit)


@pytest.mark.programme("S44", "S46")
def test_lines_that_show_it_themselves_are_named_by_file_and_line(funds: Installation, results: pd.DataFrame) -> None:
    planted = pd.read_csv(funds.truth / "dirt.csv").query("outcome == 'flagged'")
    expected = {
        (rule, f"{row.file}, line {int(row.line)}") for row in planted.itertuples() for rule in row.rule_ids.split()
    }
    kinds = {"ineligible_payee", "personal_account", "subsidy_without_households"}
    assert set(planted["kind"]) & set(IRREGULARITIES) == kinds
    rows = results[(results["kind"] != "table") & (results["outcome"] == "fail")]
    found = {(row.rule_id, example) for row in rows.itertuples() for example in json.loads(row.examples)}
    assert expected <= found


def test_every_rule_was_evaluated(results: pd.DataFrame) -> None:
    evaluated = results[results["outcome"] != "not_evaluated"].groupby("rule_id").size()
    assert set(evaluated.index) == set(results["rule_id"])
    assert not results["examples"].str.contains("could not be run").any()


@pytest.mark.programme("S42")
def test_the_published_parquet_alone_shows_the_same(funds: Installation) -> None:
    planted = pd.read_parquet(funds.truth / "finding.parquet")
    done = CliRunner().invoke(main, ["verify", "--funds", str(funds.home / "parquet")])
    assert done.exit_code == 1
    named = re.findall(r"^wuzhong: (?:line|project) (.*)$", done.stderr, re.MULTILINE)
    lines = {"fund_transaction.line_conserved", "fund_transaction.earmark_unchanged", "fund_transaction.upstream_known"}
    expected = planted[planted["rule_id"].isin(lines)]["unit"].tolist()
    expected += planted[planted["rule_id"] == "fund_transaction.earmark_kept"]["unit"].str.removesuffix(":").tolist()
    balances = planted[planted["rule_id"] == "fund_transaction.balance_never_negative"]["unit"].str.removesuffix(":")
    assert sorted(name for name in named if ", on " not in name) == sorted(expected)
    assert sorted(name.partition(", on ")[0] for name in named if ", on " in name) == sorted(balances)
    assert len(expected) > 5


def test_files_without_a_database_will_do(funds: Installation, tmp_path: Path) -> None:
    """One early month, copied away from everything else, is sound."""
    part = sorted((funds.home / "parquet" / "core" / "fund_transaction").rglob("*.parquet"))[0]
    shutil.copyfile(part, tmp_path / "lines.parquet")
    done = CliRunner().invoke(main, ["verify", "--funds", str(tmp_path)])
    assert (done.exit_code, done.stderr) == (0, "")
    (tmp_path / "lines.parquet").unlink()
    empty = CliRunner().invoke(main, ["verify", "--funds", str(tmp_path)])
    assert empty.exit_code == 2
    assert "holds no Parquet of core.fund_transaction" in empty.stderr


@pytest.mark.programme("S40", "S41", "S42", "S44")
def test_shares_add_to_one_and_counties_to_the_prefecture(funds: Installation) -> None:
    figures = funds.ask("SELECT * FROM published.fund_indicator WHERE area_code <> 'S64-01'")
    assert set(figures["conf_status"]) == {"F"}
    for measure in ("channel_share", "purpose_share", "payee_share"):
        parts = figures[figures["measure"] == measure].groupby(["time_period", "area_code"])["value"].sum()
        assert len(parts) > 100
        assert (parts - 1).abs().max() < 1e-12
    balance = figures[(figures["measure"] == "balance") & (figures["item"] == "_T")]
    whole = balance[balance["area_code"] == "640300"].set_index("time_period")["value"]
    counties = balance[balance["area_code"] != "640300"].groupby("time_period")["value"].sum()
    assert (whole - counties).abs().max() < 0.005


@pytest.mark.programme("S42", "S46")
def test_off_purpose_and_idle_money_are_where_they_were_planted(funds: Installation) -> None:
    """Money is off purpose, or idle, in the areas of the irregular projects and in no other."""
    planted = pd.read_parquet(funds.truth / "finding.parquet")
    last = f"2023-{MONTHS - 24:02d}"
    counties = "area_code NOT IN ('640300', 'S64-01')"
    figures = funds.ask(f"SELECT * FROM mart.fund_indicator WHERE time_period = '{last}' AND {counties}")

    def areas(measure: str) -> set[str]:
        some = figures[(figures["measure"] == measure) & (figures["item"].isin(["_T"])) & (figures["value"] > 0)]
        return set(some["area_code"])

    def of_rule(rule: str, month: str | None = None) -> set[str]:
        found = planted[planted["rule_id"] == rule]
        found = found if month is None else found[found["time_period"] == month]
        return {unit.rsplit("-", 2)[0] for unit in found["unit"].str.split(" ").str[0]}

    assert areas("off_purpose_share") == of_rule("fund_transaction.earmark_kept")
    assert areas("idle_over_one_year") == of_rule("wuzhong.money_idle_one_year", last)
    assert areas("idle_over_two_years") == of_rule("wuzhong.money_idle_two_years", last)


@pytest.mark.programme("S07", "S43", "S45")
def test_gain_per_yuan_is_never_without_n_and_interval(funds: Installation) -> None:
    figures = funds.ask("SELECT * FROM published.fund_indicator")
    gains = figures[figures["measure"].isin(["income_gain_per_unit", "jobs_per_unit"])]
    assert len(gains)
    assert (gains["n_units"] >= 5).all()
    assert ((gains["ci_low"] < gains["value"]) & (gains["value"] < gains["ci_high"])).all()
    days = figures[figures["measure"] == "days_release_to_use"]
    assert (days["value"].between(0, 366)).all()
    assert set(figures["measure"]) >= {"released_per_village", "marginal_leverage", "subsidy_per_household"}
