"""Labour export by month: a line per destination, channel and sex; total = persons × mean to the cent."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from jurisdictions.wuzhong.generator.design import Area
from jurisdictions.wuzhong.generator.sheets import Sheet
from jurisdictions.wuzhong.layouts.wording import DESTINATIONS

CHANNELS = ("organised", "self_organised")
SEXES = ("M", "F")
_INDUSTRIES = {
    "M": ("建筑业", "制造业", "交通运输业", "采矿业"),
    "F": ("住宿餐饮业", "制造业", "居民服务业", "农业"),
}
_PERSONS = 34.0
"""Mean of a line; seven areas then pass 50,000 person-times in half a year, as the policy paper says."""
_MEAN_EARNINGS_CENTS = 2_700_00
_HOLIDAY = 2
"""The month of the spring festival, when people are at home."""


def labour_sheet(area: Area, month: str, month_index: int, seed: int) -> Sheet:
    """One month of one area."""
    random = np.random.default_rng([seed, area.number, 5, month_index])
    names, codes = list(DESTINATIONS), list(DESTINATIONS.values())
    lines = [(place, channel, sex) for place in range(len(names)) for channel in CHANNELS for sex in SEXES]
    season = 0.6 if int(month[5:]) == _HOLIDAY else 1.0
    expected = _PERSONS * season * 1.008**month_index
    persons = 2 + random.poisson(expected, len(lines)).astype(np.int64)
    person_times = persons + 1 + random.binomial(persons, 0.2)
    female = np.array([sex == "F" for _, _, sex in lines])
    mean = (
        _MEAN_EARNINGS_CENTS * 1.005**month_index * np.where(female, 0.88, 1.0) * random.uniform(0.75, 1.3, len(lines))
    )
    mean_cents = np.rint(mean).astype(np.int64)
    return Sheet(
        "labour_export",
        area.code,
        month,
        {
            "time_period": month,
            "area_code": area.code,
            "destination_code": pa.array([codes[place] for place, _, _ in lines]),
            "destination_name": pa.array([names[place] for place, _, _ in lines]),
            "channel": pa.array([channel for _, channel, _ in lines]),
            "industry": pa.array([_INDUSTRIES[sex][place % 4] for place, _, sex in lines]),
            "sex": pa.array([sex for _, _, sex in lines]),
            "persons": persons,
            "person_times": person_times,
            "earnings_total": persons * mean_cents,
            "earnings_per_person": mean_cents,
        },
        len(lines),
    )
