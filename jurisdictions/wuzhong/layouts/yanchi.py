"""Yanchi: UTF-8 with byte order mark, the month only in the file's name, strata in the county's own words."""

from __future__ import annotations

from jurisdictions.wuzhong.layouts.wording import (
    AREA_TYPES,
    DESTINATIONS,
    NAME_PERIOD,
    SEXES,
    code_words,
    fields,
    leaf_fields,
    strata,
)
from warehouse.layouts import Field, Layout

AREA = "640323"

LAYOUTS = (
    Layout(
        id="wuzhong.yanchi.household_income",
        contract="core.household_income",
        sender="Yanchi county, household survey team",
        files=("盐池县_住户收入_*.csv",),
        description="Households by month, yuan",
        area_code=AREA,
        owed=True,
        period_in_name=NAME_PERIOD,
        fields=fields(
            household_id="户编码",
            area_code="地区代码",
            area_type=Field("城乡", codes=AREA_TYPES),
            persons="常住人口",
            weight="户权数",
            stratum=Field("抽样层", codes=strata(AREA, {"山区": "hill", "城镇": "town"})),
            psu="村代码",
            **leaf_fields("{}纯收入"),
            net_income="纯收入",
        ),
    ),
    Layout(
        id="wuzhong.yanchi.labour_export",
        contract="core.labour_export",
        sender="Yanchi county, employment bureau",
        files=("盐池县_劳务输出_*.csv",),
        description="Workers away by destination, yuan",
        area_code=AREA,
        owed=True,
        period_in_name=NAME_PERIOD,
        fields=fields(
            area_code="地区代码",
            destination_code=Field("输入地", codes=DESTINATIONS),
            destination_name="输入地",
            channel=Field("输出方式", codes=code_words("labour_channel")),
            industry="行业",
            sex=Field("性别", codes=SEXES),
            persons="人数",
            person_times="人次",
            earnings_total="劳务总收入",
            earnings_per_person="人均劳务收入",
        ),
    ),
    Layout(
        id="wuzhong.yanchi.fund_transaction",
        contract="core.fund_transaction",
        sender="Yanchi county, finance bureau",
        files=("盐池县_扶贫资金_*.csv",),
        description="Ledger of poverty funds, yuan",
        area_code=AREA,
        owed=True,
        period_in_name=NAME_PERIOD,
        fields=fields(
            transaction_id="业务编号",
            station=Field("资金环节", codes=code_words("fund_station")),
            channel=Field("资金渠道", codes=code_words("fund_channel")),
            purpose=Field("资金用途", codes=code_words("fund_purpose")),
            programme="项目名称",
            project_id="项目编号",
            area_code="地区代码",
            payee="收款单位",
            payee_account=Field("账户性质", codes=code_words("account_kind")),
            line_type=Field(constant="item"),
            amount="金额",
            booked_on="记账日期",
            upstream_id="上游编号",
        ),
    ),
)
