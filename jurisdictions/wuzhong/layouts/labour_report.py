"""The prefecture's yearly report on organised labour export, as its employment service sends it: one line, one figure.

It owes nothing by the month and stands beside the counties' files, not in place of them.
"""

from __future__ import annotations

from jurisdictions.wuzhong.layouts.wording import fields
from warehouse.layouts import Field, Layout

PREFECTURE = "640300"
REPORT_NAME = "吴忠市_劳务输出工作报告_{year}.csv"
REPORT_HEAD = ("年份", "区划代码", "人数", "人次", "人均收入(元)")

LABOUR_REPORT = Layout(
    id="wuzhong.prefecture.labour_report",
    contract="core.labour_export",
    sender="Wuzhong prefecture, employment service",
    files=("吴忠市_劳务输出工作报告_*.csv",),
    description="Organised labour export of a year in one line, with earnings a head",
    area_code=PREFECTURE,
    freq="A",
    period_in_name=r"(?P<year>\d{4})\.csv$",
    fields=fields(
        time_period="年份",
        area_code="区划代码",
        destination_code=Field(constant="_T"),
        channel=Field(constant="organised"),
        sex=Field(constant="_T"),
        persons="人数",
        person_times="人次",
        earnings_per_person="人均收入(元)",
    ),
)
