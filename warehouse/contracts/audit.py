"""Intake, quarantine, rules, check results and releases: what was received, judged, by what, and let out.

A table whose rows end in CHAIN is append-only: `checks.ledger` writes it, and no one changes it.
"""

from __future__ import annotations

from warehouse.contracts.base import Column, Contract
from warehouse.contracts.common import JURISDICTION, TIME_PERIOD

CHAIN = (
    Column("entry_number", "integer", "Place in the chain, from 1", "链中序号"),
    Column("entry_hash", "text", "SHA-256 of the entry before and of this one", "链式哈希"),
)

INTAKE_FILE = Contract(
    schema="raw",
    table="intake_file",
    grain="one row per file received",
    key=("jurisdiction", "file_id", "original_name", "layout"),
    columns=(
        Column("file_id", "text", "SHA-256 of the bytes", "文件标识"),
        JURISDICTION,
        Column("source", "text", "Contract that the file feeds", "数据来源", nullable=True),
        Column("layout", "text", "Layout by which it is read; empty for a file that matches none", "版式"),
        Column("original_name", "text", "Path below the landing folder", "原文件名"),
        Column("bytes", "integer", "Size", "字节数", unit="bytes"),
        Column("encoding", "text", "Encoding found", "编码", nullable=True),
        Column("period_first", "period", "First period in it", "首期", nullable=True),
        Column("period_last", "period", "Last period in it", "末期", nullable=True),
        Column("months", "text", "Months (partitions) it feeds, separated by blanks", "涉及月份", nullable=True),
        Column("companions", "text", "JSON: role of each companion and the SHA-256 of its file", "配套文件"),
        Column("rows_read", "integer", "Records in it", "读取行数", unit="rows", nullable=True),
        Column("rows_accepted", "integer", "Records accepted", "接受行数", unit="rows", nullable=True),
        Column("rows_quarantined", "integer", "Records in quarantine", "隔离行数", unit="rows", nullable=True),
        Column("received_at", "timestamp", "When it was first seen", "接收时间"),
        Column("code_version", "text", "Program that matched it", "程序版本"),
        Column(
            "status",
            "text",
            "accepted, waiting (for a companion), refused, companion, superseded",
            "状态",
        ),
        Column("reason", "text", "Why it is not accepted, and what to do", "原因", nullable=True),
    ),
    description="Every file that arrived, whether it could be used or not.",
    description_zh="收到的文件登记",
)

REPORTING = Contract(
    schema="raw",
    table="reporting",
    grain="one row per survey period, area and area type",
    key=("jurisdiction", "time_period", "area_code", "area_type"),
    columns=(
        JURISDICTION,
        TIME_PERIOD,
        Column("freq", "code", "Length of the period", "频率", code_list="freq"),
        Column("area_code", "code", "Area of the households", "地区代码"),
        Column("area_type", "code", "Urban or rural", "城乡类型"),
        Column(
            "households_expected",
            "integer",
            "Households of the sample in the files",
            "应报户数",
            unit="households",
        ),
        Column(
            "households_reporting",
            "integer",
            "Households with a record for the period",
            "实报户数",
            unit="households",
        ),
    ),
    description="How much of the sample reported: a period that only a part reports is flagged, not a level.",
    description_zh="样本上报情况",
)

QUARANTINE = Contract(
    schema="audit",
    table="quarantine",
    grain="one row per record refused",
    key=("jurisdiction", "time_period", "source", "file_id", "row_number", "record_number"),
    columns=(
        JURISDICTION,
        Column("file_id", "text", "SHA-256 of the sender's file", "文件标识"),
        Column("original_name", "text", "Path below the landing folder", "原文件名"),
        Column("row_number", "integer", "Line in the file", "文件行号"),
        Column(
            "record_number",
            "integer",
            "Record of the file, from 1 (several per line when unpivoted)",
            "记录序号",
        ),
        Column("source", "text", "Contract that refused it", "数据来源"),
        TIME_PERIOD,
        Column("rule_ids", "text", "Every rule it broke, separated by blanks", "违反规则"),
        Column("findings", "text", "JSON: rule, column, found, expected", "问题明细"),
        Column(
            "raw_record",
            "text",
            "JSON: the line as sent; a pseudonym wherever a column identifies someone, may do so, or is not known",
            "原始记录",
        ),
        Column(
            "readings",
            "text",
            "JSON: what a garbled figure, or one out of bounds, may have meant, possible readings first "
            "(docs/methods/editing.md)",
            "可能读法",
            nullable=True,
        ),
        Column("status", "code", "What was decided on it", "状态", code_list="quarantine_status"),
    ),
    description="Rows that broke an error rule, with every rule they broke; those that are open are in no figure.",
    description_zh="隔离记录",
)

RULE = Contract(
    schema="audit",
    table="rule",
    grain="one row per rule in force",
    key=("rule_id", "table_name"),
    columns=(
        Column("rule_id", "text", "Rule", "规则"),
        Column("table_name", "text", "Table that it judges", "表"),
        Column(
            "jurisdiction", "text", "Place whose own rule it is; empty for a rule of every place", "地区", nullable=True
        ),
        Column("level", "integer", "Level 0-5 of the European Statistical System", "级别"),
        Column("severity", "text", "info, flag, error, block", "严重程度"),
        Column("dimension", "text", "completeness, validity, uniqueness, consistency, accuracy", "质量维度"),
        Column("kind", "text", "row, set (rows judged together), table (units counted)", "类型"),
        Column("owner", "text", "Who answers for it", "负责人"),
        Column("text", "text", "What must hold", "规则内容"),
        Column("rationale", "text", "Why", "理由"),
        Column("action", "text", "What the person does who finds it broken", "处理办法"),
        Column("since_version", "text", "Version of the program that first had it", "起始版本"),
        Column("sql", "text", "What is run: lists the rows, or the units, that break it", "执行语句"),
    ),
    description="Rule catalogue: every rule that the last run judged by.",
    description_zh="规则目录",
)

CHECK_RESULT = Contract(
    schema="audit",
    table="check_result",
    grain="one row per rule, table, period and run",
    key=("run_id", "jurisdiction", "rule_id", "table_name", "time_period"),
    columns=(
        JURISDICTION,
        Column("rule_id", "text", "Rule", "规则"),
        Column("table_name", "text", "Table judged", "表"),
        Column("time_period", "period", "Month (partition) judged", "月份"),
        Column("level", "integer", "Level 0-5 of the European Statistical System", "级别"),
        Column("severity", "text", "info, flag, error, block", "严重程度"),
        Column(
            "outcome",
            "text",
            "pass, fail, waived (broken, and all that broke it stands under decisions), not_evaluated",
            "结果",
        ),
        Column("rows_examined", "integer", "Rows or units looked at", "检查行数", unit="rows"),
        Column("rows_failed", "integer", "Rows or units that broke the rule", "不合格行数", unit="rows"),
        Column("examples", "text", "JSON: up to 20 of them", "示例", nullable=True),
        Column("run_id", "text", "Run that judged", "运行编号"),
        Column("rule_set_version", "text", "Hash of what the rules mean", "规则版本"),
        Column("recorded_at", "timestamp", "When it was written", "记录时间"),
        *CHAIN,
    ),
    description="Every judgement, append-only, chained by hash.",
    description_zh="检查结果账本",
)

RELEASE = Contract(
    schema="audit",
    table="release",
    grain="one row per release",
    key=("release_id",),
    columns=(
        Column("release_id", "integer", "Number, from 1", "发布编号"),
        JURISDICTION,
        Column("created_at", "timestamp", "When it was made", "发布时间"),
        Column("run_id", "text", "Run that made it", "运行编号"),
        Column("periods", "text", "Months (partitions) it covers, separated by blanks", "涉及月份"),
        Column("inputs_hash", "text", "SHA-256 over the files behind it", "输入哈希"),
        Column("code_version", "text", "Version of the program", "程序版本"),
        Column("rule_set_version", "text", "Hash of what the rules mean", "规则版本"),
        Column(
            "manifest",
            "text",
            "JSON: SHA-256 of every input, Parquet file, mart and reference table, heads of the chains, reasons",
            "发布清单",
        ),
        Column("signature", "text", "Ed25519 signature of the manifest, hexadecimal", "签名", nullable=True),
        Column("signing_key", "text", "Public key that it is checked with, hexadecimal", "公钥", nullable=True),
        *CHAIN,
    ),
    description="What was let out, when, from which inputs; append-only, chained by hash.",
    description_zh="发布登记",
)

CHAIN_HEAD = Contract(
    schema="audit",
    table="chain_head",
    grain="one row per chained table",
    key=("table_name",),
    columns=(
        Column("table_name", "text", "Table", "表"),
        Column("entries", "integer", "Entries ever written", "条目数", unit="entries"),
        Column("head_hash", "text", "entry_hash of the last of them", "链首哈希"),
    ),
    description="Where each chain ends, so that entries cut off its end are missed.",
    description_zh="链首登记",
)
