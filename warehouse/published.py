"""Views for people who ask: the latest release of every figure, with names instead of codes.

Only what may be published; microdata and audit evidence are not here. A figure that the gate withholds is null with
every number of its row, so that all withheld figures look alike: few households or many, zero or not.
"""

from __future__ import annotations

from warehouse.contracts import MART_CONTRACTS

_NUMBERS = ("integer", "number", "money")

_QUARTER_MONTH = (
    "m.time_period[:4] || '-' || lpad(CAST(CAST(m.time_period[7:] AS INTEGER) * 3 - {} AS VARCHAR), 2, '0')"
)
_FIRST_MONTH, _LAST_MONTH = (
    f"CASE m.freq WHEN 'M' THEN m.time_period WHEN 'Q' THEN {_QUARTER_MONTH.format(back)} "
    f"ELSE m.time_period || '-{of_year}' END"
    for back, of_year in ((2, "01"), (0, "12"))
)
_CURRENT = f"""release_id = (SELECT max(r.release_id) FROM audit.release r WHERE r.jurisdiction = m.jurisdiction
  AND list_contains(string_split(r.periods, ' '), {_LAST_MONTH}))"""

# the name that the area or set had in the period
_AREA_NAME = f"""(SELECT max_by(n.name, n.valid_from) FROM (
    SELECT jurisdiction, area_code, name, valid_from FROM ref.area
    UNION ALL SELECT jurisdiction, set_code, name, valid_from FROM ref.area_set) n
  WHERE n.jurisdiction = m.jurisdiction AND n.area_code = m.area_code AND n.valid_from <= {_LAST_MONTH}) AS area"""


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


_LEVELS = f"""FROM ref.price_index i WHERE i.jurisdiction = m.jurisdiction AND i.index_kind = 'cpi'
  AND i.time_period BETWEEN {_FIRST_MONTH} AND {_LAST_MONTH}"""
_MONTHS = "CASE m.freq WHEN 'M' THEN 1 WHEN 'Q' THEN 3 ELSE 12 END"

_INCOME_LEVEL_REAL = f"""SELECT nominal.*,
  mean_per_household * 100 / price_level AS mean_per_household_real,
  mean_per_household_se * 100 / price_level AS mean_per_household_real_se,
  mean_per_person * 100 / price_level AS mean_per_person_real,
  mean_per_person_se * 100 / price_level AS mean_per_person_real_se
FROM (SELECT {_columns("income_level")}, {_AREA_NAME}, (SELECT any_value(i.basis) {_LEVELS}) AS price_basis,
    (SELECT CASE WHEN count(*) = {_MONTHS} THEN avg(i.value) END {_LEVELS}) AS price_level
  FROM mart.income_level m WHERE {_CURRENT}) nominal"""

VIEWS: dict[str, tuple[str, str]] = {
    name: (words, f"SELECT {_columns(name)}, {_AREA_NAME} FROM mart.{name} m WHERE {_CURRENT}")
    for name, words in {
        "income_share": "Share of each sector in farmers' income, latest release of every period.",
        "income_level": "Income levels by source, latest release of every period.",
        "poverty": "Poverty by line and measure, latest release of every period.",
        "inequality": "Inequality of income per head and its sources, latest release of every period.",
        "labour_export": "Labour export, latest release of every period.",
        "fund_flow": "Money of the programme, latest release of every period.",
    }.items()
} | {
    "income_level_real": (
        "Income levels, nominal and in prices of price_basis; null where prices of the period are not known.",
        _INCOME_LEVEL_REAL,
    )
}
"""name -> (words, SQL)"""
