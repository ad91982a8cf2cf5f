"""Senders' texts of the sample prefecture and its prices; its households read without the pipeline."""

from __future__ import annotations

import fnmatch
from pathlib import Path

import numpy as np
import pandas as pd

from assets.intake.senders import read_records
from jurisdictions import load
from warehouse.contracts import HOUSEHOLD_INCOME, LEAVES
from warehouse.parsing import parse

CPI_HEAD = "month,province,indicator,value"
NINGXIA = "宁夏回族自治区"
YEAR_ON_YEAR, MONTH_ON_MONTH = "居民消费价格指数(上年同月=100)", "居民消费价格指数(上月=100)"


def wuzhong_households(landing: Path) -> pd.DataFrame:
    """Households of the files in a folder, by their layouts: area, type, persons, weight, income and leaves."""
    layouts = [layout for layout in load("wuzhong").layouts if layout.contract == HOUSEHOLD_INCOME.name]
    names = ["area_code", "area_type", "persons", "weight", "net_income", *(f"{leaf}_net" for leaf in LEAVES)]
    parts = []
    for path in sorted(landing.iterdir()):
        for layout in layouts:
            if any(fnmatch.fnmatchcase(path.name, pattern) for pattern in layout.files):
                columns = read_records(path.read_bytes(), path.name, layout, {}).columns
                typed = {}
                for name in names:
                    described, column = layout.fields.get(name), HOUSEHOLD_INCOME.column(name)
                    if name in columns.column_names:
                        typed[name] = parse(columns[name], column, described.unit if described else None).values
                    else:
                        typed[name] = [layout.area_code if name == "area_code" else None] * columns.num_rows
                parts.append(pd.DataFrame({name: pd.Series(values) for name, values in typed.items()}))
    table = pd.concat(parts, ignore_index=True)
    numbers = [name for name in names if name not in ("area_code", "area_type")]
    return table.astype(dict.fromkeys(numbers, float)).fillna(dict.fromkeys(numbers, 0.0))


def gini_by_pairs(income: np.ndarray, weight: np.ndarray) -> float:
    """Mean absolute difference of all pairs over twice the mean."""
    pairs = np.abs(income[:, None] - income[None, :])
    total = weight.sum()
    return float(weight @ pairs @ weight / (2 * total * (weight @ income)))
