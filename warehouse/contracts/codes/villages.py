"""Code lists of villages, registered households, and what the marts say of them."""

from __future__ import annotations

from warehouse.contracts.base import CodeList

WORKS: dict[str, tuple[str, str]] = {
    "water": ("drinking water and irrigation", "水利"),
    "road": ("road", "道路"),
    "power": ("power", "电力"),
    "housing": ("housing", "住房"),
    "school": ("school", "学校"),
    "clinic": ("clinic", "卫生室"),
}
"""Works of the whole-village advance"""

STEPS: dict[str, tuple[str, str]] = {
    "planned": ("planned", "规划"),
    "started": ("started", "启动"),
    "finished": ("finished", "完工"),
    "accepted": ("accepted", "验收"),
}
"""Steps of the whole-village advance, in their order"""

CODE_LISTS = (
    CodeList(
        "works_state",
        {
            "not_needed": ("not needed: there before", "无需建设"),
            "planned": ("planned", "已规划"),
            "under_way": ("under way", "在建"),
            "done": ("done", "建成"),
        },
    ),
    CodeList(
        "poverty_cause",
        {
            "illness": ("illness", "因病"),
            "disability": ("disability", "因残"),
            "education": ("cost of education", "因学"),
            "disaster": ("disaster", "因灾"),
            "labour": ("lack of labour", "缺劳力"),
            "skill": ("lack of skill", "缺技术"),
            "capital": ("lack of capital", "缺资金"),
            "water": ("lack of water", "缺水"),
            "transport": ("poor transport", "交通条件落后"),
            "other": ("other", "其他"),
        },
    ),
    CodeList(
        "link_kind",
        {
            "buys": ("buys what the household grows or raises", "订单收购"),
            "employs": ("employs a member", "吸纳就业"),
            "dividend": ("pays dividends on land, money or animals put in", "入股分红"),
            "supplies": ("supplies seed, animals, fodder or advice", "供种供料"),
        },
    ),
    CodeList(
        "village_indicator_measure",
        {
            "villages": ("villages that reached a step; item is the step, or _T: all villages", "到达各环节的村数"),
            "lag_days": ("mean days from the step before to the step", "各环节平均间隔天数"),
            "works_done": ("works done / works needed", "建成率"),
            "part_villages": (
                "villages that have a part of the programme (whole_village, labour, enterprise) / villages",
                "各部分覆盖村占比",
            ),
            "three_parts": ("villages that have all three parts / villages", "三部分齐全村占比"),
            "balance": ("how evenly the three parts reach the villages: 1 alike, 0 one is missing", "三部分均衡度"),
            "villages_below_line": ("villages whose income per head is below the line / villages", "线下村占比"),
        },
    ),
    CodeList(
        "registry_indicator_measure",
        {
            "registered": ("households ever registered", "累计建档户数"),
            "households": ("households on the register that are poor at the end of the period", "期末贫困户数"),
            "persons": ("persons in them", "期末贫困人口"),
            "exited": ("households of the batch that have exited / households of the batch", "累计脱贫占比"),
            "returned": ("households of the batch that returned to poverty / those that exited", "累计返贫占比"),
            "households_below_line": ("registered households below the line / registered households", "线下户占比"),
            "households_away": (
                "poor households with someone away for work / poor households",
                "有外出务工的贫困户占比",
            ),
            "linked_share": (
                "registered households that enterprises take along / registered households, each counted once",
                "企业带动建档户占比",
            ),
            "poor_linked_share": (
                "poor households that enterprises take along / poor households, each counted once",
                "企业带动贫困户占比",
            ),
            "labour_share": ("labour income in net income of poor households", "贫困户劳务收入占比"),
        },
    ),
)
