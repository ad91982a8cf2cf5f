"""From sums to the long tables of indicators: what a measure is made of, and its rows in the contract's columns.

What is summed is the business of the family of marts. A figure is a count, or a quotient of two sums; the sums stand
beside it, so that areas can be added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import pandas as pd
import pyarrow as pa

from assets.marts.frame import UNJUDGED
from warehouse.compile import arrow_schema
from warehouse.contracts import MART_CONTRACTS
from warehouse.contracts.marts_programme import WHOLE

PLACE = ("time_period", "freq", "area_code")


@dataclass(frozen=True)
class Measure:
    """A code of the mart's list of measures, and the columns of sums that it is made of."""

    code: str
    unit: str
    numerator: str
    """A count is its numerator"""
    denominator: str | None = None
    n_units: str | None = None
    """Column with the persons, households or villages behind it; by default the denominator, else the numerator"""
    item: str | None = None
    """The one item that it is about, where the sums do not tell items apart"""


def by_item(lines: ibis.Table, **prefixed: ibis.Value) -> ibis.Table:
    """Every line once for the whole, and once for each `prefix:value` that is not null, in the column `item`."""
    parts = [lines.mutate(item=ibis.literal(WHOLE))]
    for prefix, value in prefixed.items():
        parts.append(lines.filter(value.notnull()).mutate(item=ibis.literal(f"{prefix}:") + value))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def figures(mart: str, sums: pd.DataFrame, measures: Sequence[Measure], jurisdiction: str, release_id: int) -> pa.Table:
    """Rows of a mart: every measure of every row of sums for which its numerator is known.

    sums: PLACE, `item` where measures name none, columns of numbers, and optionally `obs_note`, which makes a figure U.
    """
    schema = arrow_schema(MART_CONTRACTS[mart])
    made = [_figure(sums, measure) for measure in measures]
    rows = pd.concat(made, ignore_index=True).assign(jurisdiction=jurisdiction, release_id=release_id, **UNJUDGED)
    nullable = pa.schema([field.with_nullable(True) for field in schema])
    table = pa.Table.from_pandas(rows[schema.names], nullable, preserve_index=False)
    return table.sort_by([(name, "ascending") for name in MART_CONTRACTS[mart].key])


def _figure(sums: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    rows = sums[sums[measure.numerator].notna()]
    numerator = rows[measure.numerator].astype(float)
    denominator = None if measure.denominator is None else rows[measure.denominator].astype(float)
    units = rows[measure.n_units or measure.denominator or measure.numerator]
    note = rows["obs_note"] if "obs_note" in rows else pd.Series(None, rows.index, dtype=object)
    return pd.DataFrame(
        {
            **{name: rows[name] for name in PLACE},
            "measure": measure.code,
            "item": measure.item or rows["item"],
            "value": numerator if denominator is None else numerator / denominator.where(denominator != 0),
            "numerator": numerator,
            "denominator": float("nan") if denominator is None else denominator,
            "n_units": units.fillna(0).astype("int64"),
            "unit": measure.unit,
            "obs_status": note.isna().map({True: "A", False: "U"}),
            "obs_note": note,
        }
    )
