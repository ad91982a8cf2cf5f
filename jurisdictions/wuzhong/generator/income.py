"""What households earn: eighteen sources by month, in cents. Invented numbers, the policy paper's story.

Agriculture's part falls by the same amount every month while wages earned away rise; farms have seasons and
losses; a household's luck and skill stay with it from month to month.
"""

from __future__ import annotations

import numpy as np

from jurisdictions.wuzhong.generator.design import KINDS, Block
from warehouse.contracts.household_income import LEAVES

LEAF_NAMES: tuple[str, ...] = tuple(LEAVES)
TREND_MONTHS = 36
LARGEST_PER_PERSON = 5_000_00
"""Cents a head and month; no source brings more, so that eighteen stay below the contract's flag."""
LEAST_INCOME = 60_00

_MEAN_INCOME = {"river": 2_900.0, "hill": 2_200.0, "town": 4_300.0}
_GROWTH = 0.006
_PARTS: dict[str, dict[str, tuple[float, float]]] = {
    # part of income in the first and the last month of the trend
    "river": {
        "crop": (0.300, 0.220),
        "forestry": (0.020, 0.015),
        "livestock": (0.170, 0.130),
        "fishery": (0.010, 0.010),
        "wage_agri": (0.030, 0.025),
        "wage_local": (0.090, 0.115),
        "wage_away": (0.170, 0.255),
        "industry": (0.010, 0.012),
        "construction": (0.015, 0.020),
        "transport": (0.030, 0.033),
        "trade": (0.030, 0.040),
        "services": (0.015, 0.020),
        "other_business": (0.010, 0.010),
        "property": (0.020, 0.030),
        "transfer_public": (0.050, 0.040),
        "transfer_private": (0.015, 0.015),
        "remittance": (0.010, 0.005),
        "other": (0.005, 0.005),
    },
    "hill": {
        "crop": (0.190, 0.130),
        "forestry": (0.025, 0.020),
        "livestock": (0.290, 0.230),
        "fishery": (0.002, 0.002),
        "wage_agri": (0.035, 0.030),
        "wage_local": (0.055, 0.075),
        "wage_away": (0.210, 0.300),
        "industry": (0.008, 0.010),
        "construction": (0.015, 0.018),
        "transport": (0.025, 0.030),
        "trade": (0.020, 0.030),
        "services": (0.010, 0.015),
        "other_business": (0.010, 0.010),
        "property": (0.015, 0.020),
        "transfer_public": (0.060, 0.050),
        "transfer_private": (0.015, 0.015),
        "remittance": (0.010, 0.010),
        "other": (0.005, 0.005),
    },
    "town": {
        "crop": (0.070, 0.045),
        "forestry": (0.005, 0.004),
        "livestock": (0.050, 0.031),
        "fishery": (0.003, 0.002),
        "wage_agri": (0.012, 0.010),
        "wage_local": (0.380, 0.390),
        "wage_away": (0.100, 0.128),
        "industry": (0.020, 0.020),
        "construction": (0.025, 0.025),
        "transport": (0.045, 0.045),
        "trade": (0.095, 0.100),
        "services": (0.050, 0.055),
        "other_business": (0.015, 0.015),
        "property": (0.035, 0.040),
        "transfer_public": (0.070, 0.065),
        "transfer_private": (0.015, 0.015),
        "remittance": (0.005, 0.005),
        "other": (0.005, 0.005),
    },
}
_HAVE_IT = {
    # part of households with the source, in the first and the last month
    "crop": (0.92, 0.88),
    "forestry": (0.15, 0.14),
    "livestock": (0.75, 0.68),
    "fishery": (0.05, 0.05),
    "wage_agri": (0.25, 0.22),
    "wage_local": (0.35, 0.40),
    "wage_away": (0.50, 0.66),
    "industry": (0.04, 0.05),
    "construction": (0.06, 0.07),
    "transport": (0.08, 0.09),
    "trade": (0.10, 0.12),
    "services": (0.07, 0.08),
    "other_business": (0.06, 0.06),
    "property": (0.30, 0.35),
    "transfer_public": (0.60, 0.60),
    "transfer_private": (0.30, 0.30),
    "remittance": (0.04, 0.03),
    "other": (0.10, 0.10),
}
_SEASON = {
    "crop": (10, 0.15),
    "livestock": (3, 0.18),
    "wage_agri": (7, 0.30),
    "wage_away": (8, 0.06),
    "trade": (1, 0.10),
}
"""leaf -> (best month, how far above the mean)"""
_LOSSES = {"crop": 0.05, "livestock": 0.04}
"""leaf -> part of the months in which the farm pays in"""
_ABILITY, _LEAF_EFFECT, _MONTH_NOISE = 0.40, 0.45, 0.22
_NEED = LEAF_NAMES.index("transfer_public")


def incomes(block: Block, month_index: int, calendar_month: int, seed: int) -> np.ndarray:
    """Net income in cents (int64, leaves × households); every household's sum is positive."""
    size = len(block)
    lasting = np.random.Generator(np.random.SFC64([seed, block.area.number, 3, block.index]))
    passing = np.random.Generator(np.random.SFC64([seed, block.area.number, 4, block.index, month_index]))
    ability = lasting.standard_normal(size) * _ABILITY - _ABILITY**2 / 2
    scale = block.area.income_level * (1 + _GROWTH) ** month_index * 100 * (block.persons / 3.6) ** 0.6
    spread = (_LEAF_EFFECT**2 + _MONTH_NOISE**2) / 2
    means, having = _means(month_index, calendar_month), _having(month_index)
    cents = np.zeros((len(LEAF_NAMES), size), np.int64)
    largest = block.persons * LARGEST_PER_PERSON
    for place, leaf in enumerate(LEAF_NAMES):
        effect = lasting.standard_normal(size, np.float32) * np.float32(_LEAF_EFFECT)
        inclination = lasting.random(size, np.float32)
        effect += passing.standard_normal(size, np.float32) * np.float32(_MONTH_NOISE)
        earners = np.flatnonzero(inclination < having[place])
        exponent = effect[earners] + ability[earners] - spread
        amount = np.exp(exponent) * means[place][block.kind[earners]] * scale[earners] / having[place]
        if leaf in _LOSSES:
            amount[passing.random(len(earners)) < _LOSSES[leaf]] *= -0.5
        cents[place, earners] = np.minimum(np.rint(amount).astype(np.int64), largest[earners])
    # minimum living allowance: nobody is left with nothing, as the contract flags a negative sum
    cents[_NEED] += np.maximum(LEAST_INCOME - cents.sum(axis=0), 0)
    return cents


def _progress(month_index: int) -> float:
    return min(month_index / (TREND_MONTHS - 1), 1.0)


def _means(month_index: int, calendar_month: int) -> np.ndarray:
    """Expected yuan of a household of mean size, by leaf and kind of stratum."""
    table = np.zeros((len(LEAF_NAMES), len(KINDS)))
    done = _progress(month_index)
    for column, kind in enumerate(KINDS):
        for row, leaf in enumerate(LEAF_NAMES):
            first, last = _PARTS[kind][leaf]
            best, height = _SEASON.get(leaf, (1, 0.0))
            season = 1 + height * np.cos(2 * np.pi * (calendar_month - best) / 12)
            table[row, column] = _MEAN_INCOME[kind] * (first + (last - first) * done) * season
    return table


def _having(month_index: int) -> np.ndarray:
    ends = np.array([_HAVE_IT[leaf] for leaf in LEAF_NAMES])
    return ends[:, 0] + (ends[:, 1] - ends[:, 0]) * _progress(month_index)
