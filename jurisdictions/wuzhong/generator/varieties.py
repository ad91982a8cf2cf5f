"""Odd but unambiguous ways of writing, to be read without an alarm: widths, separators, units, dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from jurisdictions.wuzhong.generator.planting import Change, Kind, Place, cell

_FULL_WIDTH = str.maketrans("0123456789.-", "０１２３４５６７８９．－")


def _rewritten(column: str, change: Callable[[str], str]) -> Change:
    """The cell as the sender writes it, then changed."""

    def text(place: Place, row: int) -> str:
        values = place.sheet.columns[column]
        exact = place.sheet.text(column, row) if isinstance(values, str) else int(place.sheet.numbers(column)[row])
        return change(place.written(column, exact))

    return text


def _plain_yuan(column: str, pattern: str, cents_per_unit: int = 100) -> Change:
    return lambda place, row: pattern.format(Decimal(int(place.sheet.numbers(column)[row])) / cents_per_unit)


def _day(pattern: str) -> Change:
    def text(place: Place, row: int) -> str:
        year, month, day = place.sheet.text("booked_on", row).split("-")
        return pattern.format(year=year, month=int(month), day=int(day))

    return text


def _harmless(kind: str, column: str, change: Change) -> Kind:
    return cell(kind, column, change, outcome="accepted")


HOUSEHOLD: Sequence[Kind] = (
    _harmless("full_width_persons", "persons", _rewritten("persons", lambda text: text.translate(_FULL_WIDTH))),
    _harmless("full_width_amount", "net_income", _rewritten("net_income", lambda text: text.translate(_FULL_WIDTH))),
    _harmless("amount_in_yuan_with_unit", "net_income", _plain_yuan("net_income", "{:,.2f}元")),
    _harmless("persons_with_unit", "persons", _rewritten("persons", lambda text: f"{text}人")),
    _harmless("blanks_around", "weight", _rewritten("weight", lambda text: f" {text} ")),
    _harmless("plus_sign", "net_income", _rewritten("net_income", lambda text: f"+{text}")),
    _harmless(
        "month_in_words",
        "time_period",
        lambda place, _: f"{place.sheet.month[:4]}年{int(place.sheet.month[5:])}月",
    ),
    _harmless("full_width_area", "area_code", _rewritten("area_code", lambda text: text.translate(_FULL_WIDTH))),
)
LABOUR: Sequence[Kind] = (
    _harmless("person_times_with_unit", "person_times", _rewritten("person_times", lambda text: f"{text}人次")),
    _harmless(
        "full_width_mean",
        "earnings_per_person",
        _rewritten("earnings_per_person", lambda t: t.translate(_FULL_WIDTH)),
    ),
    _harmless("total_in_ten_thousand", "earnings_total", _plain_yuan("earnings_total", "{:f}万元", 100_0000)),
)
FUND: Sequence[Kind] = (
    _harmless("day_in_words", "booked_on", _day("{year}年{month}月{day}日")),
    _harmless("day_without_separator", "booked_on", _day("{year}{month:02d}{day:02d}")),
    _harmless("amount_in_ten_thousand", "amount", _plain_yuan("amount", "{:f}万元", 100_0000)),
    _harmless("amount_with_separators", "amount", _plain_yuan("amount", "{:,.2f}元")),
)
