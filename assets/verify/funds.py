"""`povmon verify --funds`: conservation and earmarks of funds, proved from published Parquet alone.

No database, register or release is read: whoever has the files can prove it again. Method: docs/methods/funds.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from assets.marts.fund_lines import ledger_of, read_lines
from assets.verify.findings import Broken, Verification
from indicators import ledger
from warehouse.contracts import FUND_TRANSACTION

_ASK = "ask the sender of the line; what was paid stays in the figures, with the finding beside it"
_DAY_ONE = dt.date(1970, 1, 1)


def verify_funds(folder: Path) -> Verification:
    """Prove the ledgers of all places in a folder of Parquet files: `…/core/fund_transaction/…`, or those files alone.

    FileNotFoundError when there is none, ValueError when a column is missing.
    """
    own = folder.joinpath(*FUND_TRANSACTION.name.split("."))
    parts = sorted((own if own.is_dir() else folder).rglob("*.parquet"))
    if not parts:
        raise FileNotFoundError(f"{folder} holds no Parquet of {FUND_TRANSACTION.name}; expected for instance {own}")
    report = Verification()
    lines = read_lines(parts)
    for place in sorted(pc.unique(lines["jurisdiction"]).to_pylist()):
        _prove(report, place, lines.filter(pc.equal(lines["jurisdiction"], place)))
    return report


def _prove(report: Verification, place: str, lines: pa.Table) -> None:
    made = ledger_of(lines)
    accounts = ledger.trial_balance(made)
    balance = sum(entry.debit - entry.credit for entry in accounts.values())
    report.compare("trial balances", f"{place}: all accounts", found=yuan(balance), expected=yuan(0), do=_ASK)
    _lines(report, place, made)
    for found in ledger.spent(made):
        if found.off_purpose:
            said = f"used {yuan(found.used)}, off purpose {yuan(found.off_purpose)}"
            where = f"{place}: project {' '.join(found.earmark)}"
            report.broken.append(Broken(where, said, f"{yuan(found.came)} at most, which came in", _ASK))
        else:
            report.verified["earmarks"] += 1
    lowest = ledger.lowest_balances(made)
    for mark, (cents, day) in sorted(lowest.items()):
        where = f"{place}: project {' '.join(mark)}, on {_DAY_ONE + dt.timedelta(day)}"
        report.broken.append(Broken(where, f"balance {yuan(cents)}", f"{yuan(0)} or more", _ASK))


def _lines(report: Verification, place: str, made: ledger.Ledger) -> None:
    def where(line: int) -> str:
        return f"{place}: line {made.number[line]} ({made.station[line]})"

    broken = [
        *(
            Broken(where(line), f"names {made.source[line]}", "a line at a station before", _ASK)
            for line in ledger.unknown_sources(made)
        ),
        *(
            Broken(
                where(line),
                f"{made.channel[line]} for {made.purpose[line]}",
                f"{made.channel[made.upstream[line]]} for {made.purpose[made.upstream[line]]}, as {made.source[line]}",
                _ASK,
            )
            for line in ledger.changed_earmarks(made)
        ),
        *(
            Broken(where(found.line), f"left {yuan(found.left)}", f"{yuan(found.came)} at most, which came", _ASK)
            for found in ledger.overdrawn(made)
        ),
    ]
    report.broken += broken
    report.verified["ledger lines"] += len(made) - len(_named(broken))


def _named(broken: Sequence[Broken]) -> set[str]:
    return {one.where for one in broken}


def yuan(cents: int) -> str:
    """An amount as it is printed: 1,234.50."""
    sign, size = "-" if cents < 0 else "", abs(cents)
    return f"{sign}{size // 100:,}.{size % 100:02d}"
