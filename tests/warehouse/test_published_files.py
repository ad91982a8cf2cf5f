"""What is published can be read by all and written by none, and stays with who has it open."""

import os
import stat
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from warehouse import published_files
from warehouse.compile import arrow_schema
from warehouse.contracts import CONTRACTS
from warehouse.engine import open_ledger, open_published, publish
from warehouse.store import Home, write_parquet

AREAS = CONTRACTS["core.area_history"]
EDITION = "SELECT min(area_code), count(*) FROM core.area_history"


def store(home: Home, code: str) -> None:
    """One row, in the place of what was there."""
    schema = arrow_schema(AREAS)
    given: dict[str, object] = {"area_code": code, "jurisdiction": "here", "time_period": "2024-12"}
    row = {field.name: given.get(field.name, "x" if pa.types.is_string(field.type) else 1) for field in schema}
    write_parquet(home.partition(AREAS.name, "here", "2024-12"), schema, [pa.Table.from_pylist([row], schema)])


def published(home: Home) -> None:
    engine = open_ledger(home)
    publish(home, engine)
    engine.dispose()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_private_matter_is_the_owners_and_the_published_file_is_for_reading(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    published(home)
    assert mode(home.ledger.parent) == mode(home.root / "archive") == 0o700
    assert mode(home.warehouse) == 0o444
    with open_published(home) as reader, pytest.raises(duckdb.InvalidInputException, match="read-only"):
        reader.execute("DELETE FROM audit.release")


def test_a_file_that_is_open_goes_on_reading_the_parquet_it_was_published_with(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "o'brien's home")
    store(home, "first")
    published(home)
    with open_published(home) as reader:
        (part,) = published_files.shown(reader, AREAS.name)
        assert os.path.samefile(part, home.partition(AREAS.name, "here", "2024-12"))
        store(home, "second")
        assert reader.execute(EDITION).fetchall() == [("first", 1)], "a run has replaced it and not published yet"
        published(home)
        assert reader.execute(EDITION).fetchall() == [("first", 1)]
    with open_published(home) as reader:
        assert reader.execute(EDITION).fetchall() == [("second", 1)]


def test_what_was_replaced_stays_for_a_day_and_what_is_current_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home.at(tmp_path / "home")
    store(home, "first")
    (first,) = published_files.keep(home, AREAS.name)
    assert os.path.samefile(first, home.partition(AREAS.name, "here", "2024-12")), "a second name, not a copy"
    store(home, "first")
    assert published_files.keep(home, AREAS.name) == [first], "made again as it was"
    store(home, "second")
    (second,) = published_files.keep(home, AREAS.name)
    published_files.forget(home, [second])
    assert first.exists()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + published_files.KEPT + 60)
    published_files.forget(home, [second])
    assert (first.exists(), second.exists()) == (False, True)
