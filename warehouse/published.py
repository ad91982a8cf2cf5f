"""Views for people who ask: the current vintage of every figure, any earlier one, and how figures were revised.

Only what may be published; microdata and audit evidence are not here. A figure that the gate withholds is null with
every number of its row, so that all withheld figures look alike: few households or many, zero or not.
The SQL is what DuckDB and PostgreSQL both understand, so that each view has one definition; a test asks both.
Methods: docs/methods/disclosure.md, docs/methods/revisions.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from warehouse.contracts import MART_CONTRACTS
from warehouse.contracts.figures import FIGURE, QUANTITIES, long_form
from warehouse.periods import edge_months, months_sql

_NUMBERS = ("integer", "number", "money")

_MONTHS = months_sql("m.freq")
_FIRST_MONTH, LAST_MONTH = edge_months("m")

_COVERED = "(SELECT r.*, unnest(string_to_array(r.periods, ' ')) AS month FROM audit.release r)"
"""Releases, once for every month they cover"""

ALL_RELEASES = "true"
_UP_TO_MOMENT = """r.created_at <= CAST(
  CASE WHEN CAST("at" AS VARCHAR) SIMILAR TO '[0-9]{4}-[0-9]{2}-[0-9]{2}'
       THEN CAST("at" AS VARCHAR) || ' 23:59:59.999999+00'
       WHEN CAST("at" AS VARCHAR) SIMILAR TO '[0-9-]{10}[ T][0-9:]{5,8}([.][0-9]+)?'
       THEN CAST("at" AS VARCHAR) || '+00' ELSE CAST("at" AS VARCHAR) END AS TIMESTAMPTZ)"""
_UP_TO_RELEASE = "r.release_id <= release AND release IN (SELECT known.release_id FROM audit.release known)"


def _current(among: str) -> str:
    """True of the rows `m` of the vintage that is current among some releases `r`."""
    return f"""(m.jurisdiction, {LAST_MONTH}, m.release_id) IN (
  SELECT r.jurisdiction, r.month, max(r.release_id) FROM {_COVERED} r WHERE {among}
  GROUP BY r.jurisdiction, r.month)"""


# the name that the area or set had in the period
_AREA_NAME = f"""(SELECT (array_agg(n.name ORDER BY n.valid_from DESC))[1] FROM (
    SELECT jurisdiction, area_code, name, valid_from FROM ref.area
    UNION ALL SELECT jurisdiction, set_code, name, valid_from FROM ref.area_set) n
  WHERE n.jurisdiction = m.jurisdiction AND n.area_code = m.area_code AND n.valid_from <= {LAST_MONTH}) AS area"""


def shown(table: str, vintage: str = ALL_RELEASES) -> str:
    """SQL: rows of a mart as they may be published, of the releases for which `vintage` holds."""
    return f"SELECT {_columns(table)}, {_AREA_NAME} FROM mart.{table} m WHERE {vintage}"


def _form(table: str) -> Callable[[str], str]:
    return lambda among: shown(table, _current(among))


def _columns(mart: str) -> str:
    """The columns of a mart as readers see them; what is not a word about the figure shows in free rows only."""
    contract = MART_CONTRACTS[f"mart.{mart}"]
    shown = []
    for column in contract.columns:
        if column.name == "conf_note":
            continue
        if column.name == "obs_status":
            shown.append("CASE WHEN m.conf_status = 'F' THEN m.obs_status ELSE 'Q' END AS obs_status")
        elif column.name in contract.key or (column.type not in _NUMBERS and column.name != "obs_note"):
            shown.append(f"m.{column.name}")
        else:
            shown.append(f"CASE WHEN m.conf_status = 'F' THEN m.{column.name} END AS {column.name}")
    return ", ".join(shown)


def _income_level_real(among: str) -> str:
    """Levels divided by the price levels of the same vintage."""
    levels = f"""FROM (SELECT p.* FROM audit.price_level p WHERE (p.jurisdiction, p.release_id) IN (
        SELECT r.jurisdiction, max(r.release_id) FROM audit.release r WHERE {among} GROUP BY r.jurisdiction)) i
      WHERE i.jurisdiction = m.jurisdiction AND i.index_kind = 'cpi'
        AND i.time_period BETWEEN {_FIRST_MONTH} AND {LAST_MONTH}"""
    return f"""SELECT nominal.*,
  mean_per_household * 100 / price_level AS mean_per_household_real,
  mean_per_household_se * 100 / price_level AS mean_per_household_real_se,
  mean_per_person * 100 / price_level AS mean_per_person_real,
  mean_per_person_se * 100 / price_level AS mean_per_person_real_se
FROM (SELECT m.*, (SELECT min(i.basis) {levels}) AS price_basis,
    (SELECT CASE WHEN count(*) = {_MONTHS} THEN avg(i.value) END {levels}) AS price_level
  FROM ({shown("income_level", _current(among))}) m) nominal"""


_FORMS: dict[str, tuple[str, Callable[[str], str]]] = {
    "income_share": ("Share of each sector in farmers' income", _form("income_share")),
    "income_level": ("Income levels by source", _form("income_level")),
    "income_change": ("Growth of income, trend of agriculture's share, volatility", _form("income_change")),
    "poverty": ("Poverty by line and measure", _form("poverty")),
    "inequality": ("Inequality of income per head and its sources", _form("inequality")),
    "labour_export": ("Labour export", _form("labour_export")),
    "fund_flow": ("Money of the programme", _form("fund_flow")),
    "fund_indicator": ("What the programme's money does", _form("fund_indicator")),
    "labour_indicator": ("Labour export by month and item", _form("labour_indicator")),
    "labour_half_year": ("Labour export and training by half-year", _form("labour_half_year")),
    "village_indicator": ("Whole-village advance", _form("village_indicator")),
    "registry_indicator": ("Registered poor households by batch", _form("registry_indicator")),
    "industry_indicator": ("Industries, enterprises and associations", _form("industry_indicator")),
    "target_progress": ("Targets of the policy paper", _form("target_progress")),
    "income_level_real": (
        "Income levels, nominal and in prices of price_basis (null where prices of the period are not known)",
        _income_level_real,
    ),
}
"""name -> (words, SQL of the vintage current among some releases)"""


def _revisions() -> str:
    """Every vintage of every figure, with the one before it."""
    every = {table: f"({shown(table)}) m" for table in QUANTITIES}
    figures = " UNION ALL ".join(long_form(table, rows) for table, rows in every.items())
    key = ", ".join(FIGURE)
    return f"""WITH figure AS MATERIALIZED (SELECT m.*, {LAST_MONTH} AS month FROM ({figures}) m),
vintage AS (SELECT r.jurisdiction, r.month, r.release_id, r.created_at AS released_at,
    row_number() OVER (PARTITION BY r.jurisdiction, r.month ORDER BY r.release_id) - 1 AS revision FROM {_COVERED} r),
known AS (SELECT {key}, month, min(release_id) AS first_release FROM figure GROUP BY {key}, month),
-- a figure that a later release no longer has is told with no value
every AS (SELECT {key}, month, release_id, value FROM figure UNION ALL
  SELECT {key}, month, v.release_id, NULL FROM known JOIN vintage v USING (jurisdiction, month)
  WHERE v.release_id >= first_release),
one AS (SELECT {key}, month, release_id, max(value) AS value FROM every GROUP BY {key}, month, release_id),
told AS (SELECT {key}, month, revision, release_id, released_at, value,
    lag(value) OVER (PARTITION BY {key} ORDER BY release_id) AS value_before
  FROM one JOIN vintage USING (jurisdiction, month, release_id))
SELECT told.*, value - value_before AS difference,
  (value - value_before) / nullif(abs(value_before), 0) AS relative_difference FROM told"""


_SHOWN_CAUSES = f"""SELECT c.* FROM audit.revision c JOIN published.revisions p USING ({", ".join(FIGURE)}, release_id)
WHERE (c.value_before IS NULL OR p.value_before IS NOT NULL) AND (c.value_after IS NULL OR p.value IS NOT NULL)"""

VIEWS: dict[str, tuple[str, str]] = {
    name: (f"{words}; latest release of every period.", form(ALL_RELEASES)) for name, (words, form) in _FORMS.items()
} | {
    "revisions": ("Every figure in every release that covers its month, with the figure before it.", _revisions()),
    "revision_cause": ("What moved a revised figure, by input; figures shown in both releases.", _SHOWN_CAUSES),
}
"""name -> (words, SQL)"""


@dataclass(frozen=True)
class Macro:
    """A view with a parameter: `SELECT * FROM published.<name>(…)`."""

    view: str
    name: str
    parameter: str
    words: str
    sql: str


MACROS: tuple[Macro, ...] = tuple(
    macro
    for name, (words, form) in _FORMS.items()
    for macro in (
        Macro(
            name,
            f"{name}_as_of",
            "at",
            f"{words}; as it stood at a moment: a day means its end, UTC.",
            form(_UP_TO_MOMENT),
        ),
        Macro(
            name,
            f"{name}_release",
            "release",
            f"{words}; as it stood when that release was the latest.",
            form(_UP_TO_RELEASE),
        ),
    )
)
