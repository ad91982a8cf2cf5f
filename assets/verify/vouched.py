"""What the releases of a warehouse file vouch for, read from its chained tables: the reading half of `verify`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb

from assets.release.manifest import Digests, take_digests
from checks.ledger import GENESIS, Head
from warehouse.contracts import CHAINED_CONTRACTS, Contract

_BATCH = 20_000
Row = Mapping[str, Any]
Part = tuple[str, str, str]
"""jurisdiction, table, month"""


@dataclass(frozen=True)
class Release:
    """A release and its manifest."""

    number: int
    jurisdiction: str
    run_id: str
    manifest: Mapping[str, Any]
    text: str
    """The manifest as it was signed"""
    signature: str | None
    signing_key: str | None

    @property
    def months(self) -> Mapping[str, Mapping[str, Any]]:
        """Month -> files, Parquet, quarantine, reporting."""
        months: Mapping[str, Mapping[str, Any]] = self.manifest["months"]
        return months


@dataclass(frozen=True)
class Database:
    """A warehouse file attached read only: the published one, or the private one."""

    driver: duckdb.DuckDBPyConnection
    catalog: str
    file: str
    """As it is named to a reader"""

    @property
    def is_private(self) -> bool:
        """The file that runs write, which may be ahead of what is published."""
        return self.catalog == "private"

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows of a query; `{db}` stands for this file."""
        return self.driver.execute(query.format(db=self.catalog), list(parameters)).fetchall()

    def entries(self, contract: Contract) -> Iterator[Row]:
        """Entries of a chained table in the order of their numbers."""
        names = ", ".join(column.name for column in contract.columns)
        query = f"SELECT {names} FROM {self.catalog}.{contract.name} ORDER BY entry_number, entry_hash"
        for batch in self.driver.sql(query).to_arrow_reader(_BATCH):
            yield from batch.to_pylist()

    @cached_property
    def heads(self) -> dict[str, Head]:
        """Where its chains are said to end."""
        rows = self.rows("SELECT table_name, entries, head_hash FROM {db}.audit.chain_head")
        return {name: Head(entries, head) for name, entries, head in rows}

    def head(self, table: str) -> Head:
        """Where the chain of a table is said to end; an empty one ends where it begins."""
        return self.heads.get(table, Head(0, GENESIS))

    def hash_at(self, table: str, place: int) -> str | None:
        """entry_hash of an entry of a chained table."""
        found = self.rows(f"SELECT entry_hash FROM {{db}}.{table} WHERE entry_number = ?", place)
        return found[0][0] if found else None

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """All releases in order; only to be asked once their chain is found whole."""
        return tuple(
            Release(
                row["release_id"],
                row["jurisdiction"],
                row["run_id"],
                json.loads(row["manifest"]),
                row["manifest"],
                row["signature"],
                row["signing_key"],
            )
            for row in self.entries(CHAINED_CONTRACTS["audit.release"])
        )

    @cached_property
    def digests(self) -> Digests:
        """Digests of everything that its releases can vouch for."""
        return take_digests(self.driver, self.catalog)

    @cached_property
    def standing(self) -> dict[tuple[str, str], Release]:
        """(jurisdiction, month) -> its latest release, which alone speaks for the files of the month."""
        return {(release.jurisdiction, month): release for release in self.releases for month in release.months}

    def latest(self, jurisdiction: str | None = None) -> Release | None:
        """The latest release, of one place or of all."""
        own = [release for release in self.releases if jurisdiction in (None, release.jurisdiction)]
        return own[-1] if own else None

    @cached_property
    def unreleased(self) -> dict[Part, str]:
        """Parts that a run judged after the latest release of their month without releasing them -> the run.

        Nothing is computed from what such a run left: the next run makes it again from the archive.
        """
        judged = self.rows(
            "SELECT jurisdiction, table_name, time_period, max(entry_number), max_by(run_id, entry_number) "
            "FROM {db}.audit.check_result WHERE run_id NOT IN (SELECT run_id FROM {db}.audit.release) GROUP BY ALL"
        )
        return {
            (place, table, month): run
            for place, table, month, entry, run in judged
            if entry > _judged_before(self.standing.get((place, month)))
        }

    def unreleased_since(self, release: Release, jurisdiction: str | None) -> str | None:
        """A run without a release that worked on a place (on any when None) after this release, or None."""
        found = self.rows(
            "SELECT max_by(run_id, entry_number) FROM {db}.audit.check_result WHERE entry_number > ? "
            "AND jurisdiction = coalesce(?, jurisdiction) "
            "AND run_id NOT IN (SELECT run_id FROM {db}.audit.release)",
            *(_judged_before(release), jurisdiction),
        )
        return found[0][0]


def _judged_before(release: Release | None) -> int:
    """How many judgements there were when a release was made."""
    return int(release.manifest["chains"].get("audit.check_result", {}).get("entries", 0)) if release else 0
