"""Words that the senders' heads and cells share: income sources, destinations, code words. No layout here."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse.contracts.codes import CODE_LISTS
from warehouse.contracts.household_income import LEAVES
from warehouse.layouts import Field

NAME_PERIOD = r"(?P<year>20\d{2})[-年]?(?P<month>0[1-9]|1[0-2])(?!\d)"
"""Year and month in a file's name: `2024-03`, `202403`, `2024年03月`."""

LEAF_WORDS: dict[str, str] = {leaf: chinese.removesuffix("收入") for leaf, (_, chinese) in LEAVES.items()}

AREA_TYPES = {"城镇": "urban", "农村": "rural"}
SEXES = {"男": "M", "女": "F"}

DESTINATIONS: dict[str, str] = {
    "银川市": "640100",
    "内蒙古自治区": "150000",
    "北京市": "110000",
    "江苏省": "320000",
    "浙江省": "330000",
    "福建省": "350000",
    "广东省": "440000",
    "新疆维吾尔自治区": "650000",
}
"""Where workers go: GB/T 2260 codes of provinces, and of the regional capital."""


def code_words(code_list: str, **own_words: str) -> dict[str, str]:
    """The sender's word -> code: the list's Chinese word, save where `own_words` (code=word) has another."""
    return {own_words.get(code, chinese): code for code, (_, chinese) in CODE_LISTS[code_list].codes.items()}


def strata(area_code: str, words: Mapping[str, str]) -> dict[str, str]:
    """A sender's word for a stratum, which means nothing outside its area, -> stratum code."""
    return {word: f"{area_code}-{kind}" for word, kind in words.items()}


def leaf_fields(pattern: str, unit: str | None = None, words: Mapping[str, str] | None = None) -> dict[str, Field]:
    """Fields of the eighteen sources, whose heads follow one pattern; `words` replace the common ones."""
    named = LEAF_WORDS | dict(words or {})
    return {f"{leaf}_net": Field(pattern.format(word), unit=unit) for leaf, word in named.items()}


def fields(**columns: str | Field) -> dict[str, Field]:
    """Contract column = column of the file, where nothing else is to be said."""
    return {name: Field(column) if isinstance(column, str) else column for name, column in columns.items()}
