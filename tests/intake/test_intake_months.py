"""Months that look back at those before them: whatever the order of work, each sees what was accepted before it."""

from dataclasses import replace

import pytest
from intake_county import County, fund_row, funds, task_of

from assets.core.months import build_months
from checks.scan import needs_months_before
from warehouse.contracts import CONTRACTS, Rule

FUNDS = CONTRACTS["core.fund_transaction"]
MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04")
NUMBERS = {"2024-01": (1, 2), "2024-02": (2, 3), "2024-03": (3, 4), "2024-04": (4, 2, 5)}
"""Of the lines of each month; some were there before"""


def a_rule(severity: str, kind: str) -> Rule:
    """A line has a number that no accepted line of the months before has."""
    again = "transaction_id IN (SELECT transaction_id FROM known_fund_transaction)"
    listed = f"SELECT row_ordinal FROM judged WHERE {again}"
    counted = f"SELECT {again} AS failed, transaction_id AS example FROM outcome WHERE accepted"
    sql = {"row": again, "set": listed, "table": counted}[kind]
    words = ("a line is new", sql, "drawn for the test")
    return Rule("fund_transaction.new", 2, severity, *words, kind=kind, looks_at=(FUNDS.name,))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["row", "set", "table"])
@pytest.mark.parametrize("severity", ["error", "flag"])
def test_each_month_is_held_against_what_was_accepted_before_it(county: County, severity: str, kind: str) -> None:
    rule = a_rule(severity, kind)
    contract = replace(FUNDS, rules=(rule,))
    for month, numbers in NUMBERS.items():
        county.put(f"funds_{month}.csv", funds(*(fund_row(one, booked_on=f"{month}-05") for one in numbers)))
    tasks = [replace(task_of(county, f"funds_{month}.csv", month), contract=contract) for month in MONTHS]
    built = {task.month: month for task, month in build_months(tasks)}
    found = {
        month: next(result.rows_failed for result in one.results if result.rule.id == rule.id)
        for month, one in built.items()
    }
    assert found == {"2024-01": 0, "2024-02": 1, "2024-03": 1, "2024-04": 2}
    refuses = severity == "error" and kind != "table"
    refused = {month: len(one.quarantined) for month, one in built.items()}
    assert refused == (found if refuses else dict.fromkeys(MONTHS, 0))
    assert {month: one.accepted for month, one in built.items()} == {
        month: len(numbers) - refused[month] for month, numbers in NUMBERS.items()
    }
    assert needs_months_before(contract, (rule,)) == refuses


def test_a_line_that_was_refused_was_not_there_before(county: County) -> None:
    """The second is refused for what the first has, so the third is as new as the first was."""
    not_one = Rule("fund_transaction.not_one", 1, "error", "", "amount = 1", "drawn for the test")
    contract = replace(FUNDS, rules=(a_rule("error", "set"), not_one))
    for month, amount in (("2024-01", 1), ("2024-02", 2), ("2024-03", 2)):
        county.put(f"funds_{month}.csv", funds(fund_row(1, booked_on=f"{month}-05", amount=amount)))
    tasks = [replace(task_of(county, f"funds_{month}.csv", month), contract=contract) for month in MONTHS[:3]]
    rules = [[str(row["rule_ids"]) for row in month.quarantined] for _, month in build_months(tasks)]
    assert rules == [["fund_transaction.not_one"], [], ["fund_transaction.new"]]
