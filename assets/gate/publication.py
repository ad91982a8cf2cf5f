"""The publication gate between `mart` and `published`: reads the marts of a release in the making and those released
before it, judges every row, and writes what may be published and why not.

Which figures need to be withheld besides those that fail a rule is `survey_gate`'s business for the household survey
and `area_gate`'s for counts and money by area. Method: docs/methods/disclosure.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from assets.gate import areas, change, industries, people, survey
from assets.gate.survey import Contributors, Survey, family_of
from assets.marts.frame import Membership
from assets.marts.income import View, views
from assets.marts.published import OFFICIAL
from assets.marts.sampled import Cell
from assets.places.areas import PlaceAreas
from assets.workers import spread
from indicators.disclosure import FREE, LOW_RELIABILITY, NORMAL, NOT_FOR_PUBLICATION, Gate, PublicationRules, primary
from warehouse.contracts import LEAVES, MART_CONTRACTS
from warehouse.engine import fetch_table, update_rows
from warehouse.layouts import Jurisdiction
from warehouse.memory import in_memory
from warehouse.periods import closing_month, half_year_of
from warehouse.store import Home

CHANGE = "mart.income_change"
SURVEY_MARTS = ("mart.income_level", "mart.income_share", "mart.poverty", "mart.inequality")


OF_SURVEY = ("troika_share",)
"""Measures of programme marts whose records are households of the survey"""


_Period = tuple[Survey, Sequence[Survey], Sequence[tuple[str, str]], Contributors]
"""What `survey_gate.judge` wants to know of one"""


@dataclass(frozen=True)
class Subject:
    """What the gate judges: the release in the making of a place, by its rules."""

    jurisdiction: str
    release_id: int
    rules: PublicationRules
    members: Callable[[str], Sequence[tuple[str, str]]]
    """period -> (area or set, code of the rows)"""
    definitions: Sequence[View]
    contributors: Callable[[str], Contributors]
    """By period"""


def publication_rules(place: Jurisdiction) -> PublicationRules:
    """The rules of publication of a place. TypeError, ValueError: it declares what is no rule."""
    given: Mapping[str, Any] = place.publication
    rules = PublicationRules(**given)
    unknown = sorted(set(rules.open_tables) - set(MART_CONTRACTS) | set(rules.open_tables) & {CHANGE})
    survey = sorted(set(rules.open_tables) & set(SURVEY_MARTS))
    if unknown or len(survey) not in (0, len(SURVEY_MARTS)):
        raise ValueError(
            f"publication of {place.id}: open_tables has {', '.join(unknown or survey)}; expected marts, and of the "
            f"linked marts of the survey all or none: {', '.join(SURVEY_MARTS)}"
        )
    return rules


def subject(
    place: Jurisdiction,
    home: Home,
    release_id: int,
    areas: PlaceAreas,
    income_source: Sequence[Mapping[str, object]],
) -> Subject:
    """The release in the making of a place; income_source: rows of its reference table."""

    def contributors(period: str) -> Contributors:
        part = home.partition("core.household_income", place.id, closing_month(period))
        return partial(_households_with_income, part, period)

    members = Membership(areas).everything
    return Subject(place.id, release_id, publication_rules(place), members, views(income_source), contributors)


def _households_with_income(part: Path, period: str) -> dict[Cell, list[int]]:
    """Households of a period that have income from each leaf, in the order of LEAVES, by area and area type."""
    counts = ", ".join(f"count(*) FILTER ({leaf}_net <> 0)" for leaf in LEAVES)
    query = f"SELECT area_code, area_type, {counts} FROM read_parquet(?) WHERE time_period = ? GROUP BY ALL"
    with in_memory() as engine:
        return {(area, kind): counts for area, kind, *counts in engine.execute(query, [str(part), period]).fetchall()}


def judge(connection: sa.Connection, subject: Subject) -> dict[str, object]:
    """Writes obs_status, obs_note, conf_status and conf_note of every row of the release; returns what was withheld.

    The result is for the manifest: the rules, and by mart the number of rows by reason.
    """
    reasons: dict[str, Counter[str]] = {}
    unprotected = 0
    tables = {
        mart: _rows(connection, subject, mart) for mart in MART_CONTRACTS if mart not in ("mart.psu_total", CHANGE)
    }
    notes = {mart: _unjudged(mart, rows, subject.rules) for mart, rows in tables.items()}
    for mart, rows in tables.items():
        if len(rows):
            tables[mart] = _judged(mart, rows, subject.rules)
    survey = {mart: tables[mart] for mart in SURVEY_MARTS if len(tables[mart])}
    if set(SURVEY_MARTS) <= set(subject.rules.open_tables):
        survey = {}  # its marts tell each other, so they are judged together or not at all
    unprotected += _judge_survey(connection, subject, survey, notes)
    for mart in areas.COLUMNS:
        if len(tables[mart]) and mart not in (*subject.rules.open_tables, *people.MARTS):
            notes[mart], lost = areas.judge(tables[mart], subject.release_id, subject.members, subject.rules, mart)
            unprotected += lost
    unprotected += _judge_people(subject, tables, notes)
    if len(tables[industries.MART]) and industries.MART not in subject.rules.open_tables:
        notes[industries.MART], lost = industries.judge(
            tables[industries.MART], subject.release_id, subject.members, subject.rules
        )
        unprotected += lost
    for mart, rows in tables.items():
        now = (rows["release_id"] == subject.release_id).to_numpy(bool)
        if now.any():
            held = _kept_back(mart, rows, notes[mart], subject.release_id)
            _write(connection, mart, rows[now], held[now])
            reasons[mart] = Counter(note for note in held[now] if note)
    rows = _rows(connection, subject, CHANGE)
    if len(rows := rows[rows["release_id"] == subject.release_id]):
        held = change.judge(connection, subject.jurisdiction, rows, subject.definitions)
        _write(connection, CHANGE, rows.assign(flagged=""), held)
        reasons[CHANGE] = Counter(note.partition(":")[0] for note in held if note)
    return {
        "rules": asdict(subject.rules),
        "withheld": {mart: dict(sorted(count.items())) for mart, count in sorted(reasons.items())},
        "unprotected": unprotected,
    }


def _rows(connection: sa.Connection, subject: Subject, mart: str) -> pd.DataFrame:
    """Rows of the release in the making, and those of earlier releases for the same periods."""
    query = f"""SELECT rowid AS row, * FROM {mart} WHERE jurisdiction = ? AND release_id <= ? AND time_period IN
      (SELECT DISTINCT time_period FROM {mart} WHERE jurisdiction = ? AND release_id = ?) ORDER BY row"""
    place, number = subject.jurisdiction, subject.release_id
    return _frame(fetch_table(connection, query, [place, number, place, number]))


def _unjudged(mart: str, rows: pd.DataFrame, rules: PublicationRules) -> np.ndarray:
    """The notes to begin with: a row of a table that nobody judges, or of the survey until it is, is withheld."""
    waits = np.full(len(rows), mart not in areas.COLUMNS and mart not in rules.open_tables)
    if "estimator" in rows:
        waits &= (rows["estimator"] != OFFICIAL).to_numpy(bool)
    return np.where(waits, "not judged", "").astype(object)


def _frame(table: pa.Table) -> pd.DataFrame:
    """The table with its texts as plain Python strings, which are met one by one."""
    rows = table.to_pandas()
    return rows.astype(dict.fromkeys(rows.select_dtypes("str").columns, object))


def _judged(mart: str, rows: pd.DataFrame, rules: PublicationRules) -> pd.DataFrame:
    """The rows with `failed`, the rules a row fails, and `flagged`, what must be said of a row that passes."""
    if mart in rules.open_tables:
        return rows.assign(failed="", flagged="")
    columns: dict[str, np.ndarray] = {}
    if mart in SURVEY_MARTS:
        columns["n_households"] = rows["n_households"].to_numpy(float)
        if "n_excluded" in rows:
            columns["n_households"] = columns["n_households"] - rows["n_excluded"].to_numpy(float)
        columns["cv"] = _cv(rows)
    else:
        count = next(name for name in ("persons", "lines", "n_units") if name in rows)
        columns["n_contributors"] = rows[count].to_numpy(float)
        if "measure" in rows:
            is_survey = rows["measure"].isin(OF_SURVEY).to_numpy(bool)
            columns["n_households"] = np.where(is_survey, columns["n_contributors"], np.inf)
    gate = primary(columns, rules)
    judged = np.ones(len(rows), bool) if "estimator" not in rows else (rows["estimator"] != OFFICIAL).to_numpy(bool)
    flagged = _flagged(columns, gate, rules)
    return rows.assign(failed=np.where(judged, gate.reason, ""), flagged=np.where(judged, flagged, ""))


def _cv(rows: pd.DataFrame) -> np.ndarray:
    """The greatest CV of a row's figures; 0 where nothing can err: no value, no error by method, a zero."""
    if "value" in rows:
        known = rows["value"].notna() & (rows["value"] != 0)
        known &= ~rows["measure"].str.startswith("ly_") if "measure" in rows else True
        return np.where(known, np.abs(rows["cv"].to_numpy(float)), 0.0)
    greatest = np.zeros(len(rows))
    for name in ("mean_per_household", "mean_per_person", "total"):
        value, error = np.abs(rows[name].to_numpy(float)), rows[f"{name}_se"].to_numpy(float)
        cv = np.divide(error, value, out=np.full(len(rows), np.nan), where=value > 0)
        greatest = np.maximum(greatest, np.where((value == 0) | np.isnan(value), 0.0, cv))
    return greatest


def _flagged(columns: Mapping[str, np.ndarray], gate: Gate, rules: PublicationRules) -> np.ndarray:
    """Why a row that passes is marked as of low reliability."""
    said = np.full(len(gate.is_flagged), "", object)
    if "n_households" in columns:
        few = columns["n_households"] < rules.flagged_below_households
        wide = columns.get("cv", np.zeros(len(few))) >= rules.flagged_from_cv
        texts = (f"fewer than {rules.flagged_below_households} households", f"cv of {rules.flagged_from_cv:g} or more")
        said = np.select([few & wide, few, wide], ["; ".join(texts), *texts], default="").astype(object)
    return np.where(gate.is_flagged, said, "")


def _judge_survey(
    connection: sa.Connection, subject: Subject, tables: Mapping[str, pd.DataFrame], notes: Mapping[str, np.ndarray]
) -> int:
    """Fills in the notes of the survey's rows, period by period; returns how many figures nothing protects."""
    if "mart.income_level" not in tables:
        return 0
    psu = _psu(connection, subject)
    groups = {mart: rows.groupby(["time_period", "release_id"]).indices for mart, rows in tables.items()}
    shares = tables["mart.income_share"]
    names = [view.name for view in subject.definitions]
    judged = ((shares["estimator"] != OFFICIAL) & shares["share_definition"].isin(names)).to_numpy(bool)
    at_periods: list[dict[str, np.ndarray]] = []

    def periods() -> Iterator[_Period]:
        for period in sorted(set(psu["time_period"])):
            releases = sorted(set(psu.loc[psu["time_period"] == period, "release_id"]), reverse=True)
            if releases[0] != subject.release_id:
                continue
            places: list[dict[str, np.ndarray]] = []
            for number in releases:
                at = {mart: np.asarray(groups[mart].get((period, number), ()), int) for mart in tables}
                at["mart.income_share"] = at["mart.income_share"][judged[at["mart.income_share"]]]
                places.append(at)
            now, *earlier = (_survey(psu, tables, at, period, n) for at, n in zip(places, releases, strict=True))
            at_periods.append(places[0])
            yield now, earlier, subject.members(period), subject.contributors(period)

    unprotected = 0
    judge_one = partial(_judge_period, subject.definitions, subject.rules)
    for nth, found in enumerate(spread(judge_one, periods())):
        at = at_periods[nth]
        notes["mart.income_level"][at["mart.income_level"]] = found.levels
        notes["mart.income_share"][at["mart.income_share"]] = found.shares
        start = 0
        for mart in ("mart.poverty", "mart.inequality"):
            if mart in tables:
                stop = start + len(at[mart])
                notes[mart][at[mart]] = found.measures[start:stop]
                start = stop
        unprotected += found.unprotected
    return unprotected


def _judge_period(definitions: Sequence[View], rules: PublicationRules, of_period: _Period) -> survey.Notes:
    now, earlier, members, contributors = of_period
    return survey.judge(now, earlier, members, definitions, rules, contributors)


def _judge_people(subject: Subject, tables: Mapping[str, pd.DataFrame], notes: dict[str, np.ndarray]) -> int:
    """Fills in the notes of indicators of people and villages; returns how many figures nothing protects."""
    unprotected = 0
    lines = tables[people.LINES][["time_period", "area_code"]][notes[people.LINES] != ""]
    hidden = {
        (period, str(area))
        for month, area in lines.drop_duplicates().itertuples(index=False)
        for period in (str(month), half_year_of(closing_month(str(month))))
    }
    for mart in people.MARTS:
        rows = tables[mart]
        # what no release shows neither tells of other figures nor needs any to protect it
        internal = rows["measure"].isin(people.INTERNAL.get(mart, ())).to_numpy(bool)
        notes[mart] = np.where(internal, people.CHECK, notes[mart]).astype(object)
        shown = rows[~internal]
        if len(shown) and mart not in subject.rules.open_tables:
            of_lines = hidden if mart in people.OF_LINES else set()
            notes[mart][~internal], lost = people.judge(
                mart, shown, subject.release_id, subject.members, subject.rules, of_lines
            )
            unprotected += lost
    return unprotected


def _psu(connection: sa.Connection, subject: Subject) -> pd.DataFrame:
    sums = ", ".join(
        f"sum({leaf}_net) AS {leaf}_net, count(*) FILTER (abs({leaf}_net) > 0) AS psus_{leaf}" for leaf in LEAVES
    )
    query = f"""SELECT release_id, time_period, area_code, area_type, sum(n_households) AS n_households,
      sum(households) AS households, sum(persons) AS persons, {sums} FROM mart.psu_total
      WHERE jurisdiction = ? AND release_id <= ? AND time_period IN
        (SELECT DISTINCT time_period FROM mart.psu_total WHERE jurisdiction = ? AND release_id = ?)
      GROUP BY ALL ORDER BY ALL"""
    place, number = subject.jurisdiction, subject.release_id
    return _frame(fetch_table(connection, query, [place, number, place, number]))


def _survey(
    psu: pd.DataFrame, tables: Mapping[str, pd.DataFrame], at: Mapping[str, np.ndarray], period: str, number: int
) -> Survey:
    rows = {mart: tables[mart].iloc[at[mart]] for mart in tables}
    measures = [rows[mart] for mart in ("mart.poverty", "mart.inequality") if mart in rows]
    columns = ["area_code", "domain", "measure", "line_id", "leaf", "value", "failed", "conf_status", "conf_note"]
    joined = (
        pd.concat([frame.reindex(columns=columns) for frame in measures]) if measures else pd.DataFrame(columns=columns)
    )
    names = [family_of(*key) for key in zip(joined["measure"], joined["line_id"], strict=True)]
    return Survey(
        psu[(psu["time_period"] == period) & (psu["release_id"] == number)],
        rows["mart.income_level"],
        rows["mart.income_share"],
        joined.assign(family=np.array(names, object)),
    )


def _kept_back(mart: str, rows: pd.DataFrame, notes: np.ndarray, release_id: int) -> np.ndarray:
    """The notes, and one for every row that an earlier release withheld with the same figures."""
    key = [name for name in MART_CONTRACTS[mart].key if name != "release_id"]
    figure = _figure(rows)
    earlier = rows[(rows["release_id"] < release_id) & (rows["conf_status"] != FREE)]
    if not len(earlier):
        return notes
    hidden: dict[tuple[object, ...], list[tuple[float, int]]] = {}
    for at, *values in zip(earlier.index, earlier["release_id"], *(earlier[name] for name in key), strict=True):
        hidden.setdefault(tuple(values[1:]), []).append((figure[at], int(values[0])))
    held = notes.copy()
    now = rows[(rows["release_id"] == release_id).to_numpy(bool) & (notes == "")]
    for at, *values in zip(now.index, *(now[name] for name in key), strict=True):
        for value, number in hidden.get(tuple(values), ()):
            if np.isclose(value, figure[at], rtol=1e-9, atol=0, equal_nan=True):
                held[at] = f"withheld in release {number}"
    return held


def _figure(rows: pd.DataFrame) -> np.ndarray:
    name = next(name for name in ("value", "total", "persons", "amount") if name in rows)
    return rows[name].to_numpy(float)


def _write(connection: sa.Connection, mart: str, rows: pd.DataFrame, held: np.ndarray) -> None:
    """The statuses of a mart's rows; a row that passes and is flagged becomes one of low reliability."""
    said = rows["obs_note"].fillna("").to_numpy(object)
    flagged = rows["flagged"].to_numpy(object)
    notes = np.where(flagged == "", said, np.where(said == "", flagged, said + "; " + flagged))
    status = np.where((rows["obs_status"] == NORMAL) & (flagged != ""), LOW_RELIABILITY, rows["obs_status"])
    update_rows(
        connection,
        MART_CONTRACTS[mart],
        pa.table(
            {
                "row": rows["row"].to_numpy(np.int64),
                "obs_status": pa.array(status.astype(object), pa.string()),
                "obs_note": pa.array([note or None for note in notes], pa.string()),
                "conf_status": pa.array(np.where(held == "", FREE, NOT_FOR_PUBLICATION).astype(object), pa.string()),
                "conf_note": pa.array([note or None for note in held], pa.string()),
            }
        ),
    )
