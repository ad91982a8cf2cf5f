"""Views for people who ask: the latest release of every figure, with names instead of codes.

Only what may be published; microdata and audit evidence are not here.
"""

from __future__ import annotations

_CURRENT = """release_id = (SELECT max(r.release_id) FROM audit.release r WHERE r.jurisdiction = m.jurisdiction
  AND list_contains(string_split(r.periods, ' '), CASE m.freq
    WHEN 'M' THEN m.time_period
    WHEN 'Q' THEN m.time_period[:4] || '-' || lpad(CAST(CAST(m.time_period[7:] AS INTEGER) * 3 AS VARCHAR), 2, '0')
    ELSE m.time_period || '-12' END))"""

_AREA_NAME = """(SELECT any_value(a.name) FROM ref.area a
  WHERE a.jurisdiction = m.jurisdiction AND a.area_code = m.area_code) AS area"""

VIEWS: dict[str, tuple[str, str]] = {
    name: (words, f"SELECT m.*, {_AREA_NAME} FROM mart.{name} m WHERE {_CURRENT}")
    for name, words in {
        "income_share": "Share of each sector in farmers' income, latest release of every period.",
        "income_level": "Income levels by source, latest release of every period.",
        "poverty": "Poverty by line and measure, latest release of every period.",
        "inequality": "Inequality of income per head and its sources, latest release of every period.",
        "labour_export": "Labour export, latest release of every period.",
        "fund_flow": "Money of the programme, latest release of every period.",
    }.items()
}
"""name -> (words, SQL)"""
