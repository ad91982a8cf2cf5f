"""The yearly tables of industries: crops of villages, output of products, enterprises, associations.

What an area is good at is fixed; a year adds growth and weather. In two years a resettlement area plants by order, so
that the alarms of no coercion have something to find. Money in cents, land and tonnes in 1/10,000.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa

from jurisdictions.wuzhong.generator.design import AREAS, Area, villages_in
from jurisdictions.wuzhong.generator.sheets import Sheet
from warehouse.contracts.codes.industries import (
    AGRICULTURE,
    ALL_AGRICULTURE,
    CROPS,
    GROUP_OF,
    GROUPS,
    INDUSTRY_OF,
    LEADING_PROJECTS,
)

PART = 10_000
"""Land and tonnes are whole numbers of 1/10,000."""
_TENTH = PART // 10

LAND_MU: dict[str, tuple[int, float]] = {
    "red_dates": (21_000, 1.07),
    "red_onion": (14_200, 1.06),
    "wolfberry": (690, 1.10),
    "watermelon": (58_000, 1.05),
    "potato": (262_000, 1.03),
    "oil_sunflower": (54_000, 1.02),
    "grain": (2_000_000, 1.00),
}
"""Crop -> mu of the prefecture in the first year, growth a year"""
_TONNES_PER_MU = {
    "red_dates": 0.4,
    "red_onion": 2.0,
    "wolfberry": 0.15,
    "watermelon": 2.2,
    "potato": 1.2,
    "oil_sunflower": 0.18,
    "grain": 0.35,
}
_TONNES: dict[str, tuple[int, float]] = {
    "tan_sheep": (20_000, 1.09),
    "alfalfa": (90_000, 1.04),
    "caragana": (60_000, 1.02),
    "licorice": (4_000, 1.08),
    "sophora": (1_500, 1.05),
    "crude_oil": (60_000, 1.0),
    "coal": (500_000, 0.99),
    "magnesium": (9_000, 1.03),
    "cement": (400_000, 1.02),
    "gypsum": (150_000, 1.01),
}
_YUAN_PER_TONNE = {
    "red_dates": 8_000, "red_onion": 1_500, "wolfberry": 40_000, "watermelon": 1_200, "potato": 1_000,
    "oil_sunflower": 6_000, "grain": 2_600, "tan_sheep": 30_000, "alfalfa": 900, "caragana": 400, "licorice": 8_000,
    "sophora": 12_000, "crude_oil": 3_000, "coal": 350, "magnesium": 14_000, "cement": 300, "gypsum": 200,
}  # fmt: skip
LEADING = frozenset({"licorice", "sophora", "tan_sheep", "red_dates", "red_onion", "wolfberry"})
"""Products that the three leading projects count"""

_AWAY = {"640302": 0.5, "640381": 0.4}
"""Areas on the river: how much of the dry land's products they have"""
_ONLY_IN = {
    "crude_oil": ("640323",),
    "magnesium": ("640323",),
    "coal": ("640323", "640302", "640303", "640324", "640381"),
    "cement": ("640323", "640302", "640303", "640324", "640381"),
    "gypsum": ("640323", "640302", "640303", "640324", "640381"),
    "licorice": ("640323", "640303", "640324", "X6403-01"),
    "sophora": ("640323", "640303"),
    "wolfberry": ("640303", "640324", "640381"),
}
_PLANTED_IN = 0.45
"""Part of an area's villages that plant a crop; grain is planted in all."""
_LARGE_FROM_TENTHS = 2_400

ALL_ALIKE = ("X6403-02", 1, "oil_sunflower")
"""Area, year and crop of which every village is given the same land"""
ONE_CROP = ("X6403-01", 2, "potato")
"""Area and year in which every village plants this crop only"""

_ENTERPRISES = {
    "640302": 24, "640303": 14, "640323": 30, "640324": 20, "640381": 22, "X6403-01": 4, "X6403-02": 2,
}  # fmt: skip
_WITH_ASSOCIATION, _WITH_BRANCH = 0.55, 0.8


def _share(area: Area, product: str) -> float:
    """The area's part of the prefecture's product."""
    inside = {one.code: _weight(one, product) for one in AREAS}
    return inside[area.code] / sum(inside.values())


def _weight(area: Area, product: str) -> float:
    if area.code not in _ONLY_IN.get(product, (area.code,)):
        return 0.0
    return area.villages * (_AWAY.get(area.code, 1.0) if product != "grain" else 1.0)


@lru_cache(maxsize=64)
def _land(area: Area, year: int, seed: int) -> dict[str, np.ndarray]:
    """Crop -> land of every village in 1/10 mu."""
    villages = len(villages_in(area))
    fixed = np.random.default_rng([seed, area.number, 11])
    of_year = np.random.default_rng([seed, area.number, 12, year])
    land = {}
    for crop in CROPS:
        mu, growth = LAND_MU[crop]
        plants = fixed.random(villages) < (1.0 if crop == "grain" else _PLANTED_IN)
        plants[fixed.integers(villages)] = True
        size = fixed.gamma(4.0, 1.0, villages) * of_year.uniform(0.9, 1.1, villages) * plants
        land[crop] = np.rint(size / size.sum() * mu * growth**year * _share(area, crop) * 10).astype(np.int64)
    if (area.code, year) == ALL_ALIKE[:2]:
        land[ALL_ALIKE[2]] = np.where(land[ALL_ALIKE[2]] > 0, 2_000, 0)
    if (area.code, year) == ONE_CROP[:2]:
        land = {crop: land["grain"] if crop == ONE_CROP[2] else np.zeros(villages, np.int64) for crop in CROPS}
    return land


def crop_sheet(area: Area, month: str, year: int, seed: int) -> Sheet:
    """A line per village and crop."""
    random = np.random.default_rng([seed, area.number, 13, year])
    land = _land(area, year, seed)
    village = np.concatenate([np.flatnonzero(tenths) for tenths in land.values()])
    crop = np.repeat(list(land), [np.count_nonzero(tenths) for tenths in land.values()])
    tenths = np.concatenate([tenths[tenths > 0] for tenths in land.values()])
    rows = len(tenths)
    is_large = tenths >= _LARGE_FROM_TENTHS
    growers = np.maximum(1, tenths // random.integers(40, 120, rows))
    large = np.where(is_large, np.minimum(growers, random.integers(1, 5, rows)), 0)
    film = np.where(crop == "watermelon", tenths * random.integers(93, 101, rows) // 100, 0)
    codes = np.array(villages_in(area))
    order = np.lexsort([crop, village])
    return _sheet(
        "crop_base",
        area,
        month,
        {
            "village_code": pa.array(codes[village][order]),
            "product": pa.array(crop[order].tolist()),
            "area_mu": (tenths * _TENTH)[order],
            "film_area_mu": (film * _TENTH)[order],
            "large_area_mu": (np.where(is_large, tenths * random.integers(10, 60, rows) // 100, 0) * _TENTH)[order],
            "growers": growers[order],
            "large_growers": large[order],
            "bases": np.where(is_large, random.integers(0, 2, rows), 0)[order],
            "is_professional": _truths(is_large & (crop != "grain"))[order],
        },
    )


def output_sheet(area: Area, month: str, year: int, seed: int) -> Sheet:
    """A line per product of the area, then the printed sums."""
    random = np.random.default_rng([seed, area.number, 14, year])
    land = _land(area, year, seed)
    tonnes = {crop: land[crop].sum() / 10 * _TONNES_PER_MU[crop] for crop in CROPS}
    tonnes |= {product: mass * growth**year * _share(area, product) for product, (mass, growth) in _TONNES.items()}
    products = [product for product in INDUSTRY_OF if tonnes[product] > 0]
    weather = random.uniform(0.97, 1.03, len(products))
    made = np.rint(np.array([tonnes[product] for product in products]) * weather * 10).astype(np.int64) * _TENTH
    price = np.array([_YUAN_PER_TONNE[product] for product in products]) * 100
    stock = made * random.integers(0, 8, len(products)) // 100 // _TENTH * _TENTH
    sold = (made + stock) * random.integers(70, 97, len(products)) // 100 // _TENTH * _TENTH
    value = made // _TENTH * price // 10
    workers = 20 + value // 100 // 40_000
    industry = [INDUSTRY_OF[product] for product in products]
    leading = np.array([p in LEADING and i in LEADING_PROJECTS for p, i in zip(products, industry, strict=True)])
    farming = np.array([one in AGRICULTURE for one in industry])
    sums = {name: np.array([GROUP_OF.get(product) == name for product in products]) for name in GROUPS}
    sums = {name: members for name, members in sums.items() if members.any()} | {ALL_AGRICULTURE: farming}
    none = np.zeros(len(sums), np.int64)

    def with_sums(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values, [int(values[members].sum()) for members in sums.values()]]).astype(np.int64)

    def without(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values, none])

    return _sheet(
        "industry_output",
        area,
        month,
        {
            "line_type": pa.array(["item"] * len(products) + ["subtotal"] * len(sums)),
            "industry": pa.array([*industry, *[""] * len(sums)]),
            "product": pa.array([*products, *sums]),
            "opening_stock_tonnes": with_sums(stock),
            "output_tonnes": with_sums(made),
            "marketed_tonnes": with_sums(sold),
            "output_value": with_sums(value),
            "sale_value": with_sums(sold // _TENTH * price // 10 * 21 // 20),
            "input_value": with_sums(value * random.integers(30, 50, len(products)) // 100),
            "workers": with_sums(workers),
            "poor_workers": with_sums(workers * random.integers(5, 35, len(products)) // 100),
            "certified_products": without(np.array([len(product) % 3 for product in products])),
            "is_leading": pa.array([*_truths(leading), *["false"] * len(sums)]),
            "in_agriculture": pa.array([*_truths(farming), *["false"] * len(sums)]),
        },
    )


def enterprise_sheet(area: Area, month: str, year: int, seed: int) -> Sheet:
    """A line per enterprise; an area of mines has one that is larger than all others together."""
    fixed = np.random.default_rng([seed, area.number, 15])
    random = np.random.default_rng([seed, area.number, 16, year])
    rows, villages = _ENTERPRISES[area.code], villages_in(area)
    industries = [name for name in dict.fromkeys(INDUSTRY_OF.values()) if _has(area, name)]
    industry = np.array(industries)[fixed.integers(len(industries), size=rows)]
    farming = np.isin(industry, AGRICULTURE)
    village = np.where(farming, np.array(villages)[fixed.integers(len(villages), size=rows)], "")
    sales = np.rint(fixed.lognormal(15.2, 0.6, rows)).astype(np.int64) * 100
    if area.code == "640323":
        industry[0], farming[0], village[0] = "oil_mining", False, ""
        sales[0] = 20 * sales.sum()
    workers = 5 + fixed.poisson(30, rows) + year
    linked = np.where(farming, fixed.integers(20, 160, rows) + 5 * year, 0)
    days = fixed.integers(0, 3_000, rows)
    registered = np.datetime64("2008-01-01") + days
    return _sheet(
        "enterprise",
        area,
        month,
        {
            "enterprise_id": pa.array(enterprise_ids(area)),
            "name": pa.array([f"{area.name}{number}号企业" for number in range(1, rows + 1)]),
            "village_code": pa.array(village.tolist()),
            "industry": pa.array(industry.tolist()),
            "is_leading": pa.array(_truths(fixed.random(rows) < 0.4)),
            "registered_on": pa.array(registered.astype(str).tolist()),
            "workers": workers,
            "poor_workers": workers * random.integers(5, 40, rows) // 100,
            "sale_value": sales * random.integers(95, 112, rows) // 100,
            "linked_households": linked,
            "linked_poor_households": linked * random.integers(20, 70, rows) // 100,
        },
    )


def enterprise_ids(area: Area) -> list[str]:
    """Codes of the enterprises of an area."""
    return [f"Q{area.letter}{area.number}{number:04d}" for number in range(1, _ENTERPRISES[area.code] + 1)]


def association_sheet(area: Area, month: str, year: int, seed: int) -> Sheet:
    """A line per association: more every year, most with the branch of their village."""
    fixed = np.random.default_rng([seed, area.number, 17])
    villages = np.array(villages_in(area))
    chosen = np.flatnonzero(fixed.random(len(villages)) < _WITH_ASSOCIATION)
    size = fixed.integers(120, 420, len(villages))[chosen]
    founded = np.datetime64("2015-01-01") + fixed.integers(0, 3_200, len(villages))[chosen]
    joins = fixed.integers(10, 60, len(villages))[chosen]
    branch = fixed.random(len(villages))[chosen] < _WITH_BRANCH
    names = ("planting", "fur_meat", "grass", "medicinal")
    industry = np.array(names)[fixed.integers(len(names), size=len(villages))[chosen]]
    there = np.flatnonzero(founded.astype(str) <= f"{month[:4]}-12-31")
    members = np.minimum(size, size * (joins + 3 * year) // 100)[there]
    return _sheet(
        "association",
        area,
        month,
        {
            "association_id": pa.array([f"A{villages[chosen[place]]}" for place in there]),
            "name": pa.array([f"{area.name}第{chosen[place] + 1}村协会" for place in there]),
            "village_code": pa.array(villages[chosen][there].tolist()),
            "industry": pa.array(industry[there].tolist()),
            "founded_on": pa.array(founded[there].astype(str).tolist()),
            "has_branch": pa.array(_truths(branch[there])),
            "village_households": size[there],
            "members": members,
            "poor_members": members * 3 // 10,
            "served_households": np.minimum(size[there], members * 5 // 4),
        },
    )


def _has(area: Area, industry: str) -> bool:
    return any(_weight(area, product) > 0 for product, of in INDUSTRY_OF.items() if of == industry)


def _truths(values: Sequence[bool] | np.ndarray) -> np.ndarray:
    return np.where(values, "true", "false")


def _sheet(source: str, area: Area, month: str, columns: dict[str, object]) -> Sheet:
    rows = len(columns["workers" if "workers" in columns else "village_code"])  # type: ignore[arg-type]
    texts = {
        name: pa.array(v.tolist()) if isinstance(v, np.ndarray) and v.dtype.kind == "U" else v
        for name, v in columns.items()
    }
    return Sheet(source, area.code, month, {"time_period": month, "area_code": area.code, **texts}, rows)  # type: ignore[dict-item]
