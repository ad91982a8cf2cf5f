"""What must hold of Nepal's labour permits: known destinations, every district, two tables that agree."""

from __future__ import annotations

from jurisdictions.nepal.names import country_codes
from jurisdictions.nepal.permits import ROOT_AREA
from warehouse.contracts.base import Rule

_KNOWN = ", ".join(f"'{code}'" for code in country_codes())

_TWO_TABLES = """
WITH printed AS (
    SELECT time_period, channel, sex, destination_code = '_T' AS by_district, sum(persons) AS persons
    FROM outcome WHERE accepted GROUP BY ALL
), compared AS (
    SELECT time_period, channel, sex,
        coalesce(sum(persons) FILTER (NOT by_district), 0) AS by_country,
        coalesce(sum(persons) FILTER (by_district), 0) AS by_district
    FROM printed
    WHERE time_period IN (SELECT time_period FROM printed GROUP BY ALL HAVING count(DISTINCT by_district) = 2)
    GROUP BY ALL
)
SELECT bool_or(by_country <> by_district) AS failed,
    time_period || ' ' || channel || ': ' || string_agg(
        CASE sex WHEN 'M' THEN 'male' ELSE 'female' END || ' ' || by_country || ' by country, '
        || by_district || ' by district', '; ' ORDER BY sex DESC) AS example
FROM compared GROUP BY time_period, channel ORDER BY time_period, channel"""

_EVERY_DISTRICT = f"""
SELECT area_code NOT IN (SELECT area_code FROM outcome WHERE accepted AND area_code IS NOT NULL) AS failed,
    'no line of ' || area_code AS example
FROM area_now
WHERE area_code <> '{ROOT_AREA}'
    AND EXISTS (SELECT 1 FROM outcome WHERE accepted AND destination_code = '_T')"""

LABOUR_RULES = (
    Rule(
        "nepal.destination_known",
        0,
        "error",
        "every destination is a country of the list",
        f"destination_code <> '_T' AND destination_code NOT IN ({_KNOWN})",
        "A name without a code is a new spelling or a new country: a person decides which.",
        columns=("destination_code", "destination_name"),
        do="add the country's spelling to countries.csv, or ask the sender which is meant",
    ),
    Rule(
        "nepal.every_district",
        1,
        "flag",
        "every district in force has a line in the table by district",
        _EVERY_DISTRICT,
        "A district that nobody left is printed with zeros; one that is missing was lost.",
        kind="table",
        columns=("area_code",),
        do="ask the sender for the districts that have no line",
        dimension="completeness",
    ),
    Rule(
        "nepal.country_equals_district",
        2,
        "flag",
        "permits by country and by district add to the same number, per channel and sex",
        _TWO_TABLES,
        "Both tables count the same permits; where they differ, one has some of them in another channel.",
        kind="table",
        columns=("channel", "sex", "persons"),
        do="ask the department which of the two tables holds",
        dimension="consistency",
    ),
)
