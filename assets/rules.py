"""The rule catalogue: every rule of every contract and place, as rows of `audit.rule` and as docs/rules.md.

`python -m assets.rules docs/rules.md` writes the page; a test fails when it is stale.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa

from jurisdictions import load, names
from warehouse.compile import rule_set_version
from warehouse.contracts import CONTRACTS, JUDGED_CONTRACTS, Contract, Rule
from warehouse.engine import append_rows, table
from warehouse.layouts import Jurisdiction, Layout

RULE = CONTRACTS["audit.rule"]
_KINDS = {
    "row": "row by row",
    "set": "rows together",
    "table": "the table",
    "figure": "figures",
}
_HEAD = """# Rules

Generated from the contracts in `warehouse/contracts/` and the rules of each place in `jurisdictions/`.

Severity: **info** and **flag** are counted and nothing else happens; **error** sends the rows to quarantine; **block**
also stops the release. Level is that of the European Statistical System: 0 format, 1 within the file, 2 with other
files or periods of the same source, 3 with other sources, 4 with other domains, 5 with other providers. A rule that
examined nothing or could not be run is `not_evaluated`, never passed. The dimension (completeness, validity,
uniqueness, consistency, accuracy) is that under which the rule counts in the quality report
([data quality](methods/data-quality.md)).

In the SQL, `judged` is the month's rows of the table in their types, with `row_ordinal`, the sender's own area
(`sender_area_code`), the period that the file's name states or, for a row whose own cannot be reported, the file's
first (`nominal_period`, else null), first and last day of the period under which the row is judged (`period_start_day`,
`period_end_day`), what is wrong with the line (`damage`), and sets of columns as bits: `missing`
(required and blank), `unreadable` (not in the grammar of its type), `unlisted` (not in its code list in that month),
`out_of_bounds`. `outcome` is `judged` with `accepted`, known once rows and sets are judged. `area_now` and `area_ever`
are the areas in force in the period, and at any time. `decision` is the decisions that bear on the month, with what is
wrong with them (`problem`). A rule that looks at other tables sees their accepted rows as
`known_<table>`: of every period that has begun by the end of the judged month, and of its own table the months before;
when those change, the month is judged again. A damaged line is found at fault by the rule on damage alone:
its cells may have slipped.

Rules on figures, those of `mart` tables, are judged when the figures of a release in the making are there and before
the gate reads the ledger; a figure that breaks one is marked (`obs_status`, `obs_note`). In their SQL, which gives one
line per unit compared, `figure` is the figures in the making and `latest` those of every period in its latest release,
with the number of the period among those of its frequency (`period_number`); `below` the areas in force that an area or
set is made of, `smallest` the areas in which no other has figures, `due` the periods and areas with accepted rows, and
`core_…` the accepted rows of the months judged.
"""


def rules_of(jurisdiction: Jurisdiction, contract: str) -> tuple[Rule, ...]:
    """All rules of a table in a place: those of its contract, then the place's own."""
    return (*CONTRACTS[contract].rules, *own_rules(jurisdiction, contract))


def own_rules(jurisdiction: Jurisdiction, contract: str) -> tuple[Rule, ...]:
    """The place's own rules of a table, the one on its senders first."""
    owed = jurisdiction.owed(contract)
    return (
        *([_every_sender(jurisdiction, contract, owed)] if owed else []),
        *jurisdiction.rules.get(contract, ()),
    )


def _every_sender(jurisdiction: Jurisdiction, contract: str, owed: Sequence[Layout]) -> Rule:
    """Counts of rows say nothing of a county that is not there: the set of senders is compared first.

    Of longer periods it is compared when the first file for one has come: they are owed long after their last month.
    """
    due = ", ".join(f"('{layout.area_code}', '{layout.freq}')" for layout in owed)
    return Rule(
        f"{jurisdiction.id}.{CONTRACTS[contract].table}_of_every_sender",
        2,
        "flag",
        "every area in force that owes a file has accepted rows for the period",
        f"""SELECT area_code NOT IN (SELECT area_code FROM outcome WHERE accepted AND area_code IS NOT NULL) AS failed,
           'no row of ' || area_code AS example, area_code
           FROM (VALUES {due}) due(area_code, freq)
           WHERE area_code IN (SELECT area_code FROM area_now) AND (freq = 'M' OR freq IN (SELECT freq FROM outcome))
           ORDER BY area_code""",
        "A county that is missing makes every area above it smaller without saying so.",
        kind="table",
        columns=("area_code",),
        do="ask the county for its file; until it comes the figures above it stand for a part",
        owner="data engineer",
        without_rows=True,
        dimension="completeness",
    )


def rule_sets(jurisdiction: Jurisdiction) -> str:
    """Version of all rules that hold in a place."""
    versions = [rule_set_version(table, own_rules(jurisdiction, name)) for name, table in JUDGED_CONTRACTS.items()]
    return hashlib.sha256("".join(versions).encode()).hexdigest()[:16]


def statement(rule: Rule) -> str:
    """What is run for a rule, as one statement that lists the rows or units that break it."""
    if rule.kind != "row":
        return rule.whole_sql
    of_intact = "" if rule.of_damaged else "damage IS NULL AND "
    return f"SELECT row_ordinal FROM judged WHERE {of_intact}({rule.sql})"


def write_rules(connection: sa.Connection, jurisdiction: Jurisdiction) -> None:
    """Write the rules of every place and those of this one anew."""
    kept = table(RULE)
    where = sa.or_(kept.c.jurisdiction.is_(None), kept.c.jurisdiction == jurisdiction.id)
    connection.execute(sa.delete(kept).where(where))
    append_rows(connection, RULE, [*_rows(None), *_rows(jurisdiction)])


def _rows(jurisdiction: Jurisdiction | None) -> Iterator[dict[str, object]]:
    """Rows of the catalogue: of every place when None."""
    for contract in JUDGED_CONTRACTS.values():
        for rule in contract.rules if jurisdiction is None else own_rules(jurisdiction, contract.name):
            yield {
                "rule_id": rule.id,
                "table_name": contract.name,
                "jurisdiction": jurisdiction.id if jurisdiction else None,
                "level": rule.level,
                "severity": rule.severity,
                "dimension": rule.dimension,
                "kind": rule.kind,
                "owner": rule.owner,
                "text": rule.text,
                "rationale": rule.rationale,
                "action": rule.do,
                "since_version": rule.since,
                "sql": statement(rule),
            }


def page() -> str:
    """docs/rules.md."""
    places = [load(name) for name in names()]
    sections = [_section(contract, places) for contract in JUDGED_CONTRACTS.values()]
    return "\n".join([_HEAD, *sections])


def _section(contract: Contract, places: list[Jurisdiction]) -> str:
    lines = [f"## {contract.name}", "", contract.description, ""]
    for rule in contract.rules:
        lines += _entry(rule, "every place")
    for place in places:
        for rule in own_rules(place, contract.name):
            lines += _entry(rule, place.name)
    return "\n".join(lines)


def _entry(rule: Rule, where: str) -> list[str]:
    others = f"; looks at {', '.join(f'`{name}`' for name in rule.looks_at)}" if rule.looks_at else ""
    looked_at = f"; look first at {', '.join(f'`{name}`' for name in rule.columns)}" if rule.columns else ""
    return [
        f"### {rule.id}",
        "",
        f"{rule.text[0].upper()}{rule.text[1:]}. {rule.rationale}",
        "",
        f"To do when it is broken: {rule.do}.",
        "",
        f"{rule.severity}, level {rule.level}, {rule.dimension}; judges {_KINDS[rule.kind]}{others}; {where}; "
        f"the {rule.owner} answers for it; since {rule.since}{looked_at}.{_excused(rule)}",
        "",
        "```sql",
        "\n".join(line.rstrip() for line in statement(rule).strip().splitlines()),
        "```",
        "",
    ]


def _excused(rule: Rule) -> str:
    if not rule.refuses:
        return ""
    return f" Decisions that may excuse: {', '.join(rule.excused_by) or 'none'}."


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
