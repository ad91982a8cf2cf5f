"""Unit forensics: the readings that would explain a figure out of band or garbled, ranked by evidence.

Here: candidate readings, what each implies through identities, and which of them are possible. Not here: the
choice; the ranking is stored beside the quarantined row and a named decision releases it.
Field's terms: unit error, scale error, column shift.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext

from indicators.editing_identities import ProductIdentity, SumIdentity
from indicators.editing_numbers import number_readings
from warehouse.units import Dimension

Identity = SumIdentity | ProductIdentity
Known = Mapping[str, Decimal]


@dataclass(frozen=True)
class Band:
    """What a quantity can plausibly be: `low` to `high` inclusive, in the base unit of its dimension.

    `rounding` is the unit it is rounded to when published (0: exact), which widens the identities it is in.
    """

    low: Decimal
    high: Decimal
    dimension: Dimension
    rounding: Decimal = Decimal(0)


@dataclass(frozen=True)
class Reading:
    """One way to read a figure: as `value` of `quantity`, if one grants the `steps` (none: as printed).

    `implied` are the quantities that then follow from the identities. `satisfied` and `broken` are the
    identities that could be checked; `outside` names the quantities that fall out of their band. `surprise`
    says how far the worst of them lies from the middle of its band: 0 the middle, 1 the edge, on a log scale.
    """

    value: Decimal
    quantity: str
    steps: tuple[str, ...]
    implied: dict[str, Decimal] = field(default_factory=dict)
    satisfied: tuple[Identity, ...] = ()
    broken: tuple[Identity, ...] = ()
    outside: tuple[str, ...] = ()
    surprise: float = 0.0

    @property
    def is_possible(self) -> bool:
        """Every quantity lies in its band and no identity is broken."""
        return not self.broken and not self.outside

    @property
    def score(self) -> int:
        """Identities satisfied, less identities broken and quantities out of band."""
        return len(self.satisfied) - len(self.broken) - len(self.outside)


def readings(
    figure: str | Decimal | int | float,
    quantity: str,
    bands: Mapping[str, Band],
    context: Known | None = None,
    identities: Sequence[Identity] = (),
    columns: Sequence[str] = (),
) -> list[Reading]:
    """All readings of a figure printed for `quantity`: possible first, then by score, steps and surprise.

    `figure` is a number in the base unit of the quantity, or text as printed. `context` holds the other
    figures of the row (a column shift is tried when `columns` names them in printed order); `bands` what each
    quantity can be. Impossible readings stay in the list, with what rules them out. Raises ValueError when
    the quantity has no band: nothing could then be judged. Method: docs/methods/editing.md.
    """
    if quantity not in bands:
        raise ValueError(f"no band for {quantity!r}; without its plausible range no reading can be ruled out")
    others = {name: number for name, number in (context or {}).items() if name != quantity}
    found = [
        _judged(candidate, {**row, candidate.quantity: candidate.value}, bands, identities)
        for candidate, row in _candidates(figure, quantity, bands, others, columns)
    ]
    return sorted(found, key=lambda one: (not one.is_possible, -one.score, len(one.steps), one.surprise))


def _candidates(
    figure: str | Decimal | int | float,
    quantity: str,
    bands: Mapping[str, Band],
    others: Known,
    columns: Sequence[str],
) -> Iterator[tuple[Reading, Known]]:
    """Every reading with the rest of the row that goes with it."""
    if isinstance(figure, float):
        figure = repr(figure)  # the shortest decimal is what was printed
    text = figure if isinstance(figure, str) else f"{Decimal(figure):f}"
    printed = [(one.value, one.steps) for one in number_readings(text)]
    for value, steps in printed:
        yield Reading(value, quantity, steps), others
        for name in _mistakable(quantity, bands, others):
            yield Reading(value, name, (*steps, f"the figure is {name}, not {quantity}")), others
    for value in [value for value, steps in printed if not steps]:
        for changed, step in _rescaled(value, bands[quantity].dimension):
            yield Reading(changed, quantity, (step,)), others
        yield from _shifted(value, quantity, others, columns)


def _rescaled(figure: Decimal, dimension: Dimension) -> Iterator[tuple[Decimal, str]]:
    """The same digits under another unit or with the point elsewhere."""
    unit = "10,000 yuan (万元)" if dimension is Dimension.MONEY else "ten thousands (万)"
    with localcontext(prec=50):
        yield figure * 10, "a zero was lost"
        yield figure / 10, "a decimal point before the last digit was lost"
        yield figure / 100, "a decimal point before the last two digits was lost"
        yield figure * 10**4, f"the figure is in {unit}"
        yield figure / 10**4, "the figure was multiplied by ten thousand (万) once too often"
        yield figure * 10**8, "the figure is in hundred millions (亿)"
        yield figure / 10**8, "the figure was multiplied by a hundred million (亿) once too often"
        if dimension is Dimension.AREA:
            yield figure * 15, "the figure is in hectares, not mu"
            yield figure / 15, "the figure was turned from hectares to mu once too often"


def _mistakable(quantity: str, bands: Mapping[str, Band], others: Known) -> Iterator[str]:
    """Quantities that the row does not give and that the figure may have been meant for."""
    people = {Dimension.PERSONS, Dimension.PERSON_TIMES}
    own = bands[quantity].dimension
    for name, band in bands.items():
        alike = band.dimension is own or {own, band.dimension} == people
        if alike and name != quantity and name not in others:
            yield name


def _shifted(figure: Decimal, quantity: str, others: Known, columns: Sequence[str]) -> Iterator[tuple[Reading, Known]]:
    """The whole row moved one column to the left or right; the cell at the end is then unknown."""
    if quantity not in columns:
        return
    printed = {**others, quantity: figure}
    for step, side in ((1, "right"), (-1, "left")):
        source = {name: columns[i + step] for i, name in enumerate(columns) if 0 <= i + step < len(columns)}
        row = {name: printed[origin] for name, origin in source.items() if origin in printed}
        fixed = {name: number for name, number in others.items() if name not in columns}
        if quantity in row:
            shifted = Reading(row[quantity], quantity, (f"the row was printed one column to the {side}",))
            yield shifted, {**fixed, **row}


def _judged(reading: Reading, row: Known, bands: Mapping[str, Band], identities: Sequence[Identity]) -> Reading:
    checked = [one for one in identities if all(name in row for name in one.names)]
    satisfied = tuple(one for one in checked if _holds(one, row, bands))
    known = dict(row)
    pending = [one for one in identities if one not in checked]
    while solvable := [one for one in pending if sum(name not in known for name in one.names) == 1]:
        missing = next(name for name in solvable[0].names if name not in known)
        solved = _solve(solvable[0], missing, known)
        pending.remove(solvable[0])
        if solved is not None:
            known[missing] = solved
    implied = {name: number for name, number in known.items() if name not in row}
    judged = {name: number for name, number in known.items() if name in bands}
    return replace(
        reading,
        implied=implied,
        satisfied=satisfied,
        broken=tuple(one for one in checked if one not in satisfied),
        outside=tuple(n for n, number in judged.items() if not bands[n].low <= number <= bands[n].high),
        surprise=max(_surprise(number, bands[name]) for name, number in judged.items()),
    )


def _surprise(number: Decimal, band: Band) -> float:
    """Distance from the middle of the band in half-widths, on a log scale; 0 for bands that reach zero."""
    if not 0 < band.low < band.high:
        return 0.0
    if number <= 0:
        return math.inf
    low, high, at = (math.log(one) for one in (band.low, band.high, number))
    return abs(at - (low + high) / 2) / ((high - low) / 2)


def _holds(identity: Identity, row: Known, bands: Mapping[str, Band]) -> bool:
    """Whether some true figures round to the printed ones and keep the identity."""
    half = {name: bands[name].rounding / 2 if name in bands else Decimal(0) for name in identity.names}
    low, high = ({name: row[name] + sign * half[name] for name in identity.names} for sign in (-1, 1))
    if isinstance(identity, SumIdentity):
        least, most = (sum((end[name] for name in identity.parts), Decimal(0)) for end in (low, high))
    else:
        corners = [one[identity.count] * two[identity.mean] for one in (low, high) for two in (low, high)]
        least, most = min(corners), max(corners)
    return least <= high[identity.total] and low[identity.total] <= most


def _solve(identity: Identity, missing: str, row: Known) -> Decimal | None:
    """The figure that makes the identity true; None where it leaves it open (division by zero)."""
    if isinstance(identity, SumIdentity):
        if missing == identity.total:
            return sum((row[name] for name in identity.parts), Decimal(0))
        rest = [row[name] for name in identity.parts if name != missing]
        return row[identity.total] - sum(rest, Decimal(0))
    if missing == identity.total:
        return row[identity.count] * row[identity.mean]
    divisor = row[identity.mean if missing == identity.count else identity.count]
    return row[identity.total] / divisor if divisor else None
