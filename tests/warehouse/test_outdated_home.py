"""A home made by another version of the program is refused, with what to do, and stays as it is."""

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from pipelines.cli import main
from warehouse.engine import open_ledger
from warehouse.store import Home, HomeOutdated


@pytest.fixture
def of_before(tmp_path: Path) -> Home:
    """A home whose register of files has no companions yet."""
    home = Home.at(tmp_path / "home")
    open_ledger(home).dispose()
    with duckdb.connect(str(home.ledger)) as file:
        file.execute("ALTER TABLE raw.intake_file DROP COLUMN companions")
    return home


def test_a_home_of_another_version_is_refused_and_stays_as_it_is(of_before: Home) -> None:
    with pytest.raises(HomeOutdated, match=r"home was made by another version.* lack raw\.intake_file\.companions;"):
        open_ledger(of_before)
    with duckdb.connect(str(of_before.ledger)) as file:
        columns = file.sql("SELECT column_name FROM duckdb_columns() WHERE table_name = 'intake_file'").fetchall()
    assert ("companions",) not in columns
    assert ("reason",) in columns


def test_a_run_in_it_says_what_to_do(of_before: Home, tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    called = ["run", "wuzhong", "--home", str(of_before.root), "--landing", str(tmp_path / "landing")]
    done = CliRunner().invoke(main, called)
    assert done.exit_code == 1
    assert "raw.intake_file.companions; nothing was changed" in done.stderr
    assert "to do: go on with that version" in done.stderr


def test_a_home_of_this_version_opens_again(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    open_ledger(home).dispose()
    open_ledger(home).dispose()
