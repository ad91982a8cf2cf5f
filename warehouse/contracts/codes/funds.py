"""Code lists of money."""

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
        "line_type",
        {"item": ("money itself", "明细"), "subtotal": ("printed sum of items", "小计")},
    ),
)
