"""Identities stay at the door, whatever a sender does to a line; months that cannot be do not stop the others."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from installation import run

from jurisdictions.wuzhong.generator import generate


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    generate(tmp_path / "landing", months=1, household_months=300, dirt=False, sources=("household_income",))
    return tmp_path / "landing"


def change(landing: Path, edit: object) -> tuple[str, str]:
    """Edit the second data line of Yanchi's file; returns its household id and the file's name."""
    path = next(landing.glob("盐池县_住户收入_*.csv"))
    lines = path.read_text("utf-8-sig").splitlines()
    place = lines[0].split(",").index("户编码")
    identifier = lines[2].split(",")[place]
    assert callable(edit)
    path.write_text("\n".join(edit(lines)) + "\n", "utf-8-sig")
    return identifier, path.name


def spaced_head(lines: list[str]) -> list[str]:
    return [
        lines[0].replace("户编码", "户 编码"),
        lines[1],
        lines[2].replace(",", ",abc", 4).replace("abc", "", 3),
        *lines[3:],
    ]


def two_records_on_one_line(lines: list[str]) -> list[str]:
    return [*lines[:2], f"{lines[3]},{lines[2]}", *lines[4:]]


def one_comma_too_many(lines: list[str]) -> list[str]:
    return [*lines[:2], f",{lines[2]}", *lines[3:]]


@pytest.mark.parametrize("edit", [spaced_head, two_records_on_one_line, one_comma_too_many])
def test_a_damaged_line_shows_no_identity(landing: Path, tmp_path: Path, edit: object) -> None:
    identifier, name = change(landing, edit)
    home = tmp_path / "home"
    place = run("wuzhong", landing, home)
    shown = place.ask(f"SELECT raw_record, findings FROM audit.quarantine WHERE original_name = '{name}'")
    assert len(shown) >= 1
    assert not shown["raw_record"].str.contains(identifier).any()
    assert not shown["findings"].str.contains(identifier).any()
    looked = {path.suffix for path in home.rglob("*") if path.is_file() and "archive" not in path.parts and holds(path)}
    assert {".parquet", ".duckdb"} <= looked
    for path in home.rglob("*"):
        if path.is_file() and "archive" not in path.parts:
            assert not any(identifier in text for text in texts_of(path)), path


def texts_of(path: Path) -> Iterator[str]:
    """All that a file holds, as text; what is compressed is read first."""
    if path.suffix == ".parquet":
        yield str(pq.read_table(path, partitioning=None).to_pylist())
    elif path.suffix == ".duckdb":
        copy = Path(shutil.copy(path, tempfile.mkdtemp()))  # the process may have the file itself open
        with duckdb.connect(str(copy)) as connection:
            tables = "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT internal"
            for (name,) in connection.execute(tables).fetchall():
                yield str(connection.execute(f"SELECT * FROM {name}").fetchall())
    else:
        yield path.read_bytes().decode("utf-8", "replace")


def holds(path: Path) -> bool:
    """The file has something to read."""
    return any(len(text) > 2 for text in texts_of(path))


def test_a_month_that_cannot_be_stops_no_other(real_data: Path, tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    landing.mkdir()
    name = "income_by_source_quarterly.csv"
    head, *lines = (real_data / "data" / "china_nbs" / name).read_text(encoding="utf-8").splitlines()
    of_a_year = [line for line in lines if line.startswith("2013")]
    impossible = [line.replace("2013-03", "2093-03") for line in of_a_year if line.startswith("2013-03")]
    (landing / name).write_text("\n".join([head, *of_a_year, *impossible]) + "\n", encoding="utf-8")
    place = run("china", landing, tmp_path / "home")
    assert place.done is not None
    assert place.done.months == ("2013-03", "2013-06", "2013-09", "2013-12")
    refused = place.ask("SELECT row_number, time_period, rule_ids, findings FROM audit.quarantine")
    (same,) = place.ask("SELECT count(*) AS n FROM core.published_income WHERE time_period = '2013-Q1'")["n"]
    assert len(refused) == same > 0
    assert set(refused["time_period"]) == {"2013-03"}, "judged in the first month of the file"
    assert refused["rule_ids"].str.contains("published_income.period_agrees").all()
    assert refused["findings"].str.contains("2093-Q1").all()
    (file,) = place.ask("SELECT * FROM raw.intake_file").to_dict("records")
    assert file["rows_accepted"] + file["rows_quarantined"] == file["rows_read"]
