"""The families there are: which marts are made of which tables, by what, and what can revise them."""

from __future__ import annotations

from assets.marts import fund_indicators, funds, labour, survey
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
        Family("funds", {"mart.fund_flow": (funds.SOURCE,)}, funds.fund_marts, (DATA, BOUNDARY)),
        Family(
            "fund_indicators",
            {fund_indicators.CONTRACT.name: (funds.SOURCE,)},
            fund_indicators.fund_indicator_marts,
            (DATA, BOUNDARY),
            looks_back=(funds.SOURCE,),
            looks_at=(fund_indicators.PROJECTS,),
        ),
    )
}
