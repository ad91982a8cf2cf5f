"""Files that are owed: which came when, which are late, which are not there.

What is owed says the layout (`owed`, `freq`), by when the place (`due_days`). Method: docs/methods/data-quality.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indicators.quality import days_late, due_day, in_time
from warehouse.layouts import Jurisdiction
from warehouse.periods import in_force, last_day

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Owed:
    """A file that a sender owes for the period that closes in a month, and when it came."""

    table: str
    month: str
    sender: str
    area_code: str
    due_on: dt.date | None
    """None: no day is set, and nobody is late"""
    received_on: dt.date | None
    in_time: bool | None
    days_late: int


def owed(
    place: Jurisdiction, areas: Iterable[Row], files: Sequence[Row], months: Collection[str], today: dt.date
) -> list[Owed]:
    """Every file that is owed for the periods closing in some months, by the areas that are in force then.

    `areas` are rows of ref.area, `files` all rows of raw.intake_file of the place.
    """
    there = {(area["area_code"], month) for area in areas for month in months if in_force(area, month)}
    since = min((_day(row["received_at"]) for row in files), default=None)
    came = _first_received(place, files)
    result = []
    for layout in sorted(place.obligations(), key=lambda layout: layout.contract):
        for month in sorted(months):
            table, area = layout.contract, layout.area_code
            if area is None or area not in place.owing(table, month) or (area, month) not in there:
                continue
            received, days = came.get((table, area, month)), place.due_days.get(table)
            due = None if days is None else due_day(last_day(month), days)
            on_time = None if due is None else in_time(due, received, since, today)
            late = days_late(due, received, today) if due is not None and on_time is False else 0
            result.append(Owed(table, month, layout.sender, area, due, received, on_time, late))
    return result


def missing(place: Jurisdiction, areas: Iterable[Row], files: Sequence[Row], today: dt.date) -> list[Owed]:
    """What is owed and not there, of the months for which anything owed has come.

    Of longer periods a file is missed when it is late, or when the first of its kind has come for the period: it is
    owed long after the last month.
    """
    came = _first_received(place, files)
    monthly = {layout.contract for layout in place.obligations() if layout.freq == "M"}
    begun = {(table, month) for table, _, month in came}
    return [
        file
        for file in owed(place, areas, files, {month for _, month in begun}, today)
        if file.received_on is None
        and (file.table in monthly or (file.table, file.month) in begun or file.in_time is False)
    ]


def _first_received(place: Jurisdiction, files: Sequence[Row]) -> dict[tuple[str, str, str], dt.date]:
    """(table, area, month) -> day on which the first file came that was taken for what an area owes, of any form."""
    owing = {(layout.contract, layout.area_code) for layout in place.obligations()}
    of_area = {
        layout.id: (layout.contract, layout.area_code)
        for layout in place.layouts
        if (layout.contract, layout.area_code) in owing
    }
    came: dict[tuple[str, str, str], dt.date] = {}
    for row in files:
        table, area = of_area.get(row["layout"], (None, None))
        if table is None or area is None or row["status"] not in ("accepted", "superseded"):
            continue
        for month in (row["months"] or "").split():
            day = _day(row["received_at"])
            came[table, area, month] = min(day, came.get((table, area, month), day))
    return came


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(dt.UTC).date()
