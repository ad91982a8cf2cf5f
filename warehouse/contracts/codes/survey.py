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
