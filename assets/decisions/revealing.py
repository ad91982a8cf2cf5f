"""A quarantined row for a person: what the auditor's role sees, and the whole line for who says why it is needed.

Whoever sees a whole line stands in `audit.access` before it is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa

from assets.intake.evidence import raw_lines
from checks.ledger import append
from warehouse.contracts import CONTRACTS
from warehouse.layouts import Jurisdiction
from warehouse.store import Home

ACCESS = CONTRACTS["audit.access"]


class CannotReveal(LookupError):
    """The line cannot be shown; the message says why."""


def log_access(connection: sa.Connection, row: Mapping[str, object], who: str, reason: str, now: dt.datetime) -> None:
    """Append to the chained log that somebody is about to see a quarantined row's whole line. Raises CannotReveal."""
    if not who.strip() or not reason.strip():
        raise CannotReveal("who looks at a whole line says who they are and why: give --who and --reason")
    entry = {name: row[name] for name in ("jurisdiction", "file_id", "original_name", "row_number")}
    append(
        connection,
        ACCESS,
        [{**entry, "reason": reason.strip(), "accessed_by": who.strip(), "recorded_at": now.replace(microsecond=0)}],
    )


def whole_line(
    home: Home, jurisdiction: Jurisdiction, row: Mapping[str, object], layout_id: str
) -> dict[str, str | None]:
    """The cells of a row's line as they stand in the archived file. Raises CannotReveal."""
    layout = next((layout for layout in jurisdiction.layouts if layout.id == layout_id), None)
    path, line = home.archive(str(row["file_id"])), int(str(row["row_number"]))
    if layout is None or not path.exists():
        missing = f"there is no layout {layout_id}" if layout is None else f"the archive has no {path.name}"
        raise CannotReveal(f"{row['original_name']} cannot be read any more: {missing}")
    name = str(row["original_name"]).rpartition("/")[2]
    cells = raw_lines(path.read_bytes(), name, layout, {line})
    if line not in cells:
        raise CannotReveal(f"{row['original_name']} has no row in line {line}")
    return cells[line]
