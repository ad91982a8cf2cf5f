"""Quantities in text, exactly: full-width digits, separators, 万 and 亿, units with their dimension (methods.md 8).

One table of units; what a column holds in base units is said by its contract. Reads to `Decimal`, never to float.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from fractions import Fraction


class UnitError(ValueError):
    """A text is not a quantity of the expected dimension; says what was found, what is expected, what to do."""


@dataclass(frozen=True)
class Unit:
    """A unit: its dimension and how many base units it is."""

    dimension: str
    factor: Fraction


_ONE = Fraction(1)
UNITS: dict[str, Unit] = {
    "": Unit("any", _ONE),
    "元": Unit("money", _ONE),
    "yuan": Unit("money", _ONE),
    "peso": Unit("money", _ONE),
    "pesos": Unit("money", _ONE),
    "角": Unit("money", Fraction(1, 10)),
    "千元": Unit("money", Fraction(1000)),
    "thousand pesos": Unit("money", Fraction(1000)),
    "million pesos": Unit("money", Fraction(1_000_000)),
    "万元": Unit("money", Fraction(10_000)),
    "10,000 yuan": Unit("money", Fraction(10_000)),
    "百万元": Unit("money", Fraction(1_000_000)),
    "亿元": Unit("money", Fraction(100_000_000)),
    "人": Unit("persons", _ONE),
    "persons": Unit("persons", _ONE),
    "万人": Unit("persons", Fraction(10_000)),
    "人次": Unit("person-times", _ONE),
    "person-times": Unit("person-times", _ONE),
    "万人次": Unit("person-times", Fraction(10_000)),
    "户": Unit("households", _ONE),
    "households": Unit("households", _ONE),
    "亩": Unit("area", _ONE),
    "mu": Unit("area", _ONE),
    "万亩": Unit("area", Fraction(10_000)),
    "公顷": Unit("area", Fraction(15)),
    "ha": Unit("area", Fraction(15)),
    "吨": Unit("mass", _ONE),
    "tonnes": Unit("mass", _ONE),
    "公斤": Unit("mass", Fraction(1, 1000)),
    "kg": Unit("mass", Fraction(1, 1000)),
    "斤": Unit("mass", Fraction(1, 2000)),
    "jin": Unit("mass", Fraction(1, 2000)),
    "%": Unit("ratio", Fraction(1, 100)),
    "万": Unit("any", Fraction(10_000)),
    "亿": Unit("any", Fraction(100_000_000)),
}
"""Base units: yuan (or the jurisdiction's currency), persons, person-times, mu, tonnes. 1 ha = 15 mu exactly."""

_BASE = {"currency": "money"}
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?P<rest>\.[0-9]+)?\s*(?P<unit>[^0-9\s.,+-].*)?"
)
_EXACTLY = Context(prec=100, traps=[Inexact])


def ordinary_width(text: str) -> str:
    """Full-width letters, digits, signs and blanks in ordinary width; all else as it is (a footnote `²` stays one)."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def _dimension(base_unit: str | None) -> str:
    if base_unit is None:
        return "any"
    first = base_unit.split(" ")[0]
    return _BASE.get(first) or (UNITS[base_unit].dimension if base_unit in UNITS else "any")


def factor(unit: str | None, base_unit: str | None) -> Decimal:
    """How many base units one of the sender's units is; UnitError when they measure different things."""
    if unit is None:
        return Decimal(1)
    if unit not in UNITS:
        raise UnitError(f"unit {unit!r} is not known; known are {', '.join(filter(None, UNITS))}")
    known, wanted = UNITS[unit], _dimension(base_unit)
    if "any" not in (known.dimension, wanted) and known.dimension != wanted:
        raise UnitError(f"{unit!r} is a unit of {known.dimension}, expected {wanted} ({base_unit})")
    return Decimal(known.factor.numerator) / Decimal(known.factor.denominator)


def parse_quantity(text: str, unit: str | None = None, base_unit: str | None = None) -> Decimal | None:
    """The number in base units; None for a blank. A unit in the text goes before the column's `unit`.

    Raises UnitError for anything that is not one number and at most one unit of the right dimension.
    """
    normal = ordinary_width(text).strip().replace("−", "-")
    if not normal:
        return None
    match = _NUMBER.fullmatch(normal)
    if match is None:
        raise UnitError(
            f"{text[:80]!r} is not a number; expected digits with at most one point, such as 1234.50; a dash or … does "
            "not say whether it is zero or unknown"
        )
    written = (match["unit"] or "").strip()
    scale = factor(written, base_unit) if written else factor(unit, base_unit)
    number = Decimal(match["sign"] + match["whole"].replace(",", "") + (match["rest"] or ""))
    try:
        return _EXACTLY.multiply(number, scale)
    except Inexact:
        raise UnitError(f"{text[:80]!r} has {len(number.as_tuple().digits):,} digits, more than any quantity") from None
