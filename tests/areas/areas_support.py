"""Histories of codes drawn as small tables, and as the file that arrives."""

from __future__ import annotations

from assets.places.events import History, Spell

HEAD = "代码,一级行政区,二级行政区,名称,级别,状态,启用时间,变更/弃用时间,新代码"
EDITION = "2005-12"


def history(drawn: str) -> History:
    """Lines of code, name, first year, year of change (- for none) and successors (121, or 121[2003])."""
    return History(EDITION, tuple(_spell(*line.split()) for line in drawn.splitlines() if line.strip()))


def _spell(code: str, name: str, since: str, until: str, *successors: str) -> Spell:
    ends = None if until == "-" else int(until)
    level = "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"
    went = tuple((text[:6], int(text[7:11]) if "[" in text else ends or 0) for text in successors)
    return Spell(code, name, level, int(since), ends, went)


def history_file(spells: History) -> str:
    """The same as the file that arrives."""
    levels = {"province": "省级", "prefecture": "地级", "county": "县级"}
    lines = [HEAD]
    for spell in spells.spells:
        status = "在用" if spell.until is None else "弃用"
        went = ";".join(code if year == spell.until else f"{code}[{year}]" for code, year in spell.successors)
        above = "" if spell.level == "province" else "某市"
        cells = (
            spell.code,
            "边界省",
            above,
            spell.name_zh,
            levels[spell.level],
            status,
            spell.since,
            spell.until or "",
        )
        lines.append(",".join(map(str, (*cells, went))))
    return "\n".join(lines) + "\n"
