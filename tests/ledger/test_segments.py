"""The ledger's bulk: what rules found by record and by area, in sorted segments of which a question opens few."""

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from installation import ask, rows

from assets.core.table_month import TableMonth
from assets.core.tallies import tallies
from assets.intake.inputs import InputFile
from checks.scan import RuleResult, Verdict
from jurisdictions import load
from warehouse.contracts import SEGMENT_CONTRACTS, SOURCE_CONTRACTS, Rule
from warehouse.contracts.findings import SORTED
from warehouse.store import Home

LABOUR = SOURCE_CONTRACTS["core.labour_export"]
FEW = Rule("few", 1, "error", "few", "persons > 5", "a test")
NOTED = Rule("noted", 1, "flag", "noted", "persons > 1", "a test")
WHOLE = Rule("whole", 1, "flag", "every area is there", "SELECT 1", "a test", kind="table")


def drawn(folder: Path) -> dict[str, list[dict[str, object]]]:
    """Five lines of two files, the third damaged, the last two of a file that is nobody's own."""
    place = replace(load("wuzhong"), root_area="R")
    layouts = {
        area: replace(
            place.layouts[0], id=f"of {area}", contract=LABOUR.name, sender=f"office of {area}", area_code=area
        )
        for area in ("A", "B")
    }
    national = replace(layouts["A"], sender="ministry", area_code=None)
    files = [
        InputFile("f1", "a.csv", layouts["A"], {}, (), "2024-03"),
        InputFile("f2", "n.csv", national, {}, (), "2024-03"),
    ]
    lines = pa.table(
        {
            "area_code": ["A", "B", "A", "B", "unheard of"],
            "sender_area_code": ["A", "A", "A", None, None],
            "file_id": ["f1", "f1", "f1", "f2", "f2"],
            "row_number": [2, 3, 4, 2, 3],
            "record_number": [1, 2, 3, 1, 2],
            "damage": [None, None, "cut", None, None],
        }
    )
    verdict = Verdict(
        (
            RuleResult(FEW, "fail", 4, 2),
            RuleResult(NOTED, "fail", 4, 2),
            RuleResult(WHOLE, "fail", 2, 1, by_area=(("A", 1, 0), ("B", 1, 1))),
            RuleResult(replace(FEW, id="raised"), "not_evaluated", 0, 0, ("it could not be run",)),
        ),
        np.array([True, False, False, True, False]),
        {1: (FEW, NOTED), 2: (), 4: (FEW,)},
        failed={"few": np.array([1, 4]), "noted": np.array([1, 3])},
    )
    place = replace(place, layouts=tuple(layouts.values()))
    areas = [{"area_code": code} for code in ("A", "B", "R")]
    made = tallies(TableMonth(Home(folder), place, areas, LABOUR, "2024-03", files), lines, verdict)
    return {name.partition(".")[2]: table.to_pylist() for name, table in made.items()}


def test_a_record_is_of_its_senders_area_then_of_its_own_then_of_the_place(tmp_path: Path) -> None:
    """Line 3 of the first file says B, and is missing from what A's office should have reported."""
    found = {
        (row["rule_id"], row["area_code"], row["file_id"], row["row_number"])
        for row in drawn(tmp_path)["quarantine_rule"]
    }
    assert found == {("few", "A", "f1", 3), ("few", "R", "f2", 3), ("noted", "A", "f1", 3)}


def test_a_flag_is_counted_on_accepted_rows_too_and_damaged_lines_are_not_examined(tmp_path: Path) -> None:
    found = {
        (row["rule_id"], row["area_code"], row["sender"]): (row["rows_examined"], row["rows_failed"])
        for row in drawn(tmp_path)["area_result"]
    }
    assert found == {
        ("few", "A", "office of A"): (2, 1),
        ("few", "B", "ministry"): (1, 0),
        ("few", "R", "ministry"): (1, 1),
        ("noted", "A", "office of A"): (2, 1),
        ("noted", "B", "ministry"): (1, 1),
        ("noted", "R", "ministry"): (1, 0),
        ("whole", "A", "office of A"): (1, 0),
        ("whole", "B", "office of B"): (1, 1),
    }


def test_every_reason_in_quarantine_is_a_row(history: Path) -> None:
    """Of the records that are refused now: one that a decision let through is in the figures."""
    key = "jurisdiction, time_period, source, file_id, row_number, record_number"
    reasons = rows(
        history,
        f"SELECT {key}, unnest(string_split(rule_ids, ' ')) AS rule_id FROM audit.quarantine WHERE status = 'open'",
    )
    found = rows(history, f"SELECT {key}, rule_id FROM audit.quarantine_rule")
    assert len(reasons) > 50
    assert sorted(map(repr, found)) == sorted(map(repr, reasons))


def test_areas_add_up_to_what_the_ledger_says(history: Path) -> None:
    """Every rule on rows, in the last judgement of each month."""
    differ = ask(
        history,
        """WITH last AS (SELECT * FROM audit.check_result
             QUALIFY entry_number = max(entry_number) OVER (PARTITION BY jurisdiction, rule_id, time_period)),
           parts AS (SELECT jurisdiction, rule_id, time_period, sum(rows_examined) AS examined,
             sum(rows_failed) AS failed FROM audit.area_result GROUP BY ALL)
           SELECT count(*) AS n, count(*) FILTER (WHERE rows_examined IS DISTINCT FROM examined
             OR rows_failed IS DISTINCT FROM failed) AS differ, sum(rows_failed) AS failed
           FROM last JOIN (SELECT rule_id, table_name, kind FROM audit.rule) USING (rule_id, table_name)
           LEFT JOIN parts USING (jurisdiction, rule_id, time_period)
           WHERE kind IN ('row', 'set') AND outcome <> 'not_evaluated'""",
    )
    assert differ["n"][0] > 100
    assert differ["failed"][0] > 50
    assert differ["differ"][0] == 0


def test_a_question_about_a_month_opens_its_files_alone(history: Path) -> None:
    files = sorted((history / "parquet" / "audit" / "quarantine_rule").rglob("*.parquet"))
    of_month = [file for file in files if "ym=2021-12" in str(file)]
    assert len(files) > len(of_month) > 0
    query = "SELECT * FROM audit.quarantine_rule WHERE time_period = '2021-12' AND rule_id = 'x' AND area_code = 'y'"
    with duckdb.connect(str(history / "warehouse.duckdb"), read_only=True) as connection:
        plan = connection.execute(f"EXPLAIN {query}").fetchall()[0][1]
    assert f"Scanning Files: {len(of_month)}/{len(files)}" in " ".join(plan.replace("│", " ").split())


def test_segments_are_sorted_so_that_row_groups_can_be_passed_over(history: Path) -> None:
    for name in SEGMENT_CONTRACTS:
        for file in (history / "parquet" / name.replace(".", "/")).rglob("*.parquet"):
            found = pq.read_table(file, partitioning=None, columns=list(SORTED))
            order = list(zip(*found.to_pydict().values(), strict=True))
            assert order == sorted(order)
            group = pq.ParquetFile(file).metadata.row_group(0)
            assert all(group.column(place).statistics.has_min_max for place in range(len(SORTED)))
