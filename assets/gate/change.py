"""What may be published of `mart.income_change`: a row shows only when every level and share that it is made of does.

Then it tells nothing that its readers could not work out; errors apart, which give no figure away.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import sqlalchemy as sa

from assets.marts.change import parts_of, productive_leaves
from assets.marts.income import View
from indicators.disclosure import FREE
from warehouse.contracts.figures import HEADLINE
from warehouse.engine import fetch_table

_Hidden = dict[tuple[str, str, str], list[str]]
"""(area, domain, leaf or definition) -> periods in which it is withheld, ascending"""


def judge(connection: sa.Connection, jurisdiction: str, rows: pd.DataFrame, definitions: Sequence[View]) -> np.ndarray:
    """Why each row is withheld, blank for one that is not; levels and shares are judged and written already."""
    levels = _hidden(connection, jurisdiction, "mart.income_level", "leaf", "true")
    headline = " AND ".join(f"m.{name} = '{HEADLINE[name]}'" for name in ("estimator", "negative_policy", "sector"))
    shares = _hidden(connection, jurisdiction, "mart.income_share", "share_definition", headline)
    productive = productive_leaves(definitions)
    names = ("time_period", "base_period", "area_code", "domain", "measure", "item")
    notes = []
    for period, base, area, domain, measure, item in zip(*(rows[name] for name in names), strict=True):
        parts = parts_of(measure, item, productive)
        hidden, made_of = (levels, parts) if parts else (shares, (item,))
        between = not measure.startswith("growth")
        withheld = [
            f"{at} {part}"
            for part in made_of
            for at in hidden.get((area, domain, part), ())
            if len(at) == len(period) and (base <= at <= period if between else at in (base, period))
        ]
        notes.append(f"made of withheld figures: {', '.join(withheld[:3])}" if withheld else "")
    return np.array(notes, object)


def _hidden(connection: sa.Connection, jurisdiction: str, mart: str, part: str, which: str) -> _Hidden:
    """What is withheld of a mart, by the latest release of each period, that in the making included."""
    query = f"""SELECT area_code, domain, {part} AS part, list(time_period ORDER BY time_period) AS periods
      FROM (SELECT *, max(release_id) OVER (PARTITION BY time_period) AS latest FROM {mart} WHERE jurisdiction = ?) m
      WHERE release_id = latest AND conf_status <> '{FREE}' AND {which} GROUP BY ALL"""
    found = fetch_table(connection, query, [jurisdiction]).to_pylist()
    return {(row["area_code"], row["domain"], row["part"]): row["periods"] for row in found}
