"""A release: the months whose inputs changed, the gate, and the manifest that says what is behind each figure.

A release is never rewritten. A month whose files, code, rules and reference tables are those of its last release is
left alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from checks.ledger import append, blocking, of_run
from checks.scan import as_json
from warehouse.contracts import CONTRACTS, MART_CONTRACTS
from warehouse.engine import fetch, table
from warehouse.periods import begins
from warehouse.signing import sign
from warehouse.version import code_version

RELEASE = CONTRACTS["audit.release"]
_RELEASES = table(RELEASE)
Months = Mapping[str, Mapping[str, object]]
"""month -> {inputs_hash, files: [[table, layout, name, file_id, companions, series]], decisions: [[table, decision,
kind, in force or expired]], earlier: {table: sha256 over the files of the months before, where figures look back},
seen: {table: sha256 over the files that rules look at},
snapshot: sha256 of the reference tables, and parts of assets.release.manifest}"""


class ReleaseRefused(RuntimeError):
    """The gate found an open blocking failure; the message names rules, tables, months and what to do."""


def inputs_hash(files: Sequence[Sequence[object]], reference: str) -> str:
    """SHA-256 over the files of a month, the code and the reference tables."""
    text = json.dumps([sorted(map(list, files)), code_version(), reference], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Past:
    """The files of the months gone through so far, by source table."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def add(self, files: Sequence[Sequence[object]]) -> None:
        """A month is over."""
        for name in {str(entry[0]) for entry in files}:
            own = json.dumps([self._seen.get(name), sorted([*entry] for entry in files if entry[0] == name)])
            self._seen[name] = hashlib.sha256(own.encode()).hexdigest()

    def of(self, tables: Iterable[str]) -> dict[str, str]:
        """Table -> SHA-256 over its files in all months before; none that had no file."""
        return {name: self._seen[name] for name in sorted(tables) if name in self._seen}


def seen(
    files: Mapping[str, Sequence[Sequence[object]]], tables: Iterable[str], month: str, freq: Mapping[str, str]
) -> dict[str, str]:
    """Table -> SHA-256 over its files for periods that have begun by the end of a month: what its rules can see.

    files: month -> entries of its files; freq: layout -> length of its periods. None for a table that has no file.
    """
    found: dict[str, str] = {}
    for name in sorted(tables):
        entries = [
            [at, *entry]
            for at, of_month in sorted(files.items())
            for entry in of_month
            if entry[0] == name and begins(at, freq.get(str(entry[1]), "A")) <= month
        ]
        if entries:
            found[name] = hashlib.sha256(json.dumps(sorted(entries)).encode()).hexdigest()
    return found


def released_months(connection: sa.Connection, jurisdiction: str) -> dict[str, dict[str, object]]:
    """What the latest release of every month was made of, with its release_id and code_version."""
    months: dict[str, dict[str, object]] = {}
    query = sa.select(_RELEASES).where(_RELEASES.c.jurisdiction == jurisdiction).order_by(_RELEASES.c.release_id)
    for release in fetch(connection, query):
        for month, content in json.loads(release["manifest"])["months"].items():
            months[month] = {**content, **{name: release[name] for name in ("release_id", "code_version")}}
    return months


def next_release_id(connection: sa.Connection) -> int:
    """The number that the release in the making will have."""
    latest = connection.execute(sa.select(sa.func.max(_RELEASES.c.release_id))).scalar()
    return int(latest or 0) + 1


def forget_unreleased(connection: sa.Connection) -> None:
    """Remove figures of a release that never came about (a run that was killed or refused)."""
    done = sa.select(_RELEASES.c.release_id)
    for contract in MART_CONTRACTS.values():
        figures = table(contract)
        connection.execute(sa.delete(figures).where(figures.c.release_id.not_in(done)))


def pass_gate(connection: sa.Connection, run_id: str) -> None:
    """Raise ReleaseRefused when the ledger holds a blocking failure of this run."""
    open_failures = blocking(of_run(connection, run_id))
    if open_failures:
        lines = [f"{e['time_period']} {e['rule_id']}: {e['outcome']} {e['examples'] or ''}" for e in open_failures[:10]]
        more = f"\n  … and {len(open_failures) - 10} more" if len(open_failures) > 10 else ""
        raise ReleaseRefused(
            f"nothing was released: {len(open_failures)} blocking result(s) in the ledger\n  "
            + "\n  ".join(lines)
            + more
            + "\nto do: correct the files named in the quarantine and run again; the last release stands"
        )


def write_release(
    connection: sa.Connection,
    *,
    release_id: int,
    jurisdiction: str,
    run_id: str,
    months: Months,
    whole: Mapping[str, object],
    before: Mapping[str, Mapping[str, object]],
    moved: Mapping[str, str],
    rule_set_version: str,
    created_at: dt.datetime,
    publication: Mapping[str, object],
) -> None:
    """Add the row of the release: by month what changed since the one before and what that moved; what is withheld.

    `whole` is what it vouches for beside its months (assets.release.manifest), `publication` what the gate said.
    Signed when the office has a key.
    """
    described = {
        month: {
            **content,
            "revises": before[month]["release_id"],
            "reason": f"{_reason(content, before[month])}; {moved[month]}",
        }
        if month in before
        else {**content, "revises": None, "reason": "first release of the month"}
        for month, content in sorted(months.items())
    }
    told = {"months": described, "publication": publication, **whole}
    manifest = as_json({"release_id": release_id, "jurisdiction": jurisdiction, **told})
    signed = sign(manifest.encode())
    append(
        connection,
        RELEASE,
        [
            {
                "release_id": release_id,
                "jurisdiction": jurisdiction,
                "created_at": created_at,
                "run_id": run_id,
                "periods": " ".join(sorted(months)),
                "inputs_hash": hashlib.sha256(
                    "".join(str(months[month]["inputs_hash"]) for month in sorted(months)).encode()
                ).hexdigest(),
                "code_version": code_version(),
                "rule_set_version": rule_set_version,
                "manifest": manifest,
                "signature": signed.signature if signed else None,
                "signing_key": signed.signing_key if signed else None,
            }
        ],
    )


def _reason(content: Mapping[str, object], before: Mapping[str, object]) -> str:
    """What differs of what the month is made of; the program, rules or reference tables when none of it does."""
    said = []
    for name, what in (("files", "replaced or gone"), ("decisions", "withdrawn, replaced or expired")):
        new, old = ({str(entry) for entry in source[name]} for source in (content, before))  # type: ignore[attr-defined]
        if new != old:
            said.append(f"{name} changed: {len(new - old)} new, {len(old - new)} {what}")
    for name, what in (("earlier", "earlier months"), ("seen", "tables that are looked at")):
        if content[name] != before[name]:
            said.append(f"files of {what} changed")
    return "; ".join(said) or "program, rules or reference tables changed"
