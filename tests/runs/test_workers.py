"""Processes that share a run's work: the same results in the same order, faults told, nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from installation import ask, parquet_of
from installation import run as run_here

from assets import workers
from warehouse.contracts import MART_CONTRACTS

ROOT = Path(__file__).parents[2]
_SHARED = """
import os, sys, time
from assets import workers
from warehouse.memory import in_memory

def where(item):
    if item == "fault":
        raise ValueError(f"{item} in another process: {os.getpid() != parent}")
    time.sleep(item % 3 / 20)  # the first to be done are not the first
    with in_memory() as engine:
        return engine.execute("SELECT ?::INT", [item]).fetchone()[0], os.getpid()

def weigh(item):
    return workers.LIGHT + 1 if item == 5 else 0

parent = os.getpid()
"""


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", _SHARED + script], capture_output=True, text=True, cwd=ROOT)


def test_results_come_in_order_from_several_processes_and_heavy_work_stays() -> None:
    done = run(
        """
with workers.ready():
    found = list(workers.spread(where, range(12), weigh))
assert [item for item, _ in found] == list(range(12))
others = {process for item, process in found if item != 5}
assert found[5][1] == parent and parent not in others and len(others) == workers.PROCESSES
for process in others:
    assert not os.path.exists(f"/proc/{process}"), "a process is left"
"""
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_fault_is_raised_when_its_turn_comes() -> None:
    done = run(
        """
found = []
with workers.ready():
    try:
        for item, _ in workers.spread(where, [0, 1, "fault", 2]):
            found.append(item)
    except ValueError as error:
        print(found, error)
"""
    )
    assert (done.returncode, done.stdout) == (0, "[0, 1] fault in another process: True\n"), done.stderr


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (
            'Refusal("the file is cut off", found="an end", do="send it again")',
            "Refusal the file is cut off; found: an end; to do: send it again",
        ),
        ('Unsent("line", where=3)', "RuntimeError Unsent: line, 3"),
    ],
)
def test_a_fault_keeps_its_words_whatever_its_kind(raised: str, told: str) -> None:
    """An error that wants more than a text cannot be made again from what is sent of it."""
    done = run(
        f"""
from assets.intake.refusal import Refusal

class Unsent(Exception):
    def __init__(self, what, *, where):
        super().__init__(f"{{what}}, {{where}}")

def trip(item):
    raise {raised}

with workers.ready():
    try:
        list(workers.spread(trip, [1]))
    except Exception as error:
        print(type(error).__name__, error)
    assert len(list(workers.spread(where, [1, 2]))) == 2, "they go on"
"""
    )
    assert (done.returncode, done.stdout) == (0, f"{told}\n"), done.stderr


def test_each_of_them_keeps_to_one_core() -> None:
    """Queries, linear algebra and pieces of work of a copy take no thread that another copy could have."""
    done = run(
        """
import threading
import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_info
from indicators.parallel import both, in_order

def threads(_):
    np.linalg.inv(np.eye(3))
    here = threading.get_ident()
    with in_memory() as engine:
        queries = engine.execute("SELECT current_setting('threads')").fetchone()[0]
    algebra = max(pool["num_threads"] for pool in threadpool_info())
    pieces = {*in_order(lambda _: threading.get_ident(), range(4)), *both(threading.get_ident, threading.get_ident)}
    return queries, algebra, pa.cpu_count(), pieces == {here}

with workers.ready():
    print(*set(workers.spread(threads, range(4))))
print(*both(lambda: 1, lambda: 2), len(set(in_order(lambda _: threading.get_ident(), [0]))), threads(0)[3])
"""
    )
    assert (done.returncode, done.stdout) == (0, "(1, 1, 1, True)\n1 2 1 False\n"), done.stderr


@pytest.mark.parametrize(
    "before", ["with in_memory() as engine: pass", "import threading; threading.Timer(9, int).start()"]
)
def test_a_process_that_has_begun_something_does_all_itself(before: str) -> None:
    done = run(
        f"""
{before}
with workers.ready():
    assert {{process for _, process in workers.spread(where, range(3))}} == {{parent}}
os._exit(0)
"""
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_they_end_with_the_process_that_made_them(tmp_path: Path) -> None:
    """Killed, it can say goodbye to nobody; and whoever waits for what it prints must not wait for them."""
    script = """
from pathlib import Path
with workers.ready():
    Path(sys.argv[1]).write_text(" ".join({str(process) for _, process in workers.spread(where, range(12))}))
    time.sleep(60)
"""
    told = tmp_path / "processes"
    process = subprocess.Popen([sys.executable, "-c", _SHARED + script, str(told)], cwd=ROOT, stdout=subprocess.PIPE)
    until(lambda: told.exists() and told.read_text() != "")
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=20)
    others = told.read_text().split()
    assert len(others) == workers.PROCESSES
    until(lambda: not any(is_running(other) for other in others))


def test_great_expectations_ends_though_they_go_on() -> None:
    """It ends when all that can write to it have closed; copies of this process could, too."""
    done = run(
        """
from checks.aside import aside
with aside.beside():
    beside = aside._process
    with workers.ready():
        list(workers.spread(where, range(4)))
        beside.stdin.close()
        assert beside.wait(timeout=60) == 0
        list(workers.spread(where, range(4)))
        aside._process = None
"""
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_run_gives_the_same_with_them(clean: Path, tmp_path: Path) -> None:
    """The command shares its work out; a run in this process, which has begun many things, does all itself."""
    alone = run_here("wuzhong", clean, tmp_path / "alone")
    assert alone.done is not None
    assert len(alone.done.months) > 1
    command = ["run", "wuzhong", "--landing", str(clean), "--home", str(tmp_path / "shared")]
    subprocess.run([sys.executable, "-m", "pipelines", *command], check=True, cwd=ROOT, capture_output=True)
    assert parquet_of(tmp_path / "shared") == parquet_of(alone.home)
    for mart in MART_CONTRACTS:
        query = f"SELECT * FROM {mart} ORDER BY ALL"
        assert ask(tmp_path / "shared", query).equals(alone.ask(query)), mart


def test_one_process_makes_the_key_of_the_pseudonyms(
    clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that made one each at the same moment would know the same household by two names."""
    monkeypatch.delenv("POVMON_KEY", raising=False)
    done = run(
        f"""
from pipelines.cli import main
from warehouse.store import Home

made = Home.key

def key(home):
    if not (home.root / "private" / "pseudonym.key").exists():
        print("made by the first:", os.getpid() == parent, flush=True)
    return made(home)

Home.key = key
main(["run", "wuzhong", "--landing", {str(clean)!r}, "--home", {str(tmp_path / "home")!r}], standalone_mode=False)
"""
    )
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("made by")] == ["made by the first: True"]


def until(holds) -> None:  # type: ignore[no-untyped-def]
    for _ in range(400):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it took more than 20 s")


def is_running(process: str) -> bool:
    """A process that has ended may stay listed until somebody asks for its end."""
    stat = Path(f"/proc/{process}/stat")
    return os.path.exists(stat) and stat.read_text().rpartition(")")[2].split()[0] != "Z"
