"""The prefecture's report on the year, with the figure that the policy paper prints: 2 1 100 million yuan a head.

Two readings of it can be (docs/methods/editing.md); which one is right only a person can say.
"""

from __future__ import annotations

from pathlib import Path

from jurisdictions.wuzhong.generator.labour_faults import PRINTED_EARNINGS
from jurisdictions.wuzhong.generator.truth import FileTruth, PlantedLine
from jurisdictions.wuzhong.layouts.labour_report import PREFECTURE, REPORT_HEAD, REPORT_NAME

PERSON_TIMES = 50_000
"""The paper: "more than 50,000 person-times"; each of them here is a person who left once."""
_TITLE = ("吴忠市劳务输出工作报告(有组织输出)", "单位:人、人次、元")


def write_report(landing: Path, month: str) -> tuple[PlantedLine, FileTruth]:
    """Write the report of the year that ends with `month`; what a correct pipeline finds in it."""
    year = month[:4]
    name, cells = REPORT_NAME.format(year=year), (year, PREFECTURE, str(PERSON_TIMES), str(PERSON_TIMES))
    lines = [*_TITLE, ",".join(REPORT_HEAD), ",".join((*cells, PRINTED_EARNINGS))]
    (landing / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    planted = PlantedLine(
        name,
        len(lines),
        "labour_export",
        month,
        "figure_of_the_paper",
        ("labour_export.readable",),
        "quarantined",
        REPORT_HEAD[-1],
        PRINTED_EARNINGS,
    )
    return planted, FileTruth(name, "labour_export", PREFECTURE, month, "accepted", 1, 1)
