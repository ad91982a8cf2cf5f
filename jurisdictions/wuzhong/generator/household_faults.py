"""Faults planted in household income, each with all the rules that the line then breaks.

An unreadable or blank source also unbalances the line, an unknown area is also not the sender's own: both ids
stand.
"""

from __future__ import annotations

import numpy as np

from jurisdictions.wuzhong.generator.design import AREAS
from jurisdictions.wuzhong.generator.planting import (
    Change,
    Kind,
    Place,
    Planting,
    Wanted,
    cell,
    damaged,
    previous_month,
    twice,
)
from jurisdictions.wuzhong.generator.sheets import Sheet
from warehouse.contracts.household_income import LEAF_COLUMNS

ABOLISHED_AREA = "640382"
"""Lingwu, of Wuzhong until 2001."""

UNKNOWN_AREA = "649999"
_FIRST_STRAY_VILLAGE = 900_000


def _earns(column: str) -> Wanted:
    return lambda sheet: np.abs(sheet.numbers(column)) > 1_00


def _middle_income(sheet: Sheet) -> np.ndarray:
    income = sheet.numbers("net_income")
    return (income > 1_500_00) & (income < 50_000_00)


def _net_income(factor: int, more_cents: int) -> Change:
    return lambda place, row: place.written(
        "net_income", int(place.sheet.numbers("net_income")[row]) * factor + more_cents
    )


def _other_county(place: Place, row: int) -> str:
    codes = [area.code for area in AREAS if not area.letter and area.code != place.sheet.area_code]
    return codes[row % len(codes)]


def _nul_inside(place: Place, row: int) -> str:
    household = place.sheet.text("household_id", row)
    return f"{household[:8]}\0{household[8:]}"


def _no_source(place: Place) -> list[Planting]:
    row = place.pick()
    heads = [place.head(column) for column in LEAF_COLUMNS]
    if row is None:
        return []
    return [Planting("no_source", row, {head: "" for head in heads if head}, ("some_source", "balance"))]


def _village_in_two_strata(place: Place) -> list[Planting]:
    """Two households of a village of their own, so that no village of the sample is lost with them."""
    row = place.pick()
    stratum, psu, household = (place.head(column) for column in ("stratum", "psu", "household_id"))
    if row is None or stratum is None or psu is None or household is None:
        return []
    village = place.sheet.text("psu", row)[:-6] + str(_FIRST_STRAY_VILLAGE + row)
    return [
        Planting(
            "village_in_two_strata",
            row,
            {household: f"{village}{number:04d}", psu: village, stratum: place.written("stratum", code)},
            ("psu_in_one_stratum",),
            inserted=True,
        )
        for number, code in enumerate(np.unique(place.sheet.texts("stratum")).tolist(), start=1)
    ]


def _loss_of_the_month(place: Place) -> list[Planting]:
    """A true loss, in balance: kept, and looked at. The sheet's own values change."""
    row = place.pick(_middle_income(place.sheet))
    if row is None:
        return []
    crop, income = place.sheet.numbers("crop_net"), place.sheet.numbers("net_income")
    crop[row] -= income[row] + 200_00
    income[row] = -200_00
    return [Planting("loss_of_the_month", row, {}, ("loss_plausible", "share_defined"), "flagged", note="-200.00 yuan")]


KINDS: tuple[Kind, ...] = (
    cell("blank_weight", "weight", "", "required"),
    cell("amount_is_letters", "net_income", "abc", "readable"),
    cell("amount_with_exponent", "wage_away_net", "1e5", "readable", "balance", wanted=_earns("wage_away_net")),
    cell("persons_negative", "persons", "-3", "within_bounds"),
    cell("area_unknown", "area_code", UNKNOWN_AREA, "area_known", "area_of_sender"),
    cell("area_abolished", "area_code", ABOLISHED_AREA, "area_valid", "area_of_sender"),
    cell("area_of_other_county", "area_code", _other_county, "area_of_sender"),
    cell(
        "row_of_other_month",
        "time_period",
        lambda place, _: place.written("time_period", previous_month(place.sheet.month)),
        "period_agrees",
    ),
    cell("month_in_no_calendar", "time_period", "上月", "readable"),
    twice("household_twice_in_file", "duplicate_in_file"),
    cell("sources_do_not_add_up", "net_income", _net_income(1, 100_00), "balance"),
    _village_in_two_strata,
    cell(
        "income_ten_thousand_times",
        "net_income",
        _net_income(10_000, 0),
        "balance",
        "per_person_plausible",
        wanted=_middle_income,
    ),
    damaged("line_cut_at_end_of_file", "cut"),
    cell("nul_byte", "household_id", _nul_inside, "line_intact", csv_only=True),
    damaged("line_too_long", "extra_cell"),
    damaged("formula_in_cell", "formula"),
    _loss_of_the_month,
    cell("persons_zero", "persons", "0", "within_bounds"),
    cell("area_type_unknown", "area_type", "牧区", "code_known"),
    cell("amount_is_hundred_million", "net_income", "2 1 100 million", "readable"),
    cell("amount_is_dashes", "crop_net", "--", "readable", "balance", wanted=_earns("crop_net")),
    cell("weight_zero", "weight", "0", "within_bounds"),
    cell("blank_village", "psu", "", "required"),
    cell("blank_household", "household_id", "", "required"),
    _no_source,
    cell("sources_off_by_one_yuan", "net_income", _net_income(1, -1_00), "balance"),
)


def household_in_two_files(first: Place, second: Place) -> tuple[list[Planting], list[Planting]]:
    """A household that moved: its old county and its new area both report it, with different amounts."""
    row, copied = first.pick(), second.pick()
    head = second.head("household_id")
    if row is None or copied is None or head is None:
        return [], []
    kind, rules = "household_in_two_files", ("duplicate_across_files",)
    moved = {head: first.sheet.text("household_id", row)}
    return [Planting(kind, row, {}, rules)], [Planting(kind, copied, moved, rules, inserted=True)]
