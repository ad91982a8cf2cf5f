"""The income lines of the survey (ingresos.csv): a record per household and month, February to October 2010.

A line has the six months before the interview (mes_1..mes_6) and the pesos of each (ing_1..ing_6); the lines
of a household are added up to leaves, month by month. These are cash flows: income in kind, imputed rent and
annual items, which have no month (`survey.ANNUAL_CLAVES`), are not in them. They do not add up to a quarter's
net income.

A household belongs to every month that one of its lines carries, and to May, June and July in any case:
interviews run from August to November, so these three were asked of everyone, and a household without any
line had no cash income in them. Its records stand at line 1 of the file (the head), since no line names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jurisdictions.mexico.layouts import survey
from jurisdictions.mexico.layouts.survey import HOUSEHOLD_KEY, LEAF_NUMBER, Notes
from warehouse.layouts import Companion, Layout, SourceTable
from warehouse.parsing import money_from_cents

YEAR = 2010
"""The files carry months without a year; the survey is of 2010."""
MONTHS = tuple(f"{month:02d}" for month in range(2, 11))
ASKED_OF_ALL = slice(MONTHS.index("05"), MONTHS.index("07") + 1)
SLOTS = range(1, 7)
HEAD_LINE = 1
REPORTED_LEAVES = tuple(
    leaf
    for leaf in LEAF_NUMBER
    if leaf in survey.LEAF_OF_COLUMN.values() or leaf in ("wage_agri", "wage_local", "wage_away")
)

HOUSEHOLDS = Companion("households", ("concentrado.csv", "concentrado*.csv"), survey.DESIGN_COLUMNS)


@dataclass(frozen=True)
class _Households:
    """The households of both files: those of concentrado.csv, then those that only income lines name."""

    keys: pa.Array
    surveyed: pa.Array
    """Place in concentrado.csv; null for a household that is not in it"""
    of_line: np.ndarray
    """Place of each income line's household in `keys`, -1 for a damaged line"""

    def cells(self) -> tuple[int, int]:
        return len(self.keys), len(MONTHS)


def to_records(source: SourceTable, companions: Mapping[str, SourceTable]) -> pa.Table:
    """One record per household and month that it reports.

    What cannot be counted damages the records that would be too small without it: an amount that does not
    read, its month; an unknown income code, a month outside February to October or a damaged line, all months
    of the household.
    """
    notes = Notes()
    households = _households(source, companions["households"])
    months = np.column_stack([survey.month_numbers(source.table[f"mes_{slot}"], MONTHS) for slot in SLOTS])
    column = survey.column_of_lines(source.table["clave"], companions["catalogue"])
    leaf = survey.leaf_of_lines(source.table, column, companions["jobs"])
    annual = pc.is_in(source.table["clave"], value_set=pa.array(sorted(survey.ANNUAL_CLAVES)))
    leaf = np.where(np.asarray(annual), survey.NOT_INCOME, leaf)
    sums = _sums(source, households, months, leaf, notes)
    _note_lines(source, households, months, column, leaf, notes)
    _note_households(source, companions, households, notes)
    return _records(source, companions["households"], households, _reported(households, months), sums, notes)


def _households(source: SourceTable, concentrado: SourceTable) -> _Households:
    listed = survey.household_ids(concentrado.table)
    surveyed = pc.unique(listed.drop_null())
    numbers = pc.cast(source.row_number, pa.string())
    # a line without a household is a household of its own, so that it surfaces
    keys = pc.coalesce(survey.household_ids(source.table), pc.binary_join_element_wise("line", numbers, " "))
    sound = source.damage.is_null()
    strangers = pc.unique(keys.filter(pc.and_(sound, pc.invert(pc.is_in(keys, value_set=surveyed)))))
    both = pa.concat_arrays([surveyed, strangers])
    of_line = np.where(np.asarray(sound), survey.places(keys, both), -1)
    place = pc.index_in(both, value_set=listed)
    return _Households(both, place, of_line)


def _sums(
    source: SourceTable, households: _Households, months: np.ndarray, leaf: np.ndarray, notes: Notes
) -> np.ndarray:
    """Cents by household, month and leaf."""
    sums = np.zeros((*households.cells(), len(LEAF_NUMBER)), np.int64)
    for slot in SLOTS:
        cents, unknown = survey.pesos(source.table[f"ing_{slot}"])
        month = months[:, slot - 1]
        counted = (leaf >= 0) & (month >= 0) & (households.of_line >= 0)
        for line in np.flatnonzero(counted & unknown).tolist():
            found = survey.shown(source.table, f"ing_{slot}", line)
            record = int(households.of_line[line]) * len(MONTHS) + int(month[line])
            notes.add(record, f"{survey.where(source, line)}: {found}, expected pesos")
        np.add.at(sums, (households.of_line[counted], month[counted], leaf[counted]), cents[counted])
    return sums


def _reported(households: _Households, months: np.ndarray) -> np.ndarray:
    """True for the months that a household reports."""
    reported = np.zeros(households.cells(), bool)
    for slot in SLOTS:
        named = (months[:, slot - 1] >= 0) & (households.of_line >= 0)
        reported[households.of_line[named], months[named, slot - 1]] = True
    reported[:, ASKED_OF_ALL] = True
    return reported


def _note_lines(
    source: SourceTable,
    households: _Households,
    months: np.ndarray,
    column: np.ndarray,
    leaf: np.ndarray,
    notes: Notes,
) -> None:
    """Lines whose amounts can be given to no leaf or to no month."""
    lines = households.of_line >= 0
    for line in np.flatnonzero(lines & (column == survey.UNKNOWN_CLAVE)).tolist():
        what = survey.shown(source.table, "clave", line)
        reason = f"{survey.where(source, line)}: {what}, expected an income code of the catalogue"
        _note_household(notes, households.of_line[line], reason)
    in_order = np.sort(months, axis=1)
    twice = ((np.diff(in_order, axis=1) == 0) & (in_order[:, 1:] >= 0)).any(axis=1)
    for line in np.flatnonzero(lines & (leaf >= 0) & ((months < 0).any(axis=1) | twice)).tolist():
        found = ", ".join(str(source.table[f"mes_{slot}"][line].as_py() or "blank") for slot in SLOTS)
        reason = f"{survey.where(source, line)}: months {found}, expected six different ones from 02 to 10"
        _note_household(notes, households.of_line[line], reason)


def _note_households(
    source: SourceTable, companions: Mapping[str, SourceTable], households: _Households, notes: Notes
) -> None:
    """Households that are not in concentrado.csv, or of which a line of some file is damaged or repeated."""
    concentrado, jobs = companions["households"], companions["jobs"]
    for place in np.flatnonzero(np.asarray(households.surveyed.is_null())).tolist():
        _note_household(notes, place, f"the household is not in {concentrado.name}")
    found: Iterable[tuple[int, str]] = (
        *survey.damaged_lines(source, households.keys),
        *survey.damaged_lines(concentrado, households.keys),
        *survey.damaged_lines(jobs, households.keys),
        *survey.repeated_lines(source, (*HOUSEHOLD_KEY, "numren", "clave"), households.keys),
        *survey.repeated_lines(concentrado, HOUSEHOLD_KEY, households.keys),
        *survey.repeated_lines(jobs, survey.JOB_KEY, households.keys),
    )
    for place, reason in found:
        _note_household(notes, place, reason)


def _note_household(notes: Notes, place: int | np.integer, reason: str) -> None:
    for month in range(len(MONTHS)):
        notes.add(int(place) * len(MONTHS) + month, reason)


def _records(
    source: SourceTable,
    concentrado: SourceTable,
    households: _Households,
    reported: np.ndarray,
    sums: np.ndarray,
    notes: Notes,
) -> pa.Table:
    place, month = np.nonzero(reported)
    lines = np.asarray(source.row_number)
    first_line = np.full(len(households.keys), np.iinfo(np.int64).max)
    named = households.of_line >= 0
    np.minimum.at(first_line, households.of_line[named], lines[named])
    first_line[first_line == np.iinfo(np.int64).max] = HEAD_LINE
    periods = pa.array([f"{YEAR}-{text}" for text in MONTHS], pa.string())
    nameless = pc.starts_with(households.keys, "line ")
    ids = pc.if_else(nameless, pa.scalar(None, pa.string()), households.keys)
    surveyed = concentrado.table.take(households.surveyed.take(pa.array(place)))
    cents = sums[place, month]
    return pa.table(
        {
            "time_period": periods.take(pa.array(month)),
            "freq": pa.repeat(pa.scalar("M"), len(place)),
            "household_id": ids.take(pa.array(place)),
            **survey.design(surveyed),
            **{f"{leaf}_net": money_from_cents(cents[:, LEAF_NUMBER[leaf]]) for leaf in REPORTED_LEAVES},
            "net_income": money_from_cents(cents.sum(axis=1)),
            "row_number": pa.array(first_line[place], pa.int64()),
            "damage": notes.column(place * len(MONTHS) + month),
        }
    )


HOUSEHOLD_MONTH = Layout(
    id="household_month",
    contract="core.household_income",
    sender="INEGI",
    files=("ingresos*.csv",),
    description="ENIGH 2010, cash income of households by month, from the six months before the interview",
    transform=to_records,
    requires=(
        *HOUSEHOLD_KEY,
        "numren",
        "clave",
        *(f"mes_{slot}" for slot in SLOTS),
        *(f"ing_{slot}" for slot in SLOTS),
    ),
    companions=(HOUSEHOLDS, survey.JOBS, survey.CATALOGUE),
    other_columns="ignore",
    identifiers=("folioviv",),
    freq="M",
)
