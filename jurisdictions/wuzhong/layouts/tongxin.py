"""Tongxin: GB18030, Windows line ends, the month in a column (`2024年3月`), a printed total at the end."""

from __future__ import annotations

from jurisdictions.wuzhong.layouts.wording import (
    DESTINATIONS,
    NAME_PERIOD,
    SEXES,
    code_words,
    fields,
    leaf_fields,
)
from warehouse.layouts import Field, Layout

AREA = "640324"

LAYOUTS = (
    Layout(
        id="wuzhong.tongxin.household_income",
        contract="core.household_income",
        sender="Tongxin county, statistics bureau",
        files=("同心县住户调查月报*.csv",),
        description="Households by month, yuan, printed total",
        area_code=AREA,
        owed=True,
        encodings=("gb18030",),
        period_in_name=NAME_PERIOD,
        skip_rows={"住户编号": ("合计",)},
        fields=fields(
            time_period="报告期",
            household_id="住户编号",
            area_code="行政区划代码",
            area_type=Field("城乡类型", codes={"城镇住户": "urban", "农村住户": "rural"}),
            persons="家庭人口(人)",
            weight="权数",
            stratum="层号",
            psu="村(居)委会代码",
            **leaf_fields("{}净收入(元)", words={"crop": "种植", "livestock": "养殖", "wage_away": "外出务工"}),
            net_income="净收入总额(元)",
        ),
    ),
    Layout(
        id="wuzhong.tongxin.labour_export",
        contract="core.labour_export",
        sender="Tongxin county, labour export office",
        files=("同心县劳务输出月报*.csv",),
        description="Workers away by destination, yuan, printed total",
        area_code=AREA,
        owed=True,
        encodings=("gb18030",),
        period_in_name=NAME_PERIOD,
        skip_rows={"务工地": ("合计",)},
        fields=fields(
            time_period="报告期",
            area_code="行政区划代码",
            destination_code=Field("务工地", codes=DESTINATIONS),
            destination_name="务工地",
            channel=Field("组织方式", codes={"有组织": "organised", "自发": "self_organised"}),
            industry="从事行业",
            sex=Field("性别", codes=SEXES),
            persons="人数(人)",
            person_times="人次(人次)",
            earnings_total="总收入(元)",
            earnings_per_person="人均收入(元)",
        ),
    ),
    Layout(
        id="wuzhong.tongxin.fund_transaction",
        contract="core.fund_transaction",
        sender="Tongxin county, poverty alleviation office",
        files=("同心县扶贫资金台账*.csv",),
        description="Ledger of poverty funds, yuan",
        area_code=AREA,
        owed=True,
        encodings=("gb18030",),
        period_in_name=NAME_PERIOD,
        fields=fields(
            time_period="报告期",
            transaction_id="流水号",
            station=Field("环节", codes=code_words("fund_station", allocation="指标下达", use="资金支出")),
            channel=Field("渠道", codes=code_words("fund_channel", poverty_fund="扶贫专项")),
            purpose=Field("用途", codes=code_words("fund_purpose")),
            programme="项目",
            project_id="项目号",
            area_code="行政区划代码",
            payee="收款人",
            payee_account=Field("账户性质", codes=code_words("account_kind")),
            line_type=Field(constant="item"),
            amount="金额(元)",
            booked_on="日期",
            upstream_id="来源流水号",
        ),
    ),
)
