"""Identities between published figures: do they hold within rounding, and what follows when they do not.

Here: balances, the single misprint that several identities point at, the count behind totals and means.
Not here: what an implausible figure may have meant (`editing_readings`). Reached through `editing`.
Field's terms: balance edit, rounding tolerance, error localisation.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from indicators.arrays import BoolArray, FloatArray

Number = Decimal | int | float | str


def exact(number: Number) -> Fraction:
    """The number as it was printed: a float stands for its shortest decimal form, so 0.1 is one tenth."""
    return Fraction(repr(float(number)) if isinstance(number, float) else number)


@overload
def balance_tolerance(parts: int, unit: Decimal) -> Decimal: ...
@overload
def balance_tolerance(parts: int, unit: float) -> float: ...
def balance_tolerance(parts: int, unit: Decimal | float) -> Decimal | float:
    """Largest gap between a total and `parts` addends, all rounded to `unit`, that rounding explains.

    (m + 1) u / 2: every addend and the total is off by u/2 at most (docs/methods/editing.md).
    """
    if parts < 1 or not unit > 0:
        raise ValueError(f"a balance needs a part and a positive unit; found {parts} parts, unit {unit}")
    return (parts + 1) * unit / 2


def balances(parts: Sequence[ArrayLike] | ArrayLike, total: ArrayLike, unit: Decimal | float) -> bool | BoolArray:
    """Whether the parts add to the total within rounding: |sum - total| <= (m + 1) unit / 2.

    `parts` holds m addends along its first axis, each a number or an array in the shape of `total`; the
    answer has that shape. Decimals and integers are compared exactly. Floats get a margin of their own
    rounding error, 4 eps x (sum of sizes), so that a gap exactly at the tolerance passes however the floats
    fall. Raises ValueError for missing numbers: such a row is not evaluated, it neither balances nor fails.
    """
    addends = list(parts)  # type: ignore[arg-type]
    if all(isinstance(number, Decimal | int) for number in [*addends, total, unit]):
        gap = abs(sum(map(exact, addends)) - exact(total))  # type: ignore[arg-type]
        return gap <= balance_tolerance(len(addends), exact(unit))  # type: ignore[call-overload, no-any-return]
    columns = np.stack([np.asarray(addend, dtype=float) for addend in addends])
    whole = np.asarray(total, dtype=float)
    if np.isnan(columns).any() or np.isnan(whole).any():
        raise ValueError("a part or a total is missing; leave such rows out, they are not evaluated")
    noise = 4 * np.finfo(float).eps * (np.abs(columns).sum(axis=0) + np.abs(whole))
    within = np.abs(columns.sum(axis=0) - whole) <= balance_tolerance(len(columns), float(unit)) + noise
    return bool(within) if np.ndim(within) == 0 else within


@dataclass(frozen=True)
class SumIdentity:
    """`total` is the sum of `parts`, by the names of the figures."""

    total: str
    parts: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All figures of the identity."""
        return (self.total, *self.parts)


@dataclass(frozen=True)
class ProductIdentity:
    """`total` is `count` times `mean`, by the names of the figures."""

    total: str
    count: str
    mean: str

    @property
    def names(self) -> tuple[str, ...]:
        """All figures of the identity."""
        return (self.total, self.count, self.mean)


@dataclass(frozen=True)
class Misprint:
    """One cell which, had it been another number, would make all identities hold.

    `implied` is the middle of [`low`, `high`], the numbers that would, rounded to the unit.
    """

    cell: str
    printed: Decimal
    implied: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class MisprintSearch:
    """What the identities of a column say.

    `outcome` is "consistent", "located" (one candidate), "ambiguous" (several), "unexplained" (none), or
    "not_evaluated" (no identity had all its figures). `broken` and `not_evaluated` list the identities.
    """

    outcome: str
    candidates: tuple[Misprint, ...]
    broken: tuple[SumIdentity, ...]
    not_evaluated: tuple[SumIdentity, ...]


def locate_misprint(
    values: Mapping[str, Number | None], identities: Sequence[SumIdentity], unit: Decimal
) -> MisprintSearch:
    """Which single printed figure, if changed, satisfies all identities within rounding to `unit`.

    An identity with a missing figure is not evaluated. A figure is a candidate when it stands in every broken
    identity and some number in its place satisfies all identities it stands in: the overlap of identities is
    what tells a misprint from its neighbours.
    """
    figures = {name: exact(number) for name, number in values.items() if number is not None}
    complete = [one for one in identities if all(name in figures for name in one.names)]
    missing = tuple(one for one in identities if one not in complete)
    if not complete:
        return MisprintSearch("not_evaluated", (), (), missing)
    broken = tuple(one for one in complete if abs(_gap(one, figures)) > _tolerance(one, unit))
    suspects = [name for name in figures if broken and all(name in one.names for one in broken)]
    found = [_misprint(name, figures, complete, unit) for name in suspects]
    candidates = tuple(one for one in found if one is not None)
    number = len(candidates)
    outcome = "consistent" if not broken else {0: "unexplained", 1: "located"}.get(number, "ambiguous")
    return MisprintSearch(outcome, candidates, broken, missing)


def _gap(identity: SumIdentity, figures: Mapping[str, Fraction]) -> Fraction:
    return sum((figures[name] for name in identity.parts), Fraction(0)) - figures[identity.total]


def _tolerance(identity: SumIdentity, unit: Decimal) -> Fraction:
    return (len(identity.parts) + 1) * exact(unit) / 2


def _misprint(
    cell: str, figures: Mapping[str, Fraction], identities: Sequence[SumIdentity], unit: Decimal
) -> Misprint | None:
    lows, highs = [], []
    for identity in identities:
        if cell in identity.names:
            direction = -1 if cell == identity.total else 1
            centre = figures[cell] - direction * _gap(identity, figures)
            lows.append(centre - _tolerance(identity, unit))
            highs.append(centre + _tolerance(identity, unit))
    low, high = max(lows), min(highs)
    if low > high:
        return None
    implied = round((low + high) / 2 / exact(unit)) * exact(unit)
    return Misprint(cell, *(_decimal(number) for number in (figures[cell], implied, low, high)))


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


@dataclass(frozen=True)
class CountBounds:
    """The counts n for which n x mean = total in every row within rounding: [low, high].

    `row_low`, `row_high` (rows,) are each row's own bounds, NaN where a figure is missing.
    """

    low: float
    high: float
    row_low: FloatArray
    row_high: FloatArray
    is_empty: bool

    @property
    def conflict(self) -> tuple[int, int] | None:
        """The two rows that exclude each other, when the bounds are empty."""
        return (int(np.nanargmax(self.row_low)), int(np.nanargmin(self.row_high))) if self.is_empty else None


def recover_count(
    totals: Sequence[Number], means: Sequence[Number], total_unit: Number, mean_unit: Number
) -> CountBounds:
    """The number of units behind published totals and means of several items: docs/methods/editing.md.

    A row bounds n by [(T - U/2)/(m + u/2), (T + U/2)/(m - u/2)], with U and u the rounding units of totals
    and means; rows are intersected exactly, and an empty intersection is an error in the figures. A mean
    within u/2 of zero bounds n from below only. A row of negative figures (a loss) counts by its size. Raises
    ValueError when no row has both figures.
    """
    half_total, half_mean = exact(total_unit) / 2, exact(mean_unit) / 2
    rows: list[tuple[Fraction, Fraction | None] | None] = []
    for total, mean in zip(totals, means, strict=True):
        if any(isinstance(number, float) and math.isnan(number) for number in (total, mean)):
            rows.append(None)
            continue
        sign = -1 if exact(mean) < 0 else 1
        size, each = sign * exact(total), sign * exact(mean)
        high = (size + half_total) / (each - half_mean) if each > half_mean else None
        least = (size - half_total) / (each + half_mean) if each + half_mean else Fraction(0)
        rows.append((max(least, Fraction(0)), high))
    known = [row for row in rows if row is not None]
    if not known:
        raise ValueError("no row has both a total and a mean; there is nothing to recover n from")
    low = max(row[0] for row in known)
    highs = [row[1] for row in known if row[1] is not None]
    row_low = [math.nan if row is None else float(row[0]) for row in rows]
    row_high = [math.nan if row is None else math.inf if row[1] is None else float(row[1]) for row in rows]
    return CountBounds(
        low=float(low),
        high=float(min(highs)) if highs else math.inf,
        row_low=np.array(row_low),
        row_high=np.array(row_high),
        is_empty=bool(highs) and low > min(highs),
    )
