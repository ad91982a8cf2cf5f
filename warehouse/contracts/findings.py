"""What rules found, by record and by area: the bulk of the ledger, kept as sorted Parquet segments.

A segment holds what one judgement of a source table's month left; it is replaced when the month is judged again, and
no other is touched. Its columns in SORTED come first in its order, so that a question about a rule and an area reads
a row group or two.
"""

from __future__ import annotations

from warehouse.contracts.base import Column, Contract
from warehouse.contracts.common import JURISDICTION, TIME_PERIOD

SORTED = ("rule_id", "area_code")

_RULE = Column("rule_id", "text", "Rule", "规则")
_MONTH = Column("time_period", "period", "Month (partition) judged", "月份")
_AREA = "its sender's, else its own where the place has it, else the whole place"

QUARANTINE_RULE = Contract(
    schema="audit",
    table="quarantine_rule",
    grain="one row per record refused and rule that it broke",
    key=("jurisdiction", "time_period", "source", "rule_id", "file_id", "row_number", "record_number"),
    columns=(
        _RULE,
        Column("area_code", "code", f"Area of the record: {_AREA}", "地区代码"),
        JURISDICTION,
        TIME_PERIOD,
        Column("source", "text", "Contract that refused it", "数据来源"),
        Column("severity", "text", "info, flag, error, block: what the rule alone would have done", "严重程度"),
        Column("file_id", "text", "SHA-256 of the sender's file", "文件标识"),
        Column("row_number", "integer", "Line in the file", "文件行号"),
        Column("record_number", "integer", "Record of the file, from 1", "记录序号"),
    ),
    description="Open rows of audit.quarantine by rule and area, to be found fast; the record itself is there.",
    description_zh="隔离记录(按规则与地区)",
)

AREA_RESULT = Contract(
    schema="audit",
    table="area_result",
    grain="one row per rule, table, month, area and sender, as last judged",
    key=("jurisdiction", "time_period", "table_name", "rule_id", "area_code", "sender"),
    columns=(
        _RULE,
        Column("area_code", "code", f"Area of the record or unit: {_AREA}", "地区代码"),
        Column("sender", "text", "Who sent the records; of what nobody sent, who owes it", "报送单位", nullable=True),
        JURISDICTION,
        _MONTH,
        Column("table_name", "text", "Table judged", "表"),
        Column("severity", "text", "info, flag, error, block", "严重程度"),
        Column("rows_examined", "integer", "Rows or units looked at", "检查行数", unit="rows"),
        Column("rows_failed", "integer", "Rows or units that broke the rule", "不合格行数", unit="rows"),
    ),
    description=(
        "audit.check_result by area and sender: rules on rows, and rules on units that are areas. A rule that was not "
        "evaluated has no row."
    ),
    description_zh="检查结果(按地区与报送单位)",
)
