"""Series by area for charts and the bulletin: the headline share and net income per person, as they may be shown.

Rural where the survey tells rural households apart, else all. Area sets are left out: they would count areas twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.contracts.figures import HEADLINE
from warehouse.exports.extract import Extract

Row = Mapping[str, Any]
NET_INCOME = "net_income"


@dataclass(frozen=True)
class Series:
    """One quantity by area and period. Every cell is a row of its table; one that is withheld has no value."""

    table: str
    quantity: str
    domain: str
    freq: str
    periods: tuple[str, ...]
    areas: tuple[str, ...]
    """Codes, the place as a whole first"""
    cells: Mapping[tuple[str, str], Row]
    """(area, period) -> row"""

    def value(self, area: str, period: str) -> float | None:
        """The figure; None where there is none to show."""
        row = self.cells.get((area, period))
        return None if row is None else row[self.quantity]


def headline_share(extract: Extract) -> Series | None:
    """The share that is printed first; None when the extract has none."""
    return _series(extract, "income_share", "value", HEADLINE) or _series(
        extract, "income_share", "value", {**HEADLINE, "estimator": "published"}
    )


def net_income(extract: Extract) -> Series | None:
    """Net income per person and period; None when the extract has none."""
    return _series(extract, "income_level", "mean_per_person", {"leaf": NET_INCOME})


def _series(extract: Extract, table: str, quantity: str, chosen: Mapping[str, str]) -> Series | None:
    exported = extract.table(table)
    if exported is None:
        return None
    rows = exported.rows
    for name, code in chosen.items():
        rows = rows.filter(pc.equal(rows[name], code))
    rows = rows.filter(
        pc.invert(pc.is_in(rows["area_code"], value_set=pa.array(sorted(extract.area_sets), pa.string())))
    )
    for freq in ("M", "Q", "S", "A"):
        for domain in ("rural", "all"):
            found = rows.filter(pc.and_(pc.equal(rows["freq"], freq), pc.equal(rows["domain"], domain))).to_pylist()
            if found:
                root = extract.place.root_area
                return Series(
                    table,
                    quantity,
                    domain,
                    freq,
                    tuple(sorted({row["time_period"] for row in found})),
                    tuple(sorted({row["area_code"] for row in found}, key=lambda code: (code != root, code))),
                    {(row["area_code"], row["time_period"]): row for row in found},
                )
    return None
