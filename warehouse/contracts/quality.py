"""`audit.quality_score`: how the files of each sender held against the rules, by month and dimension.

Method: docs/methods/data-quality.md. The dimensions of rules are those of `warehouse.contracts.base`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from warehouse.contracts.base import Column, Contract, Dimension
from warehouse.contracts.common import JURISDICTION, RELEASE

TIMELINESS = "timeliness"
DIMENSIONS: tuple[str, ...] = (*get_args(Dimension), TIMELINESS)
EVERY_SENDER = "_T"

QUALITY_SCORE = Contract(
    schema="audit",
    table="quality_score",
    grain="one row per release, month, source table, sender (and all of them) and dimension",
    key=("release_id", "jurisdiction", "time_period", "table_name", "sender", "dimension"),
    columns=(
        replace(RELEASE, description="Release that judged the month; the latest speaks"),
        JURISDICTION,
        Column("time_period", "period", "Month (partition) judged", "月份"),
        Column("table_name", "text", "Source table", "表"),
        Column(
            "sender", "text", f"Who sent; {EVERY_SENDER} all, with the rules on units that are no one's", "报送单位"
        ),
        Column("dimension", "text", ", ".join(DIMENSIONS), "质量维度"),
        Column(
            "checks_held", "integer", "Numerator: rows or units without fault, by rule", "合格检查数", unit="checks"
        ),
        Column("checks_made", "integer", "Denominator: rows or units looked at, by rule", "检查数", unit="checks"),
        Column(
            "score", "number", "checks_held / checks_made; null where none was made", "得分", unit="0-1", nullable=True
        ),
        Column(
            "rules_counted", "integer", "Rules of the dimension that looked at something", "计入规则数", unit="rules"
        ),
        Column(
            "rules_not_evaluated",
            "integer",
            "Rules of the dimension that looked at nothing or could not be run; with all senders",
            "未评估规则数",
            unit="rules",
            nullable=True,
        ),
        Column("due_on", "date", "Of timeliness: the day on which the file was due", "应报日期", nullable=True),
        Column("received_on", "date", "Of timeliness: the day (UTC) on which one came", "收到日期", nullable=True),
    ),
    description="Quality of the files by source, sender and month, each score with what it is made of.",
    description_zh="数据质量得分",
)
