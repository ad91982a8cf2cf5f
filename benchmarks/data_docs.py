"""Data Docs of many tables and months built at once, and then one month more: seconds, processor time, their ratio.

`python -m benchmarks.data_docs [TABLES] [MONTHS]`; tables beyond those of the contracts are copies of them under other
names. Every build is a process of its own, as a scheduled run would be, the import of Great Expectations included.
"""

from __future__ import annotations

import datetime as dt
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

TABLES, MONTHS = 18, 36
JUDGED, FAILED = 1_000, 3
NOW = dt.datetime(2024, 1, 15, tzinfo=dt.UTC)


def main() -> None:
    """Build all months, then one more, each in a process of its own; print."""
    given = [int(argument) for argument in sys.argv[1:]]
    tables, months = (given + [TABLES, MONTHS][len(given) :])[:2]
    with tempfile.TemporaryDirectory() as folder:
        whole = _timed(_building(folder, tables, 0, months))
        one = _timed(_building(folder, tables, months, months + 1))
        imported = _timed(["-c", "import checks.expectations.validation"])
        pages = sum(1 for _ in Path(folder).rglob("*.html"))
    print(f"{tables} tables, {months} months, then one month more; {pages:,} pages")
    for what, (took, worked) in {"all months": whole, "one more": one, "import": imported}.items():
        print(f"{what:<12} {took:>7.1f} s, {worked:>7.1f} s of processor time")
    print(f"one more is {one[1] / whole[1]:.1%} of a full build, and {imported[1] / one[1]:.0%} of it is the import,")
    print("which a run does beside its reading of files")


def _timed(command: Sequence[str]) -> tuple[float, float]:
    """Seconds and processor seconds of a process."""
    began, worked = time.perf_counter(), _processor_seconds()
    subprocess.run([sys.executable, *command], check=True)
    return time.perf_counter() - began, _processor_seconds() - worked


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _building(folder: str, tables: int, first: int, last: int) -> list[str]:
    return ["-m", "benchmarks.data_docs", "--build", folder, *map(str, (tables, first, last))]


def build(folder: Path, tables: int, first: int, last: int) -> None:
    """Validate the months from `first` up to `last`, counted from January 2021, of as many tables."""
    from checks.expectations import validate
    from warehouse.store import Home

    validate(Home(folder), "somewhere", list(_months(folder, tables, first, last)), NOW + dt.timedelta(days=last))


def _months(folder: Path, tables: int, first: int, last: int) -> Iterator[object]:
    from checks.expectations import MonthEntries
    from warehouse.compile import arrow_schema, rule_set_version
    from warehouse.contracts import SOURCE_CONTRACTS
    from warehouse.store import write_parquet

    known = list(SOURCE_CONTRACTS.values())
    for number in range(tables):
        source = known[number % len(known)]
        turn = number // len(known)
        contract = replace(source, table=f"{source.table}_{turn}") if turn else source
        version = rule_set_version(contract)
        schema = pa.schema([field.with_nullable(True) for field in arrow_schema(contract)])
        part = folder / "parts" / f"{contract.table}.parquet"
        if not part.exists():
            write_parquet(part, schema, [pa.Table.from_pylist([{}] * (JUDGED - FAILED), schema)])
        for place in range(first, last):
            month = f"{2021 + place // 12}-{place % 12 + 1:02d}"
            entries = tuple(
                {
                    "rule_id": rule.id,
                    "table_name": contract.name,
                    "time_period": month,
                    "outcome": "pass" if at else "fail",
                    "rows_examined": JUDGED,
                    "rows_failed": 0 if at else FAILED,
                    "examples": None if at else '["a.csv, line 2", "b.csv, line 7", "c.csv, line 9"]',
                    "run_id": f"run {last}",
                    "rule_set_version": version,
                }
                for at, rule in enumerate(contract.rules)
            )
            yield MonthEntries(contract, contract.rules, month, entries, part, JUDGED - FAILED)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--build"]:
        build(Path(sys.argv[2]), *map(int, sys.argv[3:]))
    else:
        main()
