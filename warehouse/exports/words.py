"""Words of exports that are no column's: titles, headings, notes on method and flags, in English and Chinese."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "zh"]

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Monthly poverty-alleviation statistics", "扶贫统计月报"),
    "cover": ("Cover", "封面"),
    "contents": ("Contents", "目录"),
    "notes": ("Notes", "说明"),
    "charts": ("Charts", "图表"),
    "chart_data": ("Chart data", "图表数据"),
    "table": ("Table", "表"),
    "content": ("Content", "内容"),
    "rows": ("Rows", "行数"),
    "period": ("Period", "时期"),
    "periods": ("Periods", "时期范围"),
    "area": ("Area", "地区"),
    "release": ("Release", "发布编号"),
    "released_at": ("Released", "发布时间"),
    "source": ("Source", "数据来源"),
    "licence": ("Licence", "使用许可"),
    "currency": ("Currency", "货币"),
    "inputs_hash": ("Hash of the inputs", "输入哈希"),
    "program": ("Program", "程序版本"),
    "share_chart": ("Agriculture's share of net income", "农业收入占纯收入比重"),
    "level_chart": ("Net income per person and period", "人均纯收入"),
    "headline": ("Headline", "要点"),
    "share": ("Share of agriculture, %", "农业占比（%）"),
    "interval": ("95 % interval", "95% 置信区间"),
    "year_ago": ("A year ago", "上年同期"),
    "change": ("Change, points", "变动（百分点）"),
    "income": ("Net income per person", "人均纯收入"),
    "by_area": ("By county", "分县数据"),
    "poverty": ("Poverty headcount, %", "贫困发生率（%）"),
    "line": ("Line", "贫困线"),
    "behind": (
        "Shaded: 95 % interval. Grey line: the place as a whole.",
        "阴影为 95% 置信区间，灰线为全地区。",
    ),
    "over_time": ("Over time", "变化趋势"),
    "labour": ("Labour export", "劳务输出"),
    "persons": ("Persons", "人数"),
    "funds": ("Funds paid out", "资金支出"),
    "channel": ("Channel", "资金渠道"),
    "amount": ("Amount", "金额"),
    "revisions": ("Revisions since the last release", "较上次发布的修订"),
    "revised": ("Figures revised", "修订数据个数"),
    "largest": ("Largest relative change, %", "最大相对变动（%）"),
    "no_revision": ("No figure of earlier months was revised.", "以往月份数据未作修订。"),
    "causes": ("Causes", "修订原因"),
    "decisions": ("Waivers and decisions", "豁免与决定"),
    "no_decision": ("No rule was waived for this month.", "本月无豁免规则。"),
    "reason": ("Reason", "理由"),
    "until": ("Until", "有效期至"),
    "let_out": ("Lines accepted by decision", "经决定接受的行数"),
    "rule": ("Rule", "规则"),
    "lines": ("Lines", "行数"),
    "quality": ("What arrived and what was refused", "报送与质量"),
    "owed": ("Files owed for the month", "应报文件数"),
    "sent": ("Files accepted", "已接收文件数"),
    "missing": ("Not there", "缺报"),
    "quarantined": ("Lines in quarantine", "隔离行数"),
    "nothing_missing": ("Every file that is owed has arrived.", "应报文件均已收到。"),
    "nothing_quarantined": ("No line of the month is in quarantine.", "本月无隔离记录。"),
    "method": ("Method", "方法说明"),
    "withheld": ("withheld", "不予公布"),
    "unreliable": ("low reliability or partly reported", "可靠性低或部分上报"),
    "codebook": ("Codebook", "数据字典"),
    "key": ("Key", "主键"),
    "universe": ("Universe", "总体"),
    "grain": ("One row per", "每行"),
    "column": ("Column", "列"),
    "type": ("Type", "类型"),
    "unit": ("Unit", "单位"),
    "meaning": ("Meaning", "含义"),
    "concept": ("Concept", "概念"),
    "missing_values": ("Missing values", "缺失值"),
    "taken": ("Values", "取值"),
    "history": ("Changes", "变更历史"),
    "since": ("since", "始于"),
    "code": ("Code", "代码"),
    "code_lists": ("Code lists", "代码表"),
    "tables": ("Tables", "数据表"),
    "never_missing": ("never empty", "不允许为空"),
    "empty_withheld": (
        "empty: withheld (obs_status Q), or nothing to measure",
        "为空：不予公布（obs_status 为 Q）或无可测量",
    ),
    "empty_unknown": ("empty: unknown or not applicable", "为空：未知或不适用"),
}

_NOTES: tuple[tuple[str, str], ...] = (
    (
        "Shares are ratios of weighted sums over households of the survey; agriculture is household operations of "
        "crops, forestry, livestock and fishery (share_definition nbs_household_operations). Net income is income less "
        "costs of the period.",
        "占比为调查住户加权总量之比；农业指种植业、林业、牧业和渔业的家庭经营纯收入"
        "（share_definition 为 nbs_household_operations）。纯收入为当期收入扣除成本。",
    ),
    (
        "Standard errors are linearised from totals of primary sampling units; intervals are of 95 % by Student's t. "
        "Households stay in the sample from month to month, so two overlapping intervals do not show that nothing "
        "changed.",
        "标准误由初级抽样单位合计线性化得出；置信区间按 t 分布 95% 计算。"
        "样本住户逐月保留，两区间重叠并不表示没有变化。",
    ),
    (
        "Flags (SDMX OBS_STATUS): A normal; U of low reliability (coefficient of variation of 0.15 or more, fewer than "
        "50 households) or partly reported; Q withheld. CONF_STATUS: F free, N not for publication.",
        "标记（SDMX OBS_STATUS）：A 正常；U 可靠性低（变异系数不低于 0.15 或不足 50 户）或部分上报；Q 不予公布。"
        "CONF_STATUS：F 可公布，N 不得公布。",
    ),
    (
        "Withheld is a figure of few households or contributors, one that is too unreliable, and whatever would give "
        "such a figure away. Every number of a withheld row is empty; all look alike, zero or not.",
        "户数或贡献者过少、过不可靠的数据，以及可能推算出此类数据的其他数据不予公布。"
        "不予公布的行所有数值均为空，不论是否为零，形式一致。",
    ),
    (
        "A figure is never overwritten: a later release revises it and says why. These are the figures of the release "
        "that is named; periods are SDMX (2024-03, 2024-Q1, 2024).",
        "数据从不覆盖：以后的发布作修订并说明原因。本文件为所示发布编号的数据；"
        "时期按 SDMX 书写（2024-03、2024-Q1、2024）。",
    ),
)


def say(key: str, language: Language) -> str:
    """The words of a key."""
    return _WORDS[key][language == "zh"]


def vocabulary(language: Language) -> dict[str, str]:
    """All keys with their words."""
    return {key: words[language == "zh"] for key, words in _WORDS.items()}


def notes(language: Language) -> list[str]:
    """Notes on method, flags, what is withheld, and releases."""
    return [note[language == "zh"] for note in _NOTES]
