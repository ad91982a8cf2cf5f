"""Columns and rules that several tables share.

A rule is shared when it is the same statement about another table; its id carries the table's name.
"""

from __future__ import annotations

from dataclasses import replace

from warehouse.contracts.base import Column, Rule

JURISDICTION = Column(
    "jurisdiction", "text", "Monitored place whose office collects the data", "监测地区", concept="reference_area"
)
RELEASE = Column(
    "release_id", "integer", "Number of the release that the figure belongs to", "发布编号", concept="revision"
)
TIME_PERIOD = Column(
    "time_period",
    "period",
    "Period, SDMX notation: 2010-07, 2010-Q3, 2010-S2, 2010",
    "时期",
    concept="reference_period",
)
FREQ = Column(
    "freq",
    "code",
    "Length of the period: M month, Q quarter, S half-year, A year",
    "频率",
    code_list="freq",
    concept="reference_period",
)
AREA = Column(
    "area_code",
    "code",
    "Area, as coded at the period (GB/T 2260 in China)",
    "地区代码",
    code_list="area",
    concept="reference_area",
)
SOURCE_COLUMNS = (
    Column("file_id", "text", "SHA-256 of the sender's file", "文件标识", concept="provenance"),
    Column(
        "row_number", "integer", "Line in the sender's file, the first line being 1", "文件行号", concept="provenance"
    ),
)


def standard_rules(table: str, area: bool = True, bounds: bool = True) -> tuple[Rule, ...]:
    """The rules of format, period and provenance that every source table obeys; ids `<table>.<rule>`.

    Without `area` those on areas are left out, without `bounds` the one on values that no column of the table limits.
    """
    rules = [
        Rule(
            f"{table}.required",
            0,
            "error",
            "every required field is filled",
            "missing <> 0",
            "A blank is unknown, not zero; a figure made with it would be smaller than the truth without saying so.",
            do="ask the sender for the missing value; where there was none, it is written as 0",
            dimension="completeness",
            excused_by=(),
        ),
        Rule(
            f"{table}.readable",
            0,
            "error",
            "every number, code and date reads by the grammar of its type",
            "unreadable <> 0",
            "Text that reads two ways must be asked about, not guessed.",
            do="ask the sender what is meant, written as a plain number, code or date",
            excused_by=(),
        ),
        Rule(
            f"{table}.line_intact",
            0,
            "error",
            "the line has the columns of the head, no control character, no formula, no oversized cell",
            "damage IS NOT NULL",
            "A line that was cut, merged or computed in the sender's sheet cannot be trusted column by column.",
            do="ask the sender to export the sheet again, with values in place of formulas",
            of_damaged=True,
            excused_by=(),
        ),
        Rule(
            f"{table}.code_known",
            0,
            "error",
            "every coded value is in its closed list, in the months for which the code is valid",
            "unlisted <> 0",
            "A code outside the list belongs to nothing that is published.",
            do="ask the sender which code is meant; a new code goes into its list in warehouse/contracts",
            excused_by=(),
        ),
        Rule(
            f"{table}.within_bounds",
            1,
            "error",
            "every value lies within what is possible",
            "out_of_bounds <> 0",
            "Beyond these bounds the value is a misplaced column, a wrong unit or a slip of the pen.",
            do="ask the sender to check the unit and the column of the value",
            dimension="accuracy",
        ),
        Rule(
            f"{table}.period_agrees",
            1,
            "error",
            "the row is of the period that its file is for, and of one that can be reported",
            "nominal_period IS NOT NULL AND time_period <> nominal_period",
            "A row of another month would be counted twice or in the wrong month.",
            columns=("time_period",),
            do="ask the sender to correct the period, or to send the row in the file of its own period",
            dimension="consistency",
            excused_by=(),
        ),
    ]
    rules += [
        Rule(
            f"{table}.decisions_hold",
            1,
            "block",
            "every decision on the month holds: no waiver has expired, every correction finds what it expects",
            """SELECT problem IS NOT NULL AS failed, 'decision ' || decision_id || ': ' || problem AS example
               FROM decision
               UNION ALL SELECT false, NULL FROM (SELECT 1 FROM judged LIMIT 1) WHERE NOT EXISTS (FROM decision)""",
            "A decision that nobody looks at again becomes a rule that nobody made.",
            kind="table",
            do="withdraw the decision, or decide anew (docs/deciding.md); nothing is released before",
            without_rows=True,
            excused_by=(),
        ),
        Rule(
            f"{table}.file_has_rows",
            1,
            "flag",
            "every file of the month has at least one accepted row",
            """SELECT file_id, count(*) FILTER (WHERE accepted) = 0 AS failed, 'file ' || left(file_id, 12) AS example
               FROM outcome GROUP BY file_id""",
            "A sender whose rows were all refused is missing from the figures.",
            kind="table",
            do="correct the file by what its rows in quarantine say",
            dimension="completeness",
        ),
        Rule(
            f"{table}.month_has_rows",
            1,
            "block",
            "a month for which files arrived has accepted rows",
            "SELECT count(*) FILTER (WHERE accepted) = 0 AS failed, 'no accepted row' AS example FROM outcome",
            "A month whose rows were all refused must not be published as a month in which nothing happened.",
            kind="table",
            do="correct the files by what their rows in quarantine say; nothing is released before",
            dimension="completeness",
            excused_by=(),
        ),
    ]
    if area:
        rules += [
            Rule(
                f"{table}.area_known",
                0,
                "error",
                "the area is one the jurisdiction has or ever had",
                "area_code IS NOT NULL AND area_code NOT IN (SELECT area_code FROM area_ever)",
                "Rows of an unknown area cannot be added to any parent.",
                columns=("area_code",),
                do="ask the sender which area is meant; a new area goes into areas.csv of the jurisdiction",
                excused_by=(),
            ),
            Rule(
                f"{table}.area_valid",
                2,
                "error",
                "the area code was in force in the period",
                "area_code IN (SELECT area_code FROM area_ever) AND area_code NOT IN (SELECT area_code FROM area_now)",
                "A code used before it was made or after it was abolished hides a boundary change "
                "(docs/methods/areas.md).",
                columns=("area_code", "time_period"),
                do="ask the sender for the code that was in force in the period",
                dimension="consistency",
                excused_by=(),
            ),
            Rule(
                f"{table}.area_of_sender",
                2,
                "error",
                "a sender reports its own area only",
                "sender_area_code IS NOT NULL AND area_code <> sender_area_code",
                "Another county's rows in this county's file would be counted twice.",
                columns=("area_code",),
                do="ask the sender to leave the row to its own county, or to correct the code",
                dimension="consistency",
            ),
        ]
    kept = (rule for rule in rules if bounds or rule.id != f"{table}.within_bounds")
    return tuple(replace(rule, owner="data engineer") for rule in kept)
