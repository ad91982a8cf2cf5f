"""Code lists of money.

`fund_negative_*` are words of the negative list: what poverty funds must not be spent on (Measures for the management
of special poverty-alleviation funds, Ministry of Finance 2017 No. 8), and who is no payee of them.
"""

from __future__ import annotations

from warehouse.contracts.base import CodeList

CODE_LISTS = (
    CodeList(
        "fund_channel",
        {
            "own": ("farmers' own money", "农户自筹"),
            "poverty_fund": ("poverty-alleviation fund of government", "财政扶贫资金"),
            "credit": ("loans", "信贷资金"),
            "foreign": ("foreign aid and loans", "外资"),
            "social": ("donations and partner regions", "社会帮扶"),
        },
    ),
    CodeList(
        "fund_purpose",
        {
            "breeding_sheep": ("breeding sheep", "种羊"),
            "base_construction": ("construction of production bases", "基地建设"),
            "leading_enterprise": ("leading enterprises", "龙头企业"),
            "information_system": ("information system", "信息体系"),
            "labour_training": ("training of labour", "劳务培训"),
            "village_works": ("water, roads, power, schools, clinics of villages", "整村推进"),
            "social_infrastructure": ("social infrastructure", "社会基础设施"),
            "social_infrastructure_state": (
                "social infrastructure, part of the state",
                "社会基础设施(省级)",
            ),
            "social_infrastructure_municipal": (
                "social infrastructure, part of the municipalities",
                "社会基础设施(市级)",
            ),
            "social_assistance": ("food and social assistance", "社会救助"),
            "agriculture": ("farming and rural development", "农业农村发展"),
            "other": ("other programmes", "其他"),
        },
    ),
    CodeList(
        "fund_station",
        {
            "budget": ("approved budget", "预算批复"),
            "modified": ("budget after changes", "预算调整"),
            "allocation": ("allocated to the unit", "下达"),
            "release": ("money handed over", "拨付"),
            "commitment": ("committed by contract", "签约"),
            "accrual": ("work done and owed", "应付"),
            "project": ("booked on the project", "到项目"),
            "reimbursement": ("reimbursed against vouchers", "报账"),
            "use": ("paid to the payee", "支出"),
        },
    ),
    CodeList(
        "account_kind",
        {"unit": ("account of a unit", "单位账户"), "personal": ("account of a person", "个人账户")},
    ),
    CodeList(
        "payee_kind",
        {
            "farmer": ("households", "农户"),
            "base": ("production bases and cooperatives", "基地"),
            "enterprise": ("enterprises", "企业"),
            "service": ("training and information services", "服务"),
            "village": ("villages", "村集体"),
        },
    ),
    CodeList(
        "fund_negative_purpose",
        {
            "办公经费": ("running costs of offices", "行政事业单位基本支出"),
            "奖金": ("bonuses", "各种奖金、津贴和福利补助"),
            "津贴": ("allowances", "各种奖金、津贴和福利补助"),
            "福利": ("staff welfare", "各种奖金、津贴和福利补助"),
            "弥补亏损": ("losses of enterprises", "弥补企业亏损"),
            "楼堂馆所": ("office buildings, halls, guest houses", "修建楼堂馆所"),
            "职工住宅": ("housing of staff", "修建职工住宅"),
            "偿还债务": ("repayment of debts", "弥补预算支出缺口和偿还债务"),
            "交通工具": ("vehicles", "交通工具及通讯设备"),
            "通讯设备": ("telephones", "交通工具及通讯设备"),
            "城市基础设施": ("works in cities", "城市基础设施建设和城市扶贫"),
        },
    ),
    CodeList(
        "fund_negative_payee",
        {
            "机关": ("government offices", "行政事业单位"),
            "宾馆": ("hotels", "宾馆饭店"),
            "酒店": ("restaurants and hotels", "宾馆饭店"),
            "汽车销售": ("car dealers", "交通工具"),
        },
    ),
    CodeList(
        "fund_indicator_measure",
        {
            "channel_share": ("share of a channel in what is released", "渠道占比"),
            "own_share": ("share of farmers' own money", "自筹占比"),
            "leverage": ("other channels per unit of the poverty fund", "财政资金撬动比"),
            "marginal_leverage": ("change of other channels per change of the poverty fund", "边际撬动比"),
            "purpose_share": ("share of a purpose in what is released", "用途占比"),
            "concentration": ("Herfindahl-Hirschman index of purposes", "用途集中度"),
            "median_grant": ("median grant of a project to a payee", "单笔补助中位数"),
            "tiny_share": ("share of grants below 1,000", "小额补助占比"),
            "off_purpose_share": ("use beyond what came in of its earmark / use", "挤占挪用占比"),
            "income_gain_per_unit": ("yearly income gained per unit of money", "每元增收"),
            "jobs_per_unit": ("jobs made per unit of money", "每元就业"),
            "payee_share": ("share of a kind of payee in use", "受益主体占比"),
            "subsidy_per_household": ("poverty fund to enterprises per linked poor household", "户均带动补助"),
            "released_per_village": ("released per village that has a project", "村均资金"),
            "days_allocation_to_release": ("days from allocation to release", "下达到拨付天数"),
            "days_release_to_use": ("days from release to use", "拨付到支出天数"),
            "balance": ("come in to projects and not used", "结余"),
            "idle_over_one_year": ("of the balance, in for more than a year", "闲置一年以上"),
            "idle_over_two_years": ("of the balance, in for more than two years", "闲置两年以上"),
        },
    ),
    CodeList(
        "line_type",
        {"item": ("money itself", "明细"), "subtotal": ("printed sum of items", "小计")},
    ),
)

STATIONS: tuple[str, ...] = next(tuple(kept.codes) for kept in CODE_LISTS if kept.name == "fund_station")
"""The stations on the way of the money, the first one first."""

CHANNELS: dict[str, tuple[str, str]] = next(kept.codes for kept in CODE_LISTS if kept.name == "fund_channel")
