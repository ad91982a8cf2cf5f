"""Half-yearly and yearly reports: one form for all seven senders, a workbook with a title block and Chinese heads.

The prefecture sets these forms, so that a report is described once and every sender has a layout of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jurisdictions.wuzhong.layouts import SENDERS
from jurisdictions.wuzhong.layouts.wording import DESTINATIONS, code_words, fields
from warehouse.contracts import SOURCE_CONTRACTS
from warehouse.contracts.codes.villages import WORKS
from warehouse.contracts.village_programme import WORKS_COLUMNS
from warehouse.layouts import Field, Layout

NAMES: dict[str, str] = dict(
    zip(
        SENDERS,
        ("利通区", "红寺堡区", "盐池县", "同心县", "青铜峡市", "吊庄移民一区", "吊庄移民二区"),
        strict=True,
    )
)
"""Senders' area codes and the names in their files"""

_HALF = r"(?P<year>20\d{2})年(?P<half>[上下])半年"
_YEAR = r"(?P<year>20\d{2})年(?!\d|[上下])"
_PERIODS = {"S": _HALF, "A": _YEAR}


@dataclass(frozen=True)
class Report:
    """A report that every sender owes for each period of `freq`."""

    title: str
    units: str
    freq: str
    description: str
    fields: Mapping[str, Field]


REPORTS: dict[str, Report] = {
    "labour_training": Report(
        "劳动力转移培训台账",
        "人",
        "S",
        "Training of workers by person, half-year",
        fields(
            time_period="报告期",
            area_code="区划代码",
            village_code="村代码",
            person_id="人员编号",
            course=Field("培训工种", codes=code_words("labour_course")),
            started_on="开班日期",
            ended_on="结业日期",
            certified_on="取证日期",
            placed_on="就业日期",
            destination_code=Field("就业地", codes=DESTINATIONS),
            is_retained="六个月后在岗",
        ),
    ),
    "registry": Report(
        "贫困户建档立卡台账",
        "元、人",
        "A",
        "Register of poor households, year",
        fields(
            time_period="年度",
            area_code="区划代码",
            village_code="村代码",
            household_id="户编号",
            batch="建档批次",
            persons="家庭人口",
            persons_away="外出务工人数",
            cause=Field("主要致贫原因", codes=code_words("poverty_cause")),
            entered_on="建档日期",
            exited_on="脱贫日期",
            returned_on="返贫日期",
            net_income="家庭纯收入",
            labour_income="务工收入",
        ),
    ),
    "village_programme": Report(
        "整村推进情况表",
        "万元、户、人",
        "A",
        "Whole-village advance by village, year, ten thousand yuan",
        fields(
            time_period="年度",
            area_code="区划代码",
            village_code="村代码",
            village_name="村名",
            batch="批次",
            households="户数",
            persons="人口",
            net_income=Field("全村纯收入(万元)", unit="万元"),
            planned_on="规划日期",
            started_on="启动日期",
            finished_on="完工日期",
            accepted_on="验收日期",
            **{
                column: Field(WORKS[kind][1], codes=code_words("works_state")) for kind, column in WORKS_COLUMNS.items()
            },
        ),
    ),
    "linked_household": Report(
        "龙头企业带动贫困户名册",
        "户",
        "A",
        "Poor households that enterprises take along, year",
        fields(
            time_period="年度",
            area_code="区划代码",
            village_code="村代码",
            household_id="户编号",
            enterprise_id="企业代码",
            link_kind=Field("带动方式", codes=code_words("link_kind")),
            linked_on="带动日期",
        ),
    ),
}
"""Source -> its form"""


def _layout(source: str, report: Report, area_code: str) -> Layout:
    name = f"{NAMES[area_code]}_{report.title}_*.xlsx"
    return Layout(
        id=f"wuzhong.{area_code}.{source}",
        contract=SOURCE_CONTRACTS[f"core.{source}"].name,
        sender=f"{NAMES[area_code]}, poverty alleviation office",
        files=(name,),
        description=report.description,
        area_code=area_code,
        owed=True,
        freq=report.freq,  # type: ignore[arg-type]
        period_in_name=_PERIODS[report.freq],
        fields=report.fields,
    )


LAYOUTS: tuple[Layout, ...] = tuple(
    _layout(source, report, area_code) for source, report in REPORTS.items() for area_code in SENDERS
)
