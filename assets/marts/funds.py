"""`mart.fund_flow`: money of the programme by area, channel, purpose and station, exact to the cent."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import pyarrow as pa

from assets.marts.family import Making
from assets.marts.formula import Formula, Row, Sums
from assets.marts.frame import UNJUDGED, of_lines, stamped, with_parents, with_sets
from assets.reference import Reference
from warehouse.contracts import MART_CONTRACTS

CONTRACT = MART_CONTRACTS["mart.fund_flow"]
SOURCE = "core.fund_transaction"


def fund_marts(making: Making) -> Iterator[tuple[str, pa.Table]]:
    """The family's marts of the months that are made."""
    lines = making.rows(SOURCE)
    if lines is not None:
        yield CONTRACT.name, fund_flow(making, lines)


def fund_flow(making: Making, lines: ibis.Table) -> pa.Table:
    """Sums of accepted ledger lines of a month by area (with its parents and sets), channel, purpose and station.

    Printed subtotals stay with the area that printed them: added up over areas, they would count money twice.
    """
    items, subtotals = lines.filter(lines.line_type == "item"), lines.filter(lines.line_type == "subtotal")
    members, periods = of_lines(lines, making.members)
    whole = with_parents(items, members).union(subtotals)
    result = whole.group_by(
        "jurisdiction",
        "time_period",
        "freq",
        "area_code",
        "channel",
        "purpose",
        "programme",
        "station",
        "line_type",
    ).agg(
        amount=whole.amount.sum().cast("decimal(18, 2)"),
        lines=whole.count(),
        obs_status=ibis.literal("A"),
        obs_note=ibis.null("string"),
        **{name: ibis.literal(value) for name, value in UNJUDGED.items()},
    )
    return with_sets(CONTRACT.name, stamped(result, CONTRACT, making.release_id), periods)


def formula(row: Row, quantity: str, _: Reference) -> Formula:
    """A sum over ledger lines; a printed subtotal is its area's own."""
    own, same = row["line_type"] == "subtotal", ("area_code", "station", "transaction_id")
    text = "amount = Σ amount of ledger lines"
    return Sums(text, SOURCE, "CAST(amount AS DOUBLE)", terms=("Σ amount", ""), own_area=own, same=same)
