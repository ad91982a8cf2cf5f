"""Great Expectations beside a run: the same answers, its faults told, no process left behind."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BESIDE = """
import datetime as dt, sys
from pathlib import Path
from checks.expectations import MonthEntries, validate
from checks.aside import aside
from warehouse.contracts import HOUSEHOLD_INCOME
from warehouse.store import Home

entries = MonthEntries(HOUSEHOLD_INCOME, HOUSEHOLD_INCOME.rules, "2024-03", (), None)
with aside.beside():
    assert aside.is_ready
    process = aside._process
    if sys.argv[2] == "ask":
        print(validate(Home.at(sys.argv[1]), "wuzhong", [entries], dt.datetime(2024, 4, 5, tzinfo=dt.UTC)))
assert not aside.is_ready
assert process.poll() is not None
assert "great_expectations" not in sys.modules
"""


def beside(home: Path, what: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _BESIDE, str(home), what]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_it_answers_and_builds_its_pages(tmp_path: Path) -> None:
    done = beside(tmp_path / "home", "ask")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "{('core.household_income', '2024-03'): False}\n"  # no rule was evaluated
    assert (tmp_path / "home" / "data_docs" / "index.html").exists()


def test_nothing_is_left_of_it_when_nobody_asks(tmp_path: Path) -> None:
    done = beside(tmp_path / "home", "leave")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_its_fault_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "data_docs").write_text("a file where the folder should be")
    done = beside(tmp_path / "home", "ask")
    assert done.returncode != 0
    assert "ValidationFailed: Great Expectations ended with 1" in done.stderr
    assert "data_docs" in done.stderr


def test_a_process_that_has_imported_it_starts_none() -> None:
    import great_expectations  # noqa: F401

    from checks.aside import aside

    with aside.beside():
        assert not aside.is_ready
