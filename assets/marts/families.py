"""The families there are: which marts are made of which tables, by what, and what can revise them."""

from __future__ import annotations

from assets.marts import (
    change,
    fund_indicators,
    funds,
    industry_indicators,
    labour,
    labour_half_years,
    labour_indicators,
    register,
    survey,
    survey_formulas,
    targets,
    villages,
)
from assets.marts.family import Family
from warehouse.contracts.codes.releases import BOUNDARY, DATA, DEFLATOR, LINE, WEIGHTS

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
            formulas={
                "mart.psu_total": survey_formulas.of_psu_total,
                "mart.income_level": survey_formulas.of_income_level,
                "mart.income_share": survey_formulas.of_income_share,
            },
        ),
        Family(
            "change",
            {"mart.income_change": _SURVEY},
            change.change_marts,
            (DATA, WEIGHTS, BOUNDARY),
            looks_back=_SURVEY,
            made_of=change.MADE_OF,
            formulas={"mart.income_change": change.of_income_change},
        ),
        Family(
            "poverty",
            {"mart.poverty": _SURVEY, "mart.inequality": _SURVEY},
            survey.poverty_marts,
            (DATA, WEIGHTS, LINE, DEFLATOR, BOUNDARY),
            formulas={
                "mart.poverty": survey_formulas.of_poverty,
                "mart.inequality": survey_formulas.of_inequality,
            },
        ),
        Family(
            "labour",
            {"mart.labour_export": (labour.SOURCE,)},
            labour.labour_marts,
            (DATA, BOUNDARY),
            formulas={"mart.labour_export": labour.formula},
        ),
        Family(
            "labour_indicators",
            {labour_indicators.MART: (labour_indicators.LINES, labour_indicators.SURVEY)},
            labour_indicators.labour_indicators,
            (DATA, WEIGHTS, BOUNDARY),
        ),
        Family(
            "labour_half_years",
            {labour_half_years.MART: (labour_half_years.TRAINING,)},
            labour_half_years.labour_half_years,
            (DATA, BOUNDARY),
            looks_back=(labour_indicators.LINES,),
        ),
        Family(
            "villages",
            {villages.MART: villages.SOURCES},
            villages.village_indicators,
            (DATA, LINE, DEFLATOR, BOUNDARY),
        ),
        Family(
            "registry",
            {register.MART: (register.SOURCE, register.LINKS)},
            register.registry_indicators,
            (DATA, LINE, DEFLATOR, BOUNDARY),
        ),
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
        Family(
            "funds",
            {"mart.fund_flow": (funds.SOURCE,)},
            funds.fund_marts,
            (DATA, BOUNDARY),
            formulas={"mart.fund_flow": funds.formula},
        ),
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
