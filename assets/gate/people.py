"""The gate for indicators of labour, villages and the register, whose figures give each other away within an area.

Over areas a figure is protected as any other count by area (`area_gate`); here is what follows from one withheld
figure for the others of its area. No I/O. Method: docs/methods/disclosure.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
import pandas as pd

from assets.gate import areas
from assets.gate.linked import PROTECTS
from indicators.disclosure import PublicationRules

MARTS = ("mart.labour_indicator", "mart.labour_half_year", "mart.village_indicator", "mart.registry_indicator")
LINES = "mart.labour_export"
OF_LINES = ("mart.labour_indicator", "mart.labour_half_year")
"""The mart of lines of labour export cell by cell, and those that add them up"""

INTERNAL = {"mart.labour_indicator": ("wages_away_ratio",)}
"""Measures that hold one source against another: published, they would tell totals of the survey that are withheld"""
CHECK = "holds two sources together; for the office"
SAME_LINES = "a cell of the same lines is withheld"
_TRAINING = ("begun", "funnel", "funnel_rate", "retention")
_WHOLE = "_T"


def judge(
    mart: str,
    rows: pd.DataFrame,
    release_id: int,
    members: Callable[[str], Sequence[tuple[str, str]]],
    rules: PublicationRules,
    hidden_lines: Collection[tuple[str, str]] = (),
) -> tuple[np.ndarray, int]:
    """Why each row is withheld, "" where it is published, and how many figures nothing protects any more.

    rows, members: as `area_gate.judge` wants them; hidden_lines: (period, area) in which a cell of LINES is withheld.
    """
    now = (rows["release_id"] == release_id).to_numpy(bool)
    failed = np.where(now, rows["failed"].to_numpy(object), "").astype(object)
    hidden = set(hidden_lines)
    of_lines = now & ~rows["measure"].isin(_TRAINING).to_numpy(bool)
    cells = list(zip(rows["time_period"], rows["area_code"], strict=True))
    same = of_lines & np.array([cell in hidden for cell in cells], bool)
    failed[same & (failed == "")] = SAME_LINES
    while True:
        failed = _with_kin(rows, now, failed)
        notes, lost = areas.judge(rows.assign(failed=failed), release_id, members, rules, mart)
        closed = _with_kin(rows, now, notes)
        if ((closed != "") == (notes != "")).all():
            return notes, lost
        failed = np.where(failed == "", closed, failed)


def _with_kin(rows: pd.DataFrame, now: np.ndarray, notes: np.ndarray) -> np.ndarray:
    """The notes, and one for every figure of the release that a withheld one of the same area would be told by.

    All measures of an item go together, since they share numerators and denominators. All items of a breakdown go
    together, since with the whole they add up; and with the only item of one goes the whole, which is the same.
    """
    frame = pd.DataFrame(
        {
            "period": rows["time_period"].to_numpy(object),
            "area": rows["area_code"].to_numpy(object),
            "about": np.where(rows["measure"].isin(_TRAINING), "training", ""),
            "family": [item.partition(":")[0] if ":" in item else _WHOLE for item in rows["item"]],
            "item": rows["item"].to_numpy(object),
            "is_held": notes != "",
        }
    )[now]
    kin = ["period", "area", "about", "family"]
    is_held = frame.groupby(kin)["is_held"].transform("any")
    alone = (frame["family"] != _WHOLE) & (frame.groupby(kin)["item"].transform("nunique") == 1)
    lone = frame[is_held & alone][kin[:3]].drop_duplicates()
    wholes = frame["family"].eq(_WHOLE) & pd.MultiIndex.from_frame(frame[kin[:3]]).isin(pd.MultiIndex.from_frame(lone))
    closed = notes.copy()
    places = np.flatnonzero(now)[(is_held | wholes).to_numpy(bool)]
    closed[places] = np.where(notes[places] == "", PROTECTS, notes[places])
    return closed
