"""A place for queries over Parquet files and Arrow tables, apart from any database file.

One instance of DuckDB in memory serves a process, for opening one takes longer than judging a county's month. Every
connection has views, tables and registered data of its own, as long as what it creates is temporary.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

import duckdb

_ONE_AT_A_TIME = Lock()


@cache
def _instance() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def connection() -> duckdb.DuckDBPyConnection:
    """A connection of one's own for tables that are read later; it closes when nobody has it any more."""
    with _ONE_AT_A_TIME:
        return _instance().cursor()


@contextmanager
def in_memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of one's own, closed with all it holds."""
    with connection() as engine:
        yield engine
