"""The chain: one mechanism for every append-only table, and what breaks it."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from checks.ledger import GENESIS, Head, append, entry_hash, first_broken_link, heads
from warehouse.contracts import CHAINED_CONTRACTS, CONTRACTS, Contract
from warehouse.engine import fetch, open_ledger, table
from warehouse.store import Home

RELEASE = CONTRACTS["audit.release"]


def release(number: int, **changes: object) -> dict[str, object]:
    said: dict[str, object] = {
        "release_id": number,
        "jurisdiction": "place",
        "created_at": dt.datetime(2024, 3, 1, 12, 30, 5, 123_456, dt.UTC),
        "run_id": f"run {number}",
        "periods": "2024-02",
        "inputs_hash": "a",
        "code_version": "1",
        "rule_set_version": "r",
        "manifest": "{}",
        "signature": None,
        "signing_key": None,
    }
    return said | changes


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_ledger(Home.at(tmp_path))
    yield engine
    engine.dispose()


def stored(connection: sa.Connection, contract: Contract = RELEASE) -> list[dict[str, object]]:
    kept = table(contract)
    return fetch(connection, sa.select(kept).order_by(kept.c.entry_number))


def test_judgements_and_releases_are_chains() -> None:
    assert {"audit.check_result", "audit.release"} <= set(CHAINED_CONTRACTS)


def test_what_is_read_back_hashes_as_what_was_written(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        append(connection, RELEASE, [release(1), release(2)])
        head = append(connection, RELEASE, [release(3)])
        assert heads(connection) == {"audit.release": head}
        entries = stored(connection)
    assert [entry["entry_number"] for entry in entries] == [1, 2, 3]
    assert first_broken_link(RELEASE, entries, head) is None
    assert entries[0]["entry_hash"] == entry_hash(RELEASE, GENESIS, entries[0])
    assert head.sha256 == entries[2]["entry_hash"]


def test_an_empty_chain_ends_where_it_begins() -> None:
    assert first_broken_link(RELEASE, [], None) is None
    assert first_broken_link(RELEASE, [], Head(1, "x")) is not None


def test_a_column_added_later_and_blank_changes_no_hash() -> None:
    from dataclasses import replace

    entry = release(1, entry_number=1)
    older = replace(RELEASE, columns=tuple(c for c in RELEASE.columns if c.name not in ("signature", "signing_key")))
    assert entry_hash(older, GENESIS, entry) == entry_hash(RELEASE, GENESIS, entry)
    assert entry_hash(RELEASE, GENESIS, entry | {"signature": ""}) != entry_hash(RELEASE, GENESIS, entry)


def test_the_same_entry_in_another_table_has_another_hash() -> None:
    from dataclasses import replace

    entry = release(1, entry_number=1)
    assert entry_hash(replace(RELEASE, table="other"), GENESIS, entry) != entry_hash(RELEASE, GENESIS, entry)


def test_after_entries_were_cut_off_the_next_leaves_a_gap(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        append(connection, RELEASE, [release(number) for number in (1, 2, 3)])
        connection.exec_driver_sql("DELETE FROM audit.release WHERE entry_number > 1")
        head = append(connection, RELEASE, [release(4)])
        link = first_broken_link(RELEASE, stored(connection), head)
    assert link is not None
    assert (link.place, link.expected, link.found) == (2, "entry 2", "entry 4")
