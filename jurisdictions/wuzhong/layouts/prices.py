"""Consumer prices of Ningxia, to which Wuzhong belongs: the bureau's table of all provinces by month.

The table holds two indices, on the same month of the year before and on the month before; rows of other provinces
are no records of this place.
"""

from __future__ import annotations

from warehouse.layouts import Field, Layout

NINGXIA = "640000"

OTHER_PROVINCES = (
    *("北京市", "天津市", "河北省", "山西省", "内蒙古自治区", "辽宁省", "吉林省", "黑龙江省", "上海市", "江苏省"),
    *("浙江省", "安徽省", "福建省", "江西省", "山东省", "河南省", "湖北省", "湖南省", "广东省", "广西壮族自治区"),
    *("海南省", "重庆市", "四川省", "贵州省", "云南省", "西藏自治区", "陕西省", "甘肃省", "青海省", "新疆维吾尔自治区"),
)

BASES = {
    "居民消费价格指数(上年同月=100)": "same_month_last_year",
    "居民消费价格指数(上月=100)": "previous_month",
}

CONSUMER_PRICES = Layout(
    id="wuzhong.ningxia.price_index",
    contract="core.price_index",
    sender="National Bureau of Statistics of China",
    files=("nbs_cpi_monthly_by_province*.csv",),
    description="Consumer price index of provinces by month, year-on-year and month-on-month",
    area_code=NINGXIA,
    fields={
        "time_period": Field("month"),
        "area_code": Field("province", codes={"宁夏回族自治区": NINGXIA}),
        "index_kind": Field(constant="cpi"),
        "base": Field("indicator", codes=BASES),
        "value": Field("value"),
    },
    skip_rows={"province": OTHER_PROVINCES},
)
