"""`mart.income_change`: growth of income and its sources, ratios of the period, trend of the share, volatility.

Made from PSU totals, levels and shares that stand in the warehouse, never from microdata. The estimation is
`indicators.psu_totals`, `change_errors` and `trend`. Formulas: docs/methods/income-change.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from assets.marts.family import Making
from assets.marts.formula import Formula, Made, Row, Sums
from assets.marts.frame import UNJUDGED, PeriodAreas, with_sets
from assets.marts.income import View, views
from assets.marts.sampled import LONELY_PSU, Label, cells_of_labels
from assets.reference import Reference
from indicators.change_errors import contribution_from_totals
from indicators.estimate import Estimate, EstimateTable
from indicators.psu_totals import Functional, PsuTotals
from indicators.trend import seasonal_trend
from warehouse.compile import arrow_schema
from warehouse.contracts import LEAVES, MART_CONTRACTS
from warehouse.contracts.figures import HEADLINE
from warehouse.periods import MONTHS_OF_FREQ, closing_month, freq, months_before, year_before

CONTRACT = MART_CONTRACTS["mart.income_change"]
SURVEY = "core.household_income"
MADE_OF = ("mart.psu_total", "mart.income_level", "mart.income_share")
WINDOW = 36
"""Months that a trend looks back on, its own included"""
LEAST_GROWTHS = 6
"""Growth rates without which no volatility is told"""
TRANSFERS = ("transfer_public", "transfer_private", "remittance")
OWN_BUSINESS = ("industry", "construction", "transport", "trade", "services", "other_business")
PARTLY = "partly_reported"

_LEVELS: dict[str, Functional] = {**{leaf: (leaf,) for leaf in LEAVES}, "net_income": ("net_income",)}
Record = dict[str, Any]


def parts_of(measure: str, item: str, productive: Sequence[str]) -> tuple[str, ...]:
    """The levels that a figure is made of (leaves or net_income); none for a figure made of shares."""
    if measure.startswith("share_"):
        return ()
    if measure == "transfer_ratio":
        return (*TRANSFERS, *productive)
    if measure == "self_reliance":
        return (*productive, "net_income")
    sums = {"own_business": OWN_BUSINESS, "agriculture": ("crop", "forestry", "livestock", "fishery")}
    own = sums.get(item, (item,))
    return (*own, "net_income") if measure in ("growth_rate", "growth_points") else own


def productive_leaves(definitions: Sequence[View]) -> tuple[str, ...]:
    """The leaves of productive income, as the definition `productive` has them; none where a place has no such one."""
    return next((view.denominator for view in definitions if view.name == "productive"), ())


def of_income_change(row: Row, quantity: str, tables: Reference) -> Formula:
    """Ratios of the period are sums over households; the others are made again from what stands in the warehouse."""
    productive = productive_leaves(views(tables.source_rows(row["jurisdiction"])))
    measure, item = row["measure"], row["item"]
    over = {"transfer_ratio": "productive income", "self_reliance": "net income", "per_person": "persons"}
    if measure not in over:
        text = (
            f"{measure} of {item}, {row['n_periods']} periods from {row['base_period']} (docs/methods/income-change.md)"
        )
        return Made(text, SURVEY, ("base_period", "n_periods", "unit"))
    parts = {"transfer_ratio": TRANSFERS, "self_reliance": productive}.get(measure, parts_of(measure, item, ()))
    whole = {"transfer_ratio": _weighted(productive), "self_reliance": "weight * CAST(net_income AS DOUBLE)"}
    said = " + ".join(parts)
    text = f"{measure} = Σ w·({said}) / Σ w·{over[measure]}"
    below = whole.get(measure, "weight * persons")
    return Sums(
        text, SURVEY, _weighted(parts), below, terms=(f"Σ w·({said})", f"Σ w·{over[measure]}"), same=("household_id",)
    )


def _weighted(leaves: Sequence[str]) -> str:
    return f"weight * ({' + '.join(f'CAST(coalesce({leaf}_net, 0) AS DOUBLE)' for leaf in leaves)})"


def change_marts(making: Making) -> Iterator[tuple[str, pa.Table]]:
    """The mart of the months that are made."""
    definitions = views(making.reference.source_rows(making.jurisdiction.id))
    months = sorted({before for month in making.months for before in _looked_at(month)})
    psu, levels, shares = (_frame(making.standing(mart, months)) for mart in MADE_OF)
    standing = Standing(psu, levels, shares, definitions)
    for period in standing.periods:
        if closing_month(period) in making.months:
            cells = standing.cells(period)
            about = making.members.by_period({(period, area) for area, _ in cells})
            groups = cells_of_labels(cells, about[period].pairs)
            records = list(_records(standing, period, groups, making.members.by_period))
            yield CONTRACT.name, _table(making, records, about)


def _looked_at(month: str) -> Sequence[str]:
    """The months whose figures those of a month are made of: the window, and the year before its first."""
    return [month, *months_before(month, WINDOW - 1 + 12)]


def _frame(table: pa.Table) -> pd.DataFrame:
    rows = table.to_pandas()
    return rows.astype(dict.fromkeys(rows.select_dtypes("str").columns, object))


@dataclass(frozen=True)
class Standing:
    """What stands in the warehouse of the periods looked at."""

    psu: pd.DataFrame
    levels: pd.DataFrame
    shares: pd.DataFrame
    definitions: Sequence[View]

    @cached_property
    def periods(self) -> list[str]:
        """Those that have PSU totals, ascending within each length."""
        return sorted(set(self.psu["time_period"]))

    @cached_property
    def _psu_of(self) -> dict[str, pd.DataFrame]:
        return {str(period): rows for period, rows in self.psu.groupby("time_period")}

    def cells(self, period: str) -> set[tuple[str, str]]:
        """Areas and area types with households."""
        rows = self._psu_of[period]
        return set(zip(rows["area_code"], rows["area_type"], strict=True))

    def totals(self, period: str, groups: Mapping[Label, Sequence[tuple[str, str]]]) -> PsuTotals:
        """PSU totals of a period, rolled up to areas and domains."""
        rows = self._psu_of[period]
        cells = sorted(self.cells(period))
        code = {cell: number for number, cell in enumerate(cells)}
        whole = PsuTotals.from_arrays(
            rows["stratum"].to_numpy(object),
            rows["psu"].to_numpy(object),
            rows["n_households"].to_numpy(float),
            rows["households"].to_numpy(float),
            {
                **{leaf: rows[f"{leaf}_net"].to_numpy(float) for leaf in LEAVES},
                "net_income": rows["net_income"].to_numpy(float),
            },
            domain=[code[cell] for cell in zip(rows["area_code"], rows["area_type"], strict=True)],
            persons=rows["persons"].to_numpy(float),
            lonely_psu=LONELY_PSU,
        )
        return whole.roll_up(
            {label: [code[cell] for cell in members if cell in code] for label, members in groups.items()}
        )

    @cached_property
    def partly(self) -> set[tuple[str, str, str]]:
        """(period, area, domain) that only a part of the sample reported."""
        rows = self.levels[
            (self.levels["leaf"] == "net_income") & self.levels["obs_note"].fillna("").str.contains(PARTLY)
        ]
        return set(zip(rows["time_period"], rows["area_code"], rows["domain"], strict=True))

    @cached_property
    def per_person(self) -> dict[tuple[str, str, str], dict[str, float]]:
        """(period, area, domain) -> leaf -> mean per person."""
        found: dict[tuple[str, str, str], dict[str, float]] = {}
        names = ("time_period", "area_code", "domain", "leaf", "mean_per_person")
        for at, area, domain, leaf, value in zip(*(self.levels[name] for name in names), strict=True):
            found.setdefault((at, area, domain), {})[leaf] = value
        return found

    @cached_property
    def headline(self) -> dict[tuple[str, str, str], dict[str, float]]:
        """(area, domain, definition) -> period -> share of agriculture."""
        rows = self.shares
        for name in ("estimator", "negative_policy", "sector"):
            rows = rows[rows[name] == HEADLINE[name]]
        found: dict[tuple[str, str, str], dict[str, float]] = {}
        names = ("area_code", "domain", "share_definition", "time_period", "value")
        for area, domain, definition, period, value in zip(*(rows[name] for name in names), strict=True):
            found.setdefault((area, domain, definition), {})[period] = value
        return found


def _records(
    standing: Standing, period: str, groups: Mapping[Label, Sequence[tuple[str, str]]], by_period: Any
) -> Iterator[Record]:
    totals = standing.totals(period, groups)
    households = dict(zip(totals.domains.tolist(), totals.means().n_households.tolist(), strict=True))
    for row in (
        *_ratios(standing, period, totals),
        *_growth(standing, period, totals, by_period),
        *_window(standing, period, list(groups)),
    ):
        label = (row["area_code"], row["domain"])
        at = {row["base_period"], period} if row["measure"].startswith("growth") else {period}
        partly = sorted(one for one in at if (one, *label) in standing.partly)
        notes = [f"{PARTLY} in {' '.join(partly)}"] if partly else []
        notes += [row.pop("reason")] if row.get("reason") else []
        row.pop("reason", None)
        yield {
            **row,
            "time_period": period,
            "freq": freq(period),
            "n_households": households[label],
            "obs_status": "U" if partly else "A",
            "obs_note": "; ".join(notes) or None,
        }


def _ratios(standing: Standing, period: str, totals: PsuTotals) -> Iterator[Record]:
    """Ratios of the period."""
    productive = productive_leaves(standing.definitions)
    of_productive = {"transfer_ratio _T": TRANSFERS, "self_reliance _T": productive} if productive else {}
    numerators: dict[str, Functional] = {
        **of_productive,
        "per_person wage_local": ("wage_local",),
        "per_person wage_away": ("wage_away",),
        "per_person own_business": OWN_BUSINESS,
    }
    denominators: dict[str, Functional] = dict.fromkeys(numerators, ("persons",))
    denominators |= {"transfer_ratio _T": productive, "self_reliance _T": ("net_income",)}
    table = totals.ratios(numerators, denominators)
    for name in numerators:
        measure, _, item = name.partition(" ")
        unit = "currency of the jurisdiction" if measure == "per_person" else "0-1"
        yield from _of_table(table, name, measure, item, unit, period, 1)


def _growth(standing: Standing, period: str, totals: PsuTotals, by_period: Any) -> Iterator[Record]:
    """Growth against the same period a year before, of the areas that have households in both."""
    base = year_before(period)
    if base not in standing.periods:
        return
    cells = standing.cells(base)
    about = by_period({(base, area) for area, _ in cells})[base]
    before = standing.totals(base, cells_of_labels(cells, about.pairs))
    both = [label for label in totals.domains.tolist() if label in set(before.domains.tolist())]
    if not both:
        return
    members = {label: [label] for label in both}
    found = contribution_from_totals(
        before.roll_up(members),
        totals.roll_up(members),
        {leaf: _LEVELS[leaf] for leaf in LEAVES},
        _LEVELS["net_income"],
        "persons",
    )
    yield from _of_table(found.growth, "growth", "growth", "net_income", "0-1", base, 2)
    for leaf in LEAVES:
        yield from _of_table(found.rate, leaf, "growth_rate", leaf, "0-1", base, 2)
        yield from _of_table(found.points, leaf, "growth_points", leaf, "0-1", base, 2)


def _of_table(
    table: EstimateTable, column: str, measure: str, item: str, unit: str, base: str, periods: int
) -> Iterator[Record]:
    for label in table.domains.tolist():
        yield _record(label, measure, item, unit, base, periods, table.estimate(label, column))


def _window(standing: Standing, period: str, labels: Sequence[Label]) -> Iterator[Record]:
    """Trend of the share and volatility of levels over the window that the period closes."""
    length = freq(period)
    first = [closing_month(period), *months_before(closing_month(period), WINDOW - 1)][-1]
    window = [
        at for at in standing.periods if freq(at) == length and first <= closing_month(at) <= closing_month(period)
    ]
    a_year = 12 // MONTHS_OF_FREQ[length]
    for area, domain in labels:
        whole = [at for at in window if (at, area, domain) not in standing.partly]
        for view in standing.definitions:
            known = standing.headline.get((area, domain, view.name), {})
            used = [at for at in whole if at in known]
            if len(used) >= 2 * a_year and len(used) > 2:
                yield from _trend((area, domain), view.name, used, [known[at] for at in used])
        yield from _volatility(standing, (area, domain), whole)


def _trend(label: Label, definition: str, periods: Sequence[str], shares: Sequence[float]) -> Iterator[Record]:
    length = MONTHS_OF_FREQ[freq(periods[0])]
    months = [int(month[:4]) * 12 + int(month[5:]) - 1 for month in map(closing_month, periods)]
    found = seasonal_trend([month / 12 for month in months], [month % 12 // length for month in months], shares)
    exact = {"share_linearity_p": found.linearity_p, "share_break_p": found.break_p}
    for measure, unit, estimate in (
        ("share_slope", "1/year", found.slope),
        ("share_curvature", "1/year²", found.curvature),
        *((name, "p", Estimate(value, np.nan, np.nan)) for name, value in exact.items()),
    ):
        yield _record(label, measure, definition, unit, periods[0], len(periods), estimate)


def _volatility(standing: Standing, label: Label, periods: Sequence[str]) -> Iterator[Record]:
    for item in ("crop", "agriculture", "wage_away", "net_income"):
        leaves = parts_of("volatility", item, ())
        growths, used = [], []
        for at in periods:
            base = year_before(at)
            now, then = (standing.per_person.get((one, *label), {}) for one in (at, base))
            if (base, *label) in standing.partly or not set(leaves) <= now.keys() & then.keys():
                continue
            levels = [sum(one[leaf] for leaf in leaves) for one in (then, now)]
            if levels[0] > 0 and math.isfinite(levels[1]):
                growths.append(levels[1] / levels[0] - 1)
                used.append(at)
        if len(growths) >= LEAST_GROWTHS:
            spread = Estimate(float(np.std(growths, ddof=1)), np.nan, np.nan)
            yield _record(label, "volatility", item, "0-1", year_before(used[0]), len(used), spread)


def _record(label: Label, measure: str, item: str, unit: str, base: str, periods: int, estimate: Estimate) -> Record:
    low, high = estimate.ci()
    return {
        "area_code": label[0],
        "domain": label[1],
        "measure": measure,
        "item": item,
        "base_period": base,
        "n_periods": periods,
        "value": estimate.value,
        "se": estimate.se,
        "ci_low": low,
        "ci_high": high,
        "df": estimate.df,
        "cv": estimate.cv,
        "unit": unit,
        "reason": estimate.reason,
    }


def _table(making: Making, records: Sequence[Record], about: Mapping[str, PeriodAreas]) -> pa.Table:
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(CONTRACT)])
    every = {"jurisdiction": making.jurisdiction.id, "release_id": making.release_id, **UNJUDGED}
    rows = [{name: _finite(value) for name, value in {**every, **row}.items()} for row in records]
    table = pa.Table.from_pylist(rows, schema).sort_by([(name, "ascending") for name in CONTRACT.key])
    return with_sets(CONTRACT.name, table, about)


def _finite(value: object) -> object:
    """A number that is none becomes null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
