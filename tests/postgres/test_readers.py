"""Twenty readers who never stop asking see a release whole, then the next one whole, and hold nobody up."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import closing, contextmanager

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
        for number in range(ROUNDS):
            second_release(vintage, crop=41 + number)
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


def test_readers_of_the_file_see_whole_releases(vintage: Vintage) -> None:
    first_release(vintage)
    path = str(Home(vintage.home).warehouse)

    def ask() -> tuple[object, ...]:
        with duckdb.connect(path, read_only=True) as file:
            return tuple(file.execute(f"SELECT {part}").fetchall()[0][0] for part in ONE_BY_ONE)

    whole = [ask()]
    with reading(ask) as seen:
        for number in range(ROUNDS):
            second_release(vintage, crop=41 + number)
            whole.append(ask())
    assert len(set(whole)) == ROUNDS + 1
    assert set().union(*seen) <= set(whole), "a mixture of two releases"


def test_a_file_that_is_open_stays_what_it_was(vintage: Vintage) -> None:
    first_release(vintage)
    with duckdb.connect(str(Home(vintage.home).warehouse), read_only=True) as reader:
        before = reader.execute(STATE).fetchall()
        second_release(vintage)
        assert reader.execute(STATE).fetchall() == before
    with duckdb.connect(str(Home(vintage.home).warehouse), read_only=True) as reader:
        assert reader.execute(STATE).fetchall() != before


pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table")
