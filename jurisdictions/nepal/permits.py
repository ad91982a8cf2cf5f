"""Printed permits to records of `core.labour_export`, held against the totals printed beside them.

How a file is laid out is the layouts' business; here a line is already a place with its counts by
channel. The two printed totals (with and without re-entry) are controls, not records. Nothing is corrected: a
line that contradicts itself becomes damaged records that say why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from jurisdictions.nepal.names import BikramSambatMonth, channel_code, country_code, district_code

BY_COUNTRY = "permits_by_country"
BY_DISTRICT = "permits_by_district"
ROOT_AREA = "NP"

_REENTRY = "individual_reentry"
_TOTALS: dict[str, Callable[[str], bool]] = {
    "total_with_reentry": lambda channel: True,
    "total_without_reentry": lambda channel: channel != _REENTRY,
}
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("series", "time_period", "period_start", "period_end")),
        *((name, pa.string()) for name in ("area_code", "origin_name", "destination_code", "destination_name")),
        *((name, pa.string()) for name in ("channel", "sex", "persons", "damage")),
        ("row_number", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Count:
    """Permits of one channel as printed: male, female and their total, and the line they stand on."""

    printed: str
    """Name of the channel in the file."""
    male: str | None
    female: str | None
    total: str | None
    row_number: int

    @property
    def channel(self) -> str:
        """Code of the channel or printed total."""
        return channel_code(self.printed)

    @property
    def is_control(self) -> bool:
        """A printed total over channels, which is no record."""
        return self.channel in _TOTALS


@dataclass(frozen=True)
class PrintedLine:
    """One place of one table in one month. `month` is text where the file names a month that is not known."""

    series: str
    month: BikramSambatMonth | str
    row_number: int
    place: str | None = None
    counts: tuple[Count, ...] = ()
    damage: str | None = None


def to_records(lines: Iterable[PrintedLine]) -> pa.Table:
    """A record per line, channel and sex; a line without counts is one record, which its damage explains."""
    return pa.Table.from_pylist([record for line in lines for record in _records(line)], schema=_SCHEMA)


def contradictions(counts: Sequence[Count]) -> list[str]:
    """What does not fit within a line: male + female = total; the channels add to the printed totals.

    A count that is no whole number proves nothing: it is left to the contract's rules.
    """
    found = [reason for count in counts if (reason := _sexes_contradict(count))]
    for control in counts:
        if control.is_control:
            found += _total_contradicts(control, [count for count in counts if not count.is_control])
    return found


def whole_number(text: str | None) -> int | None:
    """The number, or None for anything but digits."""
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _sexes_contradict(count: Count) -> str | None:
    male, female, total = map(whole_number, (count.male, count.female, count.total))
    if male is None or female is None or total is None or male + female == total:
        return None
    return f"{count.printed}: male {male:,} + female {female:,} = {male + female:,}, printed total {total:,}"


def _total_contradicts(control: Count, channels: Sequence[Count]) -> list[str]:
    found = []
    for sex in ("male", "female", "total"):
        printed = whole_number(getattr(control, sex))
        parts = [whole_number(getattr(c, sex)) for c in channels if _TOTALS[control.channel](c.channel)]
        known = [part for part in parts if part is not None]
        if printed is not None and len(known) == len(parts) and sum(known) != printed:
            found.append(f"{control.printed}, {sex}: the channels add to {sum(known):,}, printed {printed:,}")
    return found


def _records(line: PrintedLine) -> list[dict[str, object]]:
    reasons = [line.damage] if line.damage else []
    damage = "; ".join(reasons + contradictions(line.counts)) or None
    common = {"series": line.series, "damage": damage} | _period(line.month) | _ends(line)
    if not line.counts:
        return [common | {"row_number": line.row_number}]
    return [
        common | {"row_number": count.row_number, "channel": count.channel, "sex": sex, "persons": persons}
        for count in line.counts
        if not count.is_control
        for sex, persons in (("M", count.male), ("F", count.female))
    ]


def _period(month: BikramSambatMonth | str) -> dict[str, object]:
    if isinstance(month, str):
        return {"time_period": month}
    return {"time_period": month.time_period, "period_start": month.first_day, "period_end": month.last_day}


def _ends(line: PrintedLine) -> dict[str, object]:
    """Origin and destination: one of them is told apart, the other is all of Nepal or all of the world."""
    if line.place is None:
        return {}
    if line.series == BY_DISTRICT:
        return {"area_code": district_code(line.place), "origin_name": line.place, "destination_code": "_T"}
    return {
        "area_code": ROOT_AREA,
        "destination_code": country_code(line.place),
        "destination_name": line.place,
    }
