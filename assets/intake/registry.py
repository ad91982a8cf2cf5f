"""The register of files received (`raw.intake_file`): what is new, what replaces what, which file stands for a month.

Matching and reading are `assets.intake.taking`'s; here its results are kept and asked.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from assets.intake.inputs import InputFile
from assets.intake.recent import Recent
from assets.intake.refusal import Refusal
from assets.intake.taking import Received, Taken, receive, registration, revision, take
from assets.workers import spread
from indicators.parallel import in_order
from warehouse.contracts import CONTRACTS, SOURCE_CONTRACTS
from warehouse.engine import append_rows, fetch, fetch_table, rows_by_file, table, update_rows
from warehouse.layouts import Jurisdiction, Layout
from warehouse.store import Home
from warehouse.version import code_version

INTAKE_FILE = CONTRACTS["raw.intake_file"]
Row = Mapping[str, object]
FILES_SENT = 16
"""Files that one process takes in at a time"""
_FILES = table(INTAKE_FILE)


def take_in(
    connection: sa.Connection, home: Home, jurisdiction: Jurisdiction, landing: Path, now: dt.datetime
) -> list[Row]:
    """Archive, match and register all files of the landing folder; returns their rows as now registered."""
    received = receive(landing, home)
    known = files(connection, jurisdiction.id)
    by_file = {(row["file_id"], row["original_name"]): row for row in known}
    unread = [file for file in received if not _stands(by_file.get(file.key), jurisdiction)]
    with_months = [(file, _last_month(by_file.get(file.key), now)) for file in unread]
    some = [with_months[at : at + FILES_SENT] for at in range(0, len(unread), FILES_SENT)]
    results: list[Taken] = []
    for of_files in spread(partial(_take, home, jurisdiction, received), some, _size):
        results += of_files
    taken = dict(zip(unread, results, strict=True))
    rows: list[dict[str, object]] = []
    for file in received:
        before = by_file.get(file.key)
        if file not in taken:
            assert before is not None
            rows.append(dict(before))
            continue
        twin = _twin(file, known, rows)
        first_seen = before["received_at"] if before is not None else now
        assert isinstance(first_seen, dt.datetime)
        became = _refused_twin(file, twin) if twin else taken[file]
        rows.append(registration(file, became, jurisdiction.id, first_seen))
    _write(connection, jurisdiction.id, rows)
    _resolve(connection, jurisdiction)
    names = {file.key for file in received}
    return [row for row in files(connection, jurisdiction.id) if (row["file_id"], row["original_name"]) in names]


def _take(
    home: Home, jurisdiction: Jurisdiction, together: Sequence[Received], files: Sequence[tuple[Received, str]]
) -> list[Taken]:
    """See `assets.intake.taking.take`; each file with the last month that it can be about."""
    recent = Recent(home.just_read)
    return list(in_order(lambda file: take(file[0], jurisdiction, together, file[1], recent), files))


def _size(files: Sequence[tuple[Received, str]]) -> int:
    return sum(file.size_bytes for file, _ in files)


def files(connection: sa.Connection, jurisdiction: str) -> list[Row]:
    """All registered files of a jurisdiction, by name."""
    query = sa.select(_FILES).where(_FILES.c.jurisdiction == jurisdiction)
    return list(fetch(connection, query.order_by(_FILES.c.original_name, _FILES.c.received_at)))


def _last_month(before: Row | None, now: dt.datetime) -> str:
    """The last month that a file can be about: the one it was received in, or later what it was taken in for."""
    if before is None or not before["months"]:
        return f"{now:%Y-%m}"
    return max(f"{before['received_at']:%Y-%m}", last_month_of(before))


def last_month_of(row: Row) -> str:
    """The last month that a file taken in is about."""
    return max(str(row["months"]).split())


def _stands(row: Row | None, jurisdiction: Jurisdiction) -> bool:
    """A registered file need not be read again: nothing that its registration depends on has changed."""
    if row is None:
        return False
    layout = next((layout for layout in jurisdiction.layouts if layout.id == row["layout"]), None)
    return (
        row["status"] in ("accepted", "superseded")
        and row["code_version"] == code_version()
        and layout is not None
        and not layout.companions
    )


def _twin(file: Received, known: Sequence[Row], rows: Sequence[Row]) -> Row | None:
    """A file of another name with the same bytes that is already taken in."""
    return next(
        (
            row
            for row in (*known, *rows)
            if row["file_id"] == file.file_id
            and row["original_name"] != file.name
            and row["status"] in ("accepted", "superseded")
        ),
        None,
    )


def _refused_twin(file: Received, twin: Row) -> Taken:
    refusal = Refusal(
        "the same file was received under another name",
        found=f"{file.name} has the bytes of {twin['original_name']}",
        expected="each file once",
        do="take one of the two out of the landing folder",
    )
    return Taken(str(twin["layout"]), str(twin["source"]), "refused", str(refusal))


def _write(connection: sa.Connection, jurisdiction: str, rows: Sequence[dict[str, object]]) -> None:
    keys = [(row["file_id"], row["original_name"]) for row in rows]
    registered = sa.tuple_(_FILES.c.file_id, _FILES.c.original_name)
    connection.execute(sa.delete(_FILES).where(_FILES.c.jurisdiction == jurisdiction, registered.in_(keys)))
    append_rows(connection, INTAKE_FILE, rows)


def standing(rows: Iterable[Row], jurisdiction: Jurisdiction) -> dict[tuple[str, str], list[Row]]:
    """(series, month) -> the files that stand for it, best first; two that are equal in every respect are both there.

    The layout of higher rank goes before, then what was received later, then the higher revision mark.
    """
    layouts = {layout.id: layout for layout in jurisdiction.layouts}
    claims: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        layout = layouts.get(str(row["layout"]))
        if row["status"] not in ("accepted", "superseded") or layout is None:
            continue
        for month in str(row["months"] or "").split():
            for series in layout.covers():
                claims[series, month].append(row)
    return {key: sorted(claim, key=lambda row: precedence(row, layouts), reverse=True) for key, claim in claims.items()}


def precedence(row: Row, layouts: Mapping[str, Layout]) -> tuple[int, dt.datetime, int]:
    """What decides between two files of one series and month."""
    received = row["received_at"]
    assert isinstance(received, dt.datetime)
    return layouts[str(row["layout"])].rank, received, revision(str(row["original_name"]))


def _resolve(connection: sa.Connection, jurisdiction: Jurisdiction) -> None:
    """Mark files that another one replaces; refuse two that claim the same month with equal right."""
    layouts = {layout.id: layout for layout in jurisdiction.layouts}
    rows = files(connection, jurisdiction.id)
    best = standing(rows, jurisdiction)
    stands: set[tuple[object, object]] = set()
    for (series, month), claim in best.items():
        top = [row for row in claim if precedence(row, layouts) == precedence(claim[0], layouts)]
        if len(top) > 1:
            _refuse_rivals(connection, top, series, month)
        else:
            stands.add((top[0]["file_id"], top[0]["original_name"]))
    for row in rows:
        if row["status"] not in ("accepted", "superseded"):
            continue
        status = "accepted" if (row["file_id"], row["original_name"]) in stands else "superseded"
        if status != row["status"]:
            reason = None if status == "accepted" else "a later file of the same sender and month stands in its place"
            _set_status(connection, row, status, reason)


def _refuse_rivals(connection: sa.Connection, rivals: Sequence[Row], series: str, month: str) -> None:
    refusal = Refusal(
        f"two files claim {series} for {month}",
        found=", ".join(str(row["original_name"]) for row in rivals),
        expected="one, or a correction with a mark such as 更正1 or _rev1 in its name",
        do="take the wrong one out of the landing folder, or mark the correction",
    )
    for row in rivals:
        _set_status(connection, row, "refused", str(refusal))


def _set_status(connection: sa.Connection, row: Row, status: str, reason: str | None) -> None:
    connection.execute(
        sa.update(_FILES)
        .where(
            _FILES.c.jurisdiction == row["jurisdiction"],
            _FILES.c.file_id == row["file_id"],
            _FILES.c.original_name == row["original_name"],
        )
        .values(status=status, reason=reason)
    )


@dataclass(frozen=True)
class Standing:
    """A file and the series for which it stands in a month."""

    row: Row
    series: tuple[str, ...]


def inputs(connection: sa.Connection, jurisdiction: Jurisdiction) -> dict[tuple[str, str], list[Standing]]:
    """(contract, month) -> the files that it is made of, by name."""
    layouts = {layout.id: layout for layout in jurisdiction.layouts}
    chosen: dict[tuple[str, str], dict[tuple[str, str], Standing]] = defaultdict(dict)
    for (series, month), claim in sorted(standing(files(connection, jurisdiction.id), jurisdiction).items()):
        best = claim[0]
        if best["status"] == "accepted":
            by_name = chosen[layouts[str(best["layout"])].contract, month]
            name = (str(best["original_name"]), str(best["file_id"]))
            before = by_name[name].series if name in by_name else ()
            by_name[name] = Standing(best, (*before, series))
    return {key: [by_name[name] for name in sorted(by_name)] for key, by_name in chosen.items()}


def as_input(jurisdiction: Jurisdiction, file: Standing) -> InputFile:
    """A file that stands for a month, as it is read."""
    row = file.row
    layout = next(layout for layout in jurisdiction.layouts if layout.id == row["layout"])
    companions = json.loads(str(row["companions"]))
    name, last_month = str(row["original_name"]), last_month_of(row)
    return InputFile(str(row["file_id"]), name, layout, companions, file.series, last_month)


def months_with_files(connection: sa.Connection, jurisdiction: Jurisdiction) -> list[str]:
    """Every month that some accepted file feeds."""
    return sorted({month for _, month in inputs(connection, jurisdiction)})


def last_months(connection: sa.Connection, jurisdiction: str) -> dict[tuple[str, str], str]:
    """(file_id, name) -> the last month that any of a file's rows can be about, of files that were ever taken."""
    return {
        (str(row["file_id"]), str(row["original_name"])): last_month_of(row)
        for row in files(connection, jurisdiction)
        if row["months"]
    }


def count_rows(connection: sa.Connection, home: Home, place: str) -> None:
    """Accepted and quarantined records of every file, over all its months."""
    quarantine = table(CONTRACTS["audit.quarantine"])
    is_open = (quarantine.c.jurisdiction == place, quarantine.c.status == "open")
    by_file = (
        sa.select(quarantine.c.source, quarantine.c.file_id, sa.func.count()).where(*is_open).group_by(sa.text("ALL"))
    )
    refused = {(source, file_id): n for source, file_id, n in connection.execute(by_file)}
    accepted = {
        (contract, file_id): n
        for contract in SOURCE_CONTRACTS
        for file_id, n in rows_by_file(home.partitions(contract, place)).items()
    }
    query = (
        f"SELECT rowid AS row, source, file_id FROM {INTAKE_FILE.name} WHERE jurisdiction = ? AND status = 'accepted'"
    )
    found = fetch_table(connection, query, [place]).to_pylist()
    counts = [
        {"row": row, "rows_accepted": accepted.get(file, 0), "rows_quarantined": refused.get(file, 0)}
        for row, *names in (one.values() for one in found)
        if (file := tuple(names)) in accepted or file in refused
    ]
    if counts:
        update_rows(connection, INTAKE_FILE, pa.Table.from_pylist(counts))
