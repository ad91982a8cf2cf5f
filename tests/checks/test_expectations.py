"""Great Expectations: suites that follow the contract, counts that agree with core expectations, verdicts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import pyarrow as pa
import pytest
from great_expectations.data_context.store import ValidationResultsStore
from great_expectations.data_context.types.base import ProgressBarsConfig

from checks import ledger
from checks.expectations import MonthEntries, page_path, validate, validate_month
from checks.expectations.months import accepted_between, findings
from checks.expectations.site import Results
from checks.expectations.suite import compile_suite
from checks.scan import Subject, Verdict, judge, judged_schema
from warehouse.compile import arrow_schema, rule_set_version
from warehouse.contracts import CODE_LISTS, SOURCE_CONTRACTS, Contract
from warehouse.engine import open_ledger
from warehouse.store import Home, write_parquet

HOUSEHOLDS = SOURCE_CONTRACTS["core.household_income"]
LABOUR = SOURCE_CONTRACTS["core.labour_export"]
MONTH = "2010-07"
NOW = dt.datetime(2010, 8, 5, 9, 30, tzinfo=dt.UTC)
AREAS = [{"area_code": "640323", "valid_from": "1998-01", "valid_to": None}]

HOUSEHOLD = {
    "jurisdiction": "wuzhong",
    "time_period": MONTH,
    "freq": "M",
    "area_code": "640323",
    "area_type": "rural",
    "persons": 4,
    "weight": 100.0,
    "stratum": "hills",
    "psu": "village-1",
    "crop_net": Decimal("1200.00"),
    "net_income": Decimal("1200.00"),
    "file_id": "f" * 64,
}
LINE = {
    "jurisdiction": "wuzhong",
    "time_period": MONTH,
    "freq": "M",
    "area_code": "640323",
    "channel": "organised",
    "sex": "_T",
    "persons": 10,
    "file_id": "f" * 64,
}


def configuration(expectation: gxe.Expectation) -> dict[str, Any]:
    return expectation.configuration.to_json_dict()


def versions(contract: Contract) -> dict[str, str]:
    return {rule.id: rule_set_version(contract) for rule in contract.rules}


def typed(contract: Contract, rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Rows of one file as the scan wants them."""
    beside = {
        "unreadable": 0,
        "nominal_period": MONTH,
        "period_start_day": dt.date(2010, 7, 1),
        "period_end_day": dt.date(2010, 7, 31),
    }
    numbered = [
        row | beside | {"row_number": at + 2, "record_number": at + 1, "row_ordinal": at} for at, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(numbered, schema=judged_schema(contract))


def households(*changes: Mapping[str, object]) -> pa.Table:
    return typed(HOUSEHOLDS, [HOUSEHOLD | {"household_id": f"h{n}", **new} for n, new in enumerate(changes)])


def entries(contract: Contract, **changes: dict[str, object]) -> tuple[dict[str, object], ...]:
    """Ledger rows of a month in which every rule passed on 100 rows, but for changes by short rule name."""
    return tuple(
        {
            "rule_id": rule.id,
            "table_name": contract.name,
            "time_period": MONTH,
            "level": rule.level,
            "severity": rule.severity,
            "outcome": "pass",
            "rows_examined": 100,
            "rows_failed": 0,
            "examples": None,
            "run_id": "run-1",
            "rule_set_version": rule_set_version(contract),
        }
        | changes.get(rule.id.partition(".")[2], {})
        for rule in contract.rules
    )


FAILED = {"outcome": "fail", "rows_failed": 5, "examples": '["a.csv, line 7"]'}
UNKNOWN = {"outcome": "not_evaluated", "rows_examined": 0, "examples": '["the rule could not be run: x"]'}


def partition(folder: Path, contract: Contract, rows: int) -> Path:
    path = folder / f"{rows}.parquet"
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(contract)])
    write_parquet(path, schema, [pa.Table.from_pylist([{}] * rows, schema=schema)])
    return path


@pytest.mark.parametrize("contract", SOURCE_CONTRACTS.values(), ids=list(SOURCE_CONTRACTS))
def test_every_rule_of_the_contract_is_in_the_suite_as_it_is(contract: Contract) -> None:
    suite = compile_suite(contract, contract.rules, versions(contract))
    columns, rows, *rules = [configuration(expectation) for expectation in suite.expectations]
    assert columns["kwargs"] == {"column_list": [column.name for column in contract.columns]}
    assert rows["type"] == "expect_table_row_count_to_be_between"
    assert [rule["kwargs"] for rule in rules] == [
        {
            "rule_id": rule.id,
            "level": rule.level,
            "rule_severity": rule.severity,
            "kind": rule.kind,
            "text": rule.text,
            "rationale": rule.rationale,
            "do": rule.do,
            "sql": rule.whole_sql,
            "rule_set_version": rule_set_version(contract),
        }
        for rule in contract.rules
    ]
    grave = {rule.id for rule in contract.rules if rule.severity in ("error", "block")}
    assert {rule["kwargs"]["rule_id"] for rule in rules if rule["severity"] == "critical"} == grave


@pytest.mark.parametrize("change", [{"sql": "persons > 30"}, {"severity": "info"}, {"text": "another"}])
def test_a_changed_rule_changes_the_suite(change: dict[str, Any]) -> None:
    first, *others = HOUSEHOLDS.rules
    changed = (dataclasses.replace(first, **change), *others)
    before = compile_suite(HOUSEHOLDS, HOUSEHOLDS.rules, versions(HOUSEHOLDS))
    after = compile_suite(HOUSEHOLDS, changed, versions(HOUSEHOLDS))
    assert before.name != after.name
    same = compile_suite(HOUSEHOLDS, HOUSEHOLDS.rules, versions(HOUSEHOLDS))
    assert same.name == before.name


def count(verdict: Verdict, rule_id: str) -> int:
    return next(result.rows_failed for result in verdict.results if result.rule.id == rule_id)


def unexpected(rows: pa.Table, *expectations: gxe.Expectation) -> int:
    """Unexpected values that core expectations find in a pandas batch of the same rows, all together."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("frame")
    whole = source.add_dataframe_asset("rows").add_batch_definition_whole_dataframe("all")
    batch = whole.get_batch({"dataframe": rows.to_pandas()})
    results = [batch.validate(expectation) for expectation in expectations]
    assert not any(result.exception_info.get("raised_exception") for result in results)
    return sum(result.result["unexpected_count"] for result in results)


def test_bounds_count_what_between_counts() -> None:
    too_much = {"crop_net": Decimal("1000000000.01")}
    rows = households({}, {"persons": 0}, {"persons": 61}, {"weight": 0.0}, {"persons": 60}, too_much)
    bounded = [c for c in HOUSEHOLDS.columns if c.minimum is not None and c.maximum is not None]
    found = unexpected(
        rows,
        *(
            gxe.ExpectColumnValuesToBeBetween(
                column=c.name, min_value=float(str(c.minimum)), max_value=float(str(c.maximum))
            )
            for c in bounded
        ),
    )
    assert len(bounded) == 21
    assert found == count(judge(Subject(HOUSEHOLDS, rows, AREAS, MONTH)), "household_income.within_bounds") == 4


def test_required_counts_what_not_null_counts() -> None:
    rows = households({}, {"persons": None}, {"household_id": None}, {"net_income": None}, {"psu": None}, {})
    own = ("jurisdiction", "file_id", "row_number")
    required = [c.name for c in HOUSEHOLDS.columns if not c.nullable and c.name not in own]
    found = unexpected(rows, *(gxe.ExpectColumnValuesToNotBeNull(column=name) for name in required))
    assert found == count(judge(Subject(HOUSEHOLDS, rows, AREAS, MONTH)), "household_income.required") == 4


def test_code_lists_count_what_in_set_counts() -> None:
    rows = households({}, {"area_type": "suburb"}, {"area_type": None}, {"freq": "W"}, {"area_type": "Rural"})
    coded = {c.name: CODE_LISTS[c.code_list] for c in HOUSEHOLDS.columns if c.code_list in CODE_LISTS}
    found = unexpected(
        rows,
        *(
            gxe.ExpectColumnValuesToBeInSet(column=name, value_set=sorted(codes.valid_in(MONTH)))
            for name, codes in coded.items()
        ),
    )
    assert found == count(judge(Subject(HOUSEHOLDS, rows, AREAS, MONTH)), "household_income.code_known") == 3


def test_duplicates_count_what_compound_unique_counts() -> None:
    same = {"household_id": "h"}
    rows = households(same, {}, same, same, {"file_id": "e" * 64})
    key = ["file_id", "time_period", "household_id"]
    found = unexpected(rows, gxe.ExpectCompoundColumnsToBeUnique(column_list=key))
    assert found == count(judge(Subject(HOUSEHOLDS, rows, AREAS, MONTH)), "household_income.duplicate_in_file") == 3


def test_person_times_count_what_pair_comparison_counts() -> None:
    times = [10, 12, 9, None, 0]
    changes = [{"destination_code": f"d{n}", "person_times": number} for n, number in enumerate(times)]
    rows = typed(LABOUR, [LINE | change for change in changes])
    found = unexpected(
        rows,
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="person_times",
            column_B="persons",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
        ),
    )
    assert found == count(judge(Subject(LABOUR, rows, AREAS, MONTH)), "labour_export.person_times") == 2


@pytest.mark.parametrize(
    ("changes", "passed"),
    [
        ({}, True),
        ({"loss_plausible": FAILED, "share_defined": FAILED}, True),
        ({"loss_plausible": UNKNOWN}, True),
        ({"required": FAILED}, False),
        ({"month_has_rows": FAILED | {"rows_failed": 1}}, False),
        ({"required": UNKNOWN}, False),
        ({"required": FAILED | {"outcome": "waived"}}, True),
    ],
    ids=["all pass", "flag and info", "flag unknown", "error", "block", "error unknown", "waived"],
)
def test_a_month_passes_when_every_error_and_block_rule_does(
    tmp_path: Path, changes: dict[str, dict[str, object]], passed: bool
) -> None:
    judged = entries(HOUSEHOLDS, **changes)
    rows = 95 if changes.get("required", {}).get("outcome") == "fail" else 100
    file = partition(tmp_path, HOUSEHOLDS, rows)
    home = Home(tmp_path / "home")
    assert validate_month(home, HOUSEHOLDS, HOUSEHOLDS.rules, "wuzhong", judged, file, NOW) is passed


@pytest.mark.parametrize(
    ("rows", "contract"), [(94, HOUSEHOLDS), (101, HOUSEHOLDS), (100, LABOUR)], ids=["few", "many", "other"]
)
def test_a_partition_that_is_not_what_was_judged_fails(tmp_path: Path, rows: int, contract: Contract) -> None:
    file = partition(tmp_path, contract, rows)
    home = Home(tmp_path / "home")
    assert not validate_month(home, HOUSEHOLDS, HOUSEHOLDS.rules, "x", entries(HOUSEHOLDS), file, NOW)


def test_rows_without_their_partition_fail(tmp_path: Path) -> None:
    months = [
        MonthEntries(HOUSEHOLDS, HOUSEHOLDS.rules, MONTH, entries(HOUSEHOLDS), None),
        MonthEntries(LABOUR, LABOUR.rules, MONTH, entries(LABOUR), tmp_path / "gone.parquet"),
    ]
    assert set(validate(Home(tmp_path / "home"), "wuzhong", months, NOW).values()) == {False}


def test_accepted_rows_are_bounded_by_what_the_rules_refused() -> None:
    judged = entries(
        HOUSEHOLDS,
        required=FAILED | {"rows_failed": 7},
        readable=FAILED | {"rows_failed": 4},
        loss_plausible=FAILED | {"rows_failed": 30},
        balance=FAILED | {"rows_failed": 2, "outcome": "waived"},
    )
    month = MonthEntries(HOUSEHOLDS, HOUSEHOLDS.rules, MONTH, judged, None)
    assert accepted_between(month) == (100 - 7 - 4 - 2, 100 - 7)
    assert accepted_between(dataclasses.replace(month, rows_accepted=91)) == (91, 91)


def test_a_rule_that_the_ledger_does_not_know_is_not_evaluated() -> None:
    month = MonthEntries(HOUSEHOLDS, HOUSEHOLDS.rules, MONTH, entries(HOUSEHOLDS)[1:], None)
    assert findings(month)[HOUSEHOLDS.rules[0].id].outcome == "not_evaluated"


def test_entries_of_something_else_are_refused() -> None:
    first, *others = entries(HOUSEHOLDS)
    for wrong, words in [
        (first | {"time_period": "2010-08"}, "of another table or month"),
        (first | {"table_name": "core.labour_export"}, "of another table or month"),
        (first | {"rule_id": "household_income.unheard_of"}, "of a rule that was not given"),
        (others[0], "of a rule judged already"),
    ]:
        with pytest.raises(ValueError, match=words):
            MonthEntries(HOUSEHOLDS, HOUSEHOLDS.rules, MONTH, (wrong, *others), None)


def test_from_the_scan_through_the_ledger_to_the_page(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    loss = {"crop_net": Decimal(-5), "net_income": Decimal(-5)}
    rows = households({}, {"persons": 0}, {"persons": None}, loss)
    verdict = judge(Subject(HOUSEHOLDS, rows, AREAS, MONTH))
    with open_ledger(home).begin() as connection:
        ledger.record(
            connection,
            {MONTH: [replace(one, examples=("盐池.csv, line 3",)) if one.rows else one for one in verdict.results]},
            jurisdiction="wuzhong",
            table_name=HOUSEHOLDS.name,
            run_id="run-1",
            rule_set_version=rule_set_version(HOUSEHOLDS),
            recorded_at=NOW,
        )
        judged = ledger.of_run(connection, "run-1")
    file = home.partition(HOUSEHOLDS.name, "wuzhong", MONTH)
    accepted = rows.filter(pa.array(verdict.accepted)).select([c.name for c in HOUSEHOLDS.columns])
    write_parquet(file, accepted.schema, [accepted])
    assert not validate_month(home, HOUSEHOLDS, HOUSEHOLDS.rules, "wuzhong", judged, file, NOW)
    page = page_path(home, "wuzhong", HOUSEHOLDS.name, MONTH).read_text()
    assert "盐池.csv, line 3" in page
    assert "<dt>rows accepted</dt><dd>2</dd>" in page


SCRIPT = """
import datetime as dt, sys
from pathlib import Path
import checks.expectations
assert "great_expectations" not in sys.modules
from checks.expectations import MonthEntries, validate
from test_expectations import HOUSEHOLDS, MONTH, NOW, entries
months = [MonthEntries(HOUSEHOLDS, HOUSEHOLDS.rules, MONTH, entries(HOUSEHOLDS), None)]
from warehouse.store import Home
validate(Home(Path(sys.argv[1])), "wuzhong", months, NOW)
"""


def test_it_is_imported_late_prints_nothing_and_writes_nowhere_else(tmp_path: Path) -> None:
    elsewhere = [tmp_path / "working", tmp_path / "user"]
    for folder in elsewhere:
        folder.mkdir()
    paths = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
    ran = subprocess.run(
        [sys.executable, "-W", "default", "-c", SCRIPT, str(tmp_path / "home")],
        cwd=elsewhere[0],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths), "HOME": str(elsewhere[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert [list(folder.iterdir()) for folder in elsewhere] == [[], []]
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == ["archive", "data_docs", "private"]


def test_results_are_kept_as_the_library_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results: list[Any] = []
    own = Results.serialize

    def seen(store: Results, value: Any) -> str:
        results.append((own(store, value), ValidationResultsStore.serialize(store, value)))
        return own(store, value)

    monkeypatch.setattr(Results, "serialize", seen)
    judged = entries(HOUSEHOLDS, balance=FAILED, duplicate_in_file=UNKNOWN)
    file = partition(tmp_path, HOUSEHOLDS, 95)
    validate_month(Home.at(tmp_path / "home"), HOUSEHOLDS, HOUSEHOLDS.rules, "wuzhong", judged, file, NOW)
    ((ours, theirs),) = results
    assert ours == theirs
    assert len(json.loads(ours)["results"]) == len(HOUSEHOLDS.rules) + 2
