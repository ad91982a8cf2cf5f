"""Why figures were revised: the effects of inputs swapped one at a time, and the sentence that tells them.

Pure arithmetic on figures in long form; where old inputs come from and how they are computed is `assets.release.rerun`.
Method: docs/methods/revisions.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from warehouse.compile import arrow_schema
from warehouse.contracts import CODE_LISTS, CONTRACTS
from warehouse.contracts.codes.releases import CODE, INTERACTION, UNKNOWN
from warehouse.contracts.figures import FIGURE, HEADLINE, long_form
from warehouse.memory import in_memory

CAUSES = tuple(CODE_LISTS["revision_cause"].codes)
TOLERANCE = 1e-12
"""Beneath it, relative to the figure or to 1, a difference is one of rounding."""

CONTRACT = CONTRACTS["audit.revision"]

Headline = tuple[str, str]
"""(period, domain) of a headline share"""
Figures = Mapping[str, pa.Table]
"""Name of a mart without its schema -> rows"""


def long_figures(figures: Figures) -> pa.Table:
    """Columns of FIGURE and value, of all rows of some marts; a null value is no figure."""
    if not figures:
        return _schema().empty_table().select(FIGURE).append_column("value", pa.nulls(0, pa.float64()))
    with in_memory() as engine:
        for name, rows in figures.items():
            engine.register(f"rows_of_{name}", rows)
        parts = [f"({long_form(name, f'rows_of_{name}')})" for name in figures]
        return engine.sql(
            f"SELECT * EXCLUDE (release_id) FROM ({' UNION ALL '.join(parts)}) WHERE value IS NOT NULL"
        ).to_arrow_table()


@dataclass(frozen=True)
class States:
    """One set of figures in long form under several states of the inputs.

    baseline: old inputs and present code. swapped: cause -> baseline with that input new.
    """

    before: pa.Table
    after: pa.Table
    baseline: pa.Table
    swapped: Mapping[str, pa.Table]


def changed(before: pa.Table, after: pa.Table) -> bool:
    """True when some figure differs."""
    _, values = _side_by_side({"before": before, "after": after})
    return bool(_differ(values["before"].to_numpy(), values["after"].to_numpy()).any())


def effects(states: States) -> pa.Table:
    """The columns of FIGURE, cause, value_before, value_after, effect; one row per changed figure and cause.

    Effects of a figure that has a value before and after add up to the difference; NaN becomes null.
    """
    tables = {"before": states.before, "after": states.after, "baseline": states.baseline, **states.swapped}
    key, values = _side_by_side(tables)
    moved = _differ(values["before"].to_numpy(), values["after"].to_numpy())
    key, values = key[moved].reset_index(drop=True), values[moved].reset_index(drop=True)
    causes = (CODE, *states.swapped)
    base = values["baseline"].to_numpy()
    raw = np.column_stack([base - values["before"], *(values[cause] - base for cause in states.swapped)])
    turned = np.column_stack(
        [
            np.isnan(base) != values["before"].isna(),
            *(values[cause].isna() != np.isnan(base) for cause in states.swapped),
        ]
    )
    return _rows(key, values, causes, *_parts(values, raw, turned))


def unexplained(before: pa.Table, after: pa.Table) -> pa.Table:
    """The rows of `effects` when nothing is known: the whole difference under `unknown`."""
    key, values = _side_by_side({"before": before, "after": after})
    moved = _differ(values["before"].to_numpy(), values["after"].to_numpy())
    key, values = key[moved].reset_index(drop=True), values[moved].reset_index(drop=True)
    whole = (values["after"] - values["before"]).to_numpy()[:, None]
    return _rows(key, values, (UNKNOWN,), whole, np.ones_like(whole, bool), np.zeros((len(key), 2)))


def none_changed() -> pa.Table:
    """The rows of `effects` when no figure differs."""
    return _schema().empty_table()


def _side_by_side(tables: Mapping[str, pa.Table]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Figures of all tables: their keys, and a column of values by table, NaN where it has none."""
    key = ", ".join(FIGURE)
    with in_memory() as engine:
        for name, table in tables.items():
            engine.register(f"figures_{name}", table)
        union = " UNION ALL ".join(f"SELECT '{name}' AS state, * FROM figures_{name}" for name in tables)
        columns = ", ".join(f"any_value(value) FILTER (state = '{name}') AS state_{name}" for name in tables)
        frame = engine.sql(f"SELECT {key}, {columns} FROM ({union}) GROUP BY ALL ORDER BY ALL").df()
    values = frame[[f"state_{name}" for name in tables]].astype(float)
    return frame[list(FIGURE)], values.set_axis(list(tables), axis=1)


def _differ(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """(n,): more than rounding apart, or only one of them there."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(after - before) > _rounding(before, after)
    return (np.isnan(before) != np.isnan(after)) | apart


def _rounding(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return TOLERANCE * np.fmax(1, np.fmax(np.abs(before), np.abs(after)))


def _parts(values: pd.DataFrame, raw: np.ndarray, turned: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Effects (n, causes), which of them are told, and the interaction as (effect, told) (n, 2).

    raw: (n, causes) differences, NaN where one side is missing; turned: the swap alone made or unmade the figure.
    """
    before, after = values["before"].to_numpy(), values["after"].to_numpy()
    has_difference = ~np.isnan(after - before)
    rounding = _rounding(before, after)
    told = turned | (has_difference[:, None] & ~turned & (np.abs(np.nan_to_num(raw)) > rounding[:, None]))
    effect = np.where(told & ~turned, raw, 0.0)
    rest = (after - before) - effect.sum(axis=1)
    is_rounding = has_difference & (np.abs(rest) <= rounding)
    largest = np.abs(effect).argmax(axis=1)
    some = is_rounding & (np.abs(effect).max(axis=1) > 0)
    effect[some, largest[some]] += rest[some]
    interaction = np.where(has_difference, ~is_rounding, ~told.any(axis=1))
    effect[turned] = np.nan
    return effect, told, np.column_stack([rest, interaction])


def _rows(
    key: pd.DataFrame,
    values: pd.DataFrame,
    causes: Sequence[str],
    effect: np.ndarray,
    told: np.ndarray,
    interaction: np.ndarray,
) -> pa.Table:
    columns = {**dict(zip(causes, effect.T, strict=True)), INTERACTION: interaction[:, 0]}
    wanted = {**dict(zip(causes, told.T, strict=True)), INTERACTION: interaction[:, 1] > 0}
    parts = [
        key[wanted[cause]].assign(
            cause=cause,
            value_before=values["before"][wanted[cause]],
            value_after=values["after"][wanted[cause]],
            effect=columns[cause][wanted[cause]],
        )
        for cause in columns
    ]
    return pa.Table.from_pandas(pd.concat(parts), _schema(), preserve_index=False)


def _schema() -> pa.Schema:
    schema = arrow_schema(CONTRACT)
    names = (*FIGURE, "cause", "value_before", "value_after", "effect")
    return pa.schema([schema.field(name).with_nullable(True) for name in names])


def in_words(rows: pa.Table, root_area: str, periods: Sequence[str], withheld: Collection[Headline] = ()) -> str:
    """`agriculture's share 41.2 -> 41.0 % (data -0.2)`: what moved the share of a place, which may be withheld.

    periods: in order of interest.
    """
    if not rows.num_rows:
        return "no figure changed"
    frame = rows.to_pandas()
    found = frame[(frame["table_name"] == "income_share") & (frame["area_code"] == root_area)]
    for name, code in HEADLINE.items():
        found = found[found[name] == code]
    about = "not agriculture's share"
    for period in periods:
        for domain in ("rural", "all"):
            share = found[(found["time_period"] == period) & (found["domain"] == domain)]
            if len(share) and (period, domain) not in withheld:
                return f"agriculture's share {_movement(share)}"
            about = "agriculture's share is withheld" if len(share) else about
    figures = len(frame.drop_duplicates(list(FIGURE)))
    causes = ", ".join(cause for cause in CAUSES if cause in set(frame["cause"]))
    return f"{figures} figure{'s' if figures > 1 else ''} changed ({causes}), {about}"


def _movement(share: pd.DataFrame) -> str:
    before, after = 100 * share["value_before"].iloc[0], 100 * share["value_after"].iloc[0]
    digits = next((n for n in range(1, 9) if round(before, n) != round(after, n)), 1)
    shown = [f"{value:.{digits}f}" if np.isfinite(value) else "none" for value in (before, after)]
    ordered = share.set_index("cause")["effect"].reindex([c for c in CAUSES if c in set(share["cause"])])
    causes = [
        f"{cause} {100 * effect:+.{digits}f}" if np.isfinite(effect) else str(cause)
        for cause, effect in ordered.items()
        if not np.isfinite(effect) or round(100 * effect, digits)
    ]
    return f"{shown[0]} -> {shown[1]} % ({', '.join(causes)})"
