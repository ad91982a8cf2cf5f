"""Quantities in text, exactly (docs/methods/editing.md): one number and its unit, to a Decimal in the base unit.

Here: the one table of units and scales, the number grammar, the yearbook conventions. What a column holds in base
units is said by its contract; what garbled text may have meant, by `indicators.editing_numbers`. Standard library
only, so that statistics may use it too. Field's terms: base unit, dimension, of-which item.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

MONTHS_OF_FREQ: dict[str, int] = {"M": 1, "Q": 3, "S": 6, "A": 12}
"""SDMX frequency -> months of a period; S is a half-year."""


class UnitError(ValueError):
    """A text is not one quantity of the expected dimension; says what was found, what is expected, what to do."""


class Dimension(Enum):
    """What a quantity measures."""

    MONEY = "money"
    PERSONS = "persons"
    PERSON_TIMES = "person-times"
    HOUSEHOLDS = "households"
    AREA = "area"
    MASS = "mass"
    RATIO = "ratio"
    NUMBER = "number"


@dataclass(frozen=True)
class Unit:
    """A unit by name: its dimension, the base unit it is counted in, and how many of those it is, exactly."""

    dimension: Dimension
    base: str
    factor: Decimal


class Quantity(NamedTuple):
    """A quantity in its base unit, beside the text it came from.

    `value` is None when the text gives none. `unit` is the base unit, "" when nobody named one. `original_unit` is
    the unit as written, "" when none was. `note` is "" or, joined by ", ": "unknown" (blank), "below_smallest_unit"
    (…), "of_which" (#), "footnote" (*).
    """

    value: Decimal | None
    unit: str
    original: str
    original_unit: str
    note: str


_TABLE: tuple[tuple[Dimension, str, str, str], ...] = (
    (Dimension.MONEY, "yuan", "1", "元|圆|yuan|rmb|cny"),
    (Dimension.MONEY, "yuan", "0.1", "角"),
    (Dimension.MONEY, "peso", "1", "peso|pesos|mxn"),
    (Dimension.MONEY, "rupee", "1", "rupee|rupees|npr"),
    (Dimension.PERSONS, "persons", "1", "人|persons|person|people"),
    (Dimension.PERSON_TIMES, "person-times", "1", "人次|person-times|person-time|person times|person_times"),
    (Dimension.HOUSEHOLDS, "households", "1", "户|households|household"),
    (Dimension.AREA, "mu", "1", "亩|市亩|mu"),
    (Dimension.AREA, "mu", "15", "公顷|ha|hectare|hectares"),  # 1 mu = 1/15 ha
    (Dimension.AREA, "mu", "0.0015", "平方米|m2"),
    (Dimension.AREA, "mu", "1500", "平方公里|km2"),
    (Dimension.MASS, "tonnes", "1", "吨|公吨|tonnes|tonne|tons|ton"),
    (Dimension.MASS, "tonnes", "0.001", "公斤|千克|kg"),
    (Dimension.MASS, "tonnes", "0.0005", "斤|市斤|jin"),  # 1 jin = 0.5 kg
    (Dimension.RATIO, "0-1", "0.01", "%"),
    (Dimension.NUMBER, "number", "1", "个|件|项"),
)
UNITS = {
    name: Unit(dimension, base, Decimal(factor))
    for dimension, base, factor, names in _TABLE
    for name in names.split("|")
}
SCALES = {name: Decimal(10) ** power for name, power in {
    "": 0, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "十亿": 9, "百亿": 10,
    "千亿": 11, "万亿": 12, "hundred": 2, "thousand": 3, "10,000": 4, "million": 6, "hundred million": 8,
    "billion": 9,
}.items()}  # fmt: skip
GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
"""A number whose commas part thousands."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_SPELLED = _FULL_WIDTH | str.maketrans({"㎡": "平方米", "…": "...", "−": "-"})
_SIGNS = {"¥": "yuan", "$": "peso"}
_DOTS = ("...", "......")
_HEAD = re.compile(r"([#*]*)\s*([¥$]?)\s*([+-]?[0-9][0-9.,]*)?\s*")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_EXACTLY = Context(prec=100, traps=[Inexact])


def _any_of(names: Iterable[str]) -> str:
    return "|".join(map(re.escape, names))


_SCALED = re.compile(rf"(?P<scale>{_any_of(SCALES)}) ?(?P<unit>{_any_of(UNITS)})?")


def ordinary_width(text: str) -> str:
    """Full-width letters, digits, signs and blanks in ordinary width; all else as it is (a footnote `²` stays one)."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def is_any_currency(base_unit: str | None) -> bool:
    """True for a contract's "currency of the jurisdiction": money, whatever its name."""
    return base_unit is not None and base_unit.startswith("currency")


def factor(unit: str | None, base_unit: str | None) -> Decimal:
    """How many base units one of a column's units is; UnitError when it is not known or measures something else."""
    scale, known = _column(unit, base_unit)
    return scale * known.factor if known else scale


def parse_quantity(
    text: str, unit: str | None = None, base_unit: str | None = None, *, conventions: bool = False
) -> Quantity:
    """The one quantity that `text` states, in the base unit; without a `base_unit`, of any dimension.

    `unit` is the column's ("万元") for text that names none; a unit in the text wins over it. `conventions` takes the
    marks of yearbooks (…, #, *) for what they mean there. Raises UnitError for text that is not one number of the
    right dimension, or that can be read in two ways.
    """
    plain = _normalised(text, base_unit)
    head = next(_HEAD.finditer(plain))
    marks, sign, number = head.groups("")
    suffix = plain[head.end() :].rstrip("*").rstrip()
    is_dots = not number and not sign and suffix in _DOTS
    notes = ["of_which"] * ("#" in marks) + ["footnote"] * ("*" in marks or plain.endswith("*"))
    if (notes or is_dots) and not conventions:
        raise _refusal(text, base_unit, *_mark(is_dots))
    if is_dots or not (number or sign or suffix):
        absent = "below_smallest_unit" if is_dots else "unknown"
        return Quantity(None, base_unit or "", text, "", ", ".join([absent, *notes]))
    if sign and _SIGNS[sign] != base_unit:
        raise _refusal(text, base_unit, f"the sign {sign}", "take it off, or say which currency the column is in")
    value = _number(text, number, suffix, base_unit)
    scale, known, written = _scale(text, suffix, unit, base_unit)
    try:
        exact = _EXACTLY.multiply(value, scale)
    except Inexact:
        digits = f"{len(value.as_tuple().digits):,} digits"
        raise _refusal(text, base_unit, digits, "no quantity has as many: ask the sender") from None
    base = base_unit or (known.base if known else "")
    return Quantity(exact, base, text, sign + written, ", ".join(notes))


def _refusal(text: str, base_unit: str | None, found: str, remedy: str) -> UnitError:
    return UnitError(f"found {found} in {text[:80]!r}; expected one number{_in(base_unit)}; {remedy}")


def _in(base_unit: str | None) -> str:
    return f" in {base_unit}" if base_unit else ""


def _mark(is_dots: bool) -> tuple[str, str]:
    if is_dots:
        return "dots", "leave the cell blank if unknown, write 0 if there is none"
    return "a mark (# or *)", "take it off, and say beside the figure what it means"


def _normalised(text: str, base_unit: str | None) -> str:
    """Compatibility form (NFKC), trimmed; refuses characters that this form makes digits of (², ½, ①)."""
    if text.isascii():
        return text.strip()
    spelled = text.translate(_SPELLED)
    usual = unicodedata.normalize("NFKC", spelled)
    if usual != spelled or _FOREIGN_DIGIT.search(spelled):
        for character in spelled:
            if not character.isascii() and any(one.isdigit() for one in unicodedata.normalize("NFKC", character)):
                raise _refusal(text, base_unit, f"the character {character}", "write the number in plain digits")
    return usual.strip()


def _number(text: str, number: str, suffix: str, base_unit: str | None) -> Decimal:
    if _NUMBER.fullmatch(number):
        return Decimal(number)
    if GROUPED.fullmatch(number):
        return Decimal(number.replace(",", ""))
    if "," in number:
        remedy = "write thousands as 1,234 or without commas, and the decimal sign as a point"
        raise _refusal(text, base_unit, f"commas that do not part thousands ({number[:80]})", remedy)
    if number:
        raise _refusal(text, base_unit, f"{number[:80]}, not a number", "write digits on both sides of one point")
    if suffix and not suffix.strip("-\u2013\u2014"):
        raise _refusal(text, base_unit, "a dash", "leave the cell blank if unknown, write 0 if there is none")
    raise _refusal(text, base_unit, "no plain number", "write digits, with one decimal point at most")


def _scale(text: str, suffix: str, unit: str | None, base_unit: str | None) -> tuple[Decimal, Unit | None, str]:
    """How many base units the number counts by the text's own unit and scale, else the column's; which, as written."""
    read = None if "0" <= suffix[:1] <= "9" else _scale_and_unit(suffix)
    if read is None:
        raise _refusal(text, base_unit, *_strange(suffix, base_unit))
    scale, own = read
    if own is not None:
        if not _measures(own, base_unit):
            raise _refusal(text, base_unit, f"the unit {suffix!r} ({own.base})", _misplaced(own, base_unit))
        return scale * own.factor, own, suffix
    column_scale, known = _column(unit, base_unit)
    if scale != 1 and column_scale != 1:
        remedy = "ask whether the scale counts once or twice"
        raise _refusal(text, base_unit, f"{suffix!r} in a column already in {unit}", remedy)
    return scale * column_scale * (known.factor if known else 1), known, suffix + (unit or "")


def _column(unit: str | None, base_unit: str | None) -> tuple[Decimal, Unit | None]:
    read = _scale_and_unit("" if unit is None else unicodedata.normalize("NFKC", unit).strip())
    if read is None:
        found, remedy = f"the column unit {unit!r}, which is not known", _units_for(base_unit)
    elif read[1] is not None and not _measures(read[1], base_unit):
        found, remedy = f"the column unit {unit!r} ({read[1].base})", _misplaced(read[1], base_unit)
    else:
        return read
    raise UnitError(f"found {found}; expected a unit to turn into numbers{_in(base_unit)}; {remedy}")


@lru_cache(maxsize=128)
def _scale_and_unit(words: str) -> tuple[Decimal, Unit | None] | None:
    match = _SCALED.fullmatch(" ".join(words.lower().split()))
    return (SCALES[match["scale"]], UNITS.get(match["unit"] or "")) if match else None


def _measures(unit: Unit, base_unit: str | None) -> bool:
    if unit.dimension is Dimension.MONEY and is_any_currency(base_unit):
        return True
    return base_unit is None or unit.base == base_unit


def _misplaced(unit: Unit, base_unit: str | None) -> str:
    if {unit.base, base_unit} == {"persons", "person-times"}:
        return "one person may travel several times: ask the sender which was counted"
    return "check that the figure stands in the right column"


def _strange(suffix: str, base_unit: str | None) -> tuple[str, str]:
    shown = suffix[:80]
    if re.match(r"[eE][+-]?[0-9]", suffix):
        return "an exponent", "write the number out"
    if re.search(r"[0-9]", suffix):
        return f"more than one number ({shown} after the first)", "list its readings and ask the sender"
    return f"the unit {shown!r}, which is not known", _units_for(base_unit)


@lru_cache(maxsize=64)
def _units_for(base_unit: str | None) -> str:
    names = [names.partition("|")[0] for *_, names in _TABLE]
    fitting = [name for name in names if _measures(UNITS[name], base_unit)]
    return f"use one of {', '.join(fitting)}, 万 or 亿 before it if need be" if fitting else "write the number alone"
