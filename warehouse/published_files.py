"""Parquet as the published file shows it: a second name of every partition, which no later run replaces.

Who has the published file open goes on reading the months that it was published with, whatever a run replaces
meanwhile. A second name takes no room as long as the partition is the current one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

import duckdb

from warehouse.contracts import SEGMENT_CONTRACTS
from warehouse.store import Home, sha256_of

KEPT = 24 * 3600
"""Seconds that a replaced partition stays for those who have an older published file open."""


def keep(home: Home, table: str) -> list[Path]:
    """The published names of all partitions or segments of a table, made where they are not there yet."""
    names = []
    for part in home.segments(table) if table in SEGMENT_CONTRACTS else home.partitions(table):
        folder = home.published / part.parent.relative_to(home.parquet)
        known = (name for name in folder.glob("*.parquet") if name.samefile(part))
        names.append(next(known, None) or _named(part, folder))
    return names


def _named(part: Path, folder: Path) -> Path:
    """A second name of a partition, after its content: a month that is made again as it was keeps its name."""
    folder.mkdir(parents=True, exist_ok=True)
    name = folder / f"{sha256_of(part)}.parquet"
    draft = name.with_name(f".{name.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    os.link(part, draft)
    os.replace(draft, name)
    return name


def shown(published: duckdb.DuckDBPyConnection, table: str) -> list[Path]:
    """The published names that a table of a published file reads, as its view names them."""
    query = """SELECT unnest(regexp_extract_all(sql, '''((?:[^'']|'''')+[.]parquet)''', 1)) FROM duckdb_views()
               WHERE database_name = current_database() AND schema_name || '.' || view_name = ?"""
    return [Path(name.replace("''", "'")) for (name,) in published.execute(query, [table]).fetchall()]


def forget(home: Home, current: Iterable[Path]) -> None:
    """Remove published names that are not current any more and were replaced long enough ago.

    A replaced file loses one of its two names: the time of that is the one at which its entry last changed.
    """
    shown, now = set(current), time.time()
    for name in home.published.rglob("*.parquet"):
        if name not in shown and now - name.stat().st_ctime > KEPT:
            name.unlink()
