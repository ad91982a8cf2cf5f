"""The tables of a warehouse file against its own chains and releases.

First the chains; only when they are whole can a manifest be believed, and then everything else is held against it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from assets.release import manifest
from assets.verify.files import Counted
from assets.verify.findings import REMAKE, RESTORE, Verification
from assets.verify.vouched import Database, Part, Release
from checks.ledger import first_broken_link
from jurisdictions import UnknownJurisdiction, load
from warehouse.contracts import CHAINED_CONTRACTS
from warehouse.signing import Signature, is_genuine
from warehouse.store import KeyProblem

_BY_MONTH = {
    "quarantine": ("quarantined rows", "audit.quarantine"),
    "decided": ("records under decisions", "audit.decided_record"),
}
"""Part of a manifest's month -> what it is called, and its table"""


@dataclass(frozen=True)
class RegisteredFile:
    """A row of raw.intake_file, of a file that stands for some month."""

    jurisdiction: str
    source: str
    layout: str
    name: str
    file_id: str
    months: str
    rows_read: int | None
    rows_accepted: int | None
    rows_quarantined: int | None

    @property
    def parts(self) -> list[Part]:
        """The parts that it feeds."""
        return [(self.jurisdiction, self.source, month) for month in self.months.split()]

    @property
    def covers(self) -> str | None:
        """All that a file of its layout stands for when no other file stands for a part of it."""
        try:
            layouts = load(self.jurisdiction).layouts
        except UnknownJurisdiction:
            return None
        return next((" ".join(layout.covers()) for layout in layouts if layout.id == self.layout), None)


def check_chains(report: Verification, database: Database, office_key: str | None) -> None:
    """Every entry of every chained table, each chain up to its head, and the heads and signature of each release.

    With the office's public key the latest release, which speaks for all before it, must be signed with its other half.
    """
    for name, rows in database.rows("SELECT table_name, count(*) FROM {db}.audit.chain_head GROUP BY ALL ORDER BY ALL"):
        where = f"{database.file}: audit.chain_head, {name}"
        report.compare("chain heads", where, found=f"{rows} rows", expected="1 rows", do=RESTORE)
    for name, contract in CHAINED_CONTRACTS.items():
        head = database.heads.get(name)
        link = first_broken_link(contract, database.entries(contract), head)
        where = f"{database.file}: {name}, entry {link.place if link else 0}"
        do = f"the entries before it are sound; {RESTORE}"
        entries = head.entries if head else 0
        if not report.compare(
            name, where, found=link and link.found, expected=link and link.expected, do=do, count=entries
        ):
            return
    for release in database.releases:
        for name, seen in release.manifest["chains"].items():
            where = f"{database.file}: {name}, entry {seen['entries']}, which release {release.number} saw as the last"
            found = database.hash_at(name, seen["entries"])
            report.compare("chain heads", where, found=found, expected=seen["sha256"], do=RESTORE)
        _check_signature(report, database, release, must_be_told=office_key is not None)
    if office_key is not None:
        latest = database.latest()
        where = f"{database.file}: audit.release, {f'release {latest.number}' if latest else 'no release'}, signing_key"
        found = latest.signing_key if latest else None
        do = "ask the office whether it made this release"
        report.compare("keys", where, found=found, expected=office_key.lower(), do=do)


def _check_signature(report: Verification, database: Database, release: Release, *, must_be_told: bool) -> None:
    if release.signature is None and release.signing_key is None:
        return
    signed = Signature(release.signature or "", release.signing_key or "")  # half a signature is none
    try:
        genuine = is_genuine(release.text.encode(), signed)
    except KeyProblem as problem:
        if must_be_told:
            raise
        report.notes.append(f"release {release.number}: {problem}")
        return
    where = f"{database.file}: audit.release, release {release.number}, signature"
    said = ("not of this manifest and key", "of this manifest and key")
    report.compare("signatures", where, found=said[genuine], expected=said[True], do=RESTORE)


def check_tables(report: Verification, database: Database, counted: Counted) -> None:
    """Figures, reference tables, quarantine and the register; the chains are known to be whole."""
    _check_figures(report, database)
    _check_reference(report, database)
    _check_months(report, database)
    _check_register(report, database, counted)


def _compare(
    report: Verification,
    what: str,
    where: str,
    found: Mapping[str, Mapping[str, object]],
    expected: Mapping[str, Mapping[str, object]],
    do: str,
) -> None:
    """A part of a manifest computed again against what is written in it; `{}` in `where` stands for each name."""
    for name in sorted(found.keys() | expected.keys()):
        own, said = found.get(name), expected.get(name)
        rows = int(str(said["rows"])) if said else 0
        report.compare(what, where.format(name), found=_words(own), expected=_words(said), do=do, count=rows)


def _words(digest: Mapping[str, object] | None) -> str:
    return f"{digest['rows']:,} rows with SHA-256 {digest['sha256']}" if digest else "no row"


def _check_figures(report: Verification, database: Database) -> None:
    """The figures of every release, and none that no release has."""
    for release in database.releases:
        found = manifest.of_release(database.digests, release.number)["figures"]
        where = f"{database.file}: {{}}, figures of release {release.number}"
        _compare(report, "figures", where, found, release.manifest["figures"], RESTORE)
    known = {release.number for release in database.releases}
    if database.is_private:
        known.add(len(known) + 1)  # left by a run that was killed; the next run removes them
    for name, digests in database.digests.figures.items():
        for number in sorted(release_id for (release_id,) in digests if release_id not in known):
            where = f"{database.file}: {name}, figures of release {number}"
            report.compare("figures", where, found="there is no such release", expected="no figure", do=RESTORE)


def _check_reference(report: Verification, database: Database) -> None:
    """The reference tables as the latest release of each place saw them, and those of all places."""
    places = sorted({release.jurisdiction for release in database.releases})
    for place in (*places, None):
        release = database.latest(place)
        if release is None:
            continue
        if run := database.unreleased_since(release, place):
            report.notes.append(f"reference tables were written by run {run}, which made no release: not verified")
            continue
        part = "reference" if place else "shared_reference"
        found = manifest.of_reference(database.digests, release.jurisdiction)[part]
        where = f"{database.file}: {{}}, rows of {place or 'all places'}"
        do = "restore the table from a copy, or run the program again that made the release"
        _compare(report, "reference rows", where, found, release.manifest[part], do)


def _check_months(report: Verification, database: Database) -> None:
    """Quarantine, reporting and the register of files as each month's latest release saw them."""
    for (place, month), release in sorted(database.standing.items()):
        content, at = release.months[month], f"{place} {month} (release {release.number})"
        found = manifest.of_month(database.digests, place, month, content["files"])
        left = {table for of, table, when in database.unreleased if (of, when) == (place, month)}
        for part, (what, name) in _BY_MONTH.items():
            own, said = (
                {table: digest for table, digest in digests.items() if table not in left}
                for digests in (found[part], content[part])
            )
            _compare(report, what, f"{database.file}: {name} of {{}}, {at}", own, said, REMAKE)
        if not left:
            where = f"{database.file}: raw.reporting of {{}}, {at}"
            _compare(report, "reporting rows", where, found["reporting"], content["reporting"], REMAKE)
            where = f"{database.file}: raw.intake_file, {{}}, {at}"
            _compare(report, "registered files", where, found["register"], content["register"], RESTORE)
    for digests, (what, name) in zip(
        (database.digests.quarantine, database.digests.decided), _BY_MONTH.values(), strict=True
    ):
        for place, table, month in sorted(digests, key=str):
            if (place, month) not in database.standing and (place, table, month) not in database.unreleased:
                where = f"{database.file}: {name} of {table}, {place} {month} (no release)"
                report.compare(what, where, found="rows that no run left", expected="no row", do=RESTORE)


def _check_register(report: Verification, database: Database, counted: Counted) -> None:
    """accepted + quarantined = read for every file; quarantined and, while Parquet is whole, accepted counted anew."""
    known = database.rows(
        "SELECT jurisdiction, source, layout, original_name, file_id, months, rows_read, rows_accepted, "
        "rows_quarantined FROM {db}.raw.intake_file WHERE status = 'accepted' ORDER BY ALL"
    )
    files = [RegisteredFile(*row) for row in known]
    series: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for (place, month), release in sorted(database.standing.items()):
        for table, _, _, file_id, _, parts in release.months[month]["files"]:
            series[place, table, file_id][month] = parts
    query = (
        "SELECT jurisdiction, source, file_id, count(*) FROM {db}.audit.quarantine WHERE status = 'open' GROUP BY ALL"
    )
    refused = {(place, source, file_id): rows for place, source, file_id, rows in database.rows(query)}
    for file in files:
        if any(part in counted.left_out for part in file.parts):
            continue
        of = (file.jurisdiction, file.source, file.file_id)
        stands_whole = all(series[of].get(month) == file.covers for month in file.months.split())
        if series[of] or file.rows_accepted is not None:  # else no run was asked for its months yet
            expected = {"rows_quarantined": refused.get(of, 0)}
            if counted.rows is not None:
                expected["rows_accepted"] = counted.rows.get(of, 0)
            if stands_whole:  # else another file stands for a part of its records
                expected["rows_read"] = (file.rows_accepted or 0) + (file.rows_quarantined or 0)
            for name, number in sorted(expected.items()):
                where, found = f"{database.file}: raw.intake_file, {file.name}, {name}", getattr(file, name)
                report.compare("counts of files", where, found=found, expected=number, do=RESTORE)
