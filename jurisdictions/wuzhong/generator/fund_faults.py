"""Faults planted in the fund ledgers, each with all the rules that the line then breaks."""

from __future__ import annotations

import numpy as np

from jurisdictions.wuzhong.generator.household_faults import ABOLISHED_AREA, UNKNOWN_AREA
from jurisdictions.wuzhong.generator.planting import (
    Kind,
    Place,
    Planting,
    Wanted,
    cell,
    damaged,
    next_month,
    previous_month,
    twice,
)
from jurisdictions.wuzhong.generator.sheets import Sheet


def _at(station: str) -> Wanted:
    return lambda sheet: sheet.equals("station", station)


def _amount_becomes(kind: str, factor: int, rule: str) -> Kind:
    """A budget line whose amount changes: kept, and looked at or counted."""

    def plant(place: Place) -> list[Planting]:
        row = place.pick(_at("budget")(place.sheet))
        if row is None:
            return []
        place.sheet.numbers("amount")[row] *= factor
        return [Planting(kind, row, {}, (rule,), "flagged", note=f"{factor} times the amount")]

    return plant


def _payment_from_nowhere(place: Place) -> list[Planting]:
    row, head = place.pick(_at("use")(place.sheet), among=place.sheet.regular), place.head("upstream_id")
    if row is None or head is None:
        return []
    return [Planting("payment_without_upstream", row, {head: ""}, ("use_has_upstream",), "flagged")]


def _booked_a_month_later(place: Place, row: int) -> str:
    return place.written("booked_on", f"{next_month(place.sheet.month)}-05")


def _not_blank(sheet: Sheet) -> np.ndarray:
    return sheet.numbers("amount") != 0


KINDS: tuple[Kind, ...] = (
    cell("booked_in_other_month", "booked_on", _booked_a_month_later, "booked_in_period"),
    cell("booked_on_no_day", "booked_on", "2024-02-30", "readable"),
    twice("ledger_number_twice", "duplicate_in_file"),
    cell("channel_unknown", "channel", "彩票公益金", "code_known"),
    cell("purpose_unknown", "purpose", "办公经费", "code_known"),
    _payment_from_nowhere,
    cell("amount_blank", "amount", "", "required", wanted=_not_blank),
    cell("amount_pending", "amount", "待定", "readable"),
    _amount_becomes("negative_without_upstream", -1, "negative_is_correction"),
    cell("station_unknown", "station", "转账", "code_known"),
    cell("amount_impossible", "amount", "20000000000000元", "within_bounds"),
    _amount_becomes("amount_zero", 0, "amount_not_zero"),
    cell("area_unknown", "area_code", UNKNOWN_AREA, "area_known", "area_of_sender"),
    cell("area_abolished", "area_code", ABOLISHED_AREA, "area_valid", "area_of_sender"),
    cell(
        "row_of_other_month",
        "time_period",
        lambda place, _: place.written("time_period", previous_month(place.sheet.month)),
        "period_agrees",
    ),
    damaged("line_too_long", "extra_cell"),
    damaged("formula_in_cell", "formula"),
    cell("blank_number", "transaction_id", "", "required"),
    cell("purpose_on_negative_list", "programme", "办公楼堂馆所维修", "wuzhong.purpose_eligible", outcome="flagged"),
)


def payment_in_two_ledgers(first: Place, second: Place) -> tuple[list[Planting], list[Planting]]:
    """One approval that two offices book."""
    row, copied = first.pick(), second.pick()
    head = second.head("transaction_id")
    if row is None or copied is None or head is None:
        return [], []
    kind, rules = "payment_in_two_ledgers", ("duplicate_across_files",)
    same = {head: first.sheet.text("transaction_id", row)}
    return [Planting(kind, row, {}, rules)], [Planting(kind, copied, same, rules, inserted=True)]
