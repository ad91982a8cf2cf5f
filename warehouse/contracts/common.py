"""Columns and rules that several tables share, and the closed code lists.

A rule is shared when it is the same statement about another table; its id carries the table's name.
"""

from __future__ import annotations

from dataclasses import replace

from warehouse.contracts.base import CodeList, Column, Rule

JURISDICTION = Column("jurisdiction", "text", "Monitored place whose office collects the data", "监测地区")
RELEASE = Column("release_id", "integer", "Number of the release that the figure belongs to", "发布编号")
TIME_PERIOD = Column("time_period", "period", "Period, SDMX notation: 2010-07, 2010-Q3, 2010", "时期")
FREQ = Column("freq", "code", "Length of the period: M month, Q quarter, A year", "频率", code_list="freq")
AREA = Column("area_code", "code", "Area, as coded at the period (GB/T 2260 in China)", "地区代码", code_list="area")
SOURCE_COLUMNS = (
    Column("file_id", "text", "SHA-256 of the sender's file", "文件标识"),
    Column("row_number", "integer", "Line in the sender's file, the first line being 1", "文件行号"),
)

CODE_LISTS: dict[str, CodeList] = {
    code_list.name: code_list
    for code_list in (
        CodeList("freq", {"M": ("month", "月"), "Q": ("quarter", "季"), "A": ("year", "年")}),
        CodeList("area_type", {"urban": ("urban", "城镇"), "rural": ("rural", "农村")}),
        CodeList(
            "sex",
            {"M": ("male", "男"), "F": ("female", "女"), "_T": ("both, not told apart", "合计")},
        ),
        CodeList(
            "labour_channel",
            {
                "organised": ("organised by government or agency", "有组织输出"),
                "self_organised": ("found by the worker", "自发输出"),
                "recruiting_agency": ("recruiting agency", "劳务公司"),
                "individual_new": ("individual, new permit", "个人新批"),
                "individual_legalization": ("individual, legalised abroad", "个人补办"),
                "individual_reentry": ("individual, returning to the same job", "个人返岗"),
                "government_to_government": ("under an agreement of two governments", "政府间协议"),
            },
        ),
        CodeList(
            "fund_channel",
            {
                "own": ("farmers' own money", "农户自筹"),
                "poverty_fund": ("poverty-alleviation fund of government", "财政扶贫资金"),
                "credit": ("loans", "信贷资金"),
                "foreign": ("foreign aid and loans", "外资"),
                "social": ("donations and partner regions", "社会帮扶"),
            },
        ),
        CodeList(
            "fund_purpose",
            {
                "breeding_sheep": ("breeding sheep", "种羊"),
                "base_construction": ("construction of production bases", "基地建设"),
                "leading_enterprise": ("leading enterprises", "龙头企业"),
                "information_system": ("information system", "信息体系"),
                "labour_training": ("training of labour", "劳务培训"),
                "village_works": ("water, roads, power, schools, clinics of villages", "整村推进"),
                "social_infrastructure": ("social infrastructure", "社会基础设施"),
                "social_infrastructure_state": (
                    "social infrastructure, part of the state",
                    "社会基础设施(省级)",
                ),
                "social_infrastructure_municipal": (
                    "social infrastructure, part of the municipalities",
                    "社会基础设施(市级)",
                ),
                "social_assistance": ("food and social assistance", "社会救助"),
                "agriculture": ("farming and rural development", "农业农村发展"),
                "other": ("other programmes", "其他"),
            },
        ),
        CodeList(
            "fund_station",
            {
                "budget": ("approved budget", "预算批复"),
                "modified": ("budget after changes", "预算调整"),
                "allocation": ("allocated to the unit", "下达"),
                "release": ("money handed over", "拨付"),
                "commitment": ("committed by contract", "签约"),
                "accrual": ("work done and owed", "应付"),
                "project": ("booked on the project", "到项目"),
                "reimbursement": ("reimbursed against vouchers", "报账"),
                "use": ("paid to the payee", "支出"),
            },
        ),
        CodeList(
            "line_type",
            {"item": ("money itself", "明细"), "subtotal": ("printed sum of items", "小计")},
        ),
        CodeList(
            "domain",
            {"all": ("all residents", "全体"), "urban": ("urban", "城镇"), "rural": ("rural", "农村")},
        ),
        CodeList(
            "poverty_measure",
            {
                "fgt0": ("headcount: share of persons who are poor", "贫困发生率"),
                "fgt1": ("gap: mean distance to the line, over the line", "贫困深度指数"),
                "fgt2": ("severity: mean squared gap", "贫困强度指数"),
                "watts": ("Watts: mean logarithm of line over income", "沃茨指数"),
                "sen": ("Sen: headcount, gap and inequality of the poor", "森指数"),
                "sst": ("Sen-Shorrocks-Thon: gap and inequality of gaps", "SST指数"),
            },
        ),
        CodeList(
            "inequality_measure",
            {
                "gini": ("Gini coefficient, middle ranks", "基尼系数"),
                "gini_upper": ("Gini coefficient, upper ranks (R convey)", "基尼系数(上秩)"),
                "gini_poor": ("Gini coefficient among the poor", "贫困人口基尼系数"),
                "theil_t": ("Theil T, over positive incomes", "泰尔T指数"),
                "theil_l": ("Theil L, over positive incomes", "泰尔L指数"),
                "atkinson_05": ("Atkinson, aversion 0.5, over positive incomes", "阿特金森指数(0.5)"),
                "atkinson_1": ("Atkinson, aversion 1, over positive incomes", "阿特金森指数(1)"),
                "ly_share": ("share of the source in income", "收入来源占比"),
                "ly_gini": ("Gini coefficient of the source", "收入来源基尼系数"),
                "ly_correlation": ("Gini correlation of the source with income", "收入来源基尼相关系数"),
                "ly_contribution": ("part of the Gini coefficient that is the source's", "对基尼系数的贡献率"),
                "ly_marginal": (
                    "relative change of the Gini coefficient per relative change of the source",
                    "对基尼系数的边际效应",
                ),
            },
        ),
        CodeList(
            "price_index_kind",
            {
                "cpi": ("consumer prices, all households", "居民消费价格指数"),
                "cpi_urban": ("consumer prices, urban households", "城市居民消费价格指数"),
                "cpi_rural": ("consumer prices, rural households", "农村居民消费价格指数"),
            },
        ),
        CodeList(
            "price_base",
            {
                "same_month_last_year": ("same month of the year before = 100", "上年同月=100"),
                "previous_month": ("month before = 100", "上月=100"),
            },
        ),
        CodeList(
            "area_level",
            {
                "province": ("province, autonomous region, municipality", "省级"),
                "prefecture": ("prefecture", "地级"),
                "county": ("county, city or district", "县级"),
            },
        ),
        CodeList(
            "area_status",
            {
                "in_force": ("in force", "在用"),
                "changed": ("no longer in force with this name", "变更"),
                "abolished": ("no longer in force", "弃用"),
            },
        ),
        CodeList(
            "area_event",
            {
                "recoded": ("the same territory under another code", "代码变更"),
                "renamed": ("another name under the same code", "更名"),
                "split": ("divided among several", "拆分"),
                "merged": ("became part of another", "并入"),
                "transferred": ("a part went to another", "部分划转"),
                "created": ("new, from a part of from_code where one is named", "新设"),
                "abolished": ("ended, its territory not followed", "撤销"),
            },
        ),
        CodeList(
            "area_set_kind",
            {
                "named": ("areas that a programme or office takes together", "专题地区"),
                "constant_boundary": ("what lay within an area's boundary of base_month", "固定边界"),
            },
        ),
        CodeList(
            "area_extent",
            {
                "whole": ("inside; counted", "全部在内"),
                "main": ("inside but for a part; counted, and the figure says so", "主体在内"),
                "fringe": ("outside but for a part; not counted, and the figure says so", "少部在内"),
                "split": ("divided between inside and outside; no figure is made", "分割"),
                "above": ("an area above others that lies partly inside; its own rows are not counted", "上级"),
            },
        ),
        CodeList(
            "income_concept",
            {
                "net_income": ("net income of rural households (NBS until 2012)", "农民人均纯收入"),
                "disposable_income": ("disposable income (NBS from 2013)", "人均可支配收入"),
            },
        ),
        CodeList(
            "revision_cause",
            {
                "code": ("program, rules, classification of income sources", "程序与分类"),
                "data": ("rows of the files", "数据"),
                "weights": ("survey weights of households", "权数"),
                "line": ("poverty lines as announced", "贫困线"),
                "deflator": ("price index", "价格指数"),
                "boundary": ("areas, their parents and validity", "行政区划"),
                "interaction": ("several of them together", "交互作用"),
                "unknown": ("not attributed; the reason of the release says why", "未知"),
            },
        ),
        CodeList(
            "measure",
            {
                "cumulative": ("since January of the year", "累计值"),
                "period": ("of the period alone", "当期值"),
            },
        ),
    )
}


def standard_rules(table: str, area: bool = True, bounds: bool = True) -> tuple[Rule, ...]:
    """The rules of format, period and provenance that every source table obeys; ids `<table>.<rule>`.

    Without `area` those on areas are left out, without `bounds` the one on values that no column of the table limits.
    """
    rules = [
        Rule(
            f"{table}.required",
            0,
            "error",
            "every required field is filled",
            "missing <> 0",
            "A blank is unknown, not zero; a figure made with it would be smaller than the truth without saying so.",
            do="ask the sender for the missing value; where there was none, it is written as 0",
        ),
        Rule(
            f"{table}.readable",
            0,
            "error",
            "every number, code and date reads by the grammar of its type",
            "unreadable <> 0",
            "Text that reads two ways must be asked about, not guessed.",
            do="ask the sender what is meant, written as a plain number, code or date",
        ),
        Rule(
            f"{table}.line_intact",
            0,
            "error",
            "the line has the columns of the head, no control character, no formula, no oversized cell",
            "damage IS NOT NULL",
            "A line that was cut, merged or computed in the sender's sheet cannot be trusted column by column.",
            do="ask the sender to export the sheet again, with values in place of formulas",
            of_damaged=True,
        ),
        Rule(
            f"{table}.code_known",
            0,
            "error",
            "every coded value is in its closed list, in the months for which the code is valid",
            "unlisted <> 0",
            "A code outside the list belongs to nothing that is published.",
            do="ask the sender which code is meant; a new code goes into its list in warehouse/contracts",
        ),
        Rule(
            f"{table}.within_bounds",
            1,
            "error",
            "every value lies within what is possible",
            "out_of_bounds <> 0",
            "Beyond these bounds the value is a misplaced column, a wrong unit or a slip of the pen.",
            do="ask the sender to check the unit and the column of the value",
        ),
        Rule(
            f"{table}.period_agrees",
            1,
            "error",
            "the row is of the period that its file is for, and of one that can be reported",
            "nominal_period IS NOT NULL AND time_period <> nominal_period",
            "A row of another month would be counted twice or in the wrong month.",
            columns=("time_period",),
            do="ask the sender to correct the period, or to send the row in the file of its own period",
        ),
    ]
    rules += [
        Rule(
            f"{table}.file_has_rows",
            1,
            "flag",
            "every file of the month has at least one accepted row",
            """SELECT file_id, count(*) FILTER (WHERE accepted) = 0 AS failed, 'file ' || left(file_id, 12) AS example
               FROM outcome GROUP BY file_id""",
            "A sender whose rows were all refused is missing from the figures.",
            kind="table",
            do="correct the file by what its rows in quarantine say",
        ),
        Rule(
            f"{table}.month_has_rows",
            1,
            "block",
            "a month for which files arrived has accepted rows",
            "SELECT count(*) FILTER (WHERE accepted) = 0 AS failed, 'no accepted row' AS example FROM outcome",
            "A month whose rows were all refused must not be published as a month in which nothing happened.",
            kind="table",
            do="correct the files by what their rows in quarantine say; nothing is released before",
        ),
    ]
    if area:
        rules += [
            Rule(
                f"{table}.area_known",
                0,
                "error",
                "the area is one the jurisdiction has or ever had",
                "area_code IS NOT NULL AND area_code NOT IN (SELECT area_code FROM area_ever)",
                "Rows of an unknown area cannot be added to any parent.",
                columns=("area_code",),
                do="ask the sender which area is meant; a new area goes into areas.csv of the jurisdiction",
            ),
            Rule(
                f"{table}.area_valid",
                2,
                "error",
                "the area code was in force in the period",
                "area_code IN (SELECT area_code FROM area_ever) AND area_code NOT IN (SELECT area_code FROM area_now)",
                "A code used before it was made or after it was abolished hides a boundary change "
                "(docs/methods/areas.md).",
                columns=("area_code", "time_period"),
                do="ask the sender for the code that was in force in the period",
            ),
            Rule(
                f"{table}.area_of_sender",
                2,
                "error",
                "a sender reports its own area only",
                "sender_area_code IS NOT NULL AND area_code <> sender_area_code",
                "Another county's rows in this county's file would be counted twice.",
                columns=("area_code",),
                do="ask the sender to leave the row to its own county, or to correct the code",
            ),
        ]
    kept = (rule for rule in rules if bounds or rule.id != f"{table}.within_bounds")
    return tuple(replace(rule, owner="data engineer") for rule in kept)
