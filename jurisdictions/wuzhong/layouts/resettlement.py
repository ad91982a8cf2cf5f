"""The two diaozhuang resettlement areas: one form, plain UTF-8 from the first, workbooks from the second."""

from __future__ import annotations

from jurisdictions.wuzhong.layouts.wording import (
    AREA_TYPES,
    NAME_PERIOD,
    SEXES,
    code_words,
    fields,
    leaf_fields,
)
from warehouse.layouts import Field, Layout


def _layouts(area_code: str, slug: str, name: str, suffixes: tuple[str, ...]) -> tuple[Layout, ...]:
    def files(subject: str) -> tuple[str, ...]:
        return tuple(f"{name}_{subject}_*.{suffix}" for suffix in suffixes)

    return (
        Layout(
            id=f"wuzhong.{slug}.household_income",
            contract="core.household_income",
            sender=f"{name}, management committee",
            files=files("住户"),
            description="Households by month, yuan; a source that a household lacks is left blank",
            area_code=area_code,
            owed=True,
            period_in_name=NAME_PERIOD,
            fields=fields(
                household_id="户编号",
                time_period="月份",
                area_code="区域代码",
                area_type=Field("城乡", codes=AREA_TYPES),
                persons="人数",
                weight="权数",
                stratum="层",
                psu="移民村编号",
                **leaf_fields("{}"),
                net_income="合计",
            ),
        ),
        Layout(
            id=f"wuzhong.{slug}.labour_export",
            contract="core.labour_export",
            sender=f"{name}, management committee",
            files=files("劳务"),
            description="Workers away by destination, yuan, destinations by code",
            area_code=area_code,
            owed=True,
            period_in_name=NAME_PERIOD,
            fields=fields(
                time_period="月份",
                area_code="区域代码",
                destination_code="去向代码",
                destination_name="去向",
                channel=Field("方式", codes=code_words("labour_channel")),
                industry="行业",
                sex=Field("性别", codes=SEXES),
                persons="人数",
                person_times="人次",
                earnings_total="总收入",
                earnings_per_person="人均收入",
            ),
        ),
        Layout(
            id=f"wuzhong.{slug}.fund_transaction",
            contract="core.fund_transaction",
            sender=f"{name}, management committee",
            files=files("资金"),
            description="Ledger of poverty funds, yuan",
            area_code=area_code,
            owed=True,
            period_in_name=NAME_PERIOD,
            fields=fields(
                time_period="月份",
                transaction_id="编号",
                station=Field("环节", codes=code_words("fund_station")),
                channel=Field("渠道", codes=code_words("fund_channel")),
                purpose=Field("用途", codes=code_words("fund_purpose")),
                programme="项目",
                project_id="项目编号",
                area_code="区域代码",
                payee="收款方",
                payee_account=Field("账户", codes=code_words("account_kind")),
                line_type=Field(constant="item"),
                amount="金额(元)",
                booked_on="日期",
                upstream_id="上游编号",
            ),
        ),
    )


LAYOUTS = (
    *_layouts("X6403-01", "resettlement_1", "吊庄移民一区", ("csv",)),
    *_layouts("X6403-02", "resettlement_2", "吊庄移民二区", ("xlsx", "csv")),
)
