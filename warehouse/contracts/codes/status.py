"""Code lists of the state of a figure, from SDMX's lists for all domains, and of the edge of a poverty line."""

from __future__ import annotations

from warehouse.contracts.base import CodeList

CODE_LISTS = (
    CodeList(
        "obs_status",
        {
            "A": ("normal", "正常"),
            "U": ("low reliability, or partly reported", "可靠性低或部分上报"),
            "Q": ("withheld", "不予公布"),
        },
    ),
    CodeList(
        "conf_status",
        {
            "F": ("free for publication", "可公布"),
            "N": ("not for publication", "不得公布"),
        },
    ),
    CodeList(
        "line_boundary",
        {"<": ("income below the line", "低于贫困线"), "<=": ("income at the line or below", "不高于贫困线")},
    ),
)
