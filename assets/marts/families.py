"""The families there are: which marts are made of which tables, by what, and what can revise them."""

from __future__ import annotations

from assets.marts import funds, industry_indicators, labour, survey, targets
from assets.marts.family import Family
from assets.revision import BOUNDARY, DATA, DEFLATOR, LINE, WEIGHTS

_SURVEY = (survey.HOUSEHOLDS,)

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family(
            "income",
            {
                "mart.psu_total": _SURVEY,
                "mart.income_level": _SURVEY,
                "mart.income_share": (*_SURVEY, survey.PRINTED),
            },
            survey.income_marts,
            (DATA, WEIGHTS, BOUNDARY),
        ),
        Family(
            "poverty",
            {"mart.poverty": _SURVEY, "mart.inequality": _SURVEY},
            survey.poverty_marts,
            (DATA, WEIGHTS, LINE, DEFLATOR, BOUNDARY),
        ),
        Family("labour", {"mart.labour_export": (labour.SOURCE,)}, labour.labour_marts, (DATA, BOUNDARY)),
        Family(
            "industries",
            {industry_indicators.MART: industry_indicators.SOURCES},
            industry_indicators.industry_indicators,
            (DATA, WEIGHTS, BOUNDARY),
            looks_back=(industry_indicators.SURVEY,),
        ),
        Family(
            "targets",
            {targets.MART: targets.SOURCES},
            targets.target_progress,
            (DATA, BOUNDARY),
            looks_back=targets.SOURCES,
        ),
        Family("funds", {"mart.fund_flow": (funds.SOURCE,)}, funds.fund_marts, (DATA, BOUNDARY)),
    )
}
