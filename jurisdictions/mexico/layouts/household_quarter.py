"""The household file of the survey (concentrado.csv): one record per household for the third quarter of 2010.

The sender's 26 income columns are added up to the leaves (`survey.LEAF_OF_COLUMN`); 22 of them are also held
against the income lines (ingresos.csv) of the household, of which the wages take their job. Monthly amounts
are in `household_month`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from jurisdictions.mexico.layouts import survey
from jurisdictions.mexico.layouts.survey import (
    HOUSEHOLD_KEY,
    INCOME_COLUMNS,
    LEAF_NUMBER,
    LEAF_OF_COLUMN,
    Notes,
)
from warehouse.layouts import Companion, Field, Layout, SourceTable
from warehouse.parsing import money_from_cents

QUARTER = "2010-Q3"
"""The file carries amounts per quarter and no date; the survey of 2010 refers to the third quarter."""

INCOME_LINES = Companion("income", ("ingresos.csv", "ingresos*.csv"), (*HOUSEHOLD_KEY, "numren", "clave", "ing_tri"))


@dataclass(frozen=True)
class _IncomeLines:
    """Lines of ingresos.csv that are income of a household in the file."""

    household: np.ndarray
    """Place in concentrado.csv"""
    column: np.ndarray
    """Number in INCOME_COLUMNS"""
    leaf: np.ndarray
    cents: np.ndarray


def to_records(source: SourceTable, companions: Mapping[str, SourceTable]) -> pa.Table:
    """One record per line of concentrado.csv.

    A household whose columns do not read, or do not equal the sum of its income lines within rounding, or
    whose lines in a companion are damaged or repeated, carries the reason in `damage`. Income lines of a
    household that is not in the file surface as records of `household_month`.
    """
    notes = Notes()
    households = survey.household_ids(source.table)
    amounts, blank = _income_columns(source, notes)
    lines = _income_lines(companions, households, notes)
    _note_differences(amounts, blank, lines, companions["income"].name, notes)
    _note_companions(companions, households, notes)
    by_leaf = _added(lines.household, lines.leaf, lines.cents, (len(households), len(LEAF_NUMBER)))
    rows = source.table.num_rows
    return pa.table(
        {
            "time_period": pa.repeat(pa.scalar(QUARTER), rows),
            "freq": pa.repeat(pa.scalar("Q"), rows),
            "household_id": households,
            **survey.design(source.table),
            **_leaves(amounts, blank, by_leaf),
            "net_income": source.table["ingcor"],
            "row_number": source.row_number,
            "damage": notes.column(np.arange(rows)),
        }
    )


def _income_columns(source: SourceTable, notes: Notes) -> tuple[np.ndarray, np.ndarray]:
    """Cents by household and column of INCOME_COLUMNS, and which cells are unknown."""
    pairs = [survey.pesos(source.table[column]) for column in INCOME_COLUMNS]
    amounts = np.column_stack([cents for cents, _ in pairs])
    blank = np.column_stack([unknown for _, unknown in pairs])
    for line, column in np.argwhere(blank).tolist():
        notes.add(line, f"{survey.shown(source.table, INCOME_COLUMNS[column], line)}, expected pesos")
    return amounts, blank


def _income_lines(companions: Mapping[str, SourceTable], households: pa.Array, notes: Notes) -> _IncomeLines:
    income = companions["income"]
    place = survey.places(survey.household_ids(income.table), households)
    column = survey.column_of_lines(income.table["clave"], companions["catalogue"])
    leaf = survey.leaf_of_lines(income.table, column, companions["jobs"])
    cents, unknown = survey.pesos(income.table["ing_tri"])
    used = (column >= 0) & (place >= 0)
    for line in np.flatnonzero(unknown & used).tolist():
        found = survey.shown(income.table, "ing_tri", line)
        notes.add(int(place[line]), f"{survey.where(income, line)}: {found}, expected pesos")
    return _IncomeLines(place[used], column[used], leaf[used], cents[used])


def _note_differences(amounts: np.ndarray, blank: np.ndarray, lines: _IncomeLines, name: str, notes: Notes) -> None:
    """Households of which one of the 22 columns does not equal its income lines."""
    sums = _added(lines.household, lines.column, lines.cents, amounts.shape)
    count = _added(lines.household, lines.column, np.ones_like(lines.cents), amounts.shape)
    # m lines and a total, each rounded to a cent: (m + 1) / 2 cents (docs/methods/editing.md)
    differs = (2 * np.abs(sums - amounts) > count + 1) & ~blank
    for household, number in np.argwhere(differs).tolist():
        column = INCOME_COLUMNS[number]
        if column not in survey.IN_KIND_COLUMNS:
            printed, added = amounts[household, number] / 100, sums[household, number] / 100
            notes.add(household, f"{column} is {printed:.2f}, its lines in {name} add up to {added:.2f}")


def _note_companions(companions: Mapping[str, SourceTable], households: pa.Array, notes: Notes) -> None:
    """Households of which a line in a companion cannot be trusted."""
    income, jobs = companions["income"], companions["jobs"]
    for household, reason in (
        *survey.damaged_lines(income, households),
        *survey.damaged_lines(jobs, households),
        *survey.repeated_lines(jobs, survey.JOB_KEY, households),
    ):
        notes.add(household, reason)


def _added(row: np.ndarray, column: np.ndarray, cents: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    sums = np.zeros(shape, np.int64)
    np.add.at(sums, (row, column), cents)
    return sums


def _leaves(amounts: np.ndarray, blank: np.ndarray, of_lines: np.ndarray) -> dict[str, pa.Array]:
    """The leaf columns; wages that belong to no job in agriculture or abroad are local."""
    named = np.array(list(LEAF_OF_COLUMN.values()))
    result = {}
    for leaf in dict.fromkeys(LEAF_OF_COLUMN.values()):
        cents = amounts[:, named == leaf].sum(axis=1)
        unknown = np.asarray(blank[:, named == leaf].any(axis=1))
        if leaf == survey.WAGES:
            agricultural, away = of_lines[:, LEAF_NUMBER["wage_agri"]], of_lines[:, LEAF_NUMBER["wage_away"]]
            result["wage_agri_net"] = money_from_cents(agricultural, unknown)
            result["wage_local_net"] = money_from_cents(cents - agricultural - away, unknown)
            result["wage_away_net"] = money_from_cents(away, unknown)
        else:
            result[f"{leaf}_net"] = money_from_cents(cents, unknown)
    return result


HOUSEHOLD_QUARTER = Layout(
    id="household_quarter",
    contract="core.household_income",
    sender="INEGI",
    files=("concentrado*.csv",),
    description="ENIGH 2010, households by quarter, with the income lines and jobs of their members",
    transform=to_records,
    fields={
        "persons": Field("tot_resi"),
        "weight": Field("factor"),
        "stratum": Field("est_dis"),
        "psu": Field("upm"),
        "area_code": Field("ubica_geo"),
        "area_type": Field("tam_loc"),
        "net_income": Field("ingcor"),
    },
    requires=(*HOUSEHOLD_KEY, *INCOME_COLUMNS),
    identifiers=("folioviv",),
    companions=(INCOME_LINES, survey.JOBS, survey.CATALOGUE),
    other_columns="ignore",
    freq="Q",
)
