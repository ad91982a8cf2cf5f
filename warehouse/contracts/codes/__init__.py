"""The closed code lists, by name. A module per subject; a new subject adds its module here."""

from __future__ import annotations

from warehouse.contracts.base import CodeList
from warehouse.contracts.codes import (
    areas,
    concepts,
    decisions,
    funds,
    income,
    industries,
    labour,
    poverty,
    releases,
    status,
    survey,
    villages,
)

CODE_LISTS: dict[str, CodeList] = {
    code_list.name: code_list
    for code_list in (
        *areas.CODE_LISTS,
        *concepts.CODE_LISTS,
        *decisions.CODE_LISTS,
        *funds.CODE_LISTS,
        *income.CODE_LISTS,
        *industries.CODE_LISTS,
        *labour.CODE_LISTS,
        *poverty.CODE_LISTS,
        *releases.CODE_LISTS,
        *status.CODE_LISTS,
        *survey.CODE_LISTS,
        *villages.CODE_LISTS,
    )
}

PLACE_LISTS: tuple[str, ...] = ("area", "poverty_line")
"""Lists whose codes every place has of its own: in `ref.area` with `ref.area_set`, and in `ref.poverty_line`"""

SPECIAL_CODES: dict[str, tuple[str, str]] = {"_T": ("total", "合计"), "_Z": ("not applicable", "不适用")}
"""Codes of SDMX that stand beside those of any list"""
