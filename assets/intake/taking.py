"""Intake: every file in the landing folder archived, matched to a layout, and registered with what became of it.

Rows are not judged here. One bad file never stops the others: it is registered as refused, with the reason.
"""

from __future__ import annotations

import datetime as dt
import fnmatch
import json
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assets.intake.reading import is_blank
from assets.intake.recent import Recent, recent_key
from assets.intake.records import periods_of
from assets.intake.refusal import Refusal, unforeseen
from assets.intake.senders import Top, companion_spec, head_spec, is_workbook, naming, read_file, records_of
from indicators.parallel import in_order
from warehouse.layouts import Companion, Jurisdiction, Layout
from warehouse.periods import closing_month
from warehouse.store import Home
from warehouse.version import code_version

_REVISION = re.compile(
    r"(?:更正|修订|修正|corrected|correction|revised|rev(?![a-z])|[_-]v(?=[ _.-]*[0-9]))[ _.-]*([0-9]*)", re.IGNORECASE
)


@dataclass(frozen=True)
class Received:
    """A file of the landing folder, read from its archived copy."""

    name: str
    """Path below the landing folder, with forward slashes"""
    file_id: str
    archived: Path
    size_bytes: int

    @property
    def data(self) -> bytes:
        """The bytes as they came; read anew each time, so that a year of files is never in memory at once."""
        return self.archived.read_bytes()

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all files ever received."""
        return self.file_id, self.name

    @property
    def folder(self) -> str:
        """The folder below landing that it lies in."""
        return self.name.rpartition("/")[0]

    @property
    def base(self) -> str:
        """File name without folder."""
        return self.name.rpartition("/")[2]


@dataclass(frozen=True)
class Taken:
    """What became of a file for one layout."""

    layout: str
    source: str | None
    status: str
    reason: str | None = None
    encoding: str | None = None
    periods: tuple[str, ...] = ()
    companions: Mapping[str, str] = field(default_factory=dict)
    rows_read: int | None = None


def receive(landing: Path, home: Home) -> list[Received]:
    """All files below the landing folder, archived; hidden files are left alone."""
    found = unarchived(landing)
    kept = in_order(lambda file: home.keep(file.archived), found)
    return [
        Received(file.name, file_id, home.archive(file_id), file.size_bytes)
        for file, file_id in zip(found, kept, strict=True)
    ]


def unarchived(landing: Path) -> list[Received]:
    """All files below the landing folder where they lie, without a hash; hidden files are left alone.

    A link to a file is that file, wherever it leads; a link that leads nowhere and a folder are no files.
    """
    if not landing.is_dir():
        raise NotADirectoryError(f"landing folder {landing} does not exist; make it or give --landing another folder")
    paths = [(path, path.relative_to(landing)) for path in sorted(landing.rglob("*")) if path.is_file()]
    return [
        Received(_readable(name), "", path, path.stat().st_size)
        for path, name in paths
        if not any(part.startswith((".", "~$")) for part in name.parts)
    ]


def _readable(name: Path) -> str:
    """A file's name as text; bytes that are not UTF-8 (names out of an archive in GBK) as `\\xd1`."""
    return os.fsencode(name.as_posix()).decode(errors="backslashreplace")


def months_of(landing: Path, names: Collection[str], jurisdiction: Jurisdiction, last_month: str) -> list[str]:
    """The months that the named files of the landing folder are about; `last_month`: see `take`."""
    files = unarchived(landing)
    taken = [take(file, jurisdiction, files, last_month) for file in files if file.name in names]
    return sorted({closing_month(period) for file in taken for period in file.periods})


def take(
    file: Received,
    jurisdiction: Jurisdiction,
    together: Sequence[Received],
    last_month: str,
    recent: Recent | None = None,
) -> Taken:
    """Match a file to its layout and read it; `together` are all files of the landing folder.

    `last_month` is the month of receipt: what closes later cannot be reported yet. `recent`: keeps what was read.
    """
    data = file.data
    try:
        layout = _layout_of(file, data, jurisdiction)
        if layout is None:
            return _companion_of(file, jurisdiction) or _unknown(file, data, jurisdiction)
    except Refusal as refusal:
        return Taken("", None, "refused", str(refusal))
    try:
        return _read_by(layout, file, data, together, last_month, recent)
    except Refusal as refusal:
        return Taken(layout.id, layout.contract, "refused", str(refusal))
    except Exception as error:  # whatever a file holds, the other files go on all the same
        return Taken(layout.id, layout.contract, "refused", str(unforeseen(error)))


def _read_by(
    layout: Layout,
    file: Received,
    data: bytes,
    together: Sequence[Received],
    last_month: str,
    recent: Recent | None,
) -> Taken:
    companions = {companion.role: _find_companion(file, companion, together) for companion in layout.companions}
    missing = [c for c in layout.companions if companions[c.role] is None]
    if missing:
        wanted = "; ".join(f"{' or '.join(c.files)} ({c.role})" for c in missing)
        reason = f"waiting for its companion in the same folder: {wanted}"
        return Taken(layout.id, layout.contract, "waiting", reason)
    found = {role: other for role, other in companions.items() if other is not None}
    source, encoding = read_file(data, file.base, layout)
    records = records_of(source, layout, {role: (other.base, other.data) for role, other in found.items()})
    beside = {role: other.file_id for role, other in found.items()}
    if recent is not None:
        recent.keep(recent_key(file.file_id, file.base, layout, beside), records)
    return Taken(
        layout.id,
        layout.contract,
        "accepted",
        encoding=encoding,
        periods=periods_of(records, last_month).distinct,
        companions=beside,
        rows_read=len(records),
    )


def _named(base: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(base.lower(), pattern.lower()) for pattern in patterns)


def _layout_of(file: Received, data: bytes, jurisdiction: Jurisdiction) -> Layout | None:
    """The one layout whose name pattern and head both fit; None when no name pattern fits."""
    by_name = [layout for layout in jurisdiction.layouts if _named(file.base, layout.files)]
    if not by_name:
        return None
    _refuse_blank(data)
    if len(by_name) == 1:
        return by_name[0]  # reading it will say what its head lacks
    fitting, refusals = _fitting(file, data, by_name)
    if len(fitting) > 1:
        raise Refusal(
            "two layouts match the file",
            found=", ".join(layout.id for layout in fitting),
            expected="one",
            do="make the file patterns or required columns of the layouts tell them apart",
        )
    if fitting:
        return fitting[0]
    if len(refusals) == len(by_name):
        raise refusals[0]
    raise Refusal(
        "the name fits layouts, the head none of them",
        found=", ".join(layout.id for layout in by_name),
        expected="the columns of one of them",
        do="ask the sender which form this is",
    )


def _refuse_blank(data: bytes) -> None:
    if is_blank(data):
        raise Refusal("the file is empty", do="ask the sender to send it again")


def _fitting(file: Received, data: bytes, layouts: Iterable[Layout]) -> tuple[list[Layout], list[Refusal]]:
    """The layouts whose head the file has, and why it cannot be read by others."""
    top = Top(data, file.base)
    fitting: list[Layout] = []
    refusals: list[Refusal] = []
    for layout in layouts:
        try:
            if top.has_head(head_spec(layout), layout.encodings, layout.sheet):
                fitting.append(layout)
        except Refusal as refusal:
            refusals.append(refusal)
    return fitting, refusals


def _companion_of(file: Received, jurisdiction: Jurisdiction) -> Taken | None:
    for layout in jurisdiction.layouts:
        for companion in layout.companions:
            if _named(file.base, companion.files):
                return Taken(layout.id, layout.contract, "companion", f"read with {' or '.join(layout.files)}")
    return None


def _unknown(file: Received, data: bytes, jurisdiction: Jurisdiction) -> Taken:
    _refuse_blank(data)
    of_kind = [layout for layout in jurisdiction.layouts if is_workbook(layout.files[0]) == is_workbook(file.base)]
    fitting, _ = _fitting(file, data, of_kind)
    if fitting:
        raise Refusal(
            "the file is not what its name says",
            found=f"the columns of {', '.join(layout.id for layout in fitting)}",
            expected=f"a name such as {fitting[0].files[0]}",
            do="rename the file if its content is right",
        )
    raise Refusal(
        "no layout of this jurisdiction knows the file",
        found=f"name {file.base!r}",
        expected=", ".join(sorted({pattern for layout in jurisdiction.layouts for pattern in layout.files})[:12]),
        do="take it out of the landing folder, or describe it in a layout",
    )


def _find_companion(file: Received, companion: Companion, together: Sequence[Received]) -> Received | None:
    candidates = [other for other in together if other.folder == file.folder and _named(other.base, companion.files)]
    fitting = [other for other in candidates if _is_companion(other, companion)]
    if len(fitting) > 1:
        raise Refusal(
            f"two files could be the companion {companion.role!r}",
            found=", ".join(other.name for other in fitting),
            expected="one",
            do="take the wrong one out of the folder",
        )
    if candidates and not fitting:
        raise Refusal(
            f"the companion {companion.role!r} lacks columns",
            found=candidates[0].name,
            expected=", ".join(companion.columns),
            do="ask the sender for the complete set",
        )
    return fitting[0] if fitting else None


def _is_companion(other: Received, companion: Companion) -> bool:
    with naming(companion, other.name):
        return Top(other.data, other.base).has_head(companion_spec(companion), companion.encodings, None)


def revision(name: str) -> int:
    """How often a file name says that it was corrected: 0 for none, `更正2` for 2, a bare mark for 1."""
    marks = _REVISION.findall(name.rpartition("/")[2].rpartition(".")[0])
    return max((int(mark or 1) for mark in marks), default=0)


def registration(file: Received, taken: Taken, jurisdiction: str, received_at: dt.datetime) -> dict[str, object]:
    """The row of `raw.intake_file` for what became of a file."""
    months = sorted({closing_month(period) for period in taken.periods})
    return {
        "file_id": file.file_id,
        "jurisdiction": jurisdiction,
        "source": taken.source,
        "layout": taken.layout,
        "original_name": file.name,
        "bytes": file.size_bytes,
        "encoding": taken.encoding,
        "period_first": min(taken.periods, key=closing_month, default=None),
        "period_last": max(taken.periods, key=closing_month, default=None),
        "months": " ".join(months) or None,
        "companions": json.dumps(dict(sorted(taken.companions.items()))),
        "rows_read": taken.rows_read,
        "rows_accepted": None,
        "rows_quarantined": None,
        "received_at": received_at,
        "code_version": code_version(),
        "status": taken.status,
        "reason": taken.reason,
    }
