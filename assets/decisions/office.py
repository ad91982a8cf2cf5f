"""What decisions are made with: the place, its home and ledger, and how an entry names a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from assets.intake import registry
from assets.places.areas import PlaceAreas
from warehouse.layouts import Jurisdiction
from warehouse.store import Home

Entry = Mapping[str, Any]
"""What a command or a reviewed file says of one decision"""


class CannotDecide(ValueError):
    """A decision that cannot be recorded: what was found, what is expected, what to do."""


@dataclass(frozen=True)
class Office:
    """Where decisions are made."""

    connection: sa.Connection
    home: Home
    jurisdiction: Jurisdiction
    areas: PlaceAreas
    today: dt.date


def known_file(office: Office, named: str) -> registry.Row:
    """The registered file with this name, the end of it, or the beginning of its SHA-256. Raises CannotDecide."""
    rows = registry.files(office.connection, office.jurisdiction.id)
    names = {str(row["original_name"]) for row in rows}
    found = [
        row
        for row in rows
        if row["original_name"] == named
        or (named not in names and str(row["original_name"]).rpartition("/")[2] == named)
        or (len(named) >= 8 and str(row["file_id"]).startswith(named))
    ]
    if not found:
        raise CannotDecide(f"no file {named!r} was received: `povmon status` and raw.intake_file list them")
    standing = [row for row in found if row["status"] == "accepted"]
    if len(standing) != 1:
        said = ", ".join(f"{row['original_name']} ({row['file_id']!s:.12}, {row['status']})" for row in found)
        raise CannotDecide(f"{named!r} names no single file that stands for a month: {said}; give its name or SHA-256")
    return standing[0]
