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
)
