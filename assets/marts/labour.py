"""`mart.labour_export`: persons, departures and earnings by origin, destination and channel."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import pyarrow as pa

from assets.marts.family import Making
from assets.marts.formula import Formula, Row, Sums
from assets.marts.frame import UNJUDGED, of_lines, stamped, with_parents, with_sets
from assets.reference import Reference
from warehouse.contracts import MART_CONTRACTS

CONTRACT = MART_CONTRACTS["mart.labour_export"]
SOURCE = "core.labour_export"


def labour_marts(making: Making) -> Iterator[tuple[str, pa.Table]]:
    """The family's marts of the months that are made."""
    lines = making.rows(SOURCE)
    if lines is not None:
        yield CONTRACT.name, labour_export(making, lines)


def labour_export(making: Making, lines: ibis.Table) -> pa.Table:
    """Sums of accepted lines of a month by area (with its parents and sets), destination and channel.

    Lines that tell the sexes apart and lines that do not are both counted: a line counts once.
    """
    members, periods = of_lines(lines, making.members)
    whole = with_parents(lines, members)
    grouped = whole.group_by("jurisdiction", "time_period", "freq", "area_code", "destination_code", "channel").agg(
        persons=whole.persons.sum(),
        persons_female=whole.persons.sum(where=whole.sex == "F"),
        person_times=whole.person_times.sum(),
        earnings_total=whole.earnings_total.cast("float64").sum(),
        earning_persons=whole.persons.sum(where=whole.earnings_total.notnull()),
        lines=whole.count(),
    )
    result = grouped.mutate(
        earnings_per_person=grouped.earnings_total / grouped.earning_persons.cast("float64").nullif(0),
        obs_status=ibis.literal("A"),
        obs_note=ibis.null("string"),
        **{name: ibis.literal(value) for name, value in UNJUDGED.items()},
    ).drop("earning_persons")
    return with_sets(CONTRACT.name, stamped(result, CONTRACT, making.release_id), periods)


def formula(row: Row, quantity: str, _: Reference) -> Formula:
    """Sums over lines; earnings per person over the persons of the lines that tell earnings."""
    same = ("area_code", "destination_code", "channel", "industry", "sex")
    if quantity == "earnings_per_person":
        persons = "CASE WHEN earnings_total IS NOT NULL THEN persons ELSE 0 END"
        text, terms = "Σ earnings_total / Σ persons of lines with earnings", ("Σ earnings", "Σ persons")
        return Sums(text, SOURCE, "CAST(coalesce(earnings_total, 0) AS DOUBLE)", persons, terms=terms, same=same)
    women = quantity == "persons_female"
    amount = "persons" if women else quantity
    text, where = f"{quantity} = Σ {amount} of lines", "sex = 'F'" if women else "true"
    summed = f"CAST(coalesce({amount}, 0) AS DOUBLE)"
    return Sums(text, SOURCE, summed, where=where, terms=(f"Σ {amount}", ""), same=same)
