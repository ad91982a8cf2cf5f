"""A small office with a history: two places, three releases, one of them a revision; copied for each test."""

import shutil
from pathlib import Path

import pytest
from ledger_support import HISTORY, PRICES, QUARTER, povmon

from jurisdictions.wuzhong.generator import generate


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the office; not to be changed."""
    place = tmp_path_factory.mktemp("office")
    landing, home = place / "landing", place / "home"
    generate(landing, months=2, household_months=600, first_month="2021-12")
    (landing / "nbs_cpi_monthly_by_province.csv").write_text(PRICES, encoding="utf-8")
    povmon("run", "wuzhong", "--landing", str(landing), "--home", str(home))
    sent = landing / "盐池县_住户收入_2021-12.csv"
    lines = sent.read_text("utf-8-sig").splitlines()
    correction = sent.with_name("盐池县_住户收入_2021-12_更正2.csv")
    correction.write_text("\n".join([*lines[:10], *lines[12:]]) + "\n", "utf-8-sig")  # two rural households less
    decide(place, home)
    povmon("run", "wuzhong", "--landing", str(landing), "--home", str(home))
    (place / "china").mkdir()
    (place / "china" / "income_by_source_quarterly.csv").write_text(QUARTER, encoding="utf-8")
    (place / "china" / "areacodes.csv").write_text(HISTORY, encoding="utf-8")
    povmon("run", "china", "--landing", str(place / "china"), "--home", str(home))
    return home


def decide(place: Path, home: Path) -> None:
    """A row released, a rule waived for a month, and a waiver withdrawn."""
    query = "SELECT original_name, row_number FROM audit.quarantine WHERE rule_ids = 'labour_export.person_times'"
    ((name, line), *_) = [
        row.split(",") for row in povmon("sql", query, "--home", str(home), "--format", "csv").split()[1:]
    ]
    given = ("--reason", "the county confirms it", "--who", "an editor", "--home", str(home))
    povmon("decide", "release", "wuzhong", name, "--line", line, *given)
    waived = ("labour_export.total_is_n_times_mean", "--from", "2021-12", "--to", "2022-01", "--until", "9999-12-31")
    povmon("decide", "waive", "wuzhong", *waived, *given)
    povmon("decide", "waive", "wuzhong", *waived, "--area", "640302", *given)
    povmon("decide", "withdraw", "wuzhong", "3", *given)
    for _ in range(2):
        povmon("quarantine", "show", "wuzhong", name, "--line", line, "--reveal", *given)


@pytest.fixture
def home(history: Path, tmp_path: Path) -> Path:
    """A copy of it, to be tampered with."""
    copy = Path(shutil.copytree(history, tmp_path / "home", ignore=shutil.ignore_patterns("gx", "data_docs")))
    (copy / "warehouse.duckdb").chmod(0o644)  # so that whoever runs the tests may change it
    return copy
