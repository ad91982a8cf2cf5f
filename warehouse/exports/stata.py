"""Stata 14 and later (`.dta`, format 118): variable labels with units, codes as numbers with value labels."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from warehouse.contracts import Column
from warehouse.exports.extract import Exported, Extract

_LABEL = 80
"""Characters that Stata allows a label of a variable or of the data"""


def write_stata(extract: Extract, folder: Path) -> None:
    """`<table>.dta` for every table that has rows. The label of a code begins with the code itself."""
    for table in extract.tables:
        if table.rows.num_rows:
            _frame(table, extract).to_stata(
                folder / f"{table.name}.dta",
                write_index=False,
                version=118,
                data_label=_cut(f"{extract.place.name}: {table.name}, release {extract.release.id}"),
                time_stamp=extract.release.created_at.replace(tzinfo=None),
                variable_labels={column.name: label(column, extract) for column in table.contract.columns},
            )


def label(column: Column, extract: Extract) -> str:
    """Description and unit of a column in 80 characters, the unit whole."""
    unit = extract.unit_of(column)
    end = f" [{unit}]" if unit else ""
    words = extract.word((column.description, column.description_zh))
    return _cut(words, _LABEL - len(end)) + end


def _cut(text: str, room: int = _LABEL) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"


def _frame(table: Exported, extract: Extract) -> pd.DataFrame:
    frame = table.rows.to_pandas()
    return pd.DataFrame(
        {column.name: _stored(frame[column.name], column, extract) for column in table.contract.columns}
    )


def _stored(values: pd.Series, column: Column, extract: Extract) -> pd.Series:
    codes = extract.list_of(column)
    if codes is not None:
        labels = {code: f"{code} {extract.word(words)}" for code, words in codes.items()}
        return pd.Series(pd.Categorical(values.map(labels), categories=list(labels.values())))
    if column.type in ("integer", "number", "money"):
        return values.astype("float64")
    if column.type == "timestamp":
        return values.dt.tz_localize(None)
    if column.type == "date":
        return pd.to_datetime(values)
    if column.type == "boolean":
        return values.astype("float64")
    return values.astype(object).where(values.notna(), "")
