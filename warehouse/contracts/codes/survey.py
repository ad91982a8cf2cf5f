"""Code lists of households, periods and published income."""

from __future__ import annotations

from warehouse.contracts.base import CodeList

CODE_LISTS = (
    CodeList("freq", {"M": ("month", "月"), "Q": ("quarter", "季"), "S": ("half-year", "半年"), "A": ("year", "年")}),
    CodeList("area_type", {"urban": ("urban", "城镇"), "rural": ("rural", "农村")}),
    CodeList(
        "domain",
        {"all": ("all residents", "全体"), "urban": ("urban", "城镇"), "rural": ("rural", "农村")},
    ),
    CodeList(
        "income_change_measure",
        {
            "growth": ("growth of mean income per person in a year", "人均收入同比增长"),
            "growth_rate": ("part of the growth that is the source's", "增长贡献率"),
            "growth_points": ("growth that is the source's", "拉动增长"),
            "transfer_ratio": ("transfers / productive income", "转移收入与生产性收入之比"),
            "self_reliance": ("productive income / net income", "自给率"),
            "per_person": ("mean per person and period", "人均水平"),
            "share_slope": ("trend of agriculture's share a year", "农业占比年趋势"),
            "share_curvature": ("bend of that trend", "趋势曲率"),
            "share_linearity_p": ("p-value of the trend being a line", "线性检验p值"),
            "share_break_p": ("p-value of the line being the same throughout", "断点检验p值"),
            "volatility": ("standard deviation of yearly growth", "同比增长波动"),
        },
    ),
    CodeList(
        "income_concept",
        {
            "net_income": ("net income of rural households (NBS until 2012)", "农民人均纯收入"),
            "disposable_income": ("disposable income (NBS from 2013)", "人均可支配收入"),
        },
    ),
    CodeList(
        "measure",
        {
            "cumulative": ("since January of the year", "累计值"),
            "period": ("of the period alone", "当期值"),
        },
    ),
)
