"""Code list of concepts: what a column measures or tells, whatever table it stands in. Codebook and SDMX name them."""

from __future__ import annotations

from warehouse.contracts.base import CodeList

CODE_LISTS = (
    CodeList(
        "concept",
        {
            "reference_area": ("reference area", "参考地区"),
            "reference_period": ("reference period and frequency", "参考时期与频率"),
            "population": ("population group", "人群"),
            "income": ("household income", "住户收入"),
            "income_structure": ("structure of income", "收入结构"),
            "poverty": ("poverty", "贫困"),
            "inequality": ("inequality of income", "收入不平等"),
            "price": ("prices and purchasing power", "价格"),
            "labour_migration": ("labour migration", "劳务输出"),
            "public_finance": ("funds of the programme", "扶贫资金"),
            "programme": ("results of the programme", "扶贫成效"),
            "method": ("method of estimation", "估计方法"),
            "sampling_error": ("sampling error", "抽样误差"),
            "sample_size": ("sample size and coverage", "样本量与覆盖率"),
            "observation_status": ("status of the observation", "观测状态"),
            "confidentiality": ("confidentiality", "保密"),
            "revision": ("release and revision", "发布与修订"),
            "survey_design": ("survey design", "抽样设计"),
            "provenance": ("origin of the data", "数据来源"),
            "administration": ("keeping of the warehouse", "数据管理"),
        },
    ),
)
