"""Random edits of a home, one by one: every one is found and named. `make test-long` makes 1,000 of them."""

import os
import random
import re
from pathlib import Path

import duckdb
import pytest
from ledger_support import PRIVATE, PUBLISHED, TABLES, Edit, edit_bytes, edit_rows, edit_table

from assets.verify.releases import verify
from warehouse.contracts import CHAINED_CONTRACTS, CONTRACTS, PARQUET_CONTRACTS
from warehouse.store import Home

EDITS = int(os.environ.get("POVMON_EDITS", "200"))


def test_every_random_edit_is_found_and_named(home: Path) -> None:
    """Each round edits an archived file, a Parquet file and a table at once; each of the three must be named."""
    dice = random.Random(20_10)
    assert verify(Home(home)).broken == []
    filled = tables_with_rows(home)
    archived = sorted(path for path in (home / "archive").glob("*/*") if path.stat().st_size)
    parquet = sorted((home / "parquet").rglob("*.parquet"))
    done = 0
    while done < EDITS:
        sent, part, file = dice.choice(archived), dice.choice(parquet), dice.choice((PUBLISHED, PRIVATE))
        table = dice.choice([*CHAINED_CONTRACTS, *filled])
        touched = (sent, part, home / file)
        before = {path: path.read_bytes() for path in touched}
        edits = [
            edit_bytes(sent, home, dice),
            dice.choice((edit_bytes, edit_rows))(part, home, dice),
            edit_table(home, file, table, dice),
        ]
        found = [broken.where for broken in verify(Home(home)).broken]
        for edit in edits:
            assert is_named(edit, found), (edit, found)
        done += len(edits)
        for path, data in before.items():
            path.write_bytes(data)
    assert verify(Home(home)).broken == []


def is_named(edit: Edit, found: list[str]) -> bool:
    """`ref.area` does not name `ref.area_set`, nor `entry 1` the entry 17."""
    whole = [re.escape(name) + (r"(?!\w)" if name[-1].isalnum() else "") for name in edit.named]
    return any(all(re.search(name, where) for name in whole) for where in found)


def tables_with_rows(home: Path) -> list[str]:
    with duckdb.connect(str(home / PUBLISHED), read_only=True) as connection:
        counts = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in TABLES}
    return [name for name, rows in counts.items() if rows]


def test_every_table_but_microdata_is_edited() -> None:
    assert set(TABLES) == {name for name in CONTRACTS if name not in PARQUET_CONTRACTS}


@pytest.mark.parametrize("table", TABLES)
def test_every_kind_of_table_has_rows_to_be_edited(history: Path, table: str) -> None:
    assert table in tables_with_rows(history)
