"""Exact reading of quantities in text: one number and its unit, to a Decimal in the base unit.

Here: the number grammar, unit names, yearbook conventions, and the numbers that garbled text may have meant.
Not here: which reading is right (`editing.readings`). Standard library only, so that it is cheap to import.
Field's terms: base unit, dimension, of-which item.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import Enum
from itertools import product


class Dimension(Enum):
    """What a quantity measures; the value is the name of its base unit (methods.md section 8)."""

    MONEY = "yuan"
    PERSONS = "persons"
    PERSON_TIMES = "person_times"
    HOUSEHOLDS = "households"
    AREA = "mu"
    MASS = "tonnes"
    NUMBER = "number"


class UnitError(ValueError):
    """A text that is not one quantity of the expected dimension: what was found, expected, and to be done."""


@dataclass(frozen=True)
class Quantity:
    """A quantity in its base unit, beside the text it came from.

    `value` is None when the text gives none. `original_unit` is the unit as written, "" when none was. `note`
    is "" or, joined by ", ": "unknown" (blank), "below_smallest_unit" (…), "of_which" (#), "footnote" (*).
    """

    value: Decimal | None
    unit: str
    original: str
    original_unit: str
    note: str


@dataclass(frozen=True)
class Unit:
    """A unit by name: its dimension, the base unit it is counted in, and how many of those it is, exactly."""

    dimension: Dimension
    base: str
    factor: Decimal


_MONEY, _AREA, _MASS = Dimension.MONEY, Dimension.AREA, Dimension.MASS
_NAMES: tuple[tuple[Dimension, str, str, str], ...] = (
    (_MONEY, "yuan", "1", "元|圆|yuan|rmb|cny"),
    (_MONEY, "peso", "1", "peso|pesos|mxn"),
    (_MONEY, "rupee", "1", "rupee|rupees|npr"),
    (Dimension.PERSONS, "persons", "1", "人|persons|person|people"),
    (Dimension.PERSON_TIMES, "person_times", "1", "人次|person-times|person-time|person times|person_times"),
    (Dimension.HOUSEHOLDS, "households", "1", "户|households|household"),
    (_AREA, "mu", "1", "亩|市亩|mu"),
    (_AREA, "mu", "15", "公顷|ha|hectare|hectares"),  # 1 mu = 1/15 ha
    (_AREA, "mu", "0.0015", "平方米|m2"),
    (_AREA, "mu", "1500", "平方公里|km2"),
    (_MASS, "tonnes", "1", "吨|公吨|tonnes|tonne|tons|ton"),
    (_MASS, "tonnes", "0.001", "公斤|千克|kg"),
    (_MASS, "tonnes", "0.0005", "斤|市斤|jin"),  # 1 jin = 0.5 kg
    (Dimension.NUMBER, "number", "1", "个|件|项"),
)
UNITS = {
    name: Unit(dimension, base, Decimal(factor))
    for dimension, base, factor, names in _NAMES
    for name in sorted(names.split("|"))
}
SCALES = {name: Decimal(10) ** power for name, power in {
    "": 0, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "十亿": 9, "百亿": 10,
    "千亿": 11, "万亿": 12, "hundred": 2, "thousand": 3, "million": 6, "hundred million": 8, "billion": 9,
}.items()}  # fmt: skip
_CURRENCY_SIGNS = {"¥": "yuan", "$": "peso"}

_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
_PIECES = re.compile(r"([#*]*)\s*([¥$]?)\s*([+-]?[0-9][0-9.,]*)?\s*(.*?)\s*(\**)", re.DOTALL)
_FULL_WIDTH = range(0xFF01, 0xFF5F)


def parse_quantity(text: str, expected: Dimension, unit: str | None = None, currency: str = "yuan") -> Quantity:
    """The one quantity that `text` states, in the base unit of `expected` (money: in `currency`).

    `unit` is the unit of the column ("万元") for text that names none; a unit in the text wins over it.
    Raises UnitError for text that is not one number of that dimension, or that can be read in two ways.
    """
    base = currency if expected is _MONEY else expected.value
    plain = _normalised(text, base)
    marks, sign, number, suffix, stars = (part or "" for part in _split(plain))
    notes = ["of_which"] * ("#" in marks) + ["footnote"] * ("*" in marks + stars)
    if not number and not sign and suffix in ("", "...", "......"):
        absent = "below_smallest_unit" if suffix else "unknown"
        return Quantity(None, base, text, "", ", ".join([absent, *notes]))
    if sign and _CURRENCY_SIGNS[sign] != base:
        raise _refusal(text, base, f"the sign {sign}", "take it off, or say which currency the column is in")
    value = _number(text, number, suffix, base)
    factor = _factor(text, suffix, expected, base, unit)
    exact = Context(prec=len(plain) + 30).multiply(value, factor)
    return Quantity(exact, base, text, sign + _written(suffix, unit), ", ".join(notes))


def _written(suffix: str, column_unit: str | None) -> str:
    _, unit = _scale_and_unit(suffix.lower())
    return suffix if unit or column_unit is None else suffix + column_unit


def _split(plain: str) -> tuple[str | None, ...]:
    found = _PIECES.fullmatch(plain)
    return found.groups() if found else ("", "", "", plain, "")


def _refusal(text: str, base: str, found: str, remedy: str) -> UnitError:
    return UnitError(f"found {found} in {text!r}; expected one number in {base}; {remedy}")


def _normalised(text: str, base: str) -> str:
    """Compatibility form (NFKC), trimmed; refuses characters that this form makes digits of (², ½, ①)."""
    spelled = text.replace("㎡", "平方米").replace("…", "...")
    for character in spelled:
        is_usual = ord(character) < 128 or ord(character) in _FULL_WIDTH
        if not is_usual and any(one.isdigit() for one in unicodedata.normalize("NFKC", character)):
            raise _refusal(text, base, f"the character {character}", "write the number in plain digits")
    return unicodedata.normalize("NFKC", spelled).strip()


def _number(text: str, number: str, suffix: str, base: str) -> Decimal:
    if _PLAIN.fullmatch(number):
        return Decimal(number)
    if _GROUPED.fullmatch(number):
        return Decimal(number.replace(",", ""))
    if "," in number:
        reason = "write thousands as 1,234 or without commas, and the decimal sign as a point"
        raise _refusal(text, base, f"commas that do not part thousands ({number})", reason)
    if number:
        raise _refusal(text, base, f"{number}, not a number", "write digits on both sides of one point")
    if suffix and not suffix.strip("-\u2013\u2014"):
        raise _refusal(text, base, "a dash", "leave the cell blank if unknown, write 0 if there is none")
    raise _refusal(text, base, "no plain number", "write digits, with one decimal point at most")


def _factor(text: str, suffix: str, expected: Dimension, base: str, column_unit: str | None) -> Decimal:
    """How many base units the number counts, from the text's own unit and scale, else from the column's."""
    scale, unit = _scale_and_unit(suffix.lower())
    if scale is None:
        raise _refusal(text, base, *_strange(suffix))
    if unit is not None:
        return scale * _of_dimension(text, suffix, unit, expected, base)
    if column_unit is None:
        return scale
    column_scale, unit = _scale_and_unit(unicodedata.normalize("NFKC", column_unit).strip().lower())
    if column_scale is None or unit is None:
        raise _refusal(text, base, f"the column unit {column_unit!r}", "give a unit such as 元, 万元 or mu")
    if scale != 1 and column_scale != 1:
        remedy = "ask whether the scale counts once or twice"
        raise _refusal(text, base, f"{suffix!r} in a column already in {column_unit}", remedy)
    return scale * column_scale * _of_dimension(text, column_unit, unit, expected, base)


def _scale_and_unit(words: str) -> tuple[Decimal | None, Unit | None]:
    words = " ".join(words.split())
    if words in SCALES:
        return SCALES[words], None
    for name in sorted(UNITS, key=len, reverse=True):
        scale = words.removesuffix(name).strip()
        if words.endswith(name) and scale in SCALES:
            return SCALES[scale], UNITS[name]
    return None, None


def _of_dimension(text: str, written: str, unit: Unit, expected: Dimension, base: str) -> Decimal:
    if unit.dimension is expected and unit.base == base:
        return unit.factor
    counts = {Dimension.PERSONS, Dimension.PERSON_TIMES}
    remedy = (
        "one person may travel several times: ask the sender which was counted"
        if {unit.dimension, expected} == counts
        else "check that the figure stands in the right column"
    )
    raise _refusal(text, base, f"{unit.base} ({written})", remedy)


def _strange(suffix: str) -> tuple[str, str]:
    if re.match(r"[eE][+-]?[0-9]", suffix):
        return "an exponent", "write the number out"
    if re.search(r"[0-9]", suffix):
        return f"more than one number ({suffix} after the first)", "list its readings and ask the sender"
    return f"the unit {suffix!r}, which is not known", f"use one of {', '.join(sorted(UNITS)[:6])} …"


@dataclass(frozen=True)
class NumberReading:
    """A number that garbled text may have meant, and what one must assume for it, one step per assumption."""

    value: Decimal
    steps: tuple[str, ...]


_RUN = re.compile(r"-?[0-9][0-9.,]*(?:\s+[0-9][0-9.,]*)*")
_WORD = re.compile(r"十万|百万|千万|万亿|[百千万亿]|hundred|thousand|million|billion")


def number_readings(text: str) -> list[NumberReading]:
    """All numbers that a garbled figure may have meant, fewest assumptions first, without judging them.

    Groups of digits may belong together, or stand on either side of a lost decimal point; a last group that
    is a power of ten may be a word of scale ("2 1 100 million": 2.1 x 100 million); any word of scale may
    have crept in by mistake. Each run of digits with its scale words is read by itself.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    best: dict[Decimal, NumberReading] = {}
    for run in _RUN.finditer(plain):
        following = plain[run.end() :]
        scales = re.match(rf"\s*((?:(?:{_WORD.pattern})\s*)*)", following)
        words = _WORD.findall(scales.group(1)) if scales else []
        for reading in _readings_of_run(run.group().split(), words):
            known = best.get(reading.value)
            if known is None or len(reading.steps) < len(known.steps):
                best[reading.value] = reading
    return sorted(best.values(), key=lambda reading: (len(reading.steps), reading.value))


def _readings_of_run(groups: list[str], words: list[str]) -> Iterator[NumberReading]:
    for mantissa, steps in _mantissas(groups):
        yield from _scaled(mantissa, steps, [(word, SCALES[word]) for word in words])
    if len(groups) > 1 and re.fullmatch(r"10{2,}", groups[-1]):
        scales = [(groups[-1], Decimal(groups[-1])), *((word, SCALES[word]) for word in words)]
        for mantissa, steps in _mantissas(groups[:-1]):
            yield from _scaled(mantissa, steps, scales)


def _mantissas(groups: list[str]) -> Iterator[tuple[Decimal, tuple[str, ...]]]:
    """The digits as one number, and with a decimal point in each gap between groups."""
    cleaned = [_digits(group) for group in groups]
    comma = ("commas are noise",) if any(not known for _, known in cleaned) else ()
    parts = [digits for digits, _ in cleaned]
    joined = "".join(parts)
    if joined.count(".") <= 1:
        gap = ("digits were parted by spaces",) if len(parts) > 1 else ()
        yield Decimal(joined.strip(".")), comma + gap
    if "." not in joined:
        for place in range(1, len(parts)):
            whole, fraction = "".join(parts[:place]), "".join(parts[place:])
            yield Decimal(f"{whole}.{fraction}"), (*comma, "a decimal point was lost")
    if len(groups) == 1 and re.fullmatch(r"[0-9]+,[0-9]+", groups[0]) and comma:
        yield Decimal(groups[0].replace(",", ".")), ("the comma is a decimal point",)


def _digits(group: str) -> tuple[str, bool]:
    """A group without its commas, and whether they parted thousands as they should."""
    group = group.rstrip(",.")
    regular = "," not in group or bool(_GROUPED.fullmatch(group))
    return group.replace(",", ""), regular


def _scaled(mantissa: Decimal, steps: tuple[str, ...], scales: list[tuple[str, Decimal]]) -> Iterator[NumberReading]:
    for kept in product((True, False), repeat=len(scales)):
        factor, dropped = Decimal(1), []
        for (word, scale), keep in zip(scales, kept, strict=True):
            factor *= scale if keep else 1
            dropped += [] if keep else [f"{word!r} does not belong to the number"]
        yield NumberReading(mantissa * factor, (*steps, *dropped))
