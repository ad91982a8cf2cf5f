"""Findings that auditors of poverty funds in China look for, as rules of a place's `core.fund_transaction`.

Money left unused for a year is reported, for two years taken back (Ministry of Finance 2015 No. 15); the negative list
is in `warehouse.contracts.codes.funds`. What every ledger must hold is in `warehouse.contracts.fund_accounting`.
Method: docs/methods/funds.md.
"""

from __future__ import annotations

from dataclasses import replace

from warehouse.contracts.base import Rule
from warehouse.contracts.codes import CODE_LISTS
from warehouse.contracts.fund_accounting import LEDGER, OWN

PROJECTS = "core.project"
EQUAL_SPLIT_PAYEES = 5
"""With fewer payees equal grants may be chance"""

_REGISTERED = """registered AS (SELECT DISTINCT area_code, left(time_period, 4) AS year FROM known_project)"""


def _contains(column: str, code_list: str) -> str:
    """SQL: a text names something of a list of words."""
    return " OR ".join(f"contains({column}, '{word}')" for word in CODE_LISTS[code_list].codes)


_OF_PROJECT = (
    "of_project",
    """SELECT project_id, channel, purpose, amount, booked_on, station,
            bool_or(station = 'project') OVER (PARTITION BY project_id) AS has_project FROM ledger
        WHERE project_id IS NOT NULL AND station IN ('release', 'project', 'use')""",
)


def _idle(years: int) -> str:
    """First in, first out: of what came in until a day, that part is left which all use together does not reach."""
    return f"""WITH bounds AS (SELECT max(period_end_day) - INTERVAL {years} YEAR AS since FROM judged),
        stock AS (SELECT project_id, channel, purpose,
                sum(amount) FILTER (WHERE station <> 'use' AND booked_on <= since)
                    - coalesce(sum(amount) FILTER (WHERE station = 'use'), 0) AS idle,
                min(booked_on) FILTER (WHERE station <> 'use') AS first_day
            FROM of_project, bounds WHERE station = 'use' OR has_project = (station = 'project') GROUP BY ALL)
        SELECT coalesce(idle > 0, false) AS failed,
               concat(project_id, ' ', channel, ' ', purpose, ': ', idle, ' unused, in since ', first_day) AS example
        FROM stock WHERE first_day IS NOT NULL"""


_FINDINGS = (
    Rule(
        "money_idle_one_year",
        2,
        "flag",
        "no money of a project lies unused for more than a year",
        _idle(1),
        "Money that waits does not reach the poor; after a year it is reported as carried over (programme S46).",
        kind="table",
        columns=("amount", "booked_on"),
        do="ask the sender why the project does not proceed",
        looks_at=(OWN,),
        shared=(LEDGER, _OF_PROJECT),
    ),
    Rule(
        "money_idle_two_years",
        2,
        "flag",
        "no money of a project lies unused for more than two years",
        _idle(2),
        "After two years unused money is taken back and given to another project (programme S46).",
        kind="table",
        columns=("amount", "booked_on"),
        do="have the money returned to the budget",
        looks_at=(OWN,),
        shared=(LEDGER, _OF_PROJECT),
    ),
    Rule(
        "claimed_once",
        2,
        "flag",
        "a payee claims an amount for a purpose and project of one channel only",
        """WITH claim AS (SELECT * FROM ledger WHERE station = 'reimbursement' AND payee IS NOT NULL
                AND amount > 0 AND (payee, amount) IN (
                    SELECT (payee, amount) FROM ledger WHERE is_new AND station = 'reimbursement'))
            SELECT count(DISTINCT channel) > 1 AS failed,
                   concat(payee, ' ', project_id, ' ', purpose, ': ', amount,
                          ' from ', array_to_string(list_sort(list(DISTINCT channel)), ' and ')) AS example
            FROM claim GROUP BY payee, purpose, project_id, amount HAVING bool_or(is_new)""",
        "The same vouchers handed in to two channels are paid twice (programme S46).",
        kind="table",
        columns=("payee", "project_id", "amount"),
        do="compare the vouchers of the claims; have the second one repaid",
        looks_at=(OWN,),
        shared=(LEDGER,),
    ),
    Rule(
        "payee_eligible",
        1,
        "flag",
        "no payee is on the negative list",
        _contains("payee", "fund_negative_payee"),
        "Poverty funds are not for offices and their suppliers (programme S46).",
        columns=("payee",),
        do="ask the sender what was paid for, and have it repaid",
    ),
    Rule(
        "purpose_eligible",
        1,
        "flag",
        "nothing is paid for what is on the negative list",
        _contains("programme", "fund_negative_purpose"),
        "The regulation lists what poverty funds must not be spent on (programme S46).",
        columns=("programme",),
        do="ask the sender what was paid for, and have it repaid",
    ),
    Rule(
        "unit_is_paid_as_unit",
        3,
        "flag",
        "money goes to a person's account only in projects that pay households",
        """SELECT row_ordinal FROM judged
           WHERE payee_account = 'personal' AND project_id IN (
               SELECT project_id FROM known_project WHERE payee_kind <> 'farmer')""",
        "Money of a unit on a person's account leaves the books (programme S46).",
        kind="set",
        columns=("payee_account", "payee"),
        do="ask the sender whose account it is and why",
        looks_at=(PROJECTS,),
    ),
    Rule(
        "not_split_equally",
        2,
        "flag",
        f"grants of a project to {EQUAL_SPLIT_PAYEES} payees or more are not all the same",
        f"""WITH touched AS (SELECT DISTINCT project_id FROM ledger WHERE is_new AND station = 'use'),
            granted AS (SELECT project_id, payee, sum(amount) AS amount FROM ledger JOIN touched USING (project_id)
                WHERE station = 'use' AND payee IS NOT NULL GROUP BY ALL)
            SELECT min(amount) = max(amount) AS failed,
                   concat(project_id, ': ', count(*), ' payees, each ', min(amount)) AS example
            FROM granted GROUP BY project_id HAVING count(*) >= {EQUAL_SPLIT_PAYEES}""",
        "Money that is split equally was not given by need, or to make every grant small (programme S46, S55).",
        kind="table",
        columns=("amount", "payee"),
        do="ask the sender how the grants were assessed",
        looks_at=(OWN,),
        shared=(LEDGER,),
    ),
    Rule(
        "announced_before_use",
        3,
        "flag",
        "no money of a project is used before the public notice of it",
        """WITH used AS (SELECT project_id, min(booked_on) AS first_day FROM outcome
                WHERE accepted AND station = 'use' AND project_id IS NOT NULL GROUP BY ALL)
           SELECT notice_on IS NULL OR notice_on > first_day AS failed,
                  concat(project_id, ': used on ', first_day, ', notice ', coalesce(CAST(notice_on AS VARCHAR), 'none'))
                      AS example
           FROM used JOIN known_project USING (project_id)""",
        "What the village was not told it cannot watch (programme S46).",
        kind="table",
        columns=("project_id",),
        do="ask the sender for the notice; without one the payment is reported to the audit office",
        looks_at=(PROJECTS,),
    ),
    Rule(
        "project_registered",
        3,
        "flag",
        "money goes to projects of the register, once the area has sent that of the year",
        f"""WITH {_REGISTERED}, named AS (
                SELECT DISTINCT project_id, area_code, left(time_period, 4) AS year FROM outcome
                WHERE accepted AND project_id IS NOT NULL)
            SELECT project_id NOT IN (SELECT project_id FROM known_project) AS failed,
                   concat(project_id, ' is not in the register of ', area_code) AS example
            FROM named JOIN registered USING (area_code, year)""",
        "A project that nobody approved has no purpose that its money could keep.",
        kind="table",
        columns=("project_id",),
        do="ask the sender for the approval of the project",
        looks_at=(PROJECTS,),
    ),
)


def fund_rules(place: str) -> tuple[Rule, ...]:
    """The findings as rules of a place."""
    return tuple(replace(rule, id=f"{place}.{rule.id}", owner="fund accountant") for rule in _FINDINGS)
