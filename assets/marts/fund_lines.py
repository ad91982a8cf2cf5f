"""Accepted ledger lines of Parquet files as an `indicators.ledger.Ledger`; what is found in it is said elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from indicators.ledger import Ledger
from warehouse.contracts import FUND_TRANSACTION
from warehouse.contracts.codes.funds import STATIONS
from warehouse.memory import in_memory

_TEXTS = ("transaction_id", "upstream_id", "station", "channel", "purpose", "project_id")
NEEDED = (*_TEXTS, "jurisdiction", "amount", "booked_on", "line_type")
"""Columns that a published ledger must have"""


def read_lines(parts: Sequence[Path]) -> pa.Table:
    """Items of some files with `cents`, `day` (since 1970) and `part`: money itself, without printed sums.

    `part` is the place of a line's file among the parts, from 1: of the lines of all months those of the first are cut.
    """
    others = [column.name for column in FUND_TRANSACTION.columns if column.name not in ("amount", "booked_on")]
    with in_memory() as engine:
        files = [str(part) for part in parts]
        there = set(engine.execute("SELECT * FROM read_parquet(?, hive_partitioning = false) LIMIT 0", [files]).df())
        if missing := sorted(set(NEEDED) - there):
            raise ValueError(f"{files[0]} has no column {', '.join(missing)}: expected {FUND_TRANSACTION.name}")
        names = ", ".join(
            f"coalesce({name}, '') AS {name}" if name in _TEXTS else name for name in others if name in there
        )
        query = f"""SELECT {names}, booked_on, CAST(amount * 100 AS BIGINT) AS cents,
                date_diff('day', DATE '1970-01-01', booked_on) AS day, list_position(?, filename) AS part
            FROM read_parquet(?, hive_partitioning = false, filename = true) WHERE line_type = 'item'
            ORDER BY booked_on, transaction_id, station, cents"""
        return engine.sql(query, params=[files, files]).to_arrow_table()


def ledger_of(lines: pa.Table) -> Ledger:
    """The ledger of lines that `read_lines` gave."""
    number, source, station, channel, purpose, project = (np.asarray(lines[n].to_pandas(), object) for n in _TEXTS)
    cents, day = lines["cents"].to_numpy(), lines["day"].to_numpy()
    return Ledger(number, source, station, channel, purpose, project, cents, day, STATIONS)
