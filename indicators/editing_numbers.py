"""The numbers that a garbled figure may have meant, and what one must assume for each.

Here: every reading of the digits and words of scale. Not here: a figure that reads exactly (`warehouse.units`), and
which reading is right (`editing_readings`). Field's term: unit forensics.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from warehouse.units import GROUPED, SCALES


@dataclass(frozen=True)
class NumberReading:
    """A number that garbled text may have meant, and what one must assume for it, one step per assumption."""

    value: Decimal
    steps: tuple[str, ...]


MOST_WORDS = 4
"""Words of scale after a number; what has more is no number, and each doubles the readings."""

_RUN = re.compile(r"-?[0-9][0-9.,]*(?:\s+[0-9][0-9.,]*)*")
_WORD = re.compile(r"十万|百万|千万|万亿|[百千万亿]|hundred|thousand|million|billion")


def number_readings(text: str) -> list[NumberReading]:
    """All numbers that a garbled figure may have meant, fewest assumptions first, without judging them.

    Groups of digits may belong together, or stand on either side of a lost decimal point; a last group that
    is a power of ten may be a word of scale ("2 1 100 million": 2.1 x 100 million); any word of scale may
    have crept in by mistake. Each run of digits with its scale words is read by itself; with more than MOST_WORDS of
    them it is no number.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    best: dict[Decimal, NumberReading] = {}
    for run in _RUN.finditer(plain):
        following = plain[run.end() :]
        scales = re.match(rf"\s*((?:(?:{_WORD.pattern})\s*)*)", following)
        words = _WORD.findall(scales.group(1)) if scales else []
        if len(words) > MOST_WORDS:
            continue
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
    regular = "," not in group or bool(GROUPED.fullmatch(group))
    return group.replace(",", ""), regular


def _scaled(mantissa: Decimal, steps: tuple[str, ...], scales: list[tuple[str, Decimal]]) -> Iterator[NumberReading]:
    for kept in product((True, False), repeat=len(scales)):
        factor, dropped = Decimal(1), []
        for (word, scale), keep in zip(scales, kept, strict=True):
            factor *= scale if keep else 1
            dropped += [] if keep else [f"{word!r} does not belong to the number"]
        yield NumberReading(mantissa * factor, (*steps, *dropped))
