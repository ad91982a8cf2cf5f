"""What rules on figures are judged over, and the marks that they leave on the figures that break them.

The judging itself is `checks.figures`; the order of a run is `assets.steps`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from assets.marts.families import FAMILIES
from assets.marts.family import Making
from checks.figures import BELOW, DUE, SMALLEST, Judgement, judge_figures, vintages
from indicators.disclosure import LOW_RELIABILITY
from warehouse.compile import arrow_schema
from warehouse.contracts import JUDGED_CONTRACTS, MART_CONTRACTS, SOURCE_CONTRACTS, Contract
from warehouse.engine import driver_of, quoted
from warehouse.periods import closing_month, in_force

JUDGED_MARTS = {name: contract for name, contract in JUDGED_CONTRACTS.items() if name in MART_CONTRACTS}


def judge(
    connection: sa.Connection, making: Making, released: Mapping[str, int], judged: Collection[tuple[str, str]]
) -> Iterator[tuple[str, Judgement]]:
    """Mart by mart, what its rules found in the months in which one of its sources was judged.

    released: month -> its latest release so far. judged: (source table, month) of this run.
    """
    with _views(connection, making, released) as engine:
        for name, contract in JUDGED_MARTS.items():
            sources = next(family.marts[name] for family in FAMILIES.values() if name in family.marts)
            months = [month for month in making.months if any((source, month) in judged for source in sources)]
            if months:
                _create(engine, vintages(name, months))
                yield name, judge_figures(engine, contract, months)


@contextmanager
def _views(
    connection: sa.Connection, making: Making, released: Mapping[str, int]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of its own, so that a rule that raises leaves the run's transactions alone."""
    place = making.jurisdiction.id
    with driver_of(connection).cursor() as engine:
        vintage = [
            {"month": month, "jurisdiction": place, "release_id": number}
            for month, number in {**released, **dict.fromkeys(making.months, making.release_id)}.items()
        ]
        names = pa.schema([("month", pa.string()), ("jurisdiction", pa.string()), ("release_id", pa.int64())])
        engine.register("vintage", pa.Table.from_pylist(vintage, names))
        for contract in SOURCE_CONTRACTS.values():
            _source(engine, making, contract)
        engine.register("due", _due(engine))
        engine.register("below", _below(engine, making))
        _create(engine, {"smallest": SMALLEST})
        yield engine


def _create(engine: duckdb.DuckDBPyConnection, views: Mapping[str, str]) -> None:
    for name, sql in views.items():
        engine.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")


def _source(engine: duckdb.DuckDBPyConnection, making: Making, contract: Contract) -> None:
    """The accepted rows of the months that are made."""
    if parts := ", ".join(quoted(str(part)) for part in making.parts(contract.name)):
        rows = f"SELECT * FROM read_parquet([{parts}], hive_partitioning = false)"
        _create(engine, {f"core_{contract.table}": rows})
    else:
        engine.register(f"core_{contract.table}", arrow_schema(contract).empty_table())


def _due(engine: duckdb.DuckDBPyConnection) -> pa.Table:
    parts = [
        f"SELECT DISTINCT '{contract.name}' AS source, time_period, area_code FROM core_{contract.table}"
        for contract in SOURCE_CONTRACTS.values()
        if any(column.name == "area_code" for column in contract.columns)
    ]
    return engine.sql(" UNION ALL ".join(parts)).to_arrow_table().cast(DUE)


def _below(engine: duckdb.DuckDBPyConnection, making: Making) -> pa.Table:
    """Of the periods that have rows or figures, and the areas that ever had figures."""
    marts = " UNION ".join(
        f"SELECT time_period, area_code, release_id FROM {name} WHERE jurisdiction = {quoted(making.jurisdiction.id)}"
        for name in JUDGED_MARTS
    )
    known = {code for (code,) in engine.execute(f"SELECT DISTINCT area_code FROM ({marts})").fetchall()}
    periods = f"SELECT time_period FROM due UNION SELECT time_period FROM ({marts}) WHERE release_id = ?"
    rows: list[dict[str, str]] = []
    for (period,) in engine.execute(periods, [making.release_id]).fetchall():
        month = closing_month(period)
        now = {str(area["area_code"]) for area in making.places.areas if in_force(area, month)} & known
        pairs = sorted({pair for pair in making.members.everything(period) if pair[1] in now})
        rows += [dict(zip(BELOW.names, (period, *pair), strict=True)) for pair in pairs]
    return pa.Table.from_pylist(rows, BELOW)


def mark(connection: sa.Connection, release_id: int, jurisdiction: str, found: Mapping[str, Judgement]) -> int:
    """Marks the figures of the release in the making that broke a rule: low reliability, with the rule; how many."""
    driver, marked = driver_of(connection), 0
    for name, judgement in found.items():
        contract = MART_CONTRACTS[name]
        for rule in contract.rules:
            broken = judgement.broken.get(rule.id)
            if broken is None or not broken.num_rows or rule.severity == "info" or not _has_state(contract):
                continue
            same = " AND ".join(f"{name}.{key} IS NOT DISTINCT FROM broken.{key}" for key in broken.column_names)
            driver.register("broken", broken)
            try:
                done = driver.execute(
                    f"""UPDATE {name} SET obs_status = ?, obs_note = concat_ws('; ', obs_note, ?) FROM broken
                        WHERE {name}.release_id = ? AND {name}.jurisdiction = ? AND {same}""",
                    [LOW_RELIABILITY, _note(rule.id, rule.text), release_id, jurisdiction],
                )
                marked += done.fetchall()[0][0]
            finally:
                driver.unregister("broken")
    return marked


def _note(rule_id: str, text: str) -> str:
    """What stands beside a figure that breaks a rule; no number of it, which may be withheld."""
    return f"breaks {rule_id}: {text}"


def _has_state(contract: Contract) -> bool:
    return any(column.name == "obs_note" for column in contract.columns)
