"""Great Expectations for a table's month: a suite from the contract, a checkpoint, a page that opens offline.

The expectations read what the ledger says of each rule; how rules are judged is `checks.scan`'s business.
Importing this package does not import Great Expectations, which takes seconds: only validating does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from checks.aside import ValidationFailed, aside
from checks.expectations.months import MonthEntries, page_path
from warehouse.contracts import Contract, Rule
from warehouse.store import Home

__all__ = ["MonthEntries", "begin", "page_path", "validate", "validate_month"]


def begin(home: Home, jurisdiction: str, months: Sequence[MonthEntries], run_time: dt.datetime) -> None:
    """Have months validated beside the run while it goes on, if a process is beside it.

    `validate` does the others, and knows what came of these; it is to be called for all.
    """
    if aside.is_ready and months:
        aside.hand(home, jurisdiction, months, run_time, False)


def validate(
    home: Home, jurisdiction: str, months: Sequence[MonthEntries], run_time: dt.datetime
) -> dict[tuple[str, str], bool]:
    """Validate many months of tables, store the results and build their pages and the index once.

    Returns for each (table, month) whether every error and block rule passed or was waived, and the partition
    is what was judged; a rule that was not evaluated did not pass. ValueError when a month is given twice.
    """
    names = [(month.contract.name, month.month) for month in months]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"given twice: {twice}; put the entries of a table's month into one MonthEntries")
    if not months:
        return {}
    if aside.is_ready:
        begun = [month for request in aside.handed for month in request[2]]
        found = aside.ask(home, jurisdiction, [month for month in months if month not in begun], run_time)
        if lost := sorted(set(names) - found.keys()):
            raise ValidationFailed(f"Great Expectations did not say what came of {lost}; run again")
        return found
    from checks.expectations.validation import run_suites

    return run_suites(home, jurisdiction, months, run_time)


def validate_month(
    home: Home,
    contract: Contract,
    rules: Sequence[Rule],
    jurisdiction: str,
    entries: Sequence[Mapping[str, object]],
    partition: Path | None,
    run_time: dt.datetime,
) -> bool:
    """Validate the month that `entries` (at least one) are of; see `validate`."""
    if not entries:
        raise ValueError(f"{contract.name}: no entry says which month is meant; use MonthEntries")
    month = MonthEntries(contract, tuple(rules), str(entries[0]["time_period"]), tuple(entries), partition)
    return validate(home, jurisdiction, [month], run_time)[contract.name, month.month]
