"""Villages, their registered households and their trained workers: whole lives, and what a report sees of them.

A life is drawn once, whatever the months of the sample; a report at a day shows what had happened by then. Household
and village codes are those of the survey.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jurisdictions.wuzhong.generator.design import AREAS, KINDS, VillageList, with_letter
from jurisdictions.wuzhong.generator.industries import enterprise_ids
from jurisdictions.wuzhong.generator.sheets import Marked, Sheet, Values
from jurisdictions.wuzhong.layouts.wording import DESTINATIONS
from warehouse.contracts.codes import CODE_LISTS
from warehouse.contracts.village_programme import WORKS_COLUMNS
from warehouse.periods import last_day

FIRST_BATCH = 2018
BATCHES = 6
"""Years in which households are registered and villages come into the advance"""
_EVERY = 3
"""The register has every third household of a village"""
_POOR_KINDS = np.array([1.0, 3.0, 0.5])
"""How often households of each of KINDS are registered"""
COPIED = ("640324", 2)
"""Area and lines of whose register are copied in even years"""
_LINKED, _LINKED_TWICE = 0.35, 0.1
"""Of registered households; of those linked"""
_WORDS = {"river": "河滩", "hill": "山", "town": "城关"}
_NEVER = np.datetime64("2200-01-01")
_DAY = np.timedelta64(1, "D")


def registry_sheet(villages: VillageList, month: str, registered: int, seed: int) -> Sheet:
    """The register of an area at the end of a year; `registered` households of the prefecture in all batches.

    In even years some lines are copied from the register before.
    """
    area = villages.area
    random, village, number, entered = _registration(villages, registered, seed)
    rows = len(village)
    exited = _later(entered, random.integers(300, 1_500, rows), random.random(rows) < 0.85)
    returned = _later(exited, random.integers(200, 700, rows), random.random(rows) < 0.08)
    persons = random.integers(1, 8, rows)
    cause = random.integers(0, len(_CAUSES), rows)
    end, year = np.datetime64(last_day(month)), int(month[:4])

    def of_year(year: int) -> np.ndarray:
        """Members away, net income and labour income, as visits in a year find them."""
        visits = np.random.default_rng([seed, area.number, 10, year])
        away = np.minimum(visits.binomial(2, 0.35, rows), np.maximum(persons - 1, 0))
        at = np.datetime64(f"{year}-{month[5:]}-01") + (end - np.datetime64(f"{month}-01"))
        is_poor = (exited > at) | (returned <= at)
        per_head = np.where(is_poor, 2_600, 5_200) * visits.lognormal(0, 0.35, rows)
        income = np.rint(per_head * persons * 100).astype(np.int64)
        labour = np.where(away > 0, (income * visits.uniform(0.3, 0.7, rows)).astype(np.int64), 0)
        return np.stack([away, income, labour])

    found, seen = of_year(year), np.flatnonzero(entered <= end)
    first = np.flatnonzero(entered < np.datetime64(f"{FIRST_BATCH + 1}-01-01"))
    copied = first[: COPIED[1]] if area.code == COPIED[0] else first[:0]
    is_copied = year % 2 == 0
    if is_copied:
        found[:, copied] = of_year(year - 1)[:, copied]
    away, income, labour = found
    spare = ~_links(villages, rows, seed)[0]
    spare[copied] = False
    return _sheet(
        "registry",
        villages,
        month,
        seen,
        {
            "village_code": villages.code.take(pa.array(village)),
            "household_id": _household(villages, village, number),
            "batch": pa.array(entered.astype("datetime64[Y]").astype(str)),
            "persons": persons,
            "persons_away": away,
            "cause": pa.array(_CAUSES).take(pa.array(cause)),
            "entered_on": _texts(entered, end),
            "exited_on": _texts(exited, end),
            "returned_on": _texts(returned, end),
            "net_income": income,
            "labour_income": labour,
        },
        {"exited": exited <= end, "returned": returned <= end},
        spare=spare,
        marks={
            int(row): Marked("copied_from_the_year_before", ("surveyed_anew",))
            for row in np.searchsorted(seen, copied)
            if is_copied
        },
    )


def link_sheet(villages: VillageList, month: str, registered: int, seed: int) -> Sheet:
    """Which registered households the enterprises of an area take along at the end of a year.

    Every third, one in ten of them by two enterprises. A household with one link alone is spare: refused, it is
    linked no more.
    """
    area = villages.area
    _, village, number, entered = _registration(villages, registered, seed)
    is_linked, is_twice, random = _links(villages, len(village), seed)
    place = np.concatenate([np.flatnonzero(is_linked), np.flatnonzero(is_linked & is_twice)])
    first = np.arange(len(place)) < is_linked.sum()
    codes = enterprise_ids(area)
    chosen = random.integers(0, len(codes), len(village))
    enterprise = np.where(first, chosen[place], (chosen[place] + 1) % len(codes))
    linked = entered[place] + random.integers(30, 500, len(place)) * _DAY
    # the second link begins with the first, so that a year has both or none
    linked[~first] = linked[: is_linked.sum()][is_twice[is_linked]]
    end = np.datetime64(last_day(month))
    return _sheet(
        "linked_household",
        villages,
        month,
        np.flatnonzero(linked <= end),
        {
            "village_code": villages.code.take(pa.array(village[place])),
            "household_id": _household(villages, village[place], number[place]),
            "enterprise_id": pa.array(codes).take(pa.array(enterprise)),
            "link_kind": pa.array(_LINKS).take(pa.array(random.integers(0, len(_LINKS), len(place)))),
            "linked_on": _texts(linked, end),
        },
        {"linked": first},
        spare=~is_twice[place],
    )


def _registration(
    villages: VillageList, registered: int, seed: int
) -> tuple[np.random.Generator, np.ndarray, np.ndarray, np.ndarray]:
    """Of the households of the register: village (index), number in it, day of entry; what goes on drawing."""
    random = np.random.default_rng([seed, villages.area.number, 9])
    village, number = _registered(villages, registered)
    rows = len(village)
    return (
        random,
        village,
        number,
        _days(FIRST_BATCH + random.integers(0, BATCHES, rows), random.integers(60, 300, rows)),
    )


def _links(villages: VillageList, rows: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    """Which households of the register are ever linked, and which of them twice; what goes on drawing."""
    random = np.random.default_rng([seed, villages.area.number, 21])
    return random.random(rows) < _LINKED, random.random(rows) < _LINKED_TWICE, random


def _household(villages: VillageList, village: np.ndarray, number: np.ndarray) -> pa.Array:
    """Household codes: those of the survey."""
    code = villages.area.number * 1_000_000 + village + 1
    return with_letter(villages.area, code * 10_000 + number)


def _registered(villages: VillageList, registered: int) -> tuple[np.ndarray, np.ndarray]:
    """Village (index) and number of each registered household, in the order of the register."""
    area = villages.area
    poverty = villages.size * _POOR_KINDS[villages.kind] / area.income_level
    share = registered * area.villages / sum(one.villages for one in AREAS)
    exact = np.cumsum(poverty) / poverty.sum() * round(share)
    count = np.diff(np.rint(exact).astype(np.int64), prepend=0)
    village = np.repeat(np.arange(len(villages)), count)
    first = np.repeat(np.cumsum(count) - count, count)
    return village, (np.arange(len(village)) - first) * _EVERY + 1


def programme_sheet(villages: VillageList, month: str, seed: int) -> Sheet:
    """The whole-village advance of an area at the end of a year."""
    area, rows = villages.area, len(villages)
    random = np.random.default_rng([seed, area.number, 11])
    batch = random.integers(0, BATCHES + 1, rows)
    never = batch == BATCHES
    planned = np.where(never, _NEVER, _days(FIRST_BATCH + batch, random.integers(20, 90, rows)))
    started = _later(planned, random.integers(30, 150, rows), random.random(rows) < 0.97)
    finished = _later(started, random.integers(150, 420, rows), random.random(rows) < 0.95)
    accepted = _later(finished, random.integers(20, 150, rows), random.random(rows) < 0.95)
    persons = villages.size * 3 + random.integers(0, 200, rows)
    per_head = 5_500 * area.income_level * np.array([1.0, 0.65, 1.5])[villages.kind] * random.lognormal(0, 0.25, rows)
    growth = 1.06 ** (int(month[:4]) - FIRST_BATCH)
    end = np.datetime64(last_day(month))
    works = {
        column: pa.array(_works(random, planned <= end, started <= end, finished <= end))
        for column in WORKS_COLUMNS.values()
    }
    dates = {"planned": planned, "started": started, "finished": finished, "accepted": accepted}
    years = np.where(planned <= end, planned.astype("datetime64[Y]").astype(str), "")
    return _sheet(
        "village_programme",
        villages,
        month,
        np.arange(rows),
        {
            "village_code": villages.code,
            "village_name": pa.array([f"{_WORDS[KINDS[kind]]}{n}村" for n, kind in enumerate(villages.kind, 1)]),
            "batch": pa.array(years),
            "households": villages.size,
            "persons": persons,
            "net_income": np.rint(per_head * growth * persons * 100).astype(np.int64),
            **{f"{step}_on": _texts(days, end) for step, days in dates.items()},
            **works,
        },
        {step: days <= end for step, days in dates.items()},
    )


def _works(random: np.random.Generator, planned: np.ndarray, started: np.ndarray, finished: np.ndarray) -> np.ndarray:
    """State of one kind of works: drawn for all villages, so that a year changes only what happened in it."""
    draw, needed = random.random(len(planned)), random.random(len(planned)) < 0.7
    under_way = np.where(draw < 0.4, "done", "under_way")
    state = np.select([~planned, finished, started], ["planned", "done", under_way], default="planned")
    return np.where(needed, state, "not_needed")


def training_sheet(villages: VillageList, month: str, trained: int, seed: int) -> Sheet:
    """Courses begun in a half-year and the two before, at its end; `trained` persons of the prefecture in each."""
    half = int(month[:4]) * 2 + (int(month[5:]) > 6)
    end = np.datetime64(last_day(month))
    cohorts = [_cohort(villages, number, trained, seed) for number in (half - 2, half - 1, half)]
    days = {name: np.concatenate([cohort[name] for cohort in cohorts]) for name in cohorts[0]}
    rows = len(days["village"])
    is_due = _six_months_after(days["placed"]) <= end
    retained = np.where(is_due, np.where(days["lasts"], "是", "否"), "")
    place = np.where(days["placed"] <= end, np.array(list(DESTINATIONS.values()))[days["destination"]], "")
    number = days["cohort"] * 10_000 + days["person"]
    codes = villages.area.number * 1_000_000 + days["village"] + 1
    first = days["cohort"] == half - 2
    return _sheet(
        "labour_training",
        villages,
        month,
        np.arange(rows),
        {
            "village_code": villages.code.take(pa.array(days["village"])),
            "person_id": pc.binary_join_element_wise(
                with_letter(villages.area, codes), pa.array(number).cast(pa.string()), "-"
            ),
            "course": pa.array(_COURSES).take(pa.array(days["course"])),
            **{f"{step}_on": _texts(days[step], end) for step in ("started", "ended", "certified", "placed")},
            "destination_code": pa.array(place.astype(str)),
            "is_retained": pa.array(retained.astype(str)),
        },
        {
            "trained": first,
            "certified": first & (days["certified"] <= end),
            "placed": first & (days["placed"] <= end),
            "retained": first & (retained == "是"),
            "trained_in_period": days["cohort"] == half,
        },
    )


def _cohort(villages: VillageList, half: int, trained: int, seed: int) -> dict[str, np.ndarray]:
    """Everybody of an area whose course begins in a half-year, and how it goes on."""
    random = np.random.default_rng([seed, villages.area.number, 12, half])
    rows = max(4, round(trained * villages.area.sample_share))
    opened = np.datetime64(f"{half // 2}-{'07' if half % 2 else '01'}-01")
    started = opened + random.integers(0, 180, rows) * _DAY
    ended = started + random.integers(15, 50, rows) * _DAY
    certified = _later(ended, random.integers(1, 15, rows), random.random(rows) < 0.86)
    placed = _later(certified, random.integers(1, 60, rows), random.random(rows) < 0.74)
    return {
        "village": random.integers(0, len(villages), rows),
        "person": np.arange(rows) + 1,
        "cohort": np.full(rows, half),
        "started": started,
        "ended": ended,
        "certified": certified,
        "placed": placed,
        "course": random.integers(0, len(_COURSES), rows),
        "destination": random.integers(0, len(DESTINATIONS), rows),
        "lasts": random.random(rows) < 0.8,
    }


_CAUSES = list(CODE_LISTS["poverty_cause"].codes)
_LINKS = list(CODE_LISTS["link_kind"].codes)
_COURSES = list(CODE_LISTS["labour_course"].codes)


def _days(years: np.ndarray, day_of_year: np.ndarray) -> np.ndarray:
    return (years - 1970).astype("datetime64[Y]").astype("datetime64[D]") + day_of_year * _DAY


def _later(day: np.ndarray, days: np.ndarray, happens: np.ndarray) -> np.ndarray:
    """A day after another one; never, where it does not happen or the other one never did."""
    return np.where(happens & (day < _NEVER), day + days * _DAY, _NEVER)


def _six_months_after(days: np.ndarray) -> np.ndarray:
    """The same day six months on, or the last of that month where it has no such day."""
    months = days.astype("datetime64[M]")
    then = months + np.timedelta64(6, "M")
    length = (then + np.timedelta64(1, "M")).astype("datetime64[D]") - then.astype("datetime64[D]")
    return then.astype("datetime64[D]") + np.minimum(days - months.astype("datetime64[D]"), length - _DAY)


def _texts(days: np.ndarray, end: np.datetime64) -> pa.Array:
    """Days as text, blank after the end of the period."""
    return pa.array(np.where(days <= end, days.astype("datetime64[D]").astype(str), ""))


def _sheet(
    source: str,
    villages: VillageList,
    month: str,
    seen: np.ndarray,
    columns: dict[str, np.ndarray | pa.Array],
    facts: dict[str, np.ndarray],
    spare: np.ndarray | None = None,
    marks: Mapping[int, Marked] | None = None,
) -> Sheet:
    """The rows that a report has, in whole; `facts` are counted for the truth and not written."""
    rows = pa.array(seen)
    cut: dict[str, Values | str] = {
        name: values[seen] if isinstance(values, np.ndarray) else values.take(rows) for name, values in columns.items()
    }
    counted = {name: values[seen].astype(np.int64) for name, values in facts.items()}
    return Sheet(
        source,
        villages.area.code,
        month,
        {"time_period": month, "area_code": villages.area.code, **cut, **counted},
        len(seen),
        spare=None if spare is None else spare[seen],
        marks=marks or {},
    )
