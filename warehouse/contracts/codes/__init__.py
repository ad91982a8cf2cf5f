"""The closed code lists, by name. A module per subject; a new subject adds its module here."""

from __future__ import annotations

from warehouse.contracts.base import CodeList
from warehouse.contracts.codes import areas, decisions, funds, labour, poverty, releases, survey

CODE_LISTS: dict[str, CodeList] = {
    code_list.name: code_list
    for code_list in (
        *areas.CODE_LISTS,
        *decisions.CODE_LISTS,
        *funds.CODE_LISTS,
        *labour.CODE_LISTS,
        *poverty.CODE_LISTS,
        *releases.CODE_LISTS,
        *survey.CODE_LISTS,
    )
}
