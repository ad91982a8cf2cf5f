"""A month of household income into PostgreSQL: the first load, the same again, and beside them a bare COPY.

`POVMON_WAREHOUSE=… python -m benchmarks.postgres [ROWS]`, in a database that `povmon warehouse upgrade` has made and
that holds nothing of value: the place `wuzhong` in it is overwritten.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

ROWS = 1_000_000
MONTH = "2024-03"


def main() -> None:
    """Make the month, load it, print seconds and ratios."""
    from warehouse.contracts import HOUSEHOLD_INCOME
    from warehouse.engine import open_ledger, publish
    from warehouse.postgres.connection import address
    from warehouse.postgres.load import load
    from warehouse.store import ROW_GROUP, Home, write_parquet

    rows, url = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS, address()
    if url is None:
        sys.exit("set POVMON_WAREHOUSE to a database that `povmon warehouse upgrade` has made")
    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(Path(folder) / "home")
        table = month(rows)
        pieces = (table.slice(start, ROW_GROUP) for start in range(0, rows, ROW_GROUP))
        write_parquet(home.partition(HOUSEHOLD_INCOME.name, "wuzhong", MONTH), table.schema, pieces)
        ledger = open_ledger(home)
        publish(home, ledger)
        ledger.dispose()
        bare = timed(lambda: copied(url, table))
        times = {
            "bare COPY of the same rows": bare,
            "first load": timed(lambda: load(home, url, take_over=True, anew=True)),
            "the month again": timed(lambda: load(home, url, anew=True)),
            "nothing new": timed(lambda: load(home, url)),
        }
    print(f"{rows:,} rows, {os.cpu_count()} cores")
    for what, seconds in times.items():
        print(f"{what:28} {seconds:7.2f} s {rows / seconds:12,.0f} rows/s {seconds / bare:6.2f} × bare COPY")


def timed(work: Callable[[], object]) -> float:
    """Wall seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def month(rows: int) -> pa.Table:
    """Households of five counties with amounts in every column, sorted as they are stored."""
    from warehouse.compile import arrow_schema
    from warehouse.contracts import HOUSEHOLD_INCOME

    dice = np.random.default_rng(2024)
    households = np.arange(rows)
    words = {
        "jurisdiction": np.repeat("wuzhong", rows),
        "time_period": np.repeat(MONTH, rows),
        "freq": np.repeat("M", rows),
        "household_id": [f"{number * 0x9E3779B97F4A7C15 % 2**128:032x}" for number in range(rows)],
        "area_code": np.sort(dice.choice(["640302", "640303", "640323", "640324", "640381"], rows)),
        "area_type": dice.choice(["rural", "urban"], rows),
        "stratum": dice.choice(["plain", "hills"], rows),
        "psu": [f"V{number // 10:06d}" for number in households],
        "file_id": np.repeat("f" * 64, rows),
    }
    columns = []
    for field in arrow_schema(HOUSEHOLD_INCOME):
        if field.name in words:
            columns.append(pa.array(words[field.name], pa.string()))
        elif pa.types.is_decimal(field.type):
            cents = pa.array(dice.integers(-99_999, 9_999_999, rows))
            columns.append(pa.Array.from_buffers(field.type, rows, cents.buffers()))
        elif pa.types.is_floating(field.type):
            columns.append(pa.array(dice.random(rows) * 100))
        else:
            columns.append(pa.array(households % 60 + 1))
    return pa.table(columns, arrow_schema(HOUSEHOLD_INCOME))


def copied(url: str, table: pa.Table) -> None:
    """The least that any loader does: CSV that is ready, into a table without key, index or partition."""
    import psycopg
    from pyarrow import csv

    sink = pa.BufferOutputStream()
    csv.write_csv(table, sink, csv.WriteOptions(include_header=False, quoting_style="needed"))
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TEMP TABLE bare (LIKE core.household_income)")
        with connection.cursor().copy("COPY bare FROM STDIN (FORMAT csv)") as copy:
            copy.write(memoryview(sink.getvalue()))


if __name__ == "__main__":
    main()
