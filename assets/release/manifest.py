"""What a release vouches for, by hash: written when it is made, computed again when it is verified.

Inputs and Parquet by the SHA-256 of the file; marts, reference tables, quarantine, reporting and the register of files
by the digest of their rows (`warehouse.digest`); the ledger by where its chains end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from checks.ledger import Head
from warehouse.contracts import CONTRACTS, SEGMENT_CONTRACTS, SOURCE_CONTRACTS
from warehouse.digest import Digest, digests_of
from warehouse.periods import periods_closing
from warehouse.store import Home, sha256_of

REFERENCE = (*(name for name, contract in CONTRACTS.items() if contract.schema == "ref"), "audit.rule")
"""Tables that every run writes anew; the rows of all places are those without a jurisdiction."""

FIGURES = tuple(
    name
    for name, contract in CONTRACTS.items()
    if name != "audit.release" and any(column.name == "release_id" for column in contract.columns)
)
"""Tables to which every release adds its own rows: marts, price levels, reasons of revisions."""

AS_IT_STANDS = {
    "raw.intake_file": ("status", "reason", "rows_accepted", "rows_quarantined", "code_version"),
}
"""Columns that tell how a row stands now, which later files may change."""

Content = dict[str, dict[str, Any]]
"""Part of a manifest -> name -> SHA-256, or rows and SHA-256"""
Group = tuple[Any, ...]


@dataclass(frozen=True)
class Digests:
    """Digests of the rows of a warehouse file, each by what it speaks for."""

    figures: Mapping[str, Mapping[Group, Digest]]
    """table -> (release_id,) -> rows"""
    reference: Mapping[str, Mapping[Group, Digest]]
    """table -> (jurisdiction or None,) -> rows"""
    quarantine: Mapping[Group, Digest]
    """(jurisdiction, source, month)"""
    decided: Mapping[Group, Digest]
    """(jurisdiction, table, month)"""
    reporting: Mapping[Group, Digest]
    """(jurisdiction, period)"""
    register: Mapping[Group, Digest]
    """(jurisdiction, original_name, file_id)"""


def take_digests(
    driver: duckdb.DuckDBPyConnection,
    catalog: str | None = None,
    *,
    release_id: int | None = None,
    months: Iterable[str] | None = None,
) -> Digests:
    """Everything in a file; when a release is being made, only its own figures and the quarantine of its months."""

    def of(table: str, by: Sequence[str], where: str = "true", *given: object) -> dict[Group, Digest]:
        without = AS_IT_STANDS.get(table, ())
        return digests_of(driver, CONTRACTS[table], by, where, given, without=without, catalog=catalog)

    own = ("true",) if release_id is None else ("release_id = ?", release_id)
    concerned = ("true",) if months is None else ("time_period IN (SELECT unnest(?))", list(months))
    return Digests(
        figures={name: of(name, ["release_id"], *own) for name in FIGURES},
        reference={name: of(name, _place_of(name)) for name in REFERENCE},
        quarantine=of("audit.quarantine", ["jurisdiction", "source", "time_period"], *concerned),
        decided=of("audit.decided_record", ["jurisdiction", "table_name", "time_period"], *concerned),
        reporting=of("raw.reporting", ["jurisdiction", "time_period"]),
        register=of("raw.intake_file", ["jurisdiction", "original_name", "file_id"]),
    )


def _place_of(table: str) -> list[str]:
    return ["jurisdiction"] if any(column.name == "jurisdiction" for column in CONTRACTS[table].columns) else []


def of_month(taken: Digests, jurisdiction: str, month: str, files: Sequence[Sequence[str]]) -> Content:
    """What a release vouches for in one of its months beside Parquet; `files` as they stand in the manifest."""
    names = {(jurisdiction, name, file_id): name for _, _, name, file_id, *_ in files}
    return {
        "register": {name: _written(taken.register[of]) for of, name in names.items() if of in taken.register},
        **{
            part: {
                source: _written(digest)
                for (place, source, at), digest in digests.items()
                if (place, at) == (jurisdiction, month)
            }
            for part, digests in (("quarantine", taken.quarantine), ("decided", taken.decided))
        },
        "reporting": {
            period: _written(digest)
            for (place, period), digest in taken.reporting.items()
            if place == jurisdiction and period in periods_closing(month)
        },
    }


def of_release(taken: Digests, release_id: int) -> Content:
    """The figures that a release vouches for."""
    return {
        "figures": {
            name: _written(digests[release_id,]) for name, digests in taken.figures.items() if (release_id,) in digests
        }
    }


def of_reference(taken: Digests, jurisdiction: str) -> Content:
    """The reference tables that a release vouches for: rows of the place, and of all places."""
    owners: dict[str, list[Group]] = {"reference": [(jurisdiction,)], "shared_reference": [(None,), ()]}
    return {
        part: {name: _written(kept[of]) for name, kept in taken.reference.items() for of in groups if of in kept}
        for part, groups in owners.items()
    }


def of_chains(heads: Mapping[str, Head]) -> Content:
    """Where the chains end when a release is made."""
    return {"chains": {name: {"entries": head.entries, "sha256": head.sha256} for name, head in sorted(heads.items())}}


def files_of(home: Home, jurisdiction: str, month: str) -> dict[str, dict[str, str]]:
    """SHA-256 of the month's Parquet files: of every source table, and of what judging it left in the ledger."""
    parquet = {name: home.partition(name, jurisdiction, month) for name in SOURCE_CONTRACTS}
    segments = {
        f"{name}/{source}": home.segment(name, source, jurisdiction, month)
        for name in SEGMENT_CONTRACTS
        for source in SOURCE_CONTRACTS
    }
    return {
        part: {name: sha256_of(path) for name, path in paths.items() if path.exists()}
        for part, paths in (("parquet", parquet), ("segments", segments))
    }


@dataclass(frozen=True)
class Vouched:
    """What a release vouches for: by month, with what was known of the months before, and as a whole."""

    months: Mapping[str, Mapping[str, object]]
    whole: Content


def vouch(
    driver: duckdb.DuckDBPyConnection,
    heads: Mapping[str, Head],
    jurisdiction: str,
    release_id: int,
    months: Mapping[str, Mapping[str, Any]],
) -> Vouched:
    """What a release in the making vouches for, once its rows are written and before its own is."""
    taken = take_digests(driver, release_id=release_id, months=months)
    return Vouched(
        {month: {**said, **of_month(taken, jurisdiction, month, said["files"])} for month, said in months.items()},
        of_release(taken, release_id) | of_reference(taken, jurisdiction) | of_chains(heads),
    )


def _written(digest: Digest) -> dict[str, object]:
    return {"rows": digest.rows, "sha256": digest.sha256}
