"""What a release changed in the months that it revises: stored figures of two releases held against each other.

The arithmetic is `assets.release.revision`'s, computing again `assets.release.rerun`'s.
Method: docs/methods/revisions.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pyarrow as pa
import sqlalchemy as sa

from assets.intake import registry
from assets.marts.families import FAMILIES
from assets.reference import Reference
from assets.release.rerun import Compute, Content, MonthInputs, NotAttributable, scratch, told
from assets.release.revision import changed, effects, in_words, long_figures, none_changed, unexplained
from checks.decisions import Decisions, every
from warehouse.contracts.figures import HEADLINE, PLACE, QUANTITIES, dimensions
from warehouse.engine import driver_of, fetch_table
from warehouse.layouts import Jurisdiction
from warehouse.periods import periods_closing
from warehouse.published import LAST_MONTH, shown
from warehouse.store import Home

_HEADLINE = ", ".join(HEADLINE)
Same = tuple[str, str]
"""(mart, month)"""


@dataclass(frozen=True)
class Revised:
    """What a release changed in a month: rows of audit.revision, and why some of them have no cause."""

    inputs: MonthInputs
    releases: tuple[int, int]
    """The one that is revised and the one that revises"""
    rows: pa.Table
    reasons: tuple[str, ...]

    def words(self, connection: sa.Connection) -> str:
        """A sentence; a share that is withheld in one of the releases is not told."""
        place, periods = self.inputs.jurisdiction, periods_closing(self.inputs.month)
        which = " AND ".join(f"{name} = '{code}'" for name, code in HEADLINE.items())
        query = f"""SELECT DISTINCT p.time_period, p.domain FROM ({shown("income_share")}) p
            JOIN mart.income_share m USING (release_id, jurisdiction, time_period, area_code, domain, {_HEADLINE})
            WHERE {which} AND release_id IN (?, ?) AND jurisdiction = ? AND area_code = ?
              AND p.value IS NULL AND m.value IS NOT NULL"""
        parameters = [*self.releases, place.id, place.root_area]
        withheld = driver_of(connection).execute(query, parameters).fetchall()
        return "; ".join([in_words(self.rows, place.root_area, periods, withheld), *dict.fromkeys(self.reasons)])


def same_figures(connection: sa.Connection, place: str, release_id: int, before: Mapping[str, int]) -> set[Same]:
    """The marts of the months in which a release has the very figures of the one before; before: month -> release."""
    # hash() joins columns by exclusive or: hashed once more, rows that change alike do not cancel out
    found: set[Same] = set()
    for table in QUANTITIES:
        columns = ", ".join(f"m.{name}" for name in (*PLACE, *dimensions(table), *QUANTITIES[table]))
        query = f"""SELECT {LAST_MONTH} AS month, release_id, count(*), sum(hash(hash({columns}))) FROM mart.{table} m
            WHERE jurisdiction = ? AND release_id IN ? GROUP BY ALL"""
        rows = driver_of(connection).execute(query, [place, [release_id, *before.values()]]).fetchall()
        marks = {(month, number): mark for month, number, *mark in rows}
        found |= {
            (table, month)
            for month, number in before.items()
            if marks.get((month, number)) == marks.get((month, release_id))
        }
    return found


def revised(connection: sa.Connection, inputs: MonthInputs, release_id: int, same: Collection[Same]) -> Revised:
    """The figures of the month that a release has otherwise than the one before, and why; same: `same_figures`."""
    revised_id = int(str(inputs.old["release_id"]))
    parts, reasons = [], []
    for family in FAMILIES.values():
        if all((table, inputs.month) in same for table in told(family)):
            continue
        before, after = (
            long_figures({name: _stored(connection, inputs, name, number) for name in told(family)})
            for number in (revised_id, release_id)
        )
        if not changed(before, after):
            continue
        try:
            parts.append(effects(inputs.states(family, before, after)))
        except NotAttributable as error:
            parts.append(unexplained(before, after))
            reasons.append(f"not attributed: {error}")
    constants = {"release_id": release_id, "revised_release_id": revised_id, "month": inputs.month}
    rows = pa.concat_tables(parts) if parts else none_changed()
    for name, value in constants.items():
        rows = rows.append_column(name, pa.repeat(pa.scalar(value), rows.num_rows))
    return Revised(inputs, (revised_id, release_id), rows, tuple(reasons))


def _stored(connection: sa.Connection, inputs: MonthInputs, table_name: str, release_id: int) -> pa.Table:
    """A mart's rows of a release, of the periods that close in the month."""
    periods = periods_closing(inputs.month)
    query = f"""SELECT * FROM mart.{table_name}
        WHERE release_id = ? AND jurisdiction = ? AND time_period IN ({", ".join("?" * len(periods))})"""
    parameters = [release_id, inputs.jurisdiction.id, *periods]
    return fetch_table(connection, query, parameters)


def revise(
    connection: sa.Connection,
    release_id: int,
    home: Home,
    jurisdiction: Jurisdiction,
    present: Reference,
    compute: Compute,
    months: Mapping[str, Content],
    before: Mapping[str, Content],
) -> dict[str, Revised]:
    """What moved the figures of every month of a release that an earlier one had; `before` is that one's content."""
    revises = {month: int(str(before[month]["release_id"])) for month in sorted(months.keys() & before.keys())}
    if not revises:
        return {}
    last_months = registry.last_months(connection, jurisdiction.id)
    decided = Decisions(tuple(every(connection, jurisdiction.id)))
    same = same_figures(connection, jurisdiction.id, release_id, revises)
    made = {}
    with scratch(home) as folder:
        for month in revises:
            inputs = MonthInputs(
                home=home,
                jurisdiction=jurisdiction,
                month=month,
                old=before[month],
                new=months[month],
                present=present,
                compute=compute,
                last_months=last_months,
                folder=folder / month,
                decisions=decided,
            )
            made[month] = revised(connection, inputs, release_id, same)
    return made
