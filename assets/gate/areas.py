"""The gate for counts and money by area.

A figure is a sum over areas for one kind of cell (destination and channel; channel, purpose, programme and station);
its columns go together. No I/O. Method: docs/methods/disclosure.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from assets.gate.linked import PROTECTS, Verdict, Vintage, decide, own_parts
from indicators.disclosure import FEW, FREE, PublicationRules
from warehouse.contracts import MART_CONTRACTS

COLUMNS = {
    "mart.labour_export": ("persons", "persons_female", "person_times", "earnings_total"),
    "mart.fund_flow": ("amount",),
    "mart.labour_indicator": ("numerator", "denominator"),
    "mart.labour_half_year": ("numerator", "denominator"),
    "mart.village_indicator": ("numerator", "denominator"),
    "mart.registry_indicator": ("numerator", "denominator"),
    "mart.target_progress": ("value",),
}


def judge(
    rows: pd.DataFrame,
    release_id: int,
    members: Callable[[str], Sequence[tuple[str, str]]],
    rules: PublicationRules,
    mart: str,
) -> tuple[np.ndarray, int]:
    """Why each row is withheld, "" where it is published, and how many figures nothing protects any more.

    rows: of the release in the making with `failed`, and of earlier ones with `conf_status`; members:
    by period (area or set, code of the rows).
    """
    failed = rows["failed"].to_numpy(object)
    now = (rows["release_id"] == release_id).to_numpy(bool)
    hidden = np.where(now, failed != "", rows["conf_status"] != FREE)
    notes = np.where(now, failed, "").astype(object)
    kind = [name for name in MART_CONTRACTS[mart].key if name not in ("release_id", "area_code")]
    unprotected = 0
    for at in rows.groupby(kind, dropna=False).indices.values():
        if hidden[at].any():
            below = set(members(str(rows["time_period"].iloc[at[0]])))
            of_kind = rows.iloc[at]
            # a column that nobody fills has nothing to give away; as zeros it would take the prefecture with it
            told = tuple(name for name in COLUMNS[mart] if of_kind[name].notna().any()) or COLUMNS[mart][:1]
            shown, lost = _decide(of_kind, release_id, below, rules, told)
            here = at[now[at]]
            notes[here] = np.where(shown, "", np.where(notes[here] == "", PROTECTS, notes[here]))
            unprotected += lost
    return notes, unprotected


def _decide(
    rows: pd.DataFrame, release_id: int, below: set[tuple[str, str]], rules: PublicationRules, columns: tuple[str, ...]
) -> tuple[np.ndarray, int]:
    """Which rows of the release in the making are published, for one kind of cell."""
    vintages = []
    releases = sorted(set(rows["release_id"]), reverse=True)
    for number in releases:
        part = rows[rows["release_id"] == number]
        areas = part["area_code"].tolist()
        inside = np.array([[area == member or (area, member) in below for member in areas] for area in areas])
        values = np.nan_to_num(part[list(columns)].to_numpy(float))
        verdict = Verdict.of(values.shape)
        if number == release_id:
            verdict.withheld[:] = verdict.guarded[:] = (part["failed"] != "").to_numpy(bool)[:, None]
        else:
            verdict.known[:] = (part["conf_status"] == FREE).to_numpy(bool)[:, None]
            verdict.withheld[:] = ~verdict.known
            verdict.guarded[:] = part["conf_note"].fillna("").str.contains(FEW, regex=False).to_numpy(bool)[:, None]
        floor = np.ones(len(areas))
        vintages.append((Vintage(areas, own_parts(inside, values), inside, floor), verdict))
    if releases[0] != release_id:
        return np.zeros(0, bool), 0
    size = vintages[0][0].members.sum(axis=1)
    order = [[(area, item) for item in range(len(columns))] for area in np.argsort(-size, kind="stable")]
    decision = decide(vintages, np.eye(len(columns)), order, rules.protection)
    return np.asarray(decision.published.all(axis=1)), int(decision.unprotected.sum())
