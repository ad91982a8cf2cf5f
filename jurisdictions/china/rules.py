"""What must hold of China's published income: known items, sources that add up, identities of the parts.

A difference is judged against the rounding of the figures themselves (docs/methods/editing.md): m parts and a total,
each rounded to unit u, agree within (m + 1) u / 2.
"""

from __future__ import annotations

import csv
from pathlib import Path

from warehouse.contracts.base import Rule

_FOLDER = Path(__file__).parent
_FLOAT_NOISE = "1e-6"
"""Far below half a unit of any figure, far above the error of adding eleven binary floats."""


def _rows(table: str) -> list[dict[str, str]]:
    with (_FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


_KNOWN = ", ".join(f"('{row['concept']}', '{row['item']}')" for row in _rows("items"))
_TERMS = ", ".join(
    f"('{row['identity']}', '{row['item']}', {'-1' if row['role'] == 'total' else '1'})" for row in _rows("identities")
)

# Every figure has a unit of its own: the bureau prints the parts of a quarter with one decimal and their
# total with two, other quarters whole. Decimals beyond the fen are what a computer left over, not a finer
# rounding: in 2016-Q1 rural they miss by 3 in the eleventh place. Half the sum of equal units is (m + 1) u/2.
_SOURCES = f"""
WITH figure AS (
    SELECT time_period, domain, item, value,
        CASE WHEN value = round(value) THEN 1 WHEN value = round(value, 1) THEN 0.1 ELSE 0.01 END AS unit
    FROM outcome
    WHERE accepted AND concept = 'disposable_income' AND measure = 'cumulative'
        AND item IN ('total', 'wages', 'business', 'property', 'transfer')
), added AS (
    SELECT time_period, domain,
        sum(value) FILTER (item <> 'total') AS parts,
        sum(value) FILTER (item = 'total') AS total,
        sum(unit) / 2 AS tolerance
    FROM figure GROUP BY ALL HAVING count(*) = 5
)
SELECT abs(parts - total) > tolerance + {_FLOAT_NOISE} AS failed,
    printf('%s %s: sources add to %.2f, total printed %.2f, rounding explains %.3f',
        time_period, domain, parts, total, tolerance) AS example
FROM added ORDER BY time_period, domain"""

# A cell stands in several identities. Where all that it stands in fail, and each implies the same value for
# it within the rounding of the other cells, it is the cell that is wrong.
_IDENTITIES = f"""
WITH term(identity, item, sign) AS (VALUES {_TERMS}),
cell AS (
    SELECT time_period, domain, identity, item, sign, value
    FROM outcome JOIN term USING (item) WHERE accepted AND concept = 'net_income'
), added AS (
    SELECT time_period, domain, identity, count(*) AS cells,
        sum(value) FILTER (sign = 1) AS parts,
        sum(value) FILTER (sign = -1) AS total,
        min(item) FILTER (sign = -1) AS total_item
    FROM cell GROUP BY ALL
), checked AS (
    SELECT added.*, parts - total AS gap, abs(parts - total) > cells * 0.01 / 2 + {_FLOAT_NOISE} AS failed
    FROM added JOIN (SELECT identity, count(*) AS cells FROM term GROUP BY ALL) USING (identity, cells)
), suspect AS (
    SELECT time_period, domain, item, min(value) AS printed, avg(value - sign * gap) AS implied,
        string_agg(identity, ' and ' ORDER BY identity) AS identities
    FROM cell JOIN checked USING (time_period, domain, identity)
    GROUP BY ALL
    HAVING bool_and(failed) AND count(*) > 1
        AND max(value - sign * gap) - min(value - sign * gap) <= sum(cells - 1) * 0.01 / 2 + {_FLOAT_NOISE}
), located AS (
    SELECT time_period, domain, string_agg(
        printf('; %s printed %.2f, implied %.2f by %s', item, printed, implied, identities), '' ORDER BY item
    ) AS cells
    FROM suspect GROUP BY ALL
)
SELECT failed,
    printf('%s %s: parts add to %.2f, %s printed %.2f', time_period, identity, parts, total_item, total)
        || coalesce(located.cells, '; no single cell explains it') AS example
FROM checked LEFT JOIN located USING (time_period, domain) ORDER BY time_period, identity"""

INCOME_RULES = (
    Rule(
        "china.item_known",
        0,
        "error",
        "every item is one that the bureau publishes for the concept",
        f"(concept, item) NOT IN ({_KNOWN})",
        "A name that is not known belongs to no share and no sum.",
        columns=("concept", "item"),
        do="compare the item with the source; a new one goes into items.csv",
    ),
    Rule(
        "china.sources_add_up",
        1,
        "flag",
        "wages, business, property and transfers add to disposable income within rounding",
        _SOURCES,
        "The four sources are all of the income; a larger difference is a misprint or a mixed-up column.",
        kind="table",
        columns=("item", "value"),
        do="compare the figures with the source; a misprint there stays, with this flag",
        dimension="consistency",
    ),
    Rule(
        "china.net_income_identities",
        1,
        "flag",
        "net income and its parts add up within rounding, by source, by industry and by productivity",
        _IDENTITIES,
        "Independent sums that share a cell say which cell is misprinted, and what it should be.",
        kind="table",
        columns=("item", "value"),
        do="compare the figures with the source; a misprint there stays, with this flag",
        dimension="consistency",
    ),
)
