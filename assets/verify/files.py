"""Files against what is written of them: the archive by its names, Parquet by the latest release of each month."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.verify.findings import REMAKE, RESTORE, Broken, Verification
from assets.verify.vouched import Database, Part
from warehouse.contracts import SEGMENT_CONTRACTS, SOURCE_CONTRACTS
from warehouse.engine import rows_by_file
from warehouse.store import Home, sha256_of

_FILES_AT_ONCE = 4


def check_archive(report: Verification, home: Home, database: Database) -> None:
    """Every archived file is what its name says, and every file that the register or a release names is there."""
    archive, named = home.root / "archive", _named(database)
    if not os.access(archive, os.R_OK | os.X_OK):
        do = "verify as a user who may read the archive"
        report.broken.append(Broken("archive", "it is not there or cannot be read", f"{len(named)} files", do))
        return
    kept = {path.name: path for path in sorted(archive.glob("*/*")) if not path.name.startswith(".")}
    for path, found in _hashed(kept.values()):
        where = f"archive/{path.parent.name}/{path.name} ({named.get(path.name, 'not in the register')})"
        report.compare("archived files", where, found=found, expected=path.name, do=f"{RESTORE}, or ask its sender")
    for file_id in sorted(named.keys() - kept.keys()):
        where = f"archive/{file_id[:2]}/{file_id} ({named[file_id]})"
        report.compare("archived files", where, found=None, expected=file_id, do=f"{RESTORE}, or ask its sender")
    if unknown := sorted(kept.keys() - named.keys()):
        report.notes.append(f"{len(unknown)} archived files are not in the register, {unknown[0]} first")


def _named(database: Database) -> dict[str, str]:
    """file_id -> what it is, for every file of the register and of every release, companions included."""
    named: dict[str, str] = {}
    for release in database.releases:
        for month, content in release.months.items():
            named[content["snapshot"]] = f"reference tables of release {release.number}"
            for _, _, name, file_id, companions, _ in content["files"]:
                of = f"{name}, release {release.number}, {month}"
                named |= dict.fromkeys(_ids(companions), f"companion of {of}") | {file_id: of}
    for file_id, name, companions in database.rows(
        "SELECT file_id, original_name, companions FROM {db}.raw.intake_file ORDER BY ALL"
    ):
        named |= dict.fromkeys(_ids(companions), f"companion of {name}") | {file_id: name}
    return named


def _ids(companions: str) -> list[str]:
    """The files in a list of companions; none in one that is no JSON any more, which `check_tables` finds."""
    try:
        return [str(file_id) for file_id in json.loads(companions).values()]
    except (ValueError, AttributeError):
        return []


def check_parquet(report: Verification, home: Home, database: Database) -> None:
    """Every Parquet file, of source tables and of the ledger, is that of the latest release of its month."""
    expected = {
        path: (sha256, release.number)
        for (place, month), release in database.standing.items()
        for path, sha256 in _vouched(home, place, month, release.months[month])
    }
    kept = [path for table in SOURCE_CONTRACTS for path in home.partitions(table)]
    kept += [path for table in SEGMENT_CONTRACTS for path in home.segments(table)]
    hashes = dict(_hashed(kept))
    for path in sorted(expected.keys() | hashes.keys()):
        where = path.relative_to(home.root).as_posix()
        if run := database.unreleased.get(_part(path)):
            report.notes.append(f"{where} was left by run {run}, which made no release; no figure is computed from it")
            continue
        sha256, number = expected.get(path, (None, None))
        at = f"{where} (release {number})" if number else f"{where} (in no release)"
        report.compare("Parquet files", at, found=hashes.get(path), expected=sha256, do=REMAKE)


def _vouched(home: Home, place: str, month: str, content: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """The Parquet files that a release vouches for in a month."""
    for table, sha256 in content["parquet"].items():
        yield home.partition(table, place, month), sha256
    for name, sha256 in content.get("segments", {}).items():
        table, _, source = name.partition("/")
        yield home.segment(table, source, place, month), sha256


@dataclass(frozen=True)
class Counted:
    """Accepted rows by place, table and file_id in Parquet (None: it is not whole), and the parts of no release."""

    rows: Mapping[tuple[str, str, str], int] | None
    left_out: Collection[Part]


def count_accepted(database: Database, home: Home) -> Counted:
    """Count the rows of every file in the Parquet that is of a release."""
    parts: dict[tuple[str, str], list[Path]] = {}
    for path in (path for table in SOURCE_CONTRACTS for path in home.partitions(table)):
        place, table, _ = part = _part(path)
        if part not in database.unreleased:
            parts.setdefault((place, table), []).append(path)
    rows = {(*of, file_id): count for of, paths in parts.items() for file_id, count in rows_by_file(paths).items()}
    return Counted(rows, database.unreleased)


def _part(path: Path) -> Part:
    """`…/core/labour_export/jurisdiction=wuzhong/ym=2021-01/part-0.parquet` -> its parts; of a segment its source's."""
    *_, schema, table, place, month, _ = path.parts
    source = path.stem if f"{schema}.{table}" in SEGMENT_CONTRACTS else f"{schema}.{table}"
    return place.partition("=")[2], source, month.partition("=")[2]


def _hashed(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """Every file with the SHA-256 of its bytes."""
    paths = list(paths)
    with ThreadPoolExecutor(_FILES_AT_ONCE) as pool:
        return list(zip(paths, pool.map(sha256_of, paths), strict=True))
