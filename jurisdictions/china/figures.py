"""Published figures to records of `core.published_income`, and the quarters that year-to-date figures imply.

Where a figure stands in a file is the layouts' business. A figure is kept as printed; a blank is not published and
is no record. A quarter alone is the difference of two printed figures, exact in decimals, and is never guessed: where
one of the two is missing, unreadable or printed twice, there is no such record.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

NOT_ADDITIVE = frozenset({"median"})
"""Items of which the difference of two year-to-date figures means nothing."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
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


def to_records(figures: Iterable[Figure]) -> pa.Table:
    """The figures as rows of the contract."""
    return pa.Table.from_pylist([vars(figure) for figure in figures], schema=_SCHEMA)


def quarter_of(month: str | None) -> str | None:
    """`2013-06` -> `2013-Q2`; None for a month that closes no quarter."""
    match = re.fullmatch(r"(\d{4})-(03|06|09|12)", month or "")
    return f"{match[1]}-Q{int(match[2]) // 3}" if match else None


def quarters(figures: Sequence[Figure]) -> list[Figure]:
    """The quarters alone (measure `period`) that cumulative figures of additive items imply."""
    printed = {_key(figure, figure.time_period): figure for figure in figures}
    times = Counter(_key(figure, figure.time_period) for figure in figures)
    derived = []
    for key, figure in printed.items():
        before = _quarter_before(figure)
        if before is None or figure.item in NOT_ADDITIVE or times[key] > 1:
            continue
        earlier = printed.get(_key(figure, before)) if before else None
        if before and (earlier is None or times[_key(figure, before)] > 1):
            continue
        value = _difference(figure, earlier)
        if value is not None:
            derived.append(_derived(figure, value))
    return derived


def _key(figure: Figure, period: str | None) -> tuple[str | None, str, str, str]:
    return period, figure.domain, figure.concept, figure.item


def _quarter_before(figure: Figure) -> str | None:
    """The quarter before in the same year; empty for the first; None where no quarter can be told."""
    match = _QUARTER.fullmatch(figure.time_period or "")
    if match is None or figure.damage is not None:
        return None
    quarter = int(match["quarter"])
    return "" if quarter == 1 else f"{match['year']}-Q{quarter - 1}"


def _difference(figure: Figure, earlier: Figure | None) -> Decimal | None:
    texts = [figure.value, *([earlier.value] if earlier else [])]
    if not all(_NUMBER.fullmatch(text) for text in texts):
        return None
    first, *others = map(Decimal, texts)
    return first - sum(others)


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
