"""Code lists of releases and their revisions."""

from __future__ import annotations

from warehouse.contracts.base import CodeList

CODE, DATA, WEIGHTS, LINE, DEFLATOR, BOUNDARY = "code", "data", "weights", "line", "deflator", "boundary"
INTERACTION, UNKNOWN = "interaction", "unknown"

CODE_LISTS = (
    CodeList(
        "revision_cause",
        {
            CODE: ("program, rules, classification of income sources", "程序与分类"),
            DATA: ("rows of the files", "数据"),
            WEIGHTS: ("survey weights of households", "权数"),
            LINE: ("poverty lines as announced", "贫困线"),
            DEFLATOR: ("price index", "价格指数"),
            BOUNDARY: ("areas, their parents and validity", "行政区划"),
            INTERACTION: ("several of them together", "交互作用"),
            UNKNOWN: ("not attributed; the reason of the release says why", "未知"),
        },
    ),
)
