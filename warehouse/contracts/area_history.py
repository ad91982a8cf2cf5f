"""`core.area_history`: every code of an area that there was, and what became of it, as a register of codes tells it.

An edition of the register is one file. What is made of it (validity by month, events, sets) is `assets.places.areas`.
"""

from __future__ import annotations

from warehouse.contracts.base import Column, Contract, Rule
from warehouse.contracts.common import FREQ, JURISDICTION, SOURCE_COLUMNS, TIME_PERIOD, standard_rules

_COLUMNS = (
    JURISDICTION,
    TIME_PERIOD,
    FREQ,
    Column("area_code", "code", "Code, six digits (GB/T 2260)", "代码"),
    Column("name_zh", "text", "Name in Chinese while the code was in force", "名称"),
    Column("province_zh", "text", "Province that it lay in", "一级行政区"),
    Column(
        "prefecture_zh",
        "text",
        "Prefecture that it lay in at first; 直辖 where the province is the next above",
        "二级行政区",
        nullable=True,
    ),
    Column("level", "code", "Level of the area", "级别", code_list="area_level"),
    Column("status", "code", "Whether the code is in force with this name", "状态", code_list="area_status"),
    Column("valid_from", "period", "First year in force; that of the register: since before", "启用年份"),
    Column("changed_in", "period", "Year from which it is no longer in force", "变更或弃用年份", nullable=True),
    Column(
        "successors",
        "text",
        "Codes that the territory has since, in changed_in or in the year in brackets: 640104;640106[2022]",
        "新代码",
        nullable=True,
    ),
    *SOURCE_COLUMNS,
)

_SUCCESSOR = r"[1-9][0-9]{5}(\[[0-9]{4}\])?"
_SUCCESSORS = """SELECT row_ordinal, area_code, valid_from, changed_in, left(successor, 6) AS code,
                 coalesce(nullif(regexp_extract(successor, '\\[([0-9]{4})\\]', 1), ''), changed_in) AS year
               FROM (SELECT *, unnest(string_split(successors, ';')) AS successor FROM judged)"""

_RULES = (
    *standard_rules("area_history", area=False, bounds=False),
    Rule(
        "area_history.code_has_six_digits",
        0,
        "error",
        "a code has six digits, and its zeros are those of its level",
        """NOT regexp_full_match(area_code, '[1-9][0-9]{5}') OR level <> CASE WHEN right(area_code, 4) = '0000'
           THEN 'province' WHEN right(area_code, 2) = '00' THEN 'prefecture' ELSE 'county' END""",
        "The digits say what an area belongs to; local codes have their own namespace and are no part of GB/T 2260.",
        columns=("area_code", "level"),
        do="compare with the published list of codes",
    ),
    Rule(
        "area_history.years",
        0,
        "error",
        "valid_from and changed_in are years, in that order",
        """NOT regexp_full_match(valid_from, '[0-9]{4}') OR NOT regexp_full_match(changed_in, '[0-9]{4}')
           OR changed_in <= valid_from""",
        "The register knows years; a code that ends before it begins was never in force.",
        columns=("valid_from", "changed_in"),
        do="compare with the published list of codes",
    ),
    Rule(
        "area_history.status_agrees",
        1,
        "error",
        "a code is in force exactly when no year is given from which it is not",
        "(status = 'in_force') <> (changed_in IS NULL)",
        "One of the two is wrong, and which one decides whether rows of the code are taken.",
        columns=("status", "changed_in"),
        do="compare with the published changes of the year",
        dimension="consistency",
    ),
    Rule(
        "area_history.spells_apart",
        1,
        "error",
        "the spells of a code do not overlap",
        """SELECT unnest([a.row_ordinal, b.row_ordinal]) AS row_ordinal FROM judged a JOIN judged b
           ON a.area_code = b.area_code AND a.row_ordinal < b.row_ordinal
           AND a.valid_from < coalesce(b.changed_in, '9999') AND b.valid_from < coalesce(a.changed_in, '9999')""",
        "A code cannot mean two areas, or one area twice, in the same year.",
        kind="set",
        columns=("area_code", "valid_from", "changed_in"),
        do="take out the spell that the published lists do not have",
        dimension="uniqueness",
        excused_by=(),
    ),
    Rule(
        "area_history.successors_read",
        0,
        "error",
        "successors are codes, each with its year where the code itself stays in force",
        f"""NOT regexp_full_match(successors, '{_SUCCESSOR}(;{_SUCCESSOR})*')
            OR changed_in IS NULL AND regexp_matches(successors, '[0-9]{{6}}(;|$)')""",
        "A successor without a year, or one that cannot be read, leaves the boundary of before unknown.",
        columns=("successors", "changed_in"),
        do="write the codes as 640104;640106[2022]",
    ),
    Rule(
        "area_history.successors_known",
        1,
        "error",
        "every successor is in force in the year of the change, in the same edition",
        f"""SELECT DISTINCT s.row_ordinal FROM ({_SUCCESSORS}) s WHERE year IS NOT NULL AND NOT EXISTS (
              SELECT 1 FROM judged o WHERE o.area_code = s.code
              AND o.valid_from <= s.year AND s.year < coalesce(o.changed_in, '9999'))""",
        "Territory that goes to a code which is not there would be lost from every later boundary.",
        kind="set",
        columns=("successors",),
        do="take the edition whole; where it is, compare with the published changes of the year",
        dimension="consistency",
    ),
    Rule(
        "area_history.successors_in_time",
        1,
        "error",
        "territory leaves a code while it is in force, or when it ends",
        f"""SELECT DISTINCT row_ordinal FROM ({_SUCCESSORS})
            WHERE year <= valid_from OR year > coalesce(changed_in, '9999')""",
        "A change before the code began or after it ended is of another spell.",
        kind="set",
        columns=("successors", "valid_from", "changed_in"),
        do="move the successor to the spell of its year",
        dimension="consistency",
    ),
    Rule(
        "area_history.edition_is_whole",
        1,
        "block",
        "no row of the edition is refused",
        """SELECT count(*) FILTER (WHERE NOT accepted) > 0 AS failed,
             printf('%d of %d rows refused', count(*) FILTER (WHERE NOT accepted), count(*)) AS example FROM outcome""",
        "A boundary that is followed over a row which is not there comes out wrong without a sign of it.",
        kind="table",
        do="correct the rows in quarantine and send the edition again with a mark such as _rev1 in its name",
        dimension="completeness",
        excused_by=(),
    ),
    Rule(
        "area_history.county_goes_somewhere",
        1,
        "flag",
        "a county that ends says which code its territory has since",
        "level = 'county' AND changed_in IS NOT NULL AND successors IS NULL",
        "Its territory cannot be followed; sets of constant boundary miss it.",
        columns=("successors",),
        do="look up what became of it; until then figures of constant boundary lack it",
        dimension="completeness",
    ),
    Rule(
        "area_history.area_above_in_force",
        1,
        "flag",
        "the province of a code, and the prefecture that it names, are in force when it begins",
        """SELECT row_ordinal FROM judged j WHERE level <> 'province' AND NOT EXISTS (
             SELECT 1 FROM judged o WHERE o.valid_from <= j.valid_from
             AND j.valid_from < coalesce(o.changed_in, '9999') AND o.area_code = CASE
               WHEN j.level = 'prefecture' OR j.prefecture_zh = '直辖' THEN left(j.area_code, 2) || '0000'
               ELSE left(j.area_code, 4) || '00' END)""",
        "An area without the one above it is added to no total.",
        kind="set",
        columns=("area_code", "prefecture_zh"),
        do="compare with the published list of codes of that year",
        dimension="consistency",
    ),
)


def is_national(code: str) -> bool:
    """Whether a code is of the form of GB/T 2260; local codes and sets have namespaces of their own."""
    return len(code) == 6 and code.isdigit()


AREA_HISTORY = Contract(
    schema="core",
    table="area_history",
    grain="one row per code and spell in an edition of the register",
    key=("jurisdiction", "time_period", "area_code", "valid_from"),
    columns=_COLUMNS,
    rules=_RULES,
    description="Area codes of all years and what became of them; time_period is the edition. In use: ref.area.",
    description_zh="历年行政区划代码及其沿革",
)
