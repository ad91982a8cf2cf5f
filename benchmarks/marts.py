"""Marts of one month of household income: wall seconds, as ratios to a plain scan of the month, and peak memory.

`python -m benchmarks.marts [ROWS]` writes the generator's households as core stores accepted rows, reads every column
once with the engine (the scan), and makes every mart in a fresh process of its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

ROWS = 10_000_000
PLACE, MONTH = "wuzhong", "2021-01"
SEED = 2024
SCANS = 2


def main() -> None:
    """Write the partition, scan it, make the marts, print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "part-0.parquet"
        _child("write", part, rows)
        _print(rows, min(_child("scan", part)["scan"] for _ in range(SCANS)), _child("marts", part))


def _child(what: str, part: Path, rows: int = 0) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.marts", f"--{what}", str(part), str(rows)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def write(part: Path, rows: int) -> None:
    """One month in the contract's schema, sorted as core sorts it."""
    from warehouse.compile import arrow_schema
    from warehouse.contracts import HOUSEHOLD_INCOME
    from warehouse.store import ROW_GROUP, write_parquet

    pieces = (
        area.slice(start, ROW_GROUP) for area in month_of_households(rows) for start in range(0, len(area), ROW_GROUP)
    )
    write_parquet(part, arrow_schema(HOUSEHOLD_INCOME), pieces)


def month_of_households(rows: int) -> Iterator[pa.Table]:
    """Accepted households of each area, in the order in which core stores them."""
    from jurisdictions.wuzhong.generator.design import AREAS, WEIGHT_STEPS, blocks, households_by_area, villages_of
    from jurisdictions.wuzhong.generator.sheets import household_sheet
    from warehouse.compile import arrow_schema
    from warehouse.contracts import HOUSEHOLD_INCOME, LEAF_COLUMNS
    from warehouse.parsing import money_from_cents
    from warehouse.store import pseudonyms

    schema, size = arrow_schema(HOUSEHOLD_INCOME), households_by_area(rows)
    same = {"jurisdiction": PLACE, "time_period": MONTH, "freq": "M", "file_id": "benchmark"}
    for area in AREAS:
        tables = []
        for block in blocks(villages_of(area, size[area.code], SEED), SEED):
            sheet = household_sheet(block, MONTH, 0, SEED)
            columns = {
                **{name: pa.repeat(text, len(block)) for name, text in {**same, "area_code": area.code}.items()},
                **{name: sheet.columns[name] for name in ("area_type", "persons", "stratum", "psu")},
                **{name: money_from_cents(sheet.numbers(name)) for name in (*LEAF_COLUMNS, "net_income")},
                "household_id": pseudonyms(b"benchmark", PLACE, block.household_id),
                "weight": block.weight / WEIGHT_STEPS,
                "row_number": pa.array(range(len(block)), pa.int64()),
            }
            tables.append(pa.table({name: columns[name] for name in schema.names}, schema=schema))
        order = dict.fromkeys((*HOUSEHOLD_INCOME.sorted_by, *HOUSEHOLD_INCOME.key))
        yield pa.concat_tables(tables).sort_by([(name, "ascending") for name in order])


def scan(part: Path) -> dict[str, float]:
    """Every column read once: sums of numbers, the greatest of texts."""
    import duckdb

    with duckdb.connect() as engine:
        columns = engine.sql(f"DESCRIBE SELECT * FROM read_parquet('{part}')").fetchall()
        reads = [f"{'max' if kind == 'VARCHAR' else 'sum'}({name})" for name, kind, *_ in columns]
        began = time.perf_counter()
        engine.sql(f"SELECT {', '.join(reads)} FROM read_parquet('{part}')").fetchall()
        return {"scan": time.perf_counter() - began}


def marts(part: Path) -> dict[str, float]:
    """Seconds of every mart, and of what several share."""
    from assets.marts import income, inequality, poverty, prices
    from assets.marts.distribution import distribution
    from assets.marts.frame import ancestry
    from assets.marts.households import households
    from assets.marts.sampled import cells_of_labels, reporting_of
    from jurisdictions import load, reference

    times: dict[str, float] = {}

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        times[name] = times.get(name, 0.0) + time.perf_counter() - began

    place = load(PLACE)
    areas = [{name: text or None for name, text in row.items()} for row in reference(PLACE, "areas")]
    pairs = ancestry(areas, place.root_area, MONTH)
    sources = [{**row, "in_denominator": row["in_denominator"] == "true"} for row in reference(PLACE, "income_source")]
    definitions = income.views(sources)
    lines = prices.poverty_lines(reference(PLACE, "poverty_line"), place.currency)
    with timed("households read"):
        (sample,) = households(part)
    groups = cells_of_labels(sample.present(), pairs)
    reporting = reporting_of(MONTH, list(groups), pairs, {})
    with timed("PSU sums of income"):
        sums = income.psu_sums(sample, definitions)
    with timed("mart.psu_total"):
        income.psu_total(sample, sums, PLACE, 1)
    for batch in income.samples(sample, sums, groups, reporting):
        with timed("mart.income_level"):
            income.income_level(batch, PLACE, 1)
        with timed("mart.income_share"):
            income.income_share(batch, definitions, PLACE, 1)
    with timed("PSU sums and ranks"):
        incomes = distribution(sample, groups, reporting, [prices.line_of_period(line, MONTH, []) for line in lines])
    with timed("mart.poverty"):
        poverty.poverty(incomes, PLACE, 1)
    with timed("mart.inequality"):
        inequality.inequality(incomes, PLACE, 1)
    times["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return times


def _print(rows: int, scanned: float, times: dict[str, float]) -> None:
    peak = times.pop("peak_mb")
    total = sum(times.values())
    print(f"{rows:,} household rows of one month, marts")
    print(f"{'scan':<20}{scanned:>8.1f} s  every column once, by the engine")
    for name, seconds in times.items():
        print(f"{name:<20}{seconds:>8.1f} s  {seconds / scanned:>6.2f} scans")
    print(f"{'all marts':<20}{total:>8.1f} s  {total / scanned:>6.2f} scans, peak {peak:,.0f} MB")
    print(f"beyond the scan: {total - scanned:.1f} s")


if __name__ == "__main__":
    if "--write" in sys.argv:
        write(Path(sys.argv[2]), int(sys.argv[3]))
        print("{}")
    elif "--scan" in sys.argv:
        print(json.dumps(scan(Path(sys.argv[2]))))
    elif "--marts" in sys.argv:
        print(json.dumps(marts(Path(sys.argv[2]))))
    else:
        main()
