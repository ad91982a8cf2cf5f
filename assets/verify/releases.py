"""`povmon verify`: what the releases vouch for computed again, offline, and compared.

Works from what an auditor has: the published warehouse file, the archive and the Parquet; the private file as well
where it can be read. Nothing is written. What is hashed, and how, is in `assets.release.manifest`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import duckdb

from assets.verify.files import Counted, check_archive, check_parquet, count_accepted
from assets.verify.findings import RESTORE, Broken, Verification
from assets.verify.tables import check_chains, check_tables
from assets.verify.vouched import Database
from warehouse.contracts import CHAINED_CONTRACTS
from warehouse.engine import quoted
from warehouse.store import Home

_HERE = Home(Path())
PUBLISHED, PRIVATE = str(_HERE.warehouse), str(_HERE.ledger)


def verify(home: Home, office_key: str | None = None) -> Verification:
    """Verify a home, and that its latest release is signed by the office when its public key (hexadecimal) is given.

    FileNotFoundError when nothing is published in it, HomeBusy when a run works in it, KeyProblem when a key is given
    and signatures cannot be checked here.
    """
    if not home.warehouse.exists():
        raise FileNotFoundError(f"{home.warehouse} does not exist: nothing is published there to be verified")
    report = Verification()
    # no run may begin meanwhile; who may not write in the home can start none, and holds nothing
    is_office = os.access(home.ledger.parent, os.W_OK)
    with home.locked() if is_office else nullcontext(), duckdb.connect() as driver:
        databases = [
            database
            for database in _attached(driver, home, report)
            if _whole(report, database, lambda database: check_chains(report, database, office_key))
        ]
        if len(databases) == 2:
            _same_history(report, *databases)
        if databases:
            _check_rest(report, home, databases)
    return report


def _check_rest(report: Verification, home: Home, databases: Sequence[Database]) -> None:
    """Files, then what stands in the tables; `databases` have whole chains, the last knows most."""
    latest = databases[-1]
    _whole(report, latest, lambda database: check_archive(report, home, database))
    is_whole = _whole(report, latest, lambda database: check_parquet(report, home, database))
    counted = count_accepted(latest, home) if is_whole else Counted(None, latest.unreleased)
    for database in databases:
        _whole(report, database, lambda database: check_tables(report, database, counted))


def _attached(driver: duckdb.DuckDBPyConnection, home: Home, report: Verification) -> Iterator[Database]:
    """The published file and, where it can be read, the private one."""
    for catalog, path, file in (("published", home.warehouse, PUBLISHED), ("private", home.ledger, PRIVATE)):
        if catalog == "private" and not os.access(path, os.R_OK):
            report.notes.append(f"{PRIVATE} is not readable here: the published copy speaks for it")
            continue
        try:
            driver.execute(f"ATTACH {quoted(str(path))} AS {catalog} (READ_ONLY)")
        except duckdb.Error as error:
            report.broken.append(Broken(file, f"it cannot be opened: {error}", "a DuckDB file", RESTORE))
        else:
            yield Database(driver, catalog, file)


def _whole(report: Verification, database: Database, check: Callable[[Database], None]) -> bool:
    """Whether a check went through and found nothing; a file that DuckDB cannot read on the way is broken."""
    before = len(report.broken)
    try:
        check(database)
    except duckdb.Error as error:
        report.broken.append(Broken(database.file, f"it cannot be read: {error}", "every table of it", RESTORE))
    return len(report.broken) == before


def _same_history(report: Verification, published: Database, private: Database) -> None:
    """What outsiders see is a beginning of what the office has; both chains are whole."""
    ahead = 0
    for name in CHAINED_CONTRACTS:
        entries, head = published.head(name).entries, published.head(name).sha256
        found = private.hash_at(name, entries) if entries else head
        where = f"{PRIVATE}: {name}, entry {entries}, of which {PUBLISHED} has the hash"
        report.compare(
            "chains that agree", where, found=found, expected=head, do=f"find out which copy was replaced; {RESTORE}"
        )
        ahead += private.head(name).entries - entries
    if ahead > 0:
        report.notes.append(
            f"{PRIVATE} has {ahead} more entries: decisions or looks that no run has published yet, or "
            "a run that ended before it published; run again"
        )
