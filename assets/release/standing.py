"""Rows of a mart as they stand when a release is made: for families that are made of other marts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa

from warehouse.published import LAST_MONTH

Read = Callable[[str, list[object]], pa.Table]
"""(SQL, values) -> its answer"""


def standing(
    read: Read, jurisdiction: str, release_id: int, made: Sequence[str], mart: str, months: Sequence[str]
) -> pa.Table:
    """Rows whose periods close in some months, of the latest release of each up to `release_id`, which makes `made`."""
    query = f"""WITH covered AS (
        SELECT unnest(string_split(periods, ' ')) AS month, release_id FROM audit.release
        WHERE jurisdiction = ? AND release_id < ?
        UNION ALL SELECT unnest(CAST(? AS VARCHAR[])), ?),
      latest AS (SELECT month, max(release_id) AS release_id FROM covered GROUP BY month)
      SELECT m.* FROM {mart} m JOIN latest l ON l.month = {LAST_MONTH} AND l.release_id = m.release_id
      WHERE m.jurisdiction = ? AND l.month IN (SELECT unnest(CAST(? AS VARCHAR[]))) ORDER BY ALL"""
    return read(query, [jurisdiction, release_id, list(made), release_id, jurisdiction, list(months)])
