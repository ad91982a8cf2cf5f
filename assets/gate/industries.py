"""The gate for industries: an area and item are a cell, and all measures of a cell go together.

Groups and industries are sums of products, areas of the areas below them: a hidden cell is protected along both. No
I/O. Method: docs/methods/industries.md, docs/methods/disclosure.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from assets.gate.linked import PROTECTS, Verdict, Vintage, decide, own_parts
from indicators.disclosure import FEW, FREE, PublicationRules
from warehouse.contracts.codes.industries import GROUP_OF, INDUSTRY_OF

MART = "mart.industry_indicator"
ADDITIVE = (
    *("area_mu", "output_tonnes", "marketed_tonnes", "output_value", "value_added", "workers", "poor_workers"),
    *("linked_households", "members", "poor_members"),
)
"""Measures that are sums and tell of someone's business: what a hidden one could be worked out from. Registers of
enterprises and certificates are public."""
_INDUSTRY_OF_GROUP = {group: INDUSTRY_OF[product] for product, group in GROUP_OF.items()}


def family_of(item: str) -> str:
    """The industry that an item belongs to; an item of none is a family of its own."""
    return INDUSTRY_OF.get(item) or _INDUSTRY_OF_GROUP.get(item) or item


def judge(
    rows: pd.DataFrame,
    release_id: int,
    members: Callable[[str], Sequence[tuple[str, str]]],
    rules: PublicationRules,
) -> tuple[np.ndarray, int]:
    """Why each row is withheld, "" where it is published, and how many figures nothing protects any more.

    rows: of the release in the making with `failed`, and of earlier ones with `conf_status`; members: by period (area
    or set, code of the rows).
    """
    now = (rows["release_id"] == release_id).to_numpy(bool)
    failed = np.where(now, rows["failed"], np.where(rows["conf_status"] != FREE, rows["conf_note"].fillna(""), ""))
    rows = rows.assign(reason=_of_cell(rows, failed.astype(object)), family=rows["item"].map(family_of))
    notes = np.where(now, rows["reason"], "").astype(object)
    unprotected = 0
    for at in rows.groupby(["jurisdiction", "time_period", "family"]).indices.values():
        part = rows.iloc[at]
        is_sum = part["measure"].isin(ADDITIVE)
        hidden = np.where(now[at], part["reason"] != "", part["conf_status"] != FREE)
        if not now[at].any() or not (hidden & is_sum).any():
            continue
        below = set(members(str(part["time_period"].iloc[0])))
        shown, lost = _decide(part, release_id, below, rules)
        here = at[now[at]]
        cells = zip(rows["area_code"].iloc[here], rows["item"].iloc[here], strict=True)
        is_shown = np.array([shown[cell] for cell in cells], bool)
        notes[here] = np.where(is_shown, "", np.where(notes[here] == "", PROTECTS, notes[here]))
        unprotected += lost
    return notes, unprotected


def _of_cell(rows: pd.DataFrame, failed: np.ndarray) -> np.ndarray:
    """The reason of any measure of a cell, for all of them."""
    key = [rows[name] for name in ("release_id", "time_period", "area_code", "item")]
    return pd.Series(failed, rows.index).groupby(key).transform("max").to_numpy(object)


def _decide(
    rows: pd.DataFrame, release_id: int, below: set[tuple[str, str]], rules: PublicationRules
) -> tuple[dict[tuple[str, str], bool], int]:
    """Whether each cell (area, item) of the release in the making is published, for one family of items."""
    sums = rows[rows["measure"].isin(ADDITIVE)]
    pairs = sorted(set(zip(sums["item"], sums["measure"], strict=True)))
    parts = [pair for pair in pairs if pair[0] in INDUSTRY_OF or (pair[1] not in _measures_of_products(pairs))]
    sets = np.array([[_is_part(part, pair) for part in parts] for pair in pairs], bool)
    vintages = []
    releases = sorted(set(rows["release_id"]), reverse=True)
    for number in releases:
        of_release = rows[rows["release_id"] == number]
        areas = sorted(set(of_release["area_code"]))
        inside = np.array([[area == member or (area, member) in below for member in areas] for area in areas])
        values = own_parts(inside, _values(of_release, areas, parts))
        vintage = Vintage(areas, values, inside, np.ones(len(areas)))
        vintages.append((vintage, _verdict(of_release, areas, pairs, number == release_id)))
    newest = vintages[0][0]
    columns = {item: [at for at, pair in enumerate(pairs) if pair[0] == item] for item in sorted(set(rows["item"]))}
    wide = sorted(columns, key=lambda item: (-int(sets[columns[item]].sum()), item))
    largest = np.argsort(-newest.members.sum(axis=1), kind="stable")
    order = [[(int(area), at) for at in columns[item]] for area in largest for item in wide if columns[item]]
    decision = decide(vintages, sets, order, rules.protection)
    hidden = _hidden_cells(rows[rows["release_id"] == release_id])
    shown = {
        (str(area), item): bool(decision.published[place, at].all()) and (area, item) not in hidden
        for place, area in enumerate(newest.elements)
        for item, at in columns.items()
    }
    return shown, int(decision.unprotected.sum())


def _measures_of_products(pairs: Sequence[tuple[str, str]]) -> set[str]:
    return {measure for item, measure in pairs if item in INDUSTRY_OF}


def _is_part(part: tuple[str, str], pair: tuple[str, str]) -> bool:
    """A product is a part of itself, of its colour group and of its industry, measure by measure."""
    (base, measure), (item, of_measure) = part, pair
    return measure == of_measure and item in (base, GROUP_OF.get(base), INDUSTRY_OF.get(base))


def _hidden_cells(rows: pd.DataFrame) -> set[tuple[str, str]]:
    hidden = rows[rows["reason"] != ""]
    return set(zip(hidden["area_code"], hidden["item"], strict=True))


def _verdict(rows: pd.DataFrame, areas: Sequence[str], pairs: Sequence[tuple[str, str]], is_newest: bool) -> Verdict:
    """What the rules, or an earlier release, say of the sums of one vintage."""
    verdict = Verdict.of((len(areas), len(pairs)))
    hidden = (rows["reason"] != "") if is_newest else (rows["conf_status"] != FREE)
    few = hidden & (is_newest | rows["conf_note"].fillna("").str.contains(FEW, regex=False))
    cells = zip(rows["area_code"], rows["item"], hidden, few, strict=True)
    state = {(str(area), str(item)): (bool(is_hidden), bool(is_few)) for area, item, is_hidden, is_few in cells}
    for place, area in enumerate(areas):
        for at, (item, _) in enumerate(pairs):
            if (area, item) in state:
                verdict.withheld[place, at], verdict.guarded[place, at] = state[area, item]
                verdict.known[place, at] = not is_newest and not state[area, item][0]
    return verdict


def _values(rows: pd.DataFrame, areas: Sequence[str], parts: Sequence[tuple[str, str]]) -> np.ndarray:
    """(areas, parts); what is not there is nothing."""
    if not parts:
        return np.zeros((len(areas), 0))
    table = rows.pivot_table(index="area_code", columns=["item", "measure"], values="value", aggfunc="sum")
    return np.nan_to_num(table.reindex(index=list(areas), columns=pd.MultiIndex.from_tuples(parts)).to_numpy(float))
