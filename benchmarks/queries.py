"""The twelve questions of docs/cookbook.md over 36 months of a million households: median milliseconds of each.

`python -m benchmarks.queries [ROWS] [MONTHS] [FOLDER]`. Marts come from runs of the sample with few households, and
have as many rows as those of many. Microdata are one month of the generator, as core stores it, under the name of every
month. A folder that is named is kept, and used again.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa

from benchmarks.cookbook import questions
from benchmarks.marts import PLACE, month_of_households

ROWS, MONTHS = 1_000_000, 36
SMALL = 400
"""Households a month of the runs that make the marts"""
TIMES = 9
THREADS = 2


def main() -> None:
    """Make the home where it is not there yet, ask, print."""
    rows, months = (
        int(sys.argv[place]) if len(sys.argv) > place else value for place, value in ((1, ROWS), (2, MONTHS))
    )
    if len(sys.argv) > 3:
        ask(made(Path(sys.argv[3]), rows, months))
        return
    with tempfile.TemporaryDirectory() as folder:
        ask(made(Path(folder), rows, months))


def made(folder: Path, rows: int, months: int) -> Path:
    """A home whose marts come from runs and whose households are as many as asked for."""
    from jurisdictions.wuzhong.generator import generate
    from pipelines.monthly import run_months
    from pipelines.office import Settings

    home, landing = folder / "home", folder / "landing"
    if home.exists():
        return home
    generate(landing, months=months, household_months=SMALL * months, dirt=False)
    run_months(Settings(jurisdiction=PLACE, home=str(home), landing=str(landing)), None)
    fill(home, rows)
    return home


def fill(home: Path, rows: int) -> None:
    """Put a month of so many households in the place of every month's, and publish them."""
    from warehouse.compile import arrow_schema
    from warehouse.contracts import HOUSEHOLD_INCOME
    from warehouse.engine import open_ledger, publish
    from warehouse.store import ROW_GROUP, Home, write_parquet

    place, schema = Home(home), arrow_schema(HOUSEHOLD_INCOME)
    households = pa.concat_tables(month_of_households(rows)).combine_chunks()
    where = schema.get_field_index("time_period")
    for part in place.partitions(HOUSEHOLD_INCOME.name):
        month = part.parent.name.partition("=")[2]
        named = households.set_column(where, schema.field(where), pa.repeat(month, len(households)))
        pieces = (named.slice(start, ROW_GROUP) for start in range(0, len(named), ROW_GROUP))
        write_parquet(part, schema, pieces)
    publish(place, open_ledger(place))


def ask(home: Path) -> None:
    """Every question of the page, as its SQL stands there, from a reader's connection."""
    from warehouse.engine import open_published
    from warehouse.store import Home

    print(f"{'':>4}{'question':<55}{'rows':>8}{'first ms':>10}{'median ms':>11}")
    with open_published(Home(home)) as connection:
        connection.execute(f"SET threads = {THREADS}")
        for question in questions():
            took = []
            for _ in range(TIMES):
                began = time.perf_counter()
                found = connection.execute(question.blocks["sql"]).fetchall()
                took.append((time.perf_counter() - began) * 1000)
            print(
                f"{question.number:>3} {question.title:<55}{len(found):>8}{took[0]:>10.0f}"
                f"{statistics.median(took):>11.1f}"
            )


if __name__ == "__main__":
    main()
