"""Faults planted in labour export, each with all the rules that the line then breaks."""

from __future__ import annotations

import numpy as np

from jurisdictions.wuzhong.generator.household_faults import ABOLISHED_AREA, UNKNOWN_AREA
from jurisdictions.wuzhong.generator.planting import (
    Kind,
    Place,
    Planting,
    cell,
    damaged,
    previous_month,
    twice,
)

PRINTED_EARNINGS = "2 1 100 million"
"""What the policy paper prints as income per head."""


def _fewer_person_times(place: Place, row: int) -> str:
    return place.written("person_times", int(place.sheet.numbers("persons")[row]) - 1)


def _total_for_other_mean(place: Place, row: int) -> str:
    persons, total = place.sheet.numbers("persons")[row], place.sheet.numbers("earnings_total")[row]
    return place.written("earnings_total", int(total + persons * 100_00))


def _earnings_without_persons(place: Place) -> list[Planting]:
    persons, mean = place.head("persons"), place.head("earnings_per_person")
    row = place.pick()
    if row is None or persons is None or mean is None:
        return []
    return [Planting("earnings_without_persons", row, {persons: "0", mean: ""}, ("earnings_need_persons",))]


def _amounts_in_ten_thousand(place: Place) -> list[Planting]:
    """Total and mean both 10,000 times too small, so that they still agree: kept, and looked at."""
    row = place.pick()
    if row is None:
        return []
    mean, total = place.sheet.numbers("earnings_per_person"), place.sheet.numbers("earnings_total")
    mean[row] = np.rint(mean[row] / 10_000).astype(np.int64)
    total[row] = mean[row] * place.sheet.numbers("persons")[row]
    return [Planting("amounts_in_ten_thousand", row, {}, ("earnings_plausible",), "flagged", note="yuan / 10,000")]


KINDS: tuple[Kind, ...] = (
    cell("fewer_person_times_than_persons", "person_times", _fewer_person_times, "person_times"),
    cell("total_is_not_n_times_mean", "earnings_total", _total_for_other_mean, "total_is_n_times_mean"),
    cell("channel_unknown", "channel", "亲友介绍", "code_known"),
    cell("mean_as_printed_in_paper", "earnings_per_person", PRINTED_EARNINGS, "readable"),
    _earnings_without_persons,
    twice("line_twice", "duplicate"),
    cell("person_times_impossible", "person_times", "9999999", "within_bounds"),
    cell("blank_persons", "persons", "", "required"),
    cell("sex_unknown", "sex", "不详", "code_known"),
    _amounts_in_ten_thousand,
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
)
