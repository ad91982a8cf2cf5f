"""What every ledger of funds must hold, as rules of `core.fund_transaction` that look at the months before.

Nothing is refused: money that was paid stays paid, and what is wrong with it is said. Findings of an audit that a
place's own regulation knows are in `jurisdictions`. Method: docs/methods/funds.md.
"""

from __future__ import annotations

from warehouse.contracts.base import Rule
from warehouse.contracts.codes.funds import STATIONS

OWN = "core.fund_transaction"
_USED = ("transaction_id", "upstream_id", "station", "channel", "purpose", "project_id", "payee")
_COLUMNS = ", ".join((*_USED, "amount", "booked_on"))

LEDGER = (
    "ledger",
    f"""SELECT {_COLUMNS}, true AS is_new FROM outcome WHERE accepted AND line_type = 'item'
    UNION ALL SELECT {_COLUMNS}, false FROM known_fund_transaction WHERE line_type = 'item'""",
)
"""All items up to the end of the month, `is_new` those of the month itself."""


def rank(column: str) -> str:
    """SQL: the place of a station on the way of the money."""
    return f"list_position({list(STATIONS)}, {column})"


def _links(children: str) -> str:
    """SQL: lines with the line that they name: at the nearest station before, a correction at its own.

    What is committed and owed stands against the budget, not against the money that has been handed over.
    """
    return f"""SELECT c.*, p.station AS from_station, p.channel AS from_channel, p.purpose AS from_purpose,
        p.transaction_id IS NOT NULL AS is_known, p.station = c.station AS is_correction
    FROM ({children}) c LEFT JOIN ledger p ON p.transaction_id = c.upstream_id AND (
        ({rank("p.station")} < {rank("c.station")}
            AND NOT (p.station = 'release' AND c.station IN ('commitment', 'accrual')))
        OR (c.amount < 0 AND p.station = c.station AND p.transaction_id <> c.transaction_id))
    QUALIFY row_number() OVER (
        PARTITION BY c.transaction_id, c.station, c.booked_on, c.amount
        ORDER BY {rank("p.station")} DESC NULLS LAST) = 1"""


_LINK = ("link", _links("SELECT * FROM ledger WHERE is_new AND upstream_id IS NOT NULL"))
"""The lines of the month with the lines that they name."""
_SIBLINGS = """SELECT * FROM ledger WHERE upstream_id IN (
        SELECT upstream_id FROM ledger WHERE is_new AND upstream_id IS NOT NULL)"""

_FLOW = (
    "flow",
    """WITH touched AS (
    SELECT DISTINCT project_id FROM ledger WHERE is_new AND station = 'use' AND project_id IS NOT NULL),
of_project AS (SELECT l.* FROM ledger l JOIN touched USING (project_id) WHERE station IN ('release', 'project', 'use')),
entry AS (SELECT project_id, CASE WHEN bool_or(station = 'project') THEN 'project' ELSE 'release' END AS station
    FROM of_project GROUP BY project_id)
SELECT o.*, CASE WHEN o.station = 'use' THEN -o.amount ELSE o.amount END AS change
    FROM of_project o JOIN entry e USING (project_id) WHERE o.station = 'use' OR o.station = e.station""",
)
"""What came in and was used of the earmarks of projects that used any in the month."""

ACCOUNTING_RULES: tuple[Rule, ...] = (
    Rule(
        "fund_transaction.upstream_known",
        2,
        "flag",
        "the line that a payment names as its source is in the ledger, at a station before",
        """SELECT NOT is_known AS failed,
                   concat(transaction_id, ' (', station, '): names ', upstream_id,
                          ' at no station before') AS example
            FROM link""",
        "Money whose source is not in the ledger came from nowhere that could be audited.",
        kind="table",
        columns=("upstream_id",),
        do="ask the sender for the line that the money came in by; a line of it may stand in quarantine",
        owner="fund accountant",
        looks_at=(OWN,),
        shared=(LEDGER, _LINK),
    ),
    Rule(
        "fund_transaction.earmark_unchanged",
        2,
        "flag",
        "a line has the channel and the purpose of the line that its money comes from",
        """SELECT (channel, purpose) <> (from_channel, from_purpose) AS failed,
                   concat(transaction_id, ' (', station, '): ', amount, ' of ', from_channel, ' for ', from_purpose,
                          ' became ', channel, ' for ', purpose) AS example
            FROM link WHERE is_known""",
        "Funds are bundled with their purpose unchanged and their channels not mixed (programme S42).",
        kind="table",
        columns=("channel", "purpose", "upstream_id"),
        do="ask the sender who decided the change, and to book it as a change of the budget",
        owner="fund accountant",
        looks_at=(OWN,),
        shared=(LEDGER, _LINK),
    ),
    Rule(
        "fund_transaction.line_conserved",
        2,
        "flag",
        "what leaves a line for the next station never exceeds what came to it, to the cent",
        f"""WITH sibling AS ({_links(_SIBLINGS)}),
            corrected AS (SELECT upstream_id AS transaction_id, station, sum(amount) AS correction
                    FROM sibling WHERE is_correction GROUP BY ALL),
            taken AS (SELECT upstream_id AS transaction_id, from_station AS station,
                        station IN ('commitment', 'accrual') AS is_owed, sum(amount) AS gone
                    FROM sibling WHERE is_known AND NOT is_correction AND sibling.station <> 'modified' GROUP BY ALL)
            SELECT gone > amount + coalesce(correction, 0) AS failed,
                   concat(transaction_id, ' (', station, '): came ', amount + coalesce(correction, 0), ', left ', gone)
                       AS example
            FROM taken JOIN ledger USING (transaction_id, station)
                LEFT JOIN corrected USING (transaction_id, station)""",
        "A line that pays out more than it received has the money of another.",
        kind="table",
        columns=("amount", "upstream_id"),
        do="ask the sender which of the lines below it is wrong",
        owner="fund accountant",
        looks_at=(OWN,),
        shared=(LEDGER,),
    ),
    Rule(
        "fund_transaction.earmark_kept",
        2,
        "flag",
        "a project uses of each channel and purpose no more than came in of it, to the cent",
        """SELECT sum(change) < 0 AS failed,
                   concat(project_id, ' ', channel, ' ', purpose, ': off purpose ', -sum(change)) AS example
            FROM flow GROUP BY project_id, channel, purpose
            HAVING bool_or(station = 'use' AND is_new)""",
        "Use beyond what came in of a channel and purpose was taken from another earmark (programme S42).",
        kind="table",
        columns=("channel", "purpose", "amount"),
        do="ask the sender from which earmark the money was taken, and to return it",
        owner="fund accountant",
        looks_at=(OWN,),
        shared=(LEDGER, _FLOW),
    ),
    Rule(
        "fund_transaction.balance_never_negative",
        2,
        "flag",
        "on no day of the month has a project used more of a channel and purpose than had come in by then",
        """WITH day AS (
                SELECT project_id, channel, purpose, booked_on, sum(change) AS change, bool_or(is_new) AS is_new,
                    bool_or(station = 'use') AS is_use
                FROM flow GROUP BY ALL),
            running AS (SELECT *, sum(change) OVER (
                PARTITION BY project_id, channel, purpose ORDER BY booked_on) AS balance FROM day)
            SELECT min(balance) < 0 AS failed,
                   concat(project_id, ' ', channel, ' ', purpose, ': ', min(balance), ' on ',
                          arg_min(booked_on, balance)) AS example
            FROM running WHERE is_new AND is_use GROUP BY project_id, channel, purpose""",
        "Money that is used before it arrives was somebody else's in the meantime (programme S46).",
        kind="table",
        columns=("booked_on", "amount"),
        do="ask the sender who advanced the money",
        owner="fund accountant",
        looks_at=(OWN,),
        shared=(LEDGER, _FLOW),
    ),
)
