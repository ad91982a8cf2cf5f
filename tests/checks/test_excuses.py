"""What decisions excuse in a scan: the rows that they name, and nothing that nobody could look at."""

from dataclasses import replace

import pyarrow as pa

from assets.core.decided import excused
from checks.decisions import Decision, Decisions
from checks.ledger import blocking
from checks.scan import Subject, Verdict, judge, judged_schema
from warehouse.contracts import SOURCE_CONTRACTS, Contract, Rule

CONTRACT = SOURCE_CONTRACTS["core.labour_export"]
AREAS = [
    {"area_code": code, "parent_code": parent, "valid_from": "1998-01", "valid_to": None}
    for code, parent in (("640300", None), ("640323", "640300"), ("640324", "640300"))
]
FEWER = "labour_export.person_times"


def rows() -> pa.Table:
    """A row in each of two counties with fewer person-times than persons, and one without persons."""
    sound = {"jurisdiction": "p", "time_period": "2021-03", "freq": "M", "destination_code": "110000", "file_id": "f"}
    sound |= {"channel": "organised", "sex": "M", "persons": 10, "person_times": 9, "unreadable": 0}
    records = [{"area_code": "640323"}, {"area_code": "640324"}, {"area_code": "640323", "persons": None, "sex": "F"}]
    numbered = ({"row_number": at + 2, "record_number": at + 1, "row_ordinal": at} for at in range(3))
    return pa.Table.from_pylist(
        [sound | record | number for record, number in zip(records, numbered, strict=True)],
        schema=judged_schema(CONTRACT),
    )


def judged(*decisions: Decision, contract: Contract = CONTRACT) -> Verdict:
    typed = rows()
    found = excused(Decisions(decisions), {}, contract.rules, typed, AREAS)
    return judge(Subject(contract, typed, AREAS, "2021-03", excused=found))


def decided(kind: str, number: int, rule: str, **where: object) -> Decision:
    return Decision("p", kind, "why", "who", rule_ids=rule, decision_id=number, **where)  # type: ignore[arg-type]


def outcome(verdict: Verdict, rule: str) -> str:
    return next(result.outcome for result in verdict.results if result.rule.id == rule)


def test_a_waiver_of_all_areas_lets_its_rule_pass_and_no_other() -> None:
    verdict = judged(decided("waive", 1, FEWER))
    assert verdict.accepted.tolist() == [True, True, False]
    assert outcome(verdict, FEWER) == "waived"
    assert {number: list(places) for number, places in verdict.used.items() if places is not None} == {1: [0, 1]}


def test_a_waiver_of_an_area_covers_those_below_it_and_leaves_its_neighbour() -> None:
    assert judged(decided("waive", 1, FEWER, area_code="640323")).accepted.tolist() == [True, False, False]
    assert outcome(judged(decided("waive", 1, FEWER, area_code="640323")), FEWER) == "fail"
    assert judged(decided("waive", 1, FEWER, area_code="640300")).accepted.tolist() == [True, True, False]


def test_a_release_is_of_one_record() -> None:
    verdict = judged(decided("release", 4, FEWER, file_id="f", row_number=3, record_number=2))
    assert verdict.accepted.tolist() == [False, True, False]
    other = decided("release", 4, FEWER, file_id="another", row_number=3, record_number=2)
    assert judged(other).accepted.tolist() == [False, False, False]


def test_what_leaves_nothing_to_count_is_excused_by_no_decision() -> None:
    waiver = decided("waive", 1, "labour_export.required")
    release = decided("release", 2, "labour_export.required", file_id="f", row_number=4, record_number=3)
    verdict = judged(waiver, release)
    assert not verdict.accepted[2]
    assert outcome(verdict, "labour_export.required") == "fail"


def test_a_rule_that_raises_is_not_waived() -> None:
    for kind, sql in (("row", "nowhere > 0"), ("set", "SELECT 1 FROM nowhere"), ("table", "SELECT 1 FROM nowhere")):
        raises = Rule("labour_export.raises", 1, "error", "it holds", sql, "made to raise", kind=kind)  # type: ignore[arg-type]
        contract = replace(CONTRACT, rules=(*CONTRACT.rules, raises))
        verdict = judged(decided("waive", 1, raises.id), contract=contract)
        assert outcome(verdict, raises.id) == "not_evaluated"
        (result,) = (result for result in verdict.results if result.rule.id == raises.id)
        entry = {"severity": "error", "outcome": result.outcome, "examples": str(result.examples)}
        assert blocking([entry]) == [entry]
