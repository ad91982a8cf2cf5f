"""Code lists of decisions and of what they do to a refused row."""

from __future__ import annotations

from warehouse.contracts.base import CodeList

CODE_LISTS = (
    CodeList(
        "decision_kind",
        {
            "waive": ("rows or months that break a rule pass all the same, until a day", "豁免规则"),
            "release": ("one quarantined row is accepted as it was sent", "放行记录"),
            "correct": ("a known error of a sender is read as what was meant", "更正来源错误"),
            "choose": ("one of the possible readings of a garbled figure", "选定读法"),
            "withdraw": ("an earlier decision holds no longer", "撤销决定"),
        },
    ),
    CodeList(
        "quarantine_status",
        {
            "open": ("refused; in no figure", "隔离中"),
            "released": ("accepted as it was sent, by a decision", "已放行"),
            "corrected": ("accepted with the values that a decision gives", "已更正"),
        },
    ),
)
