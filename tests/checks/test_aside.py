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


_BEGUN = """
import datetime as dt, sys
from pathlib import Path
from checks.aside import aside
from checks.expectations import MonthEntries, begin, validate
from warehouse.contracts import HOUSEHOLD_INCOME
from warehouse.store import Home

first, second = (MonthEntries(HOUSEHOLD_INCOME, HOUSEHOLD_INCOME.rules, m, (), None) for m in ("2024-03", "2024-04"))
given = Home.at(sys.argv[1]), "wuzhong"
when = dt.datetime(2024, 5, 5, tzinfo=dt.UTC)
with aside.beside():
    begin(*given, [first], when)
    if sys.argv[2] == "lose":
        aside._handing.submit = lambda *_: None
        begin(*given, [second], when)
        del aside._handing.submit
    print(validate(*given, [first, second], when))
"""


def test_months_begun_are_answered_with_the_others(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _BEGUN, str(tmp_path / "home"), "begin"], capture_output=True, text=True, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")
    names = "('core.household_income', '2024-03'): False, ('core.household_income', '2024-04'): False"
    assert done.stdout == "{" + names + "}\n"
    pages = {path.name for path in (tmp_path / "home" / "data_docs").rglob("*.html")}
    assert len(pages) == 3, "two months and the index"


def test_a_month_without_an_answer_is_told(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _BEGUN, str(tmp_path / "home"), "lose"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode != 0
    assert "did not say what came of [('core.household_income', '2024-04')]" in done.stderr


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
