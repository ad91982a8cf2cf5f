"""The loader, the server, the disk: whatever goes away in the middle, readers have what they had, and then the rest."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
from postgres_support import FARMER, difference, digests, first_release, of_file
from servers import PrivateServer, ask, libpq
from vintage_place import PLACE, Line, Vintage

from warehouse.compile import arrow_schema
from warehouse.contracts import CONTRACTS, HOUSEHOLD_INCOME
from warehouse.engine import open_ledger, publish
from warehouse.postgres.connection import WarehouseProblem
from warehouse.postgres.load import Loaded, load
from warehouse.postgres.upgrade import upgrade
from warehouse.store import Home, write_parquet

MONTH, ROWS = "2024-03", 25_000


@pytest.fixture(scope="module")
def revised_and_grown(revised: Vintage, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with a month of microdata that takes a while to load."""
    home = Home(Path(shutil.copytree(revised.home, tmp_path_factory.mktemp("grown") / "home")))
    schema = arrow_schema(HOUSEHOLD_INCOME)
    constant = {"jurisdiction": PLACE, "time_period": MONTH, "freq": "M", "area_code": "A", "area_type": "rural"}
    constant |= {"stratum": "A", "psu": "V1", "file_id": "f" * 64}
    columns = []
    for field in schema:
        if field.name in constant:
            columns.append(pa.repeat(pa.scalar(constant[field.name], field.type), ROWS))
        elif field.name == "household_id":
            columns.append(pa.array([f"{number:032x}" for number in range(ROWS)]))
        else:
            columns.append(pa.array(range(ROWS), pa.int64()).cast(pa.decimal128(20, 0)).cast(field.type)
                           if pa.types.is_decimal(field.type) else pa.array(range(ROWS)).cast(field.type))  # fmt: skip
    write_parquet(home.partition("core.household_income", PLACE, MONTH), schema, [pa.table(columns, schema)])
    ledger = open_ledger(home)
    publish(home, ledger)
    ledger.dispose()
    return home


@pytest.fixture
def machine() -> Iterator[PrivateServer]:
    """A server of the test's own, to be killed."""
    made = PrivateServer.make()
    made.start()
    yield made
    made.stop()


def slowly(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """Hold the loader in the middle of its work: it waits for a lock on the last table that it writes."""
    held = psycopg.connect(libpq(url))
    held.execute("LOCK TABLE raw.intake_file IN ACCESS EXCLUSIVE MODE")
    return held


def until_it_waits(url: str) -> int:
    """The server's process of a loader that has copied most and waits."""
    waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'povmon'"
    for _ in range(1200):
        found = ask(url, waiting)
        if found:
            return int(str(found[0][0]))
        time.sleep(0.05)
    raise AssertionError("the loader never came so far")


def test_a_killed_loader_leaves_no_row_and_the_next_brings_them_all(
    revised_and_grown: Home, database: Callable[[], str]
) -> None:
    url, home = database(), revised_and_grown
    with slowly(url) as held:
        command = [sys.executable, "-m", "pipelines", "warehouse", "load", "--home", str(home.root), "--url", url]
        loader = subprocess.Popen(command, stderr=subprocess.PIPE)
        until_it_waits(url)
        loader.send_signal(signal.SIGKILL)
        loader.wait()
        assert ask(url, "SELECT count(*) FROM core.household_income") == [(0,)]
        held.rollback()
    load(home, url)
    assert ask(url, f"SELECT count(*) FROM core.household_income WHERE time_period = '{MONTH}'") == [(ROWS,)]
    assert_all_there(home, url)


def test_a_killed_server_comes_back_with_what_readers_had(
    revised_and_grown: Home, neighbour: Vintage, machine: PrivateServer
) -> None:
    url = machine.server.create()
    upgrade(url)
    load(Home(neighbour.home), url)
    before, of_neighbour = digests(url), digests(url, "neighbour")
    held = slowly(url)
    problems: list[str] = []

    def attempt() -> None:
        with pytest.raises(WarehouseProblem) as problem:
            load(revised_and_grown, url)
        problems.append(str(problem.value))

    loader = threading.Thread(target=attempt)
    loader.start()
    until_it_waits(url)
    machine.kill()
    loader.join(60)
    held.close()
    assert "to do: see that the server runs and can be reached, then run: povmon warehouse load" in problems[0]
    machine.start()
    assert digests(url) == before
    load(revised_and_grown, url)
    assert digests(url, "neighbour") == of_neighbour
    assert_all_there(revised_and_grown, url)


def test_two_loaders_at_once_never_interleave(revised_and_grown: Home, database: Callable[[], str]) -> None:
    url = database()
    done: list[Loaded] = []
    loaders = [threading.Thread(target=lambda: done.append(load(revised_and_grown, url))) for _ in range(3)]
    for loader in loaders:
        loader.start()
    for loader in loaders:
        loader.join()
    assert sorted(loaded.rows > 0 for loaded in done) == [False, False, True], "one loads, the others find it done"
    assert_all_there(revised_and_grown, url)


def test_a_full_disk_takes_everything_back_and_says_what_to_do(revised_and_grown: Home) -> None:
    limit = 4_000_001  # room for a segment of the log (1 MiB), not for the month; no whole number of pages
    machine = PrivateServer.make(file_limit=limit)
    try:
        url = machine.start().create()
        upgrade(url)
        with pytest.raises(WarehouseProblem, match=r"could not extend file") as problem:
            load(revised_and_grown, url)
        assert "free space on the server's disk, then run: povmon warehouse load" in str(problem.value)
        assert "nothing of it is visible: readers have what they had before" in str(problem.value)
        assert ask(url, "SELECT count(*) FROM core.household_income") == [(0,)]
        assert machine.process is not None
        os.kill(machine.process.pid, signal.SIGINT)
        machine.process.wait()
        machine.file_limit = None
        machine.start()
        load(revised_and_grown, url)
        assert_all_there(revised_and_grown, url)
    finally:
        machine.stop()


def test_a_run_whose_server_is_away_keeps_its_release_and_the_next_one_loads_it(
    vintage: Vintage, machine: PrivateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = machine.server.create()
    upgrade(url)
    monkeypatch.setenv("POVMON_WAREHOUSE", url)
    machine.kill()
    with pytest.raises(WarehouseProblem, match="see that the server runs"):
        first_release(vintage)
    assert of_file(vintage.home, "SELECT release_id FROM audit.release") == [(1,)]
    machine.start()
    assert vintage.run() is None, "nothing had changed"
    assert_all_there(Home(vintage.home), url)


def test_a_refusal_of_the_gate_is_told_before_the_server_that_is_away(
    vintage: Vintage, monkeypatch: pytest.MonkeyPatch
) -> None:
    vintage.households(replace(FARMER, persons=0))
    vintage.lines(Line("low", 55))
    monkeypatch.setenv("POVMON_WAREHOUSE", "postgresql+psycopg://povmon@/povmon?host=/nowhere")
    done = vintage.command()
    assert done.exit_code == 1
    refused, _, away = done.stderr.partition("besides, postgresql+psycopg://povmon@/povmon")
    assert "nothing was released" in refused
    assert "to do: correct the files named in the quarantine" in refused
    assert "to do: see that the server runs" in away
    assert (vintage.home / "data_docs").exists()
    vintage.households(FARMER, mark="_rev1")
    done = vintage.command()
    assert done.exit_code == 1
    assert "to do: see that the server runs and can be reached, then run: povmon warehouse load" in done.stderr
    assert "nothing was released" not in done.stderr
    assert of_file(vintage.home, "SELECT release_id FROM audit.release") == [(1,)]


def assert_all_there(home: Home, url: str) -> None:
    for name, contract in CONTRACTS.items():
        if any(column.name == "jurisdiction" and not column.nullable for column in contract.columns):
            where = f"WHERE jurisdiction = '{PLACE}'"
            assert difference(home.root, url, f"SELECT * FROM {name} {where}") == [], name
