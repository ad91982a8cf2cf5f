"""The yearly register of projects: one form of the prefecture, workbooks with a title block; two counties in 万元."""

from __future__ import annotations

from jurisdictions.wuzhong.layouts.wording import code_words, fields
from warehouse.contracts.codes.funds import CHANNELS
from warehouse.layouts import Field, Layout

SUBJECT = "扶贫项目库"
NAME_YEAR = r"_(?P<year>20\d{2})年"

SENDERS = {
    "640302": ("litong", "利通区", ""),
    "640303": ("hongsibu", "红寺堡区", ""),
    "640323": ("yanchi", "盐池县", "万"),
    "640324": ("tongxin", "同心县", ""),
    "640381": ("qingtongxia", "青铜峡市", "万"),
    "X6403-01": ("resettlement_1", "吊庄移民一区", ""),
    "X6403-02": ("resettlement_2", "吊庄移民二区", ""),
}
"""area -> slug, name, scale of its amounts"""


def _layout(area_code: str) -> Layout:
    slug, name, scale = SENDERS[area_code]

    def money(words: str) -> Field:
        return Field(f"{words}({scale}元)", unit=f"{scale}元" if scale else None)

    return Layout(
        id=f"wuzhong.{slug}.project",
        contract="core.project",
        sender=f"{name}, poverty alleviation office",
        files=(f"{name}_{SUBJECT}_*.xlsx",),
        description=f"Projects approved in the year, {scale or ''}元",
        area_code=area_code,
        owed=True,
        freq="A",
        period_in_name=NAME_YEAR,
        fields=fields(
            project_id="项目编号",
            project_name="项目名称",
            area_code="区划代码",
            village_code="村代码",
            purpose=Field("资金用途", codes=code_words("fund_purpose")),
            payee_kind=Field("受益主体", codes=code_words("payee_kind")),
            **{f"approved_{code}": money(f"批复{chinese}") for code, (_, chinese) in CHANNELS.items()},
            approved_on="批复日期",
            notice_on="公示日期",
            started_on="开工日期",
            finished_on="完工日期",
            linked_poor_households="带动贫困户",
            beneficiaries="受益人数",
            income_gain=money("年增收"),
            jobs="新增就业",
        ),
    )


LAYOUTS = tuple(_layout(area_code) for area_code in SENDERS)
