"""Code lists of labour."""

from __future__ import annotations

from warehouse.contracts.base import CodeList

CODE_LISTS = (
    CodeList(
        "sex",
        {"M": ("male", "男"), "F": ("female", "女"), "_T": ("both, not told apart", "合计")},
    ),
    CodeList(
        "labour_channel",
        {
            "organised": ("organised by government or agency", "有组织输出"),
            "self_organised": ("found by the worker", "自发输出"),
            "recruiting_agency": ("recruiting agency", "劳务公司"),
            "individual_new": ("individual, new permit", "个人新批"),
            "individual_legalization": ("individual, legalised abroad", "个人补办"),
            "individual_reentry": ("individual, returning to the same job", "个人返岗"),
            "government_to_government": ("under an agreement of two governments", "政府间协议"),
        },
    ),
    CodeList(
        "labour_course",
        {
            "construction": ("building trades", "建筑"),
            "cooking": ("cooking and catering", "烹饪餐饮"),
            "domestic_service": ("domestic service", "家政服务"),
            "driving": ("driving and machines", "驾驶与农机"),
            "farming": ("farming and breeding", "种植养殖"),
            "garments": ("garments and embroidery", "缝纫刺绣"),
            "welding": ("welding and repair", "焊接维修"),
            "other": ("other", "其他"),
        },
    ),
    CodeList(
        "labour_indicator_measure",
        {
            "person_times": ("departures", "人次"),
            "persons": ("persons away", "人数"),
            "repeats": ("departures per person", "人均外出次数"),
            "earnings_total": ("earnings", "劳务总收入"),
            "earnings_per_person": ("earnings per person", "人均劳务收入"),
            "earnings_per_person_time": ("earnings per departure", "每人次劳务收入"),
            "wages_away_ratio": (
                "earnings of labour export / wages earned away by the household survey",
                "劳务收入与住户调查外出工资之比",
            ),
        },
    ),
    CodeList(
        "labour_half_year_measure",
        {
            "person_times": ("departures in the half-year", "半年人次"),
            "persons_average": ("persons away, mean of the months", "月均人数"),
            "repeats": ("departures in the half-year per person away", "半年人均外出次数"),
            "earnings_total": ("earnings in the half-year", "半年劳务总收入"),
            "earnings_per_person": ("earnings in the half-year per person away", "半年人均劳务收入"),
            "earnings_per_person_time": ("earnings per departure", "每人次劳务收入"),
            "begun": ("persons whose course began in the half-year", "本期参训人数"),
            "funnel": ("persons whose course began a year before the half-year, at a step", "培训各环节人数"),
            "funnel_rate": ("of the persons at the step before, those at a step", "培训各环节转化率"),
            "retention": ("still placed after six months, of all of whom it is time to ask", "六个月稳定就业率"),
        },
    ),
)
