"""Twenty readers who never stop asking see a release whole, then the next one whole, and hold nobody up."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import psycopg
import pytest
from postgres_support import first_release, second_release
from servers import libpq
from vintage_place import Vintage

from warehouse.store import Home

READERS = 20
ROUNDS = int(os.environ.get("POVMON_READER_ROUNDS", "2"))
"""Releases that are made while they read."""
STATE = """SELECT (SELECT max(release_id) FROM audit.release), (SELECT max(release_id) FROM mart.income_share),
  (SELECT max(release_id) FROM mart.poverty), (SELECT count(*) FROM mart.income_level),
  (SELECT count(*) FROM audit.check_result), (SELECT entries FROM audit.chain_head WHERE table_name = 'audit.release'),
  (SELECT count(*) FROM core.household_income), (SELECT sum(crop_net) FROM core.household_income)"""
ONE_BY_ONE = STATE.removeprefix("SELECT ").replace("),\n  (", ")|(").replace("), (", ")|(").split("|")


@contextmanager
def reading(ask: Callable[[], tuple[object, ...]]) -> object:
    """What twenty readers have seen, while the caller does something; each reader asks until it is over."""
    seen: list[set[tuple[object, ...]]] = [set() for _ in range(READERS)]
    asked = [0] * READERS
    failures: list[BaseException] = []
    over = threading.Event()

    def read(number: int) -> None:
        try:
            while not over.is_set():
                seen[number].add(ask())
                asked[number] += 1
        except BaseException as error:  # told by the test, whatever it is
            failures.append(error)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    while not all(asked) and not failures:
        time.sleep(0.01)
    try:
        yield seen
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert failures == []


def test_readers_of_the_server_see_whole_releases(vintage: Vintage, shared: str) -> None:
    first_release(vintage)

    def ask() -> tuple[object, ...]:
        with psycopg.connect(libpq(shared)) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            return tuple(connection.execute(f"SELECT {part}").fetchone()[0] for part in ONE_BY_ONE)

    whole = [ask()]
    with reading(ask) as seen:
        for number in range(1, ROUNDS + 1):
            second_release(vintage, number)
            whole.append(ask())
    assert len(set(whole)) == ROUNDS + 1
    assert set().union(*seen) <= set(whole), "a mixture of two releases"


def test_a_reader_in_the_middle_of_a_query_holds_nobody_up(vintage: Vintage, shared: str) -> None:
    first_release(vintage)
    with closing(psycopg.connect(libpq(shared))) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        before = reader.execute(STATE).fetchall()
        reader.execute("SELECT * FROM published.revisions").fetchall()  # locks on every table of it until the end
        second_release(vintage)
        assert reader.execute(STATE).fetchall() == before, "the release that the reader began with"
        reader.commit()
        assert reader.execute(STATE).fetchall() != before


READER = """
import duckdb, pathlib, sys
file, stop, started, *parts = sys.argv[1:]
seen = set()
while not pathlib.Path(stop).exists():
    with duckdb.connect(file, read_only=True) as reader:
        seen.add(tuple(str(reader.execute("SELECT " + part).fetchall()[0][0]) for part in parts))
    pathlib.Path(started).touch()
for state in seen:
    print(state)
"""
"""A process of its own: within one, DuckDB has a file open once."""


def test_readers_of_the_file_see_whole_releases(vintage: Vintage, tmp_path: Path) -> None:
    first_release(vintage)
    path, stop = str(Home(vintage.home).warehouse), tmp_path / "stop"
    started = [tmp_path / f"started {number}" for number in range(READERS)]

    def ask() -> tuple[str, ...]:
        with duckdb.connect(path, read_only=True) as file:
            return tuple(str(file.execute(f"SELECT {part}").fetchall()[0][0]) for part in ONE_BY_ONE)

    whole = [ask()]
    command = [sys.executable, "-c", READER, path, str(stop)]
    readers = [
        subprocess.Popen([*command, str(mark), *ONE_BY_ONE], stdout=subprocess.PIPE, text=True) for mark in started
    ]
    while not all(mark.exists() for mark in started):
        assert all(reader.poll() is None for reader in readers)
        time.sleep(0.05)
    for number in range(1, ROUNDS + 1):
        second_release(vintage, number)
        whole.append(ask())
    stop.touch()
    seen = {line for reader in readers for line in reader.communicate()[0].splitlines()}
    assert [reader.returncode for reader in readers] == [0] * READERS
    assert len(set(whole)) == ROUNDS + 1
    assert len(seen) > 1, "they read on while releases came"
    assert seen <= {str(state) for state in whole}, "a mixture of two releases"


def test_a_file_that_is_open_stays_what_it_was(vintage: Vintage) -> None:
    first_release(vintage)
    with duckdb.connect(str(Home(vintage.home).warehouse), read_only=True) as reader:
        before = reader.execute(STATE).fetchall()
        second_release(vintage)
        assert reader.execute(STATE).fetchall() == before
    with duckdb.connect(str(Home(vintage.home).warehouse), read_only=True) as reader:
        assert reader.execute(STATE).fetchall() != before


pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table")
