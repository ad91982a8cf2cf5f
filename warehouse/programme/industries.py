"""Lines of the programme on industries, enterprises, associations and targets."""

from __future__ import annotations

from warehouse.programme.base import Indicator, Subject

_CROPS, _OUTPUT = "core.crop_base", "core.industry_output"
_ENTERPRISE, _ASSOCIATION, _TARGET = "core.enterprise", "core.association", "core.target"


def _shown(*measures: str) -> tuple[Indicator, ...]:
    return (Indicator("mart.industry_indicator", measures),)


def _reached(*measures: str) -> tuple[Indicator, ...]:
    return (Indicator("mart.target_progress", measures),)


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "S10",
        "A",
        "Three reds, one green, one yellow, one black: land, output and value by product and colour",
        "三红一绿一黄一黑",
        (_CROPS, _OUTPUT),
        _shown("area_mu", "output_tonnes", "output_value"),
        "industries",
        ("industry_output.group_is_sum_of_products", "industry_output.sum_or_product", "crop_base.once"),
    ),
    Subject(
        "S11",
        "A",
        "Targets: three reds 40,000 mu, wolfberry 800, watermelon under film 65,000, potato 280,000, sunflower 60,000",
        "规模目标",
        (_TARGET, _CROPS),
        _reached("target", "level", "target_ha", "level_ha", "attainment", "is_open"),
        "targets",
        ("target.open_has_question", "target.products_known", "crop_base.film_area_mu_within_area_mu"),
    ),
    Subject(
        "S12",
        "A",
        "The troika brands, grass and livestock, labour export: their shares of net income",
        "三驾马车",
        (_OUTPUT, "core.household_income"),
        _shown("troika_share"),
        "industries",
    ),
    Subject(
        "S13",
        "A",
        "Yanchi's eight industries: output, workers, workers of poor households",
        "盐池八大产业",
        (_OUTPUT, "core.declared_list"),
        _shown("output_value", "workers", "poor_workers", "poor_worker_share", "declared", "named"),
        "industries",
        ("declared_list.declared_is_named", "industry_output.poor_workers_within_workers"),
    ),
    Subject(
        "S14",
        "A",
        "Three leading projects, herbs, planting, fur and meat, in agricultural output value",
        "三大主导项目占农业产值比重",
        (_OUTPUT,),
        _shown("leading_share"),
        "industries",
        ("industry_output.leading_inside_agriculture", "industry_output.agriculture_is_agriculture"),
    ),
    Subject(
        "S15",
        "A",
        "Above 30 % within five years: path, points a year, forecast",
        "五年内达到30%以上",
        (_TARGET, _OUTPUT),
        _reached("attainment", "required_a_year", "on_track", "forecast", "forecast_low", "forecast_high"),
        "targets",
        ("target.years_in_order", "target.share_below_one", "mart.target_progress.on_track"),
    ),
    Subject(
        "S16",
        "A",
        "Scale: large households, professional villages, demonstration bases",
        "大户、专业村、示范基地",
        (_CROPS,),
        _shown("large_growers", "large_area_share", "professional_villages", "bases"),
        "industries",
        ("crop_base.large_area_mu_within_area_mu", "crop_base.large_growers_within_growers"),
    ),
    Subject(
        "S17",
        "A",
        "Green food: certified products",
        "绿色食品",
        (_OUTPUT,),
        _shown("certified_products"),
        "industries",
    ),
    Subject(
        "S18",
        "A",
        "Commodity rate and value added",
        "商品率与增加值",
        (_OUTPUT,),
        _shown("marketed_tonnes", "commodity_rate", "value_added"),
        "industries",
        ("industry_output.marketed_within_stock",),
    ),
    Subject(
        "S50",
        "A",
        "Leaders: enterprises and the households they take along",
        "龙头企业带动",
        (_ENTERPRISE,),
        _shown("enterprises", "leading_enterprises", "linked_households"),
        "industries",
        ("enterprise.linked_poor_households_within_linked_households", "enterprise.registered_on_in_time"),
    ),
    Subject(
        "S51",
        "A",
        "Bases of leading industries",
        "产业基地",
        (_CROPS,),
        _shown("bases", "area_mu"),
        "industries",
    ),
    Subject(
        "S52",
        "A",
        "Branch + association + farmer: chain complete, by village",
        "支部+协会+农户",
        (_ASSOCIATION, _CROPS),
        _shown("chain_villages", "chain_parts"),
        "industries",
        ("association.founded_on_in_time",),
    ),
    Subject(
        "S53",
        "A",
        "Associations: members, poor members",
        "协会会员",
        (_ASSOCIATION,),
        _shown("members", "poor_members", "poor_member_share"),
        "industries",
        ("association.poor_members_within_members", "association.members_within_village_households"),
    ),
    Subject(
        "S54",
        "A",
        "Regional layout: where an industry is at home",
        "区域布局",
        (_OUTPUT,),
        _shown("location_quotient"),
        "industries",
        ("industry_output.industry_of_product",),
    ),
    Subject(
        "S55",
        "A",
        "No coercion, no one size for all: land split equally, one crop everywhere",
        "不搞强迫命令、一刀切",
        (_CROPS,),
        _shown("equal_split", "identical_crop"),
        "industries",
    ),
    Subject(
        "S56",
        "A",
        "Technical support and information service: households served",
        "技术与信息服务",
        (_ASSOCIATION,),
        _shown("service_share"),
        "industries",
        ("association.served_households_within_village_households",),
    ),
)
