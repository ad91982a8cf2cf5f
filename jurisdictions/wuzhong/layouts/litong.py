"""Litong: amounts as text (`1,234.50元`), every text in quotation marks, no area column."""

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

AREA = "640302"

LAYOUTS = (
    Layout(
        id="wuzhong.litong.household_income",
        contract="core.household_income",
        sender="Litong district, survey team",
        files=("利通区住户收入表（*）*.csv",),
        description="Households by month, amounts as text with 元",
        area_code=AREA,
        owed=True,
        period_in_name=NAME_PERIOD,
        fields=fields(
            household_id="住户码",
            area_type=Field("城乡属性", codes=AREA_TYPES),
            persons="人口",
            weight="权重",
            stratum="抽样层",
            psu="社区(村)码",
            **leaf_fields("{}收入", words={"wage_agri": "农业工资", "wage_local": "本地工资", "wage_away": "外出工资"}),
            net_income="收入合计",
        ),
    ),
    Layout(
        id="wuzhong.litong.labour_export",
        contract="core.labour_export",
        sender="Litong district, employment bureau",
        files=("利通区劳务输出表（*）*.csv",),
        description="Workers away by destination, amounts as text with 元",
        area_code=AREA,
        owed=True,
        period_in_name=NAME_PERIOD,
        fields=fields(
            destination_code=Field("流向", codes=DESTINATIONS),
            destination_name="流向",
            channel=Field("途径", codes=code_words("labour_channel")),
            industry="行业类别",
            sex=Field("性别", codes=SEXES),
            persons="输出人数",
            person_times="输出人次",
            earnings_total="创收总额",
            earnings_per_person="人均创收",
        ),
    ),
    Layout(
        id="wuzhong.litong.fund_transaction",
        contract="core.fund_transaction",
        sender="Litong district, finance bureau",
        files=("利通区资金台账（*）*.csv",),
        description="Ledger of poverty funds, amounts as text with 元",
        area_code=AREA,
        owed=True,
        period_in_name=NAME_PERIOD,
        fields=fields(
            transaction_id="序列号",
            station=Field("阶段", codes=code_words("fund_station", release="资金拨付", use="支付")),
            channel=Field("资金性质", codes=code_words("fund_channel")),
            purpose=Field("使用方向", codes=code_words("fund_purpose")),
            programme="项目",
            project_id="项目编码",
            payee="收款单位",
            line_type=Field(constant="item"),
            amount="金额",
            booked_on="入账时间",
            upstream_id="对应上级序列号",
        ),
    ),
)
