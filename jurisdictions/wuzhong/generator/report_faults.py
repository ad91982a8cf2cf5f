"""Faults planted in the reports on people and villages, each with all the rules that the line then breaks."""

from __future__ import annotations

import datetime as dt

import numpy as np

from jurisdictions.wuzhong.generator.household_faults import ABOLISHED_AREA, UNKNOWN_AREA
from jurisdictions.wuzhong.generator.planting import Change, Kind, Place, Wanted, cell, damaged, twice
from jurisdictions.wuzhong.generator.sheets import Sheet

_OTHER_VILLAGE = "641221000001"
"""Of a county that is not the prefecture's"""


def _day(column: str, days: int) -> Change:
    """So many days from the day in another column of the row."""
    return lambda place, row: str(dt.date.fromisoformat(place.sheet.text(column, row)) + dt.timedelta(days))


def _filled(column: str, is_filled: bool = True) -> Wanted:
    return lambda sheet: ~sheet.equals(column, "") if is_filled else sheet.equals(column, "")


def _both(*wanted: Wanted) -> Wanted:
    return lambda sheet: np.logical_and.reduce([one(sheet) for one in wanted])


def _year_before(place: Place, _: int) -> str:
    month = place.sheet.month
    return place.written("time_period", f"{int(month[:4]) - 1}{month[4:]}")


def _common(*codes: tuple[str, str], of_other_county: tuple[str, ...] = ()) -> tuple[Kind, ...]:
    """What can be wrong with a line of any of the reports; what a village of another county breaks besides."""
    return (
        cell("village_of_other_county", "village_code", _OTHER_VILLAGE, "village_of_area", *of_other_county),
        cell("blank_village", "village_code", "", "required"),
        cell("area_unknown", "area_code", UNKNOWN_AREA, "area_known", "area_of_sender", "village_of_area"),
        cell("area_abolished", "area_code", ABOLISHED_AREA, "area_valid", "area_of_sender", "village_of_area"),
        cell("row_of_other_period", "time_period", _year_before, "period_agrees"),
        *(cell(f"{column}_unknown", column, word, "code_known") for column, word in codes),
        twice("line_twice", "duplicate"),
    )


def _placed(sheet: Sheet) -> np.ndarray:
    return ~sheet.equals("placed_on", "")


def _did_not_last(sheet: Sheet) -> np.ndarray:
    """What is not told of these does not change how many are still placed."""
    return sheet.equals("is_retained", "否")


TRAINING: tuple[Kind, ...] = (
    *_common(("course", "算命")),
    cell("certified_before_the_course", "certified_on", _day("started_on", -10), "steps_in_order", wanted=_placed),
    cell("placed_without_certificate", "certified_on", "", "steps_in_order", wanted=_placed),
    cell(
        "course_on_no_day",
        "started_on",
        "2024-02-30",
        "readable",
    ),
    cell(
        "certificate_to_come",
        "certified_on",
        lambda place, _: f"{int(place.sheet.month[:4]) + 1}-12-31",
        "dates_in_period",
        wanted=_both(_filled("certified_on"), _filled("placed_on", False)),
    ),
    cell(
        "retained_too_early",
        "is_retained",
        "是",
        "retained_after_six_months",
        wanted=_both(_placed, _filled("is_retained", False)),
    ),
    cell("placed_nowhere", "destination_code", "", "placed_somewhere", wanted=_placed),
    cell(
        "retention_not_told",
        "is_retained",
        "",
        "retention_reported",
        wanted=_did_not_last,
        outcome="flagged",
    ),
)


def _more_away(place: Place, row: int) -> str:
    return str(int(place.sheet.numbers("persons")[row]) + 1)


def _earns_away(sheet: Sheet) -> np.ndarray:
    return sheet.numbers("labour_income") > 0


REGISTRY: tuple[Kind, ...] = (
    *_common(("cause", "因懒")),
    cell("exit_before_entry", "exited_on", _day("entered_on", -1), "dates_in_order", wanted=_filled("exited_on")),
    cell("return_without_exit", "exited_on", "", "dates_in_order", wanted=_filled("returned_on")),
    cell(
        "exit_to_come",
        "exited_on",
        lambda place, _: f"{int(place.sheet.month[:4]) + 1}-12-31",
        "dates_in_period",
        wanted=_filled("returned_on", False),
    ),
    cell("batch_of_other_year", "batch", "2009", "batch_of_entry"),
    cell("more_away_than_members", "persons_away", _more_away, "away_are_members"),
    cell("income_pending", "net_income", "待定", "readable"),
    cell("persons_zero", "persons", "0", "within_bounds", wanted=lambda sheet: sheet.numbers("persons_away") == 0),
    damaged("formula_in_cell", "formula"),
    cell(
        "earned_by_nobody",
        "persons_away",
        "0",
        "labour_income_has_worker",
        wanted=_earns_away,
        outcome="flagged",
    ),
    cell(
        "left_without_income",
        "net_income",
        "0",
        "exit_above_line",
        wanted=_both(_filled("exited_on"), _filled("returned_on", False)),
        outcome="flagged",
    ),
)


def _fewer_persons(place: Place, row: int) -> str:
    return str(int(place.sheet.numbers("households")[row]) - 1)


PROGRAMME: tuple[Kind, ...] = (
    *_common(("road_works", "通了一半")),
    cell("started_before_plan", "started_on", _day("planned_on", -1), "steps_in_order", wanted=_filled("started_on")),
    cell("accepted_unfinished", "finished_on", "", "steps_in_order", wanted=_filled("accepted_on")),
    cell(
        "acceptance_to_come",
        "accepted_on",
        lambda place, _: f"{int(place.sheet.month[:4]) + 1}-12-31",
        "dates_in_period",
        wanted=_filled("finished_on"),
    ),
    cell("batch_without_plan", "batch", "2009", "batch_is_planned"),
    cell("fewer_persons_than_households", "persons", _fewer_persons, "persons_live_in_households"),
    cell("income_pending", "net_income", "待定", "readable"),
    cell("households_zero", "households", "0", "within_bounds"),
    damaged("formula_in_cell", "formula"),
    cell(
        "accepted_with_works_under_way",
        "water_works",
        "在建",
        "accepted_is_built",
        wanted=_filled("accepted_on"),
        outcome="flagged",
    ),
    cell("income_in_yuan", "net_income", "1", "income_plausible", outcome="flagged"),
)


def _first_village(place: Place, row: int) -> str:
    return f"{place.sheet.text('village_code', row)[:-3]}001"


def _not_of_the_first(sheet: Sheet) -> np.ndarray:
    return np.array([not str(code).endswith("001") for code in sheet.texts("village_code")], bool)


def _no_household(place: Place, row: int) -> str:
    return f"{place.sheet.text('village_code', row)}9999"


LINKS: tuple[Kind, ...] = (
    *_common(("link_kind", "挂名"), of_other_county=("village_as_registered",)),
    cell("household_not_registered", "household_id", _no_household, "household_registered"),
    cell("village_of_others", "village_code", _first_village, "village_as_registered", wanted=_not_of_the_first),
    cell("linked_on_no_day", "linked_on", "2024-02-30", "readable"),
    cell("link_to_come", "linked_on", lambda place, _: f"{int(place.sheet.month[:4]) + 1}-12-31", "linked_on_in_time"),
)
