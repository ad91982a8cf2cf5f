"""Code lists of releases and their revisions."""

from __future__ import annotations

from warehouse.contracts.base import CodeList

CODE_LISTS = (
    CodeList(
        "revision_cause",
        {
            "code": ("program, rules, classification of income sources", "程序与分类"),
            "data": ("rows of the files", "数据"),
            "weights": ("survey weights of households", "权数"),
            "line": ("poverty lines as announced", "贫困线"),
            "deflator": ("price index", "价格指数"),
            "boundary": ("areas, their parents and validity", "行政区划"),
            "interaction": ("several of them together", "交互作用"),
            "unknown": ("not attributed; the reason of the release says why", "未知"),
        },
    ),
)
