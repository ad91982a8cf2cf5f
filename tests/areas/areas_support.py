"""Histories drawn as small tables, and runs through the public entry."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from assets.area_events import History, Spell
from pipelines.answers import answer
from pipelines.monthly import Done, run_months
from pipelines.office import Settings

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


@dataclass(frozen=True)
class Installation:
    """A home and the last run in it."""

    home: Path
    landing: Path
    done: Done

    def ask(self, query: str) -> pd.DataFrame:
        """The answer of `povmon sql … --format json`."""
        return pd.DataFrame(json.loads(answer(self.home, query, "json")))


def run(jurisdiction: str, landing: Path, home: Path, months: list[str] | None = None) -> Installation:
    """What `povmon run` does."""
    done = run_months(Settings(jurisdiction=jurisdiction, home=str(home), landing=str(landing)), months)
    return Installation(home, landing, done)
