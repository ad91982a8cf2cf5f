"""The sample: areas, strata, villages drawn (PSU), households drawn in them, weights. No income here.

A stratified two-stage sample with equal probability in each stage: a household stands for N/n villages times
M/m households of its village. The panel is the same in every month.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BLOCK = 50_000
"""Households made at a time; whole villages, so a block may be a little larger."""

WEIGHT_STEPS = 10_000
"""Weights are whole numbers of 1/10,000 household, as written with four decimals."""

_PERSONS_UP_TO = np.cumsum([0.06, 0.16, 0.22, 0.24, 0.17, 0.10, 0.05])


@dataclass(frozen=True)
class Area:
    """A sender's area: two strata, share of the sample, villages in each stratum, income against the mean."""

    code: str
    name: str
    strata: tuple[str, str]
    sample_share: float
    villages: int
    income_level: float

    @property
    def number(self) -> int:
        """Its digits, the first part of village codes."""
        return int("".join(filter(str.isdigit, self.code)))

    @property
    def letter(self) -> str:
        """`X` for areas outside GB/T 2260, else nothing."""
        return "X" if self.code.startswith("X") else ""


AREAS: tuple[Area, ...] = (
    Area("640302", "利通区", ("river", "town"), 0.16, 110, 1.25),
    Area("640303", "红寺堡区", ("river", "town"), 0.16, 65, 0.80),
    Area("640323", "盐池县", ("hill", "town"), 0.16, 100, 1.00),
    Area("640324", "同心县", ("hill", "town"), 0.18, 150, 0.82),
    Area("640381", "青铜峡市", ("river", "town"), 0.14, 85, 1.20),
    Area("X6403-01", "吊庄移民一区", ("river", "hill"), 0.10, 30, 0.78),
    Area("X6403-02", "吊庄移民二区", ("river", "hill"), 0.10, 25, 0.70),
)

KINDS = ("river", "hill", "town")
"""Irrigated villages along the Yellow River, dry hill villages, towns."""

_TOWN_VILLAGES = 0.35
"""Town quarters for each village of an area."""

_VILLAGE_SIZES = (120, 420)
"""Households in a village: from the first to below the second."""

_LARGEST_VILLAGE = 2_000
"""Households in a village at most; beyond that the prefecture has more villages than Wuzhong."""

MINIMUM_HOUSEHOLDS = 2 * sum(len(area.strata) for area in AREAS)
"""Two villages of one household in every stratum: without a second one no variance can be estimated."""


@dataclass(frozen=True)
class Villages:
    """The villages drawn in one area, in the order of their numbers."""

    area: Area
    kind: np.ndarray
    """index into KINDS"""
    households: np.ndarray
    """households drawn"""
    weight: np.ndarray
    """of each household drawn, in WEIGHT_STEPS"""
    size: np.ndarray
    """households that live there"""


@dataclass(frozen=True)
class VillageList:
    """All villages of an area in the order of their numbers, those drawn for the survey first."""

    area: Area
    code: pa.Array
    kind: np.ndarray
    """index into KINDS"""
    size: np.ndarray
    """households that live there"""

    def __len__(self) -> int:
        return len(self.size)


@dataclass(frozen=True)
class Block:
    """Households of whole villages, one entry per household."""

    area: Area
    index: int
    household_id: pa.Array
    psu: pa.Array
    psu_number: np.ndarray
    kind: np.ndarray
    persons: np.ndarray
    weight: np.ndarray

    def __len__(self) -> int:
        return len(self.persons)


def villages_in(area: Area) -> list[str]:
    """Codes of all villages of an area, the drawn ones first: the village key of every table."""
    there_are = sum(_there_are(area, kind) for kind in area.strata)
    return [f"{area.letter}{area.number * 1_000_000 + number}" for number in range(1, there_are + 1)]


def households_by_area(households: int) -> dict[str, int]:
    """Sample size of each area, by largest remainder; at least two households in each stratum."""
    exact = np.array([area.sample_share for area in AREAS]) * households
    size = np.maximum(np.floor(exact).astype(int), 4)
    order = np.argsort(np.floor(exact) - exact, kind="stable")
    place = 0
    while size.sum() != households:
        area = order[place % len(order)]
        step = 1 if size.sum() < households else -1
        if size[area] + step >= 4:
            size[area] += step
        place += 1
    return {area.code: int(count) for area, count in zip(AREAS, size, strict=True)}


def villages_of(area: Area, households: int, seed: int) -> Villages:
    """Draw the villages of an area: sizes and weights.

    About 8 households a village, 20 in large samples; once every village is drawn, more households in each.
    """
    random = np.random.default_rng([seed, area.number, 1])
    kinds, drawn, weights, sizes = [], [], [], []
    for place, kind in enumerate(area.strata):
        sample = households // 2 + (households % 2 if place == 0 else 0)
        there_are = _there_are(area, kind)
        wanted = sample // (8 if sample < 2_000 else 20)
        count = max(2, min(wanted, max(there_are, sample // _LARGEST_VILLAGE)))
        population = max(there_are, count)
        size = random.integers(*_VILLAGE_SIZES, count)
        per_village = np.full(count, sample // count)
        per_village[: sample % count] += 1
        weight = population / count * np.maximum(size, per_village) / per_village
        kinds.append(np.full(count, KINDS.index(kind)))
        drawn.append(per_village)
        sizes.append(np.maximum(size, per_village))
        weights.append(np.rint(weight * WEIGHT_STEPS).astype(np.int64))
    return Villages(area, *map(np.concatenate, (kinds, drawn, weights, sizes)))


def _there_are(area: Area, kind: str) -> int:
    """Villages of a kind in the area."""
    return round(area.villages * (_TOWN_VILLAGES if kind == "town" else 1))


def all_villages(villages: Villages, seed: int) -> VillageList:
    """The villages of an area, drawn or not: about 700 in the prefecture."""
    area = villages.area
    random = np.random.default_rng([seed, area.number, 8])
    drawn = np.bincount(villages.kind, minlength=len(KINDS))
    more = [max(0, _there_are(area, kind) - drawn[KINDS.index(kind)]) for kind in area.strata]
    kind = np.concatenate([villages.kind, np.repeat([KINDS.index(kind) for kind in area.strata], more)])
    size = np.concatenate([villages.size, random.integers(*_VILLAGE_SIZES, sum(more))])
    code = area.number * 1_000_000 + np.arange(len(kind)) + 1
    return VillageList(area, with_letter(area, code), kind, size)


def blocks(villages: Villages, seed: int, block_size: int = BLOCK) -> Iterator[Block]:
    """The households of an area, block by block; the same for every month."""
    last_of_village = np.cumsum(villages.households)
    block_of_village = (last_of_village - 1) // block_size
    for index in range(int(block_of_village[-1]) + 1):
        chosen = np.flatnonzero(block_of_village == index)
        if len(chosen):
            yield _block(villages, chosen, index, seed)


def _block(villages: Villages, chosen: np.ndarray, index: int, seed: int) -> Block:
    area, count = villages.area, villages.households[chosen]
    village = np.repeat(chosen, count)
    first = np.repeat(np.cumsum(count) - count, count)
    code = area.number * 1_000_000 + village + 1
    household = code * 10_000 + np.arange(len(village)) - first + 1
    random = np.random.default_rng([seed, area.number, 2, index])
    return Block(
        area,
        index,
        with_letter(area, household),
        with_letter(area, code),
        village + 1,
        villages.kind[village],
        1 + np.searchsorted(_PERSONS_UP_TO, random.random(len(village))).astype(np.int64),
        villages.weight[village],
    )


def with_letter(area: Area, numbers: np.ndarray) -> pa.Array:
    """Numbers that begin with the area's as codes."""
    text = pa.array(numbers).cast(pa.string())
    return pc.binary_join_element_wise(pa.scalar(area.letter), text, "") if area.letter else text
