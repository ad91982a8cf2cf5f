"""`mart.fund_flow`: money of the programme by area, channel, purpose and station, exact to the cent."""

from __future__ import annotations

import ibis
import pyarrow as pa

from assets.marts.frame import stamped, with_parents
from warehouse.contracts import MART_CONTRACTS

CONTRACT = MART_CONTRACTS["mart.fund_flow"]


def fund_flow(lines: ibis.Table, areas: ibis.Table, root_area: str, release_id: int) -> pa.Table:
    """Sums of accepted ledger lines of a month by area (and its parents), channel, purpose and station.

    Printed subtotals keep their own line type, so that nobody adds them to their items.
    """
    whole = with_parents(lines, areas, root_area)
    result = whole.group_by(
        "jurisdiction", "time_period", "freq", "area_code", "channel", "purpose", "programme", "station", "line_type"
    ).agg(
        amount=whole.amount.sum().cast("decimal(18, 2)"),
        lines=whole.count(),
        obs_status=ibis.literal("A"),
        obs_note=ibis.null("string"),
    )
    return stamped(result, CONTRACT, release_id)
