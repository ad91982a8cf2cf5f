"""`core.fund_transaction`: money of the programme at the stations it passes."""

from __future__ import annotations

from decimal import Decimal

from warehouse.contracts.base import Column, Contract, Rule
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules
from warehouse.contracts.fund_accounting import ACCOUNTING_RULES

_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    Column("transaction_id", "code", "Number of the line in the sender's ledger", "业务编号"),
    Column("station", "code", "Station that the money has reached", "资金环节", code_list="fund_station"),
    Column("channel", "code", "Where the money comes from", "资金渠道", code_list="fund_channel"),
    Column("purpose", "code", "What the money may be used for (earmark)", "资金用途", code_list="fund_purpose"),
    Column("programme", "text", "Fund or programme as the sender names it", "项目名称", nullable=True),
    Column("project_id", "code", "Project", "项目编号", nullable=True),
    AREA,
    Column("payee", "text", "Unit that received or executes", "收款单位", nullable=True, may_identify=True),
    Column(
        "payee_account",
        "code",
        "Whose account the money went to, where the sender says so",
        "收款账户性质",
        nullable=True,
        code_list="account_kind",
    ),
    Column(
        "line_type",
        "code",
        "item: money itself; subtotal: a printed sum of items, never added to them",
        "行类型",
        code_list="line_type",
    ),
    Column(
        "amount",
        "money",
        "Amount, exact to the cent",
        "金额",
        unit="currency of the jurisdiction",
        minimum=Decimal("-1e13"),
        maximum=Decimal("1e13"),
    ),
    Column("booked_on", "date", "Day of the booking", "记账日期"),
    Column(
        "upstream_id",
        "code",
        "Line of the station before, from which the money comes",
        "上游编号",
        nullable=True,
    ),
    *SOURCE_COLUMNS,
)

_RULES = (
    *standard_rules("fund_transaction"),
    Rule(
        "fund_transaction.booked_in_period",
        1,
        "error",
        "the booking day lies in the period",
        "booked_on IS NOT NULL AND NOT (booked_on BETWEEN period_start_day AND period_end_day)",
        "A booking of another month belongs to that month's report.",
        columns=("booked_on", "time_period"),
        do="ask the sender to correct the day, or to book the line in the ledger of its month",
        owner="fund accountant",
        dimension="consistency",
    ),
    Rule(
        "fund_transaction.duplicate_in_file",
        1,
        "error",
        "a ledger number appears once per station in a file",
        """SELECT row_ordinal FROM judged WHERE transaction_id IS NOT NULL
           QUALIFY count(*) OVER (PARTITION BY file_id, time_period, station, transaction_id) > 1""",
        "The same booking twice doubles the money.",
        kind="set",
        columns=("transaction_id", "station"),
        do="ask the sender which of the lines holds, and to take the others out",
        owner="fund accountant",
        dimension="uniqueness",
        excused_by=("release",),
    ),
    Rule(
        "fund_transaction.duplicate_across_files",
        2,
        "error",
        "a ledger number is reported by one file per period and station",
        """SELECT row_ordinal FROM judged SEMI JOIN (
             SELECT time_period, station, transaction_id FROM judged WHERE transaction_id IS NOT NULL
             GROUP BY ALL HAVING min(file_id) <> max(file_id)) USING (time_period, station, transaction_id)""",
        "Two offices that book the same payment double it.",
        kind="set",
        columns=("transaction_id", "station"),
        do="ask both senders in whose ledger the payment belongs",
        owner="fund accountant",
        dimension="uniqueness",
        excused_by=("release",),
    ),
    Rule(
        "fund_transaction.amount_not_zero",
        1,
        "info",
        "an item carries an amount",
        "amount = 0 AND line_type = 'item'",
        "A booking of nothing is most often an amount that was not filled in.",
        columns=("amount",),
        do="ask the sender whether the amount is missing",
        owner="fund accountant",
        dimension="accuracy",
    ),
    Rule(
        "fund_transaction.negative_is_correction",
        1,
        "flag",
        "a negative amount names the line it corrects",
        "amount < 0 AND upstream_id IS NULL",
        "Money does not flow backwards; a reversal names what it reverses.",
        columns=("amount", "upstream_id"),
        do="ask the sender for the number of the line that is corrected",
        owner="fund accountant",
        dimension="consistency",
    ),
    Rule(
        "fund_transaction.use_has_upstream",
        2,
        "flag",
        "money paid out names the line it comes from",
        "station IN ('use', 'reimbursement') AND upstream_id IS NULL AND line_type = 'item'",
        "Without its upstream a payment cannot be held against the earmark it was given for (programme S42).",
        columns=("station", "upstream_id"),
        do="ask the sender for the number of the line that the money came in by",
        owner="fund accountant",
        dimension="completeness",
    ),
    *ACCOUNTING_RULES,
)

FUND_TRANSACTION = Contract(
    schema="core",
    table="fund_transaction",
    grain="one row per line of the ledger and station",
    key=("jurisdiction", "time_period", "station", "transaction_id", "file_id"),
    columns=_COLUMNS,
    rules=_RULES,
    description="Programme money by station, channel and purpose.",
    description_zh="扶贫资金流水",
    concept="public_finance",
    universe=("Lines of the programme's ledgers", "扶贫资金台账记录"),
)
