"""Published figures to records of `core.published_income`, and the quarters alone that they imply.

Where a figure stands in a file is the layouts' business. A figure is kept as printed; a blank is not
published and is no record. A quarter alone is the difference of two printed year-to-date figures, exact
in decimals, and never guessed: where one of the two is missing, damaged, unreadable or printed twice,
there is no such record.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from warehouse.layouts import SourceTable
from warehouse.units import UnitError, parse_quantity

NOT_ADDITIVE = frozenset({"median"})
"""Items of which the difference of two year-to-date figures means nothing."""

_QUARTER = re.compile(r"(?P<year>\d{4})-Q(?P<quarter>[1-4])")
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("time_period", "domain", "concept", "item", "measure", "value")),
        ("is_derived", pa.bool_()),
        ("damage", pa.string()),
        ("row_number", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Figure:
    """One figure as printed, or derived from printed ones."""

    row_number: int
    time_period: str | None
    domain: str
    concept: str
    item: str
    measure: str
    value: str
    is_derived: bool = False
    damage: str | None = None


def lines_of(source: SourceTable) -> Iterator[tuple[int, dict[str, str | None], str | None]]:
    """Line number, cells and damage of every line of a file."""
    lines = (source.row_number.to_pylist(), source.table.to_pylist(), source.damage.to_pylist())
    return zip(*lines, strict=True)


def to_records(figures: Iterable[Figure]) -> pa.Table:
    """The figures as rows of the contract."""
    return pa.Table.from_pylist([vars(figure) for figure in figures], schema=_SCHEMA)


def quarter_of(month: str | None) -> str | None:
    """`2013-06` -> `2013-Q2`; None for a month that closes no quarter."""
    match = re.fullmatch(r"(\d{4})-(03|06|09|12)", month or "")
    return f"{match[1]}-Q{int(match[2]) // 3}" if match else None


def quarters(figures: Sequence[Figure]) -> list[Figure]:
    """The quarters alone (measure `period`) that year-to-date figures of additive items imply."""
    times = Counter(map(_key, figures))
    usable = {
        _key(figure): value
        for figure in figures
        if figure.damage is None and times[_key(figure)] == 1 and (value := _exact(figure.value)) is not None
    }
    derived = []
    for figure in figures:
        before = _quarter_before(figure)
        if _key(figure) in usable and before is not None and figure.item not in NOT_ADDITIVE:
            earlier = Decimal(0) if before == "" else usable.get((before, *_key(figure)[1:]))
            if earlier is not None:
                derived.append(_derived(figure, usable[_key(figure)] - earlier))
    return derived


def _exact(text: str) -> Decimal | None:
    """The number as printed; None for a text that is not one."""
    try:
        return parse_quantity(text).value
    except UnitError:
        return None


def _key(figure: Figure) -> tuple[str | None, str, str, str]:
    return figure.time_period, figure.domain, figure.concept, figure.item


def _quarter_before(figure: Figure) -> str | None:
    """The quarter before in the same year; empty for the first; None where no quarter can be told."""
    match = _QUARTER.fullmatch(figure.time_period or "")
    if match is None:
        return None
    quarter = int(match["quarter"])
    return f"{match['year']}-Q{quarter - 1}" if quarter > 1 else ""


def _derived(figure: Figure, value: Decimal) -> Figure:
    return Figure(
        figure.row_number,
        figure.time_period,
        figure.domain,
        figure.concept,
        figure.item,
        "period",
        format(value, "f"),
        is_derived=True,
    )
