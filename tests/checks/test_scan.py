"""The scan: every rule judged once, every reason kept, and nothing that was not examined passes."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from checks.ledger import blocking
from checks.scan import Subject, Verdict, judge, judged_schema, rows_of_file, rows_of_month
from warehouse.contracts import SOURCE_CONTRACTS, Rule

CONTRACT = SOURCE_CONTRACTS["core.labour_export"]
AREAS = [
    {"area_code": "640323", "valid_from": "1998-01", "valid_to": None},
    {"area_code": "640382", "valid_from": "1998-01", "valid_to": "2001-12"},
]
SOUND = {
    "jurisdiction": "wuzhong",
    "time_period": "2021-03",
    "freq": "M",
    "area_code": "640323",
    "destination_code": "110000",
    "channel": "organised",
    "sex": "M",
    "persons": 10,
    "person_times": 12,
    "file_id": "f",
    "row_number": 2,
}


def rows(*changes: dict[str, object]) -> pa.Table:
    """Typed rows that differ from a sound one, each of its own destination so that none is a duplicate."""
    records = [
        SOUND
        | {"destination_code": str(110000 + at), "unreadable": 0, "row_ordinal": at, "row_number": at + 2}
        | change
        for at, change in enumerate(changes)
    ]
    return pa.Table.from_pylist(records, schema=judged_schema(CONTRACT))


def broken(verdict: Verdict) -> list[set[str]]:
    return [{rule.id.partition(".")[2] for rule in verdict.broken.get(row, ())} for row in range(len(verdict.accepted))]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, set()),
        ({"persons": None}, {"required"}),
        ({"persons": None, "unreadable": CONTRACT.bit("persons")}, {"readable"}),
        ({"damage": "cut"}, {"line_intact"}),
        ({"damage": "cut", "persons": None, "channel": "boat", "person_times": -1}, {"line_intact"}),
        ({"channel": "boat"}, {"code_known"}),
        ({"persons": -1}, {"within_bounds"}),
        ({"nominal_period": "2021-04"}, {"period_agrees"}),
        ({"area_code": "999999"}, {"area_known"}),
        ({"area_code": "640382"}, {"area_valid"}),
        ({"sender_area_code": "640324"}, {"area_of_sender"}),
        ({"person_times": 9}, {"person_times"}),
        ({"area_code": "999999", "channel": "boat", "person_times": 9}, {"area_known", "code_known", "person_times"}),
    ],
)
def test_a_row_is_refused_with_every_rule_it_broke(change: dict[str, object], expected: set[str]) -> None:
    verdict = judge(Subject(CONTRACT, rows(change, {}), AREAS, "2021-03"))
    assert broken(verdict) == [expected, set()]
    assert verdict.accepted.tolist() == [not expected, True]


def test_a_flag_is_counted_and_the_row_stays() -> None:
    from decimal import Decimal

    verdict = judge(Subject(CONTRACT, rows({"earnings_total": Decimal("9000000.00")}), AREAS, "2021-03"))
    (flag,) = [result for result in verdict.results if result.rule.id == "labour_export.earnings_plausible"]
    assert (flag.outcome, flag.rows_failed, verdict.accepted.tolist()) == ("fail", 1, [True])


def test_duplicates_are_refused_together() -> None:
    same = {"destination_code": "110000"}
    verdict = judge(Subject(CONTRACT, rows(same, {}, same), AREAS, "2021-03"))
    assert broken(verdict) == [{"duplicate"}, set(), {"duplicate"}]


def test_a_damaged_line_is_refused_for_its_damage_alone_and_examined_for_nothing_else() -> None:
    same = {"destination_code": "110000"}
    verdict = judge(Subject(CONTRACT, rows(same | {"damage": "cut"}, same, {}), AREAS, "2021-03"))
    assert broken(verdict) == [{"line_intact"}, {"duplicate"}, set()]  # its twin is not preferred to it unasked
    examined = {result.rule.id.partition(".")[2]: result.rows_examined for result in verdict.results}
    assert (examined["line_intact"], examined["required"], examined["duplicate"]) == (3, 2, 2)


def test_rows_of_files_are_numbered_through_and_no_array_is_dropped() -> None:
    file = rows_of_file(CONTRACT, {"persons": pa.array([3, 4])}, 2)
    month = rows_of_month(CONTRACT, [file, file])
    assert month.schema.names == judged_schema(CONTRACT).names == rows_of_month(CONTRACT, []).schema.names
    assert month["row_ordinal"].to_pylist() == [0, 1, 2, 3]
    assert month["persons"].to_pylist() == [3, 4, 3, 4]
    assert month["damage"].null_count == 4
    with pytest.raises(ValueError, match=r"sex_code: no columns of core.labour_export"):
        rows_of_file(CONTRACT, {"sex_code": pa.array(["M"])}, 1)


def test_nothing_examined_is_not_a_pass() -> None:
    verdict = judge(Subject(CONTRACT, rows(), AREAS, "2021-03"))
    assert {result.outcome for result in verdict.results} == {"not_evaluated"}


@pytest.mark.parametrize("kind", ["row", "set", "table"])
def test_a_rule_that_raises_is_not_a_pass_and_spoils_no_other(kind: str) -> None:
    wrong = Rule("labour_export.wrong", 1, "error", "text", "no_such_column > 1", "a rule with a fault", kind=kind)  # type: ignore[arg-type]
    contract = replace(CONTRACT, rules=(*CONTRACT.rules, wrong))
    verdict = judge(Subject(contract, rows({"channel": "boat"}, {}), AREAS, "2021-03"))
    outcomes = {result.rule.id: result.outcome for result in verdict.results}
    assert outcomes["labour_export.wrong"] == "not_evaluated"
    assert outcomes["labour_export.code_known"] == "fail"
    assert verdict.accepted.tolist() == [False, True]
    (result,) = [result for result in verdict.results if result.rule.id == "labour_export.wrong"]
    entry = {"severity": "error", "outcome": result.outcome, "examples": str(result.examples)}
    assert blocking([entry]) == [entry]


def test_a_month_whose_rows_are_all_refused_blocks_the_release() -> None:
    verdict = judge(Subject(CONTRACT, rows({"channel": "boat"}, {"persons": None}), AREAS, "2021-03"))
    (result,) = [result for result in verdict.results if result.rule.id == "labour_export.month_has_rows"]
    assert result.outcome == "fail"
    assert blocking([{"severity": "block", "outcome": result.outcome, "examples": None}])


def test_counts_are_those_of_a_row_by_row_reading() -> None:
    generator = np.random.default_rng(7)
    changes = [
        {"persons": int(p), "person_times": int(t), "channel": str(c)}
        for p, t, c in zip(
            generator.integers(-2, 20, 400),
            generator.integers(0, 20, 400),
            generator.choice(["organised", "boat"], 400),
            strict=True,
        )
    ]
    verdict = judge(Subject(CONTRACT, rows(*changes), AREAS, "2021-03"))
    expected = [
        not (change["persons"] < 0 or change["person_times"] < change["persons"] or change["channel"] == "boat")  # type: ignore[operator]
        for change in changes
    ]
    assert verdict.accepted.tolist() == expected
