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
    CodeList(
        "industry_indicator_measure",
        {
            "area_mu": ("land planted", "种植面积"),
            "output_tonnes": ("output", "产量"),
            "output_value": ("gross output value", "产值"),
            "marketed_tonnes": ("sold", "商品量"),
            "commodity_rate": ("sold / produced", "商品率"),
            "value_added": ("sales less what was used up", "增加值"),
            "certified_products": ("products certified as green food", "绿色食品认证数"),
            "workers": ("people at work", "从业人员"),
            "poor_workers": ("of them, from registered poor households", "贫困户从业人员"),
            "poor_worker_share": ("workers of poor households / workers", "贫困户从业人员占比"),
            "leading_share": ("three leading projects / agricultural output value", "三大主导项目占农业产值比重"),
            "location_quotient": ("share of an industry here / in the whole place", "区位商"),
            "large_growers": ("large growers", "种植大户"),
            "large_area_share": ("land of large growers / land", "大户面积占比"),
            "bases": ("demonstration bases", "示范基地"),
            "professional_villages": ("professional villages of a crop", "专业村"),
            "enterprises": ("enterprises", "企业数"),
            "leading_enterprises": ("leading enterprises", "龙头企业数"),
            "linked_households": ("households that enterprises take along", "企业带动农户"),
            "members": ("member households of associations", "协会会员户"),
            "poor_members": ("of them, registered poor households", "协会贫困会员"),
            "poor_member_share": ("poor members / members", "贫困会员占比"),
            "chain_villages": (
                "villages with branch, association and member farmers / villages",
                "支部+协会+农户齐全村占比",
            ),
            "chain_parts": ("parts of the chain that a village has / 3, mean", "链条完整度"),
            "service_share": ("households served / households", "技术信息服务覆盖率"),
            "equal_split": ("crops of which all villages have the same land", "平均分配预警"),
            "identical_crop": ("1 when all villages plant the same one crop", "单一作物预警"),
            "troika_share": ("brand crops, livestock, labour export / net income", "三驾马车占纯收入比重"),
            "declared": ("entries that a list of the paper declares", "清单宣称数"),
            "named": ("entries that it names", "清单列名数"),
        },
    ),
    CodeList(
        "target_progress_measure",
        {
            "target": ("figure to be reached", "目标值"),
            "level": ("figure reached", "实际值"),
            "target_ha": ("land to be reached, in ha", "目标面积(公顷)"),
            "level_ha": ("land reached, in ha", "实际面积(公顷)"),
            "attainment": ("reached / to be reached", "完成率"),
            "required_a_year": ("needed in each year that is left", "年均需增"),
            "on_track": ("1 when not below the straight way to the target", "是否达进度"),
            "forecast": ("where the trend leads in the year due", "目标年预测值"),
            "forecast_low": ("lower end of its 95 % interval", "预测下限"),
            "forecast_high": ("upper end of its 95 % interval", "预测上限"),
            "is_open": ("1 when the paper can be read in another way", "是否存在歧义"),
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
