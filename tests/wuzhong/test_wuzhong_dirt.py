"""The planted lines: each kind by existing rules, standing where the list says; harmless ones read right."""

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from wuzhong_files import raw_lines, typed_rows

from assets.intake.refusal import Refusal
from assets.rules import rules_of
from jurisdictions import load
from jurisdictions.wuzhong.generator import PlantedLine, Truth
from warehouse.contracts import SOURCE_CONTRACTS

RULES = {rule.id: rule for name in SOURCE_CONTRACTS for rule in rules_of(load("wuzhong"), name)}
KEYS = {
    "household_income": ("household_id",),
    "labour_export": ("destination_code", "channel", "sex"),
    "fund_transaction": ("transaction_id",),
}


def lines_of(truth: Truth, *outcomes: str) -> list[PlantedLine]:
    return [line for line in truth.planted if line.outcome in outcomes]


def test_at_least_fifteen_kinds_and_every_rule_exists(dirty: Truth) -> None:
    kinds = {line.kind for line in dirty.dirt}
    assert len(kinds) >= 55
    assert {rule for line in dirty.dirt for rule in line.rule_ids} <= set(RULES)
    assert all(rule.startswith((f"{line.source}.", "wuzhong.")) for line in dirty.dirt for rule in line.rule_ids)


def test_every_rule_on_rows_is_broken_somewhere(dirty: Truth) -> None:
    """A rule that no file breaks would never be seen to fire."""
    on_rows = {rule.id for rule in RULES.values() if rule.kind != "table" and rule.id.split(".")[0] in KEYS}
    broken = {rule for line in dirty.dirt for rule in line.rule_ids}
    assert {rule for rule in broken if not rule.startswith("wuzhong.")} == on_rows
    assert "wuzhong.purpose_eligible" in broken


def test_a_line_is_quarantined_when_a_rule_of_severity_error_is_broken(dirty: Truth) -> None:
    for line in lines_of(dirty, "quarantined", "flagged"):
        severities = {RULES[rule].severity for rule in line.rule_ids}
        assert severities, line
        assert (line.outcome == "quarantined") == bool(severities & {"error", "block"}), line
    assert all(line.rule_ids == () and line.line is None for line in lines_of(dirty, "refused"))
    assert all(line.rule_ids == () and line.line is not None for line in lines_of(dirty, "accepted"))


def test_no_line_carries_two_plantings(dirty: Truth) -> None:
    places = Counter((line.file, line.line) for line in dirty.planted)
    assert max(places.values()) == 1


def test_the_lists_beside_the_data_are_what_was_planted(dirty: Truth) -> None:
    dirt = pd.read_csv(dirty.folder / "dirt.csv", keep_default_na=False)
    harmless = pd.read_csv(dirty.folder / "harmless.csv", keep_default_na=False)
    listed = [(row.file, str(row.line), row.kind, row.rule_ids) for row in pd.concat([dirt, harmless]).itertuples()]
    planted = [
        (line.file, "" if line.line is None else str(line.line), line.kind, " ".join(line.rule_ids))
        for line in dirty.planted
    ]
    assert sorted(listed) == sorted(planted)
    assert set(harmless["outcome"]) == {"accepted"}


def test_one_cell_faults_stand_in_the_line_and_column_listed(dirty: Truth) -> None:
    seen = 0
    for line in lines_of(dirty, "quarantined", "accepted"):
        lines = raw_lines(dirty.landing / line.file)
        assert line.line is not None
        if not line.column or line.column.endswith("columns") or " " in line.column:
            continue
        head = next(row for row in lines if line.column.rpartition("/")[2] in row)
        cell = lines[line.line - 1][head.index(line.column.rpartition("/")[2])]
        assert cell.replace("\0", "\\0") == line.written, line
        seen += 1
    assert seen > 70


def test_damaged_lines_are_damaged_as_listed(dirty: Truth) -> None:
    by_kind = {line.kind: line for line in lines_of(dirty, "quarantined")}
    too_long = by_kind["line_too_long"]
    lines = raw_lines(dirty.landing / too_long.file)
    width = Counter(len(row) for row in lines).most_common(1)[0][0]
    assert too_long.line is not None
    assert len(lines[too_long.line - 1]) == width + 1
    cut = by_kind["line_cut_at_end_of_file"]
    lines = raw_lines(dirty.landing / cut.file)
    assert cut.line == len(lines)
    assert len(lines[-1]) < len(lines[0])
    assert not (dirty.landing / cut.file).read_bytes().endswith(b"\n")
    nul = by_kind["nul_byte"]
    assert nul.line is not None
    assert b"\0" in (dirty.landing / nul.file).read_bytes().splitlines()[nul.line - 1]


def test_both_lines_of_a_duplicate_are_listed(dirty: Truth) -> None:
    pairs = {"household_twice_in_file": 1, "line_twice": 1, "ledger_number_twice": 1}
    for kind, files in pairs.items():
        by_file = Counter(line.file for line in dirty.dirt if line.kind == kind)
        assert by_file, kind
        assert all(count % (2 * files) == 0 for count in by_file.values()), kind
    for kind in ("household_in_two_files", "payment_in_two_ledgers"):
        lines = [line for line in dirty.dirt if line.kind == kind]
        assert len(lines) == 4
        assert all(
            len({line.file for line in lines if line.time_period == m}) == 2 for m in {x.time_period for x in lines}
        )


def test_harmless_varieties_read_as_the_values_that_were_meant(dirty: Truth, clean: Path) -> None:
    varieties = lines_of(dirty, "accepted")
    assert len({line.kind for line in varieties}) == 15
    for line in varieties:
        path = dirty.landing / line.file
        (row,) = [row for row in typed_rows(path.read_bytes(), path.name) if row["line"] == line.line]
        assert row["unreadable"] == [], line
        assert row["damage"] is None
        twins = [
            other
            for other in typed_rows((clean / line.file).read_bytes(), path.name)
            if all(other[key] == row[key] for key in KEYS[line.source])
        ]
        assert len(twins) == 1
        assert row | {"line": 0} == twins[0] | {"line": 0}, line


def test_sound_lines_are_those_of_the_files_without_faults(dirty: Truth, clean: Path) -> None:
    """Nothing but the planted lines differs, so that no fault is there that the list does not know."""
    touched = {(line.file, line.line) for line in dirty.planted}
    for file in dirty.files:
        if file.outcome == "refused":
            continue
        before, after = raw_lines(clean / file.file), raw_lines(dirty.landing / file.file)
        kept = [row for number, row in enumerate(after, start=1) if (file.file, number) not in touched]
        is_total = bool(kept) and "合计" in kept[-1]
        body = kept[:-1] if is_total else kept
        remaining = Counter(map(tuple, before))
        for row in body:
            assert remaining[tuple(row)] > 0, (file.file, row)
            remaining[tuple(row)] -= 1


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("file_empty", "the file is empty"),
        ("file_head_only", "a head and no row"),
        ("file_with_column_more", "户主姓名"),
        ("file_of_other_month", "another period than its name says"),
        ("file_in_two_encodings", "two encodings may be mixed"),
        ("file_in_utf_16", "UTF-16"),
        ("file_no_workbook", "cannot be opened"),
        ("file_cut_workbook", "cannot be opened"),
    ],
)
def test_whole_file_faults_are_refused_for_their_own_reason(dirty: Truth, kind: str, reason: str) -> None:
    found = [line for line in dirty.dirt if line.kind == kind]
    assert found
    for line in found:
        with pytest.raises(Refusal, match=reason):
            typed_rows((dirty.landing / line.file).read_bytes(), line.file)


def test_a_copy_has_the_bytes_of_its_original(dirty: Truth) -> None:
    (copy,) = [line for line in dirty.dirt if line.kind == "file_twice"]
    original = dirty.landing / copy.file.replace("_副本", "")
    assert (dirty.landing / copy.file).read_bytes() == original.read_bytes()
