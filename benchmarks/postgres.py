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
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psycopg
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
        bare = timed(url, lambda: copied(url, table))
        spent = {
            "bare COPY of the same rows": bare,
            "first load": timed(url, lambda: load(home, url, take_over=True, anew=True)),
            "the month again": timed(url, lambda: load(home, url, anew=True)),
            "nothing new": timed(url, lambda: load(home, url)),
        }
    print(f"{rows:,} rows, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {settings(url)}")
    for what, of in spent.items():
        cpu = f"CPU {of.here:5.2f} s" + ("" if of.server is None else f" + {of.server:5.2f} s of the server")
        rate = f"{rows / of.wall:10,.0f} rows/s {of.wall / bare.wall:5.2f} × bare COPY"
        print(f"{what:27} {of.wall:6.2f} s {rate}, {cpu}")


@dataclass(frozen=True)
class Spent:
    """Seconds: of the clock, of this process, of the server where it is on this machine."""

    wall: float
    here: float
    server: float | None


def timed(url: str, work: Callable[[], object]) -> Spent:
    """What some work takes."""
    before, began, used = _of_server(url), time.perf_counter(), time.process_time()
    work()
    wall, here, after = time.perf_counter() - began, time.process_time() - used, _of_server(url)
    return Spent(wall, here, None if before is None or after is None else after - before)


def _of_server(url: str) -> float | None:
    """CPU seconds of all that a server's processes have done, also those that are gone; None if it is elsewhere."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        mine = Path(f"/proc/{connection.info.backend_pid}/stat")
        if not mine.exists():
            return None
        first = _words(mine)[1]
        ticks = sum(int(word) for word in _words(Path(f"/proc/{first}/stat"))[11:15])
        for status in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it has ended meanwhile
                words = _words(status)
                ticks += sum(int(word) for word in words[11:13]) if words[1] == first else 0
        return ticks / os.sysconf("SC_CLK_TCK")


def _words(status: Path) -> list[str]:
    """Fields of /proc/…/stat from the third: state, parent; from the twelfth: ticks of its own and of its children."""
    return status.read_text(encoding="utf-8").rpartition(")")[2].split()


def settings(url: str) -> str:
    """What of the server's settings decides how fast it takes rows."""
    names = ("server_version", "fsync", "synchronous_commit", "wal_level", "max_wal_size", "shared_buffers")
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return ", ".join(f"{name} {connection.execute(f'SHOW {name}').fetchall()[0][0]}" for name in names)


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
    from pyarrow import csv

    sink = pa.BufferOutputStream()
    csv.write_csv(table, sink, csv.WriteOptions(include_header=False, quoting_style="needed"))
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TEMP TABLE bare (LIKE core.household_income)")
        with connection.cursor().copy("COPY bare FROM STDIN (FORMAT csv)") as copy:
            copy.write(memoryview(sink.getvalue()))


if __name__ == "__main__":
    main()
