"""Code lists of income: leaves, views of them, estimators."""

from __future__ import annotations

from warehouse.contracts.base import CodeList
from warehouse.contracts.household_income import LEAVES

CODE_LISTS = (
    CodeList("income_leaf", {**LEAVES, "net_income": ("net income, all leaves together", "纯收入")}),
    CodeList(
        "share_definition",
        {
            "nbs_household_operations": ("household operations (NBS)", "家庭经营口径"),
            "nbs_primary_industry": ("primary industry, wages earned in it included (NBS)", "第一产业口径"),
            "productive": ("productive income only", "生产性收入口径"),
            "riga": ("Rural Income Generating Activities (FAO)", "农村创收活动口径(粮农组织)"),
            "nbs_income_source": ("source of income, of the period alone (NBS)", "收入来源口径(当期)"),
            "nbs_income_source_year_to_date": ("source of income, since January (NBS)", "收入来源口径(累计)"),
        },
    ),
    CodeList(
        "sector",
        {
            "agriculture": ("agriculture", "农业"),
            "non_agricultural": ("other productive income", "非农生产性收入"),
            "non_productive": ("transfers and property", "非生产性收入"),
            "on_farm": ("on the own farm", "自家农场"),
            "off_farm": ("off the own farm", "自家农场以外"),
            "non_farm": ("outside agriculture", "农业以外"),
            "business": ("household business", "家庭经营收入"),
            "wages": ("wages", "工资性收入"),
            "property": ("property", "财产性收入"),
            "transfer": ("transfers", "转移性收入"),
            "transfer_and_property": ("transfers and property", "转移性和财产性收入"),
        },
    ),
    CodeList(
        "estimator",
        {
            "ratio_of_aggregates": ("ratio of the sums over households", "总量之比"),
            "mean_of_shares": ("mean of households' shares", "户占比均值"),
            "published": ("as another office has published it", "官方公布值"),
        },
    ),
    CodeList(
        "negative_policy",
        {
            "keep": ("negative components count as they are", "保留负值"),
            "clip_components": ("negative components count as zero", "负值按零计"),
            "exclude": ("households with a negative component are left out", "剔除负值户"),
        },
    ),
)
