"""Qingtongxia: amounts in 万元 with six decimals; the fund ledger has a title line and a printed total."""

from __future__ import annotations

from jurisdictions.wuzhong.layouts.wording import (
    AREA_TYPES,
    DESTINATIONS,
    NAME_PERIOD,
    SEXES,
    code_words,
    fields,
    leaf_fields,
)
from warehouse.layouts import Field, Layout

AREA = "640381"
UNIT = "万元"

LAYOUTS = (
    Layout(
        id="wuzhong.qingtongxia.household_income",
        contract="core.household_income",
        sender="Qingtongxia city, survey team",
        files=("青铜峡市-住户-*.csv",),
        description="Households by month, 万元",
        area_code=AREA,
        owed=True,
        period_in_name=NAME_PERIOD,
        fields=fields(
            household_id="户代码",
            area_code="县区",
            time_period="年月",
            area_type=Field("城乡", codes=AREA_TYPES),
            persons="人口数",
            weight="扩大系数",
            stratum="层",
            psu="抽中村",
            **leaf_fields("{}(万元)", unit=UNIT),
            net_income=Field("纯收入合计(万元)", unit=UNIT),
        ),
    ),
    Layout(
        id="wuzhong.qingtongxia.labour_export",
        contract="core.labour_export",
        sender="Qingtongxia city, employment bureau",
        files=("青铜峡市-劳务-*.csv",),
        description="Workers away by destination, totals in 万元, means in yuan",
        area_code=AREA,
        owed=True,
        period_in_name=NAME_PERIOD,
        fields=fields(
            area_code="县区",
            time_period="年月",
            destination_code=Field("目的地", codes=DESTINATIONS),
            destination_name="目的地",
            channel=Field("方式", codes={"组织": "organised", "自行": "self_organised"}),
            industry="行业",
            sex=Field("性别", codes=SEXES),
            persons="人数",
            person_times="人次",
            earnings_total=Field("收入总额(万元)", unit=UNIT),
            earnings_per_person="人均收入(元)",
        ),
    ),
    Layout(
        id="wuzhong.qingtongxia.fund_transaction",
        contract="core.fund_transaction",
        sender="Qingtongxia city, finance bureau",
        files=("青铜峡市-资金-*.csv",),
        description="Ledger of poverty funds, 万元, title line and printed total",
        area_code=AREA,
        owed=True,
        period_in_name=NAME_PERIOD,
        skip_rows={"编号": ("合计",)},
        fields=fields(
            transaction_id="编号",
            area_code="县区",
            time_period="年月",
            station=Field("环节", codes=code_words("fund_station")),
            channel=Field("来源", codes=code_words("fund_channel", own="自筹", credit="贷款")),
            purpose=Field("用途", codes=code_words("fund_purpose")),
            programme="项目",
            project_id="项目代码",
            payee="收款方",
            line_type=Field(constant="item"),
            amount=Field("金额(万元)", unit=UNIT),
            booked_on="记账日",
            upstream_id="上环节编号",
        ),
    ),
)
