"""`mart.registry_indicator`: registered households by batch: poor, out of poverty, fallen back; work and income.

Formulas: docs/methods/villages.md.
"""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import pandas as pd
import pyarrow as pa

from assets.marts.family import Making
from assets.marts.frame import of_lines, with_parents, with_sets
from assets.marts.indicators import PLACE, Measure, by_item, figures
from assets.marts.industry_sums import expanded
from assets.marts.prices import line_of_period
from assets.marts.villages import below_lines
from warehouse.contracts.marts_programme import WHOLE

MART = "mart.registry_indicator"
SOURCE = "core.registry"
LINKS = "core.linked_household"

MEASURES = (
    Measure("registered", "households", "registered"),
    Measure("households", "households", "poor"),
    Measure("persons", "persons", "poor_persons", n_units="poor"),
    Measure("exited", "0-1", "exited", "registered"),
    Measure("returned", "0-1", "returned", "exited"),
)
OF_THE_POOR = (
    Measure("households_away", "0-1", "away", "poor", item=WHOLE),
    Measure("labour_share", "0-1", "labour_income", "net_income", n_units="poor", item=WHOLE),
)
LINKED = (
    Measure("linked_share", "0-1", "linked", "registered"),
    Measure("poor_linked_share", "0-1", "poor_linked", "poor"),
)


def registry_indicators(making: Making) -> Iterator[tuple[str, pa.Table]]:
    """The indicators of the periods that are made."""
    rows = making.rows(SOURCE)
    if rows is None:
        return
    members, about = of_lines(rows, making.members)
    households = with_parents(rows, members)
    place, release = making.jurisdiction.id, making.release_id
    sums = registry_sums(households)
    made = [
        figures(MART, sums, MEASURES, place, release),
        figures(MART, sums[sums["item"] == WHOLE], OF_THE_POOR, place, release),
    ]
    by_name, links = expanded(making, SOURCE), making.rows(LINKS)
    if by_name is not None and links is not None:
        made.append(figures(MART, linked_sums(by_name[0], links.to_pandas()), LINKED, place, release))
    for period in about:
        carried = [line_of_period(line, period, making.levels) for line in making.poverty_lines]
        below = below_lines(households.filter(households.time_period == period), carried)
        made.append(figures(MART, below, [Measure("households_below_line", "0-1", "below", "units")], place, release))
    yield MART, with_sets(MART, pa.concat_tables(made), about)


def linked_sums(households: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Registered and poor households, and those of them in the list of any enterprise, by area and batch.

    Households stand once for every area that they count for, with `own_area`; links as they are. A household that two
    enterprises take along is one. An area that sent no list, and those above it, have a note; of an area of which
    nobody sent one nothing is said.
    """
    listed = pd.MultiIndex.from_frame(links[["time_period", "household_id"]])
    sent = pd.MultiIndex.from_frame(links[["time_period", "area_code"]])
    is_linked = pd.MultiIndex.from_frame(households[["time_period", "household_id"]]).isin(listed)
    poor = households["exited_on"].isna() | households["returned_on"].notna()
    has_list = pd.MultiIndex.from_frame(households[["time_period", "own_area"]]).isin(sent)
    known = households[[*PLACE]].assign(
        registered=1,
        poor=poor.astype(int),
        linked=is_linked.astype(int),
        poor_linked=(poor & is_linked).astype(int),
        lists=has_list.astype(int),
        lacking=households["own_area"].where(~has_list),
    )
    items = pd.concat([known.assign(item=WHOLE), known.assign(item="batch:" + households["batch"])])
    groups = items.groupby([*PLACE, "item"])
    sums = groups[["registered", "poor", "linked", "poor_linked", "lists"]].sum().reset_index()
    lacking = groups["lacking"].agg(lambda areas: ", ".join(sorted(set(areas.dropna())))).to_numpy()
    notes = [f"no list of linked households of {areas}" if areas else None for areas in lacking]
    return sums.assign(obs_note=pd.Series(notes, sums.index, dtype=object))[sums["lists"] > 0]


def registry_sums(households: ibis.Table) -> pd.DataFrame:
    """Households by area and batch; they stand once for every area that they count for.

    Poor at the end of the period is who has not left, or has fallen back since.
    """
    items = by_item(households, batch=households.batch)
    has_left, is_back = items.exited_on.notnull(), items.returned_on.notnull()
    poor = ~has_left | is_back
    return (
        items.group_by(*PLACE, "item")
        .agg(
            registered=items.count(),
            poor=poor.sum(),
            poor_persons=items.persons.sum(where=poor),
            exited=has_left.sum(),
            returned=is_back.sum(),
            away=(poor & (items.persons_away > 0)).sum(),
            labour_income=items.labour_income.cast("float64").sum(where=poor),
            net_income=items.net_income.cast("float64").sum(where=poor),
        )
        .order_by(*PLACE, "item")
        .to_pyarrow()
        .to_pandas()
    )
