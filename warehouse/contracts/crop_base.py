"""`core.crop_base`: what villages plant, on how much land, and who the large growers are."""

from __future__ import annotations

from decimal import Decimal

from warehouse.contracts.base import Column, Contract
from warehouse.contracts.common import AREA, FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules
from warehouse.contracts.industry_common import area_mu, households, once, part_of
from warehouse.contracts.village import VILLAGE

_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    AREA,
    VILLAGE,
    Column("product", "code", "Crop", "作物", code_list="crop"),
    area_mu("area_mu", "Land planted with it", "种植面积"),
    area_mu("film_area_mu", "Of it, under plastic film", "其中:地膜面积"),
    area_mu("large_area_mu", "Of it, of large growers", "其中:大户面积"),
    households("growers", "Households that plant it", "种植户数"),
    households("large_growers", "Of them, large growers", "其中:种植大户"),
    Column(
        "bases",
        "integer",
        "Demonstration bases of the crop in the village",
        "示范基地数",
        unit="bases",
        minimum=Decimal(0),
        maximum=Decimal(1000),
    ),
    Column("is_professional", "boolean", "The village is a professional village of the crop", "是否专业村"),
    *SOURCE_COLUMNS,
)

_ASK = "ask the sender which of the two figures is wrong"
_RULES = (
    *standard_rules("crop_base"),
    once("crop_base", ("village_code", "product"), "a crop of a village"),
    part_of(
        "crop_base",
        "film_area_mu",
        "area_mu",
        "land under plastic film is no more than the land planted",
        "Film is laid on planted land; more of it means that the two columns are in different units.",
        _ASK,
    ),
    part_of(
        "crop_base",
        "large_area_mu",
        "area_mu",
        "the land of large growers is no more than the land planted",
        "A part above its whole makes a share above one (programme S16).",
        _ASK,
    ),
    part_of(
        "crop_base",
        "large_growers",
        "growers",
        "large growers are no more than the growers",
        "Every large grower is a grower; the reverse means the two columns are swapped.",
        _ASK,
    ),
)

CROP_BASE = Contract(
    schema="core",
    table="crop_base",
    grain="one row per village, crop and period",
    key=("jurisdiction", "time_period", "area_code", "village_code", "product"),
    columns=_COLUMNS,
    rules=_RULES,
    description="Crops of villages: land, growers, bases.",
    description_zh="特色种植基地",
)
