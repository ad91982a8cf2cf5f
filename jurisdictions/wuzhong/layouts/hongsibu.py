"""Hongsibu: workbooks with a title block and a merged head of two rows; a table too long for one as CSV."""

from __future__ import annotations

from jurisdictions.wuzhong.layouts.wording import (
    AREA_TYPES,
    DESTINATIONS,
    LEAF_WORDS,
    NAME_PERIOD,
    SEXES,
    code_words,
    fields,
)
from warehouse.layouts import Field, Layout

AREA = "640303"

_GROUPS = {
    "一、第一产业经营": ("crop", "forestry", "livestock", "fishery"),
    "二、工资": ("wage_agri", "wage_local", "wage_away"),
    "三、二三产业经营": ("industry", "construction", "transport", "trade", "services", "other_business"),
    "四、财产和转移": ("property", "transfer_public", "transfer_private", "remittance", "other"),
}

LAYOUTS = (
    Layout(
        id="wuzhong.hongsibu.household_income",
        contract="core.household_income",
        sender="Hongsibu district, survey team",
        files=("红寺堡区_住户收入_*.xlsx", "红寺堡区_住户收入_*.csv"),
        description="Households by month, yuan, title block and merged head",
        area_code=AREA,
        owed=True,
        header_rows=2,
        period_in_name=NAME_PERIOD,
        fields=fields(
            time_period="基本情况/月份",
            household_id="基本情况/户号",
            area_code="基本情况/区划代码",
            area_type=Field("基本情况/城乡", codes=AREA_TYPES),
            persons="基本情况/人口",
            weight="抽样设计/权数",
            stratum="抽样设计/层",
            psu="抽样设计/村",
            **{
                f"{leaf}_net": Field(f"{group}/{LEAF_WORDS[leaf]}")
                for group, leaves in _GROUPS.items()
                for leaf in leaves
            },
            net_income="纯收入合计",
        ),
    ),
    Layout(
        id="wuzhong.hongsibu.labour_export",
        contract="core.labour_export",
        sender="Hongsibu district, employment service",
        files=("红寺堡区_劳务输出_*.xlsx",),
        description="Workers away by destination, yuan, title block and merged head",
        area_code=AREA,
        owed=True,
        header_rows=2,
        period_in_name=NAME_PERIOD,
        fields=fields(
            time_period="去向/月份",
            area_code="去向/区划代码",
            destination_code=Field("去向/输入地", codes=DESTINATIONS),
            destination_name="去向/输入地",
            channel=Field("去向/方式", codes=code_words("labour_channel")),
            industry="去向/行业",
            sex=Field("去向/性别", codes=SEXES),
            persons="规模/人数",
            person_times="规模/人次",
            earnings_total="劳务收入(元)/总额",
            earnings_per_person="劳务收入(元)/人均",
        ),
    ),
    Layout(
        id="wuzhong.hongsibu.fund_transaction",
        contract="core.fund_transaction",
        sender="Hongsibu district, finance bureau",
        files=("红寺堡区_扶贫资金_*.xlsx",),
        description="Ledger of poverty funds, yuan, dates as dates of the workbook",
        area_code=AREA,
        owed=True,
        header_rows=2,
        period_in_name=NAME_PERIOD,
        fields=fields(
            transaction_id="凭证/编号",
            booked_on="凭证/日期",
            upstream_id="凭证/来源编号",
            station=Field("资金/环节", codes=code_words("fund_station")),
            channel=Field("资金/渠道", codes=code_words("fund_channel")),
            purpose=Field("资金/用途", codes=code_words("fund_purpose")),
            amount="资金/金额",
            programme="项目/名称",
            project_id="项目/编号",
            area_code="项目/区划代码",
            payee="项目/收款单位",
            payee_account=Field("项目/账户性质", codes=code_words("account_kind")),
            line_type=Field(constant="item"),
        ),
    ),
)
