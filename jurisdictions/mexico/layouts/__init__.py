"""Layouts of the senders' files in Mexico, one module per file; `survey` is shared by two of them."""

from __future__ import annotations

from jurisdictions.mexico.layouts.federal_transfers import FEDERAL_TRANSFERS
from jurisdictions.mexico.layouts.household_month import HOUSEHOLD_MONTH
from jurisdictions.mexico.layouts.household_quarter import HOUSEHOLD_QUARTER
from jurisdictions.mexico.layouts.state_ledger import STATE_LEDGER

LAYOUTS = (HOUSEHOLD_QUARTER, HOUSEHOLD_MONTH, FEDERAL_TRANSFERS, STATE_LEDGER)

__all__ = ["LAYOUTS"]
