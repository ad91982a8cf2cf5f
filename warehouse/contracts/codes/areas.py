"""Code lists of areas over time."""

from __future__ import annotations

from warehouse.contracts.base import CodeList

CODE_LISTS = (
    CodeList(
        "area_level",
        {
            "province": ("province, autonomous region, municipality", "省级"),
            "prefecture": ("prefecture", "地级"),
            "county": ("county, city or district", "县级"),
        },
    ),
    CodeList(
        "area_status",
        {
            "in_force": ("in force", "在用"),
            "changed": ("no longer in force with this name", "变更"),
            "abolished": ("no longer in force", "弃用"),
        },
    ),
    CodeList(
        "area_event",
        {
            "recoded": ("the same territory under another code", "代码变更"),
            "renamed": ("another name under the same code", "更名"),
            "split": ("divided among several", "拆分"),
            "merged": ("became part of another", "并入"),
            "transferred": ("a part went to another", "部分划转"),
            "created": ("new, from a part of from_code where one is named", "新设"),
            "abolished": ("ended, its territory not followed", "撤销"),
        },
    ),
    CodeList(
        "area_set_kind",
        {
            "named": ("areas that a programme or office takes together", "专题地区"),
            "constant_boundary": ("what lay within an area's boundary of base_month", "固定边界"),
        },
    ),
    CodeList(
        "area_extent",
        {
            "whole": ("inside; counted", "全部在内"),
            "main": ("inside but for a part; counted, and the figure says so", "主体在内"),
            "fringe": ("outside but for a part; not counted, and the figure says so", "少部在内"),
            "split": ("divided between inside and outside; no figure is made", "分割"),
            "above": ("an area above others that lies partly inside; its own rows are not counted", "上级"),
        },
    ),
)
