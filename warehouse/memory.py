"""A place for queries over Parquet files and Arrow tables, apart from any database file.

One instance of DuckDB in memory serves a process, for opening one takes longer than judging a county's month. Every
connection has views, tables and registered data of its own, as long as what it creates is temporary. Much data gets an
instance of its own, which gives its memory back when it is closed; one that lives on keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

import duckdb

MANY = 100_000
"""Rows; what it takes to start something is little beside them"""
_ONE_AT_A_TIME = Lock()


_config: dict[str, str | bool | int | float | list[str]] = {"enable_external_file_cache": False}


@cache
def _instance() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config=_config)


def use_one_core() -> None:
    """For a process beside others that keep the other cores busy; before the instance is there."""
    _config["threads"] = 1


def is_open() -> bool:
    """Whether the instance is there; a copy of the process would have it without its threads."""
    return _instance.cache_info().currsize > 0


def connection() -> duckdb.DuckDBPyConnection:
    """A connection of one's own for tables that are read later; it closes when nobody has it any more."""
    with _ONE_AT_A_TIME:
        return _instance().cursor()


@contextmanager
def in_memory(rows: int = 0) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of one's own, closed with all it holds. `rows`: how many it is to hold, where they may be many."""
    with connection() if rows < MANY else duckdb.connect() as engine:
        yield engine
