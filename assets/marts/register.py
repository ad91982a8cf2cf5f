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
from assets.marts.prices import line_of_period
from assets.marts.villages import below_lines
from warehouse.contracts.marts_programme import WHOLE

MART = "mart.registry_indicator"
SOURCE = "core.registry"

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
    for period in about:
        carried = [line_of_period(line, period, making.levels) for line in making.poverty_lines]
        below = below_lines(households.filter(households.time_period == period), carried)
        made.append(figures(MART, below, [Measure("households_below_line", "0-1", "below", "units")], place, release))
    yield MART, with_sets(MART, pa.concat_tables(made), about)


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
