"""Faults planted in the yearly tables of industries, each with all the rules that the line then breaks.

In the table of output they go to products that no printed sum counts, so that the sums still add up.
"""

from __future__ import annotations

import numpy as np

from jurisdictions.wuzhong.generator.household_faults import ABOLISHED_AREA, UNKNOWN_AREA
from jurisdictions.wuzhong.generator.industries import PART
from jurisdictions.wuzhong.generator.planting import Change, Kind, Place, Planting, Wanted, cell, damaged, twice
from jurisdictions.wuzhong.generator.sheets import Sheet
from warehouse.contracts.codes.industries import AGRICULTURE, ALL_AGRICULTURE


def _year_before(place: Place, _: int) -> str:
    return place.written("time_period", f"{int(place.sheet.month[:4]) - 1}-12")


def _more_than(column: str, more: int, *parts: str) -> Change:
    """The sum of some columns and a little more, in the first one's way of writing."""

    def text(place: Place, row: int) -> str:
        return place.written(column, int(sum(place.sheet.numbers(part)[row] for part in parts)) + more)

    return text


def _next_year(column: str) -> Change:
    return lambda place, _: place.written(column, f"{int(place.sheet.month[:4]) + 1}-01-05")


def _common(
    required: str,
    number: str,
    impossible: str,
    code: str,
    wanted: Wanted | None = None,
    also: tuple[str, ...] = (),
) -> tuple[Kind, ...]:
    """Faults of every table; `also` is what an unknown code breaks besides."""
    return (
        cell("blank_cell", required, "", "required", wanted=wanted),
        cell("number_in_words", number, "若干", "readable", wanted=wanted),
        cell("number_impossible", number, impossible, "within_bounds", wanted=wanted),
        cell("area_unknown", "area_code", UNKNOWN_AREA, "area_known", "area_of_sender", wanted=wanted),
        cell("area_abolished", "area_code", ABOLISHED_AREA, "area_valid", "area_of_sender", wanted=wanted),
        cell("row_of_other_year", "time_period", _year_before, "period_agrees", wanted=wanted),
        cell("code_unknown", code, "其他类", "code_known", *also, wanted=wanted),
        twice("line_twice", "once", wanted),
        damaged("line_too_long", "extra_cell"),
    )


def _item(sheet: Sheet) -> np.ndarray:
    return sheet.equals("line_type", "item")


def _printed(sheet: Sheet) -> np.ndarray:
    return sheet.equals("line_type", "subtotal")


def _outside_sums(sheet: Sheet) -> np.ndarray:
    return _item(sheet) & ~np.isin(sheet.texts("industry"), AGRICULTURE)


def _sum_too_large(place: Place, row: int) -> str:
    return place.written("output_value", int(place.sheet.numbers("output_value")[row]) + 100_00)


def _mine_among_farms(place: Place) -> list[Planting]:
    """A product that is no agriculture counted in it: the printed total is then not the sum of what is marked."""
    head = place.head("in_agriculture")
    row = place.pick(_outside_sums(place.sheet))
    total = place.pick(place.sheet.equals("product", ALL_AGRICULTURE)) if row is not None else None
    if row is None or total is None or head is None:
        return []
    return [
        Planting("mine_among_farms", row, {head: "是"}, ("agriculture_is_agriculture",)),
        Planting("mine_among_farms", total, {}, ("group_is_sum_of_products",)),
    ]


KINDS: dict[str, tuple[Kind, ...]] = {
    "crop_base": (
        *_common("growers", "bases", "99999", "product"),
        cell(
            "film_above_land",
            "film_area_mu",
            _more_than("film_area_mu", PART, "area_mu"),
            "film_area_mu_within_area_mu",
        ),
        cell(
            "large_above_land",
            "large_area_mu",
            _more_than("large_area_mu", PART, "area_mu"),
            "large_area_mu_within_area_mu",
        ),
        cell(
            "large_above_growers",
            "large_growers",
            _more_than("large_growers", 1, "growers"),
            "large_growers_within_growers",
        ),
    ),
    "industry_output": (
        *_common("certified_products", "workers", "99999999", "product", _outside_sums, ("industry_of_product",)),
        cell(
            "product_in_other_industry",
            "industry",
            "皮毛肉食",
            "industry_of_product",
            "agriculture_is_agriculture",
            wanted=_outside_sums,
        ),
        cell("sum_as_product", "line_type", "产品", "sum_or_product", wanted=_printed),
        cell(
            "marketed_above_stock",
            "marketed_tonnes",
            _more_than("marketed_tonnes", PART, "output_tonnes", "opening_stock_tonnes"),
            "marketed_within_stock",
            wanted=_item,
        ),
        cell(
            "poor_above_workers",
            "poor_workers",
            _more_than("poor_workers", 1, "workers"),
            "poor_workers_within_workers",
            wanted=_item,
        ),
        _mine_among_farms,
        cell("mine_as_leading", "is_leading", "是", "leading_inside_agriculture", wanted=_outside_sums),
        cell("sum_too_large", "output_value", _sum_too_large, "group_is_sum_of_products", wanted=_printed),
    ),
    "enterprise": (
        *_common("is_leading", "linked_households", "99999999", "industry"),
        cell(
            "poor_above_workers",
            "poor_workers",
            _more_than("poor_workers", 1, "workers"),
            "poor_workers_within_workers",
        ),
        cell(
            "poor_above_linked",
            "linked_poor_households",
            _more_than("linked_poor_households", 1, "linked_households"),
            "linked_poor_households_within_linked_households",
        ),
        cell("registered_later", "registered_on", _next_year("registered_on"), "registered_on_in_time"),
    ),
    "association": (
        *_common("has_branch", "village_households", "99999999", "industry"),
        cell(
            "poor_above_members",
            "poor_members",
            _more_than("poor_members", 1, "members"),
            "poor_members_within_members",
        ),
        cell(
            "members_above_village",
            "members",
            _more_than("members", 1, "village_households"),
            "members_within_village_households",
        ),
        cell(
            "visits_as_households",
            "served_households",
            _more_than("served_households", 1, "village_households"),
            "served_households_within_village_households",
        ),
        cell("founded_later", "founded_on", _next_year("founded_on"), "founded_on_in_time"),
    ),
}
"""Table -> faults of its lines"""
