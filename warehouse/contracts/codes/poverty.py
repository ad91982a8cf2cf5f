"""Code lists of poverty, inequality and prices."""

from __future__ import annotations

from warehouse.contracts.base import CodeList

CODE_LISTS = (
    CodeList(
        "poverty_measure",
        {
            "fgt0": ("headcount: share of persons who are poor", "贫困发生率"),
            "fgt1": ("gap: mean distance to the line, over the line", "贫困深度指数"),
            "fgt2": ("severity: mean squared gap", "贫困强度指数"),
            "watts": ("Watts: mean logarithm of line over income", "沃茨指数"),
            "sen": ("Sen: headcount, gap and inequality of the poor", "森指数"),
            "sst": ("Sen-Shorrocks-Thon: gap and inequality of gaps", "SST指数"),
        },
    ),
    CodeList(
        "inequality_measure",
        {
            "gini": ("Gini coefficient, middle ranks", "基尼系数"),
            "gini_upper": ("Gini coefficient, upper ranks (R convey)", "基尼系数(上秩)"),
            "gini_poor": ("Gini coefficient among the poor", "贫困人口基尼系数"),
            "theil_t": ("Theil T, over positive incomes", "泰尔T指数"),
            "theil_l": ("Theil L, over positive incomes", "泰尔L指数"),
            "atkinson_05": ("Atkinson, aversion 0.5, over positive incomes", "阿特金森指数(0.5)"),
            "atkinson_1": ("Atkinson, aversion 1, over positive incomes", "阿特金森指数(1)"),
            "ly_share": ("share of the source in income", "收入来源占比"),
            "ly_gini": ("Gini coefficient of the source", "收入来源基尼系数"),
            "ly_correlation": ("Gini correlation of the source with income", "收入来源基尼相关系数"),
            "ly_contribution": ("part of the Gini coefficient that is the source's", "对基尼系数的贡献率"),
            "ly_marginal": (
                "relative change of the Gini coefficient per relative change of the source",
                "对基尼系数的边际效应",
            ),
        },
    ),
    CodeList(
        "price_index_kind",
        {
            "cpi": ("consumer prices, all households", "居民消费价格指数"),
            "cpi_urban": ("consumer prices, urban households", "城市居民消费价格指数"),
            "cpi_rural": ("consumer prices, rural households", "农村居民消费价格指数"),
        },
    ),
    CodeList(
        "price_base",
        {
            "same_month_last_year": ("same month of the year before = 100", "上年同月=100"),
            "previous_month": ("month before = 100", "上月=100"),
        },
    ),
)
