"""Net income per head of rural households 2000-2003 by source and industry: a line per item."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from jurisdictions.china.figures import Figure, lines_of, to_records
from warehouse.layouts import Layout, SourceTable

_YEARS = ("2000", "2001", "2002", "2003")


def read_years(source: SourceTable, companions: Mapping[str, SourceTable]) -> pa.Table:
    """Records of the printed cells; a blank cell was not published."""
    return to_records(
        Figure(number, year, "rural", "net_income", (row["item"] or "").strip(), "period", value, False, broken)
        for number, row, broken in lines_of(source)
        for year in _YEARS
        if (value := (row[year] or "").strip())
    )


RURAL_NET_INCOME = Layout(
    id="china_nbs_rural_net_income",
    contract="core.published_income",
    sender="National Bureau of Statistics of China",
    files=("nbs_rural_income_*.csv",),
    description="Net income per head of rural households by source and by industry, as printed: one cell of "
    "2002 is a misprint (rule china.net_income_identities says which).",
    transform=read_years,
    requires=("item", *_YEARS),
    freq="A",
    area_code="CN",
)
