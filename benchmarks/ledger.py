"""Fifty million rows of the ledger's bulk, asked by rule, area and month through the published file.

`python -m benchmarks.ledger [ROWS]` fills a home with segments as runs would leave them, month by month, publishes it,
and prints: median and worst of many questions, and what one more month costs beside all of them. The median is also
given as a ratio to one that counts all rows of the table.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

ROWS, MONTHS, AREAS, QUESTIONS = 50_000_000, 36, 3_000, 200
PLACE, SOURCE = "somewhere", "core.household_income"


def main() -> None:
    """Fill, publish, ask, print."""
    from warehouse.contracts.findings import AREA_RESULT
    from warehouse.engine import open_ledger, publish
    from warehouse.store import Home

    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(folder)
        months = [f"{2021 + number // 12}-{number % 12 + 1:02d}" for number in range(MONTHS)]
        began = time.perf_counter()
        by_area = sum(_month(home, month, rows // MONTHS) for month in months)
        filled = time.perf_counter() - began
        engine = open_ledger(home)
        published = _seconds(lambda: publish(home, engine))
        again = _seconds(lambda: _month(home, months[-1], rows // MONTHS)) + _seconds(lambda: publish(home, engine))
        engine.dispose()
        print(
            f"{rows:,} rows of quarantine by rule, {by_area:,} check results by area, {MONTHS} months, {AREAS:,} areas"
        )
        print(f"all months written {filled:>8.1f} s, published {published:.2f} s")
        print(f"one month again    {again:>8.1f} s  {again / (filled + published):.1%} of all months")
        _ask(home, "audit.quarantine_rule", "count(*), min(row_number)", months)
        _ask(home, AREA_RESULT.name, "sum(rows_examined), sum(rows_failed)", months)


def _seconds(work: object) -> float:
    began = time.perf_counter()
    assert callable(work)
    work()
    return time.perf_counter() - began


def _rules() -> list[str]:
    from warehouse.contracts import SOURCE_CONTRACTS

    return sorted(rule.id for rule in SOURCE_CONTRACTS[SOURCE].rules if rule.kind != "table")


def _month(home: object, month: str, rows: int) -> int:
    """Segments of a month, sorted as a run sorts them; returns the check results in it."""
    from warehouse.compile import arrow_schema
    from warehouse.contracts.findings import AREA_RESULT, QUARANTINE_RULE
    from warehouse.store import Home, write_segment

    assert isinstance(home, Home)
    dice = np.random.default_rng(int(month.replace("-", "")))
    rules, areas = _rules(), [f"{number:06d}" for number in range(AREAS)]
    rule, area = np.divmod(np.sort(dice.integers(0, len(rules) * AREAS, rows)), AREAS)
    files = [f"{number:064x}" for number in range(AREAS)]
    refused = {
        "rule_id": _words(rules, rule),
        "area_code": _words(areas, area),
        **_repeated({"jurisdiction": PLACE, "time_period": month, "source": SOURCE, "severity": "error"}, rows),
        "file_id": _words(files, area),
        "row_number": pa.array(dice.integers(2, 400_000, rows)),
        "record_number": pa.array(dice.integers(1, 400_000, rows)),
    }
    _write(home, QUARANTINE_RULE, arrow_schema(QUARANTINE_RULE), refused, month, write_segment)
    pairs = np.arange(len(rules) * AREAS)
    counted = {
        "rule_id": _words(rules, pairs // AREAS),
        "area_code": _words(areas, pairs % AREAS),
        "sender": _words([f"office of {code}" for code in areas], pairs % AREAS),
        **_repeated(
            {"jurisdiction": PLACE, "time_period": month, "table_name": SOURCE, "severity": "error"}, len(pairs)
        ),
        "rows_examined": pa.array(np.full(len(pairs), 400)),
        "rows_failed": pa.array(np.bincount(rule * AREAS + area, minlength=len(pairs))),
    }
    _write(home, AREA_RESULT, arrow_schema(AREA_RESULT), counted, month, write_segment)
    return len(pairs)


def _words(words: Sequence[str], which: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(which, pa.int32()), pa.array(words)).cast(pa.string())


def _repeated(words: dict[str, str], rows: int) -> dict[str, pa.Array]:
    return {name: pa.repeat(pa.scalar(word), rows) for name, word in words.items()}


def _write(home, contract, schema, columns, month, write) -> None:  # type: ignore[no-untyped-def]
    table = pa.table({name: columns[name] for name in schema.names}).cast(schema)
    write(home.segment(contract.name, SOURCE, PLACE, month), table)


def _ask(home: object, table: str, what: str, months: Sequence[str]) -> None:
    """Many questions about a rule, an area and a month, each drawn anew, in a fresh connection to the file."""
    from warehouse.store import Home

    assert isinstance(home, Home)
    dice, rules = random.Random(2010), _rules()
    took, found = [], 0
    query = f"SELECT {what} FROM {table} WHERE rule_id = ? AND area_code = ? AND time_period = ?"
    with duckdb.connect(str(Path(home.warehouse)), read_only=True) as connection:
        whole = _seconds(lambda: connection.execute(f"SELECT count(DISTINCT area_code) FROM {table}").fetchall())
        for _ in range(QUESTIONS):
            given = [dice.choice(rules), f"{dice.randrange(AREAS):06d}", dice.choice(months)]
            began = time.perf_counter()
            (answer,) = connection.execute(query, given).fetchall()
            took.append(time.perf_counter() - began)
            found += answer[0] is not None and answer[0] > 0
    median = statistics.median(took)
    print(
        f"{table:<22} median {1000 * median:>7.1f} ms, worst of {QUESTIONS} {1000 * max(took):>7.1f} ms, "
        f"median {median / whole:.2%} of a pass over all rows; {found} found rows"
    )


if __name__ == "__main__":
    main()
