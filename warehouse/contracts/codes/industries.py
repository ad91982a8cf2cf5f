"""Code lists of industries, their products, enterprises and targets; which product belongs where."""

from __future__ import annotations

from warehouse.contracts.base import CodeList

INDUSTRIES: dict[str, tuple[str, str]] = {
    "planting": ("crops", "种植业"),
    "fur_meat": ("fur and meat", "皮毛肉食"),
    "grass": ("grass: alfalfa, caragana", "草产业"),
    "medicinal": ("medicinal herbs: licorice, sophora", "中药材"),
    "oil_mining": ("oil and mining: coal, magnesium", "石油矿业"),
    "building_materials": ("building materials: cement, gypsum", "建材"),
}
AGRICULTURE = ("planting", "fur_meat", "grass", "medicinal")
"""Industries whose output is part of agricultural output value"""
LEADING_PROJECTS = ("medicinal", "planting", "fur_meat")
"""The three leading projects of the programme: herbs, planting, fur and meat"""

GROUPS: dict[str, tuple[str, str]] = {
    "three_reds": ("three reds", "三红"),
    "one_green": ("one green", "一绿"),
    "one_yellow": ("one yellow", "一黄"),
    "one_black": ("one black", "一黑"),
}
_PRODUCTS: tuple[tuple[str, str, str, str, str | None], ...] = (
    ("red_dates", "red dates", "红枣", "planting", "three_reds"),
    ("red_onion", "red onion", "红葱", "planting", "three_reds"),
    ("wolfberry", "wolfberry (medlar)", "枸杞", "planting", "three_reds"),
    ("watermelon", "watermelon", "西瓜", "planting", "one_green"),
    ("potato", "potato", "马铃薯", "planting", "one_yellow"),
    ("oil_sunflower", "oil sunflower", "油葵", "planting", "one_black"),
    ("grain", "grain", "粮食", "planting", None),
    ("tan_sheep", "Tan sheep", "滩羊", "fur_meat", None),
    ("alfalfa", "alfalfa", "苜蓿", "grass", None),
    ("caragana", "caragana", "柠条", "grass", None),
    ("licorice", "licorice", "甘草", "medicinal", None),
    ("sophora", "sophora", "苦参", "medicinal", None),
    ("crude_oil", "crude oil", "原油", "oil_mining", None),
    ("coal", "coal", "煤炭", "oil_mining", None),
    ("magnesium", "magnesium", "金属镁", "oil_mining", None),
    ("cement", "cement", "水泥", "building_materials", None),
    ("gypsum", "gypsum", "石膏", "building_materials", None),
)
INDUSTRY_OF: dict[str, str] = {code: industry for code, _, _, industry, _ in _PRODUCTS}
GROUP_OF: dict[str, str] = {code: group for code, _, _, _, group in _PRODUCTS if group is not None}
"""Product -> its colour: three reds, one green, one yellow, one black"""
CROPS = tuple(code for code, industry in INDUSTRY_OF.items() if industry == "planting")
"""Products that villages plant"""

ALL_AGRICULTURE = "agriculture"
"""The printed total of all products inside agricultural output value"""

CODE_LISTS = (
    CodeList("industry", INDUSTRIES),
    CodeList("crop", {code: (en, zh) for code, en, zh, industry, _ in _PRODUCTS if industry == "planting"}),
    CodeList(
        "product",
        {code: (en, zh) for code, en, zh, _, _ in _PRODUCTS}
        | GROUPS
        | {ALL_AGRICULTURE: ("all of agricultural output value", "农业总产值")},
    ),
    CodeList(
        "target_quantity",
        {
            "area_mu": ("land of products, in mu", "面积"),
            "film_area_mu": ("land of products under plastic film, in mu", "地膜面积"),
            "leading_share": ("share of the three leading projects in agricultural output value", "主导项目占比"),
        },
    ),
    CodeList("target_comparison", {"at_least": ("at least", "不低于"), "above": ("strictly above", "高于")}),
    CodeList(
        "target_status",
        {
            "settled": ("said in one way only", "明确"),
            "open": ("the paper can be read in two ways; both are kept", "待定"),
        },
    ),
)
