"""What must hold of China's published income: known items, sources that add to the total, identities of the parts.

A difference is judged against the rounding of the figures themselves (methods.md 7): m parts and a total, each
rounded to unit u, agree within (m + 1) u / 2.
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
    f"('{row['identity']}', '{row['item']}', {'-1' if row['role'] == 'total' else '1'})"
    for row in _rows("identities")
)

# Every figure has a unit of its own: the bureau prints the parts of a quarter with one decimal and their total with
# two, and other quarters whole or with up to twelve. Half the sum of the five units is (m + 1) u / 2 for equal ones.
_SOURCES = """
WITH figure AS (
    SELECT time_period, domain, item, value,
        CASE WHEN value = round(value) THEN 1 ELSE pow(10, -length(split_part(value::VARCHAR, '.', 2))) END AS unit
    FROM outcome
    WHERE accepted AND concept = 'disposable_income' AND measure = 'cumulative'
        AND item IN ('total', 'wages', 'business', 'property', 'transfer')
), added AS (
    SELECT time_period, domain,
        sum(value) FILTER (item <> 'total') AS parts,
        sum(value) FILTER (item = 'total') AS total,
        sum(unit) / 2 + 1e-11 AS tolerance
    FROM figure GROUP BY ALL HAVING count(*) = 5
)
SELECT abs(parts - total) > tolerance AS failed,
    printf('%s %s: sources add to %.4f, total printed %.4f, rounding explains %.4f',
        time_period, domain, parts, total, tolerance) AS example
FROM added ORDER BY time_period, domain"""

# A cell stands in several identities. Where all that it stands in fail and each implies the same value for it, it is
# the cell that is wrong; the implied values are compared within the rounding of the other cells.
_IDENTITIES = f"""
WITH term(identity, item, sign) AS (VALUES {_TERMS}),
cell AS (
    SELECT time_period, domain, identity, item, sign, value
    FROM outcome JOIN term USING (item) WHERE accepted AND concept = 'net_income'
), checked AS (
    SELECT time_period, domain, identity, count(*) AS cells,
        sum(value) FILTER (sign = 1) AS parts,
        sum(value) FILTER (sign = -1) AS total,
        min(item) FILTER (sign = -1) AS total_item,
        abs(sum(sign * value)) > count(*) * 0.01 / 2 + {_FLOAT_NOISE} AS failed
    FROM cell GROUP BY ALL
    HAVING count(*) = (SELECT count(*) FROM term WHERE term.identity = cell.identity)
), suspect AS (
    SELECT time_period, domain, item, min(value) AS printed,
        avg(value - sign * (parts - total)) AS implied,
        string_agg(identity, ' and ' ORDER BY identity) AS identities
    FROM cell JOIN checked USING (time_period, domain, identity)
    GROUP BY ALL
    HAVING bool_and(failed) AND count(*) > 1
        AND max(value - sign * (parts - total)) - min(value - sign * (parts - total))
            <= sum(cells - 1) * 0.01 / 2 + {_FLOAT_NOISE}
)
SELECT failed, time_period || ' ' || identity || ': parts add to ' || printf('%.2f', parts) || ', '
    || total_item || ' printed ' || printf('%.2f', total) || coalesce((
        SELECT string_agg('; ' || item || ' printed ' || printf('%.2f', printed) || ', implied '
            || printf('%.2f', implied) || ' by ' || identities, '' ORDER BY item)
        FROM suspect WHERE suspect.time_period = checked.time_period AND suspect.domain = checked.domain
    ), '; no single cell explains it') AS example
FROM checked ORDER BY time_period, identity"""

INCOME_RULES = (
    Rule(
        "china.item_known",
        0,
        "error",
        "every item is one that the bureau publishes for the concept",
        f"(concept, item) NOT IN ({_KNOWN})",
        "A name that is not known belongs to no share and no sum.",
        columns=("concept", "item"),
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
    ),
)
