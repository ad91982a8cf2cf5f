"""What persons decide about rules and rows, which records stand under it, and who looked at whole rows.

Decisions and accesses are chained (`warehouse.contracts.audit.CHAIN`). How decisions are made: docs/deciding.md.
"""

from __future__ import annotations

from warehouse.contracts.audit import CHAIN
from warehouse.contracts.base import Column, Contract
from warehouse.contracts.common import JURISDICTION

DECISION = Contract(
    schema="audit",
    table="decision",
    grain="one row per decision",
    key=("decision_id",),
    columns=(
        Column("decision_id", "integer", "Number, from 1", "决定编号"),
        JURISDICTION,
        Column("kind", "code", "What is decided", "决定类型", code_list="decision_kind"),
        Column("table_name", "text", "Source table concerned", "表", nullable=True),
        Column(
            "rule_ids",
            "text",
            "The rule waived; the rules that a released row may break, by blanks",
            "规则",
            nullable=True,
        ),
        Column("area_code", "code", "Area to which a waiver is limited, with all below it", "地区代码", nullable=True),
        Column("period_first", "period", "First month (partition) concerned", "首月", nullable=True),
        Column("period_last", "period", "Last month (partition) concerned", "末月", nullable=True),
        Column("layout", "text", "Layout of the sender's file that is corrected", "版式", nullable=True),
        Column("file_id", "text", "SHA-256 of the file of a quarantined row", "文件标识", nullable=True),
        Column("row_number", "integer", "Line in the file", "文件行号", nullable=True),
        Column("record_number", "integer", "Record of the file", "记录序号", nullable=True),
        Column(
            "record_key",
            "text",
            "JSON: column -> value by which the record is found in place of its line; identifiers as pseudonyms",
            "记录键",
            nullable=True,
        ),
        Column(
            "changes",
            "text",
            "JSON: column -> [value expected before, value after]; of a correction as the sender writes it, "
            "of a chosen reading [text as sent, value in the contract's unit]",
            "更改",
            nullable=True,
        ),
        Column("expires_on", "date", "Last day on which a waiver holds", "到期日", nullable=True),
        Column("withdraws", "integer", "The decision that is withdrawn", "所撤销的决定", nullable=True),
        Column("reason", "text", "Why", "理由"),
        Column("decided_by", "text", "Who answers for it", "决定人"),
        Column("recorded_at", "timestamp", "When it was written", "记录时间"),
        Column(
            "reviewed_in", "text", "Reviewed file it came by; empty for the command line", "审核文件", nullable=True
        ),
        Column("said", "text", "SHA-256 of what is decided: the same is not decided twice", "决定哈希"),
        *CHAIN,
    ),
    description="Every decision on rules and rows, append-only, chained by hash. "
    "One that is withdrawn, or decided anew, stands here still.",
    description_zh="人工决定账本",
)

DECIDED_RECORD = Contract(
    schema="audit",
    table="decided_record",
    grain="one row per decision and record that is accepted under it",
    key=("jurisdiction", "table_name", "time_period", "decision_id", "file_id", "record_number"),
    columns=(
        JURISDICTION,
        Column("table_name", "text", "Source table", "表"),
        Column("time_period", "period", "Month (partition)", "月份"),
        Column("decision_id", "integer", "Decision under which it is accepted", "决定编号"),
        Column(
            "file_id",
            "text",
            "SHA-256 of the sender's file; empty when a rule on the whole table is waived",
            "文件标识",
            nullable=True,
        ),
        Column("row_number", "integer", "Line in the file", "文件行号", nullable=True),
        Column("record_number", "integer", "Record of the file", "记录序号", nullable=True),
    ),
    description="Records accepted by a decision, or with other values by one: the figures made of them are marked.",
    description_zh="依决定接受的记录",
)

ACCESS = Contract(
    schema="audit",
    table="access",
    grain="one row per look at a whole line of a sender's file",
    key=("entry_number",),
    columns=(
        JURISDICTION,
        Column("file_id", "text", "SHA-256 of the sender's file", "文件标识"),
        Column("original_name", "text", "Path below the landing folder", "原文件名"),
        Column("row_number", "integer", "Line that was shown", "文件行号"),
        Column("reason", "text", "Why it was needed", "理由"),
        Column("accessed_by", "text", "Who looked", "查看人"),
        Column("recorded_at", "timestamp", "When, before anything was shown", "记录时间"),
        *CHAIN,
    ),
    description="Who was shown a sender's line with its identities, append-only, chained by hash.",
    description_zh="原始记录查看日志",
)
