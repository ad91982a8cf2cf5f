"""Rules on figures: set against the periods before them, the areas beside them, and other sources.

The SQL of a rule gives one line per unit compared: `time_period`, columns of the mart's key that say which figures are
meant, `failed` and `example`. It reads the views of `checks.figures`. Method: docs/methods/editing.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from warehouse.contracts.base import Dimension, Rule

HB_U, HB_A, HB_C = 0.5, 0.05, 4
"""Hidiroglou-Berthelot: weight of size, least spread, width of the bounds"""
BAND = 2
"""A mean may be so many times the largest of the year before, and no less than its smallest divided by that."""
COVERAGE_LOST = 0.1
"""Share of the sample that may report less than in the year before"""
AWAY_BAND = 5
"""Earnings of a person away against wages of a household that has any: a household may have three away, or be told of a
third of the wages; a wrong unit or period makes ten times or more."""
APART = 0.2
"""Relative difference between a published and a surveyed income that needs a reason"""


def _rule(
    mart: str,
    name: str,
    dimension: Dimension,
    text: str,
    sql: str,
    rationale: str,
    columns: Sequence[str],
    do: str,
) -> Rule:
    rule_id = f"mart.{mart}.{name}"
    return Rule(rule_id, 2, "flag", text, sql, rationale, "figure", tuple(columns), do, dimension=dimension)


def figures_of_rows(mart: str, source: str) -> Rule:
    """No county is lost between the accepted rows and the mart: the sets of periods and areas are compared first."""
    return Rule(
        f"mart.{mart}.figures_of_rows",
        2,
        "block",
        "every period and area that has accepted rows has figures",
        f"""SELECT d.time_period, d.area_code, f.area_code IS NULL AS failed,
             'no figure of ' || d.area_code || ' in ' || d.time_period || ', which has accepted rows' AS example
           FROM due d LEFT JOIN (SELECT DISTINCT time_period, area_code FROM figure) f USING (time_period, area_code)
           WHERE d.source = '{source}'""",
        "Rows that were accepted and are in no figure make every area above them smaller without saying so.",
        "figure",
        ("area_code",),
        "look for the area in the code that makes the mart; nothing is released before",
        owner="data engineer",
        without_rows=True,
        dimension="completeness",
    )


def areas_as_before(mart: str) -> Rule:
    """A county that is missing is missing from every area above it."""
    return _rule(
        mart,
        "areas_as_before",
        "completeness",
        "every area below that had figures in the period before has them now",
        """WITH area AS (SELECT DISTINCT time_period, freq, period_number, area_code FROM figure),
             were AS (SELECT DISTINCT freq, period_number, area_code FROM latest)
           SELECT f.time_period, f.area_code, count(a.area_code) < count(*) AS failed,
             f.area_code || ' in ' || f.time_period || ' is without '
               || string_agg(b.member_code, ' ' ORDER BY b.member_code) FILTER (a.area_code IS NULL) AS example
           FROM area f JOIN below b USING (time_period, area_code)
             JOIN were w ON w.freq = f.freq AND w.period_number = f.period_number - 1 AND w.area_code = b.member_code
             LEFT JOIN area a ON a.time_period = f.time_period AND a.area_code = b.member_code
           GROUP BY f.time_period, f.area_code""",
        "A sum that has lost one of its parts is smaller, and a mean is another one, without anything having changed.",
        ("area_code",),
        "ask the area that is missing for its file; until it comes the figure stands for a part",
    )


def coverage_kept(mart: str) -> Rule:
    """Coverage not shrinking."""
    return _rule(
        mart,
        "coverage_kept",
        "completeness",
        "the area reports as much of its sample as in the year before",
        f"""WITH area AS (SELECT DISTINCT time_period, freq, period_number, periods_a_year, area_code, domain,
               coverage FROM latest
               WHERE coverage IS NOT NULL),
             now AS (SELECT * FROM area WHERE time_period IN (SELECT time_period FROM figure))
           SELECT f.time_period, f.area_code, f.domain, f.coverage < median(b.coverage) - {COVERAGE_LOST} AS failed,
             f.area_code || ' ' || f.domain || ' in ' || f.time_period || ': '
               || printf('%.1f%% reported and accepted, %.1f%% in the year before', 100 * f.coverage,
                         100 * median(b.coverage)) AS example
           FROM now f JOIN area b USING (freq, area_code, domain)
           WHERE b.period_number BETWEEN f.period_number - f.periods_a_year AND f.period_number - 1
           GROUP BY f.time_period, f.area_code, f.domain, f.coverage""",
        "Those who stop reporting differ from those who go on; a figure of fewer of them moves for that alone.",
        ("area_code", "domain", "coverage"),
        "ask the area who did not report, and look in quarantine for rows of it",
    )


def mean_in_band(mart: str, mean: str, of: str) -> Rule:
    """Mean within a band of the months before; `of`: SQL that chooses the figures."""
    return _rule(
        mart,
        "mean_in_band",
        "accuracy",
        f"the mean lies between the smallest of the year before divided by {BAND} and the largest times {BAND}",
        f"""SELECT f.time_period, f.area_code, f.domain, f.leaf,
             NOT (f.{mean} BETWEEN min(b.{mean}) / {BAND} AND max(b.{mean}) * {BAND}) AS failed,
             f.area_code || ' ' || f.domain || ' in ' || f.time_period || ': '
               || printf('%.2f, in the year before %.2f to %.2f', f.{mean}, min(b.{mean}), max(b.{mean})) AS example
           FROM figure f JOIN latest b USING (freq, area_code, domain, leaf)
           WHERE {of} AND b.period_number BETWEEN f.period_number - f.periods_a_year AND f.period_number - 1
             AND b.{mean} > 0 AND f.{mean} IS NOT NULL
           GROUP BY f.time_period, f.periods_a_year, f.area_code, f.domain, f.leaf, f.{mean}
           HAVING count(*) = f.periods_a_year""",
        "Seasons stay within the range of a year; beyond twice that range the unit or the coverage has changed.",
        ("area_code", "domain", mean),
        "see which rows moved it (povmon explain … --drill) and ask their sender for the unit",
    )


def outlier(mart: str, figure: str, key: Sequence[str], variance: str, of: str = "true") -> Rule:
    """Hidiroglou-Berthelot over the smallest areas, within a period and `key`, columns of the mart's.

    variance: SQL of that which chance alone makes of a figure; of: SQL that chooses the rows that are added up.
    """
    names = ("area_code", *key)
    return _rule(
        mart,
        "outlier",
        "accuracy",
        "the change since the period before is in line with that of the areas beside it, or within chance",
        f"""WITH summed AS (
               SELECT time_period, freq, period_number, {", ".join(names)},
                 sum(CAST({figure} AS DOUBLE)) AS amount, sum({variance}) AS variance
               FROM latest WHERE {of} GROUP BY ALL),
             unit AS (
               SELECT f.time_period, {", ".join(f"f.{name}" for name in names)}, b.amount AS before, f.amount AS after,
                 b.variance AS variance_before, f.variance AS variance_after
               FROM summed f SEMI JOIN smallest USING (time_period, area_code)
                 JOIN summed b USING ({", ".join(("freq", *names))})
               WHERE b.period_number = f.period_number - 1),
             {hidiroglou_berthelot(("time_period", *key))}
           SELECT time_period, {", ".join(names)}, is_outlier AND abs(after - middle * before)
               > {HB_C} * sqrt(coalesce(variance_after + middle ** 2 * variance_before, 0)) AS failed,
             concat_ws(' ', {", ".join(names)}, 'in', time_period || ':',
               printf('%.2f after %.2f, %.2f by the median ratio', after, before, middle * before)) AS example
           FROM judged""",
        "A change that the areas beside do not share is more often a slip of a file than news (Hidiroglou-Berthelot).",
        ("area_code", figure),
        "see which rows moved it (povmon explain … --drill) and ask their sender",
    )


def hidiroglou_berthelot(group: Sequence[str]) -> str:
    """SQL: `judged`, the rows of `unit` (before, after) whose figures are positive, with effect, bounds and is_outlier.

    The same as `indicators.editing.hidiroglou_berthelot` within each group; docs/methods/editing.md.
    """
    within = f"(PARTITION BY {', '.join(group)})"
    return f"""score AS (SELECT *, after / before AS ratio, median(after / before) OVER {within} AS middle
               FROM unit WHERE before > 0 AND after > 0),
             scored AS (SELECT *, greatest(before, after) ** {HB_U}
                 * CASE WHEN ratio < middle THEN 1 - middle / ratio ELSE ratio / middle - 1 END AS effect FROM score),
             quarter AS (SELECT *, quantile_cont(effect, 0.25) OVER {within} AS q1,
                 median(effect) OVER {within} AS q2, quantile_cont(effect, 0.75) OVER {within} AS q3 FROM scored),
             bounded AS (SELECT *, q2 - {HB_C} * greatest(q2 - q1, abs({HB_A} * q2)) AS lower,
                 q2 + {HB_C} * greatest(q3 - q2, abs({HB_A} * q2)) AS upper FROM quarter),
             judged AS (SELECT *, effect < lower OR effect > upper AS is_outlier FROM bounded)"""


def wages_agree() -> Rule:
    """Labour earnings against the survey's wage_away."""
    return Rule(
        "mart.labour_export.wages_agree",
        3,
        "flag",
        f"earnings per person lie within {AWAY_BAND} times either way of what a surveyed household with wages away has",
        f"""WITH wages AS (SELECT time_period, area_code, sum(weight * wage_away_net) AS amount,
                 sum(weight) AS households
               FROM core_household_income WHERE wage_away_net > 0 GROUP BY ALL),
             away AS (SELECT b.time_period, b.area_code, sum(w.amount) / sum(w.households) AS per_household
               FROM below b JOIN wages w ON w.time_period = b.time_period AND w.area_code = b.member_code GROUP BY ALL),
             earned AS (SELECT time_period, area_code, sum(earnings_total)
                 / sum(earnings_total / earnings_per_person) AS per_person
               FROM figure WHERE earnings_per_person > 0 GROUP BY ALL)
           SELECT time_period, area_code,
             per_person NOT BETWEEN per_household / {AWAY_BAND} AND per_household * {AWAY_BAND} AS failed,
             area_code || ' in ' || time_period || ': '
               || printf('%.2f a person away, %.2f a household with wages away', per_person, per_household) AS example
           FROM earned JOIN away USING (time_period, area_code)""",
        "The counties' reports and the survey see the same wages; where they do not, a unit or period is wrong (S33).",
        "figure",
        ("earnings_per_person",),
        "ask the county for unit and period of its earnings, and look at wage_away of its households",
        dimension="consistency",
    )


def published_agrees() -> Rule:
    """Published income against the survey."""
    return Rule(
        "mart.income_level.published_agrees",
        3,
        "flag",
        f"net income a head is within {APART:.0%} of what the statistical office published, or within its own error",
        f"""SELECT f.time_period, f.area_code, f.domain, f.leaf, abs(f.mean_per_person - p.value)
               > greatest({APART} * abs(p.value), 2 * coalesce(f.mean_per_person_se, 0)) AS failed,
             f.area_code || ' ' || f.domain || ' in ' || f.time_period || ': '
               || printf('%.2f surveyed, %.2f published', f.mean_per_person, p.value) AS example
           FROM figure f JOIN core_published_income p USING (time_period, area_code, domain)
           WHERE f.leaf = 'net_income' AND p.concept = 'net_income' AND p.item = 'net_income' AND p.measure = 'period'
             AND f.mean_per_person IS NOT NULL""",
        "Two offices that measure the same income differ by sampling and definition, not by a fifth.",
        "figure",
        ("mean_per_person",),
        "find out which of the two has another population, period or unit",
        dimension="consistency",
    )


def on_track() -> Rule:
    """Targets that the way so far does not lead to; news of the programme and no doubt about the figure."""
    return Rule(
        "mart.target_progress.on_track",
        3,
        "info",
        "the level is not below the straight way from the base year to the target",
        """SELECT time_period, area_code, measure, item, value < 1 AS failed,
             concat_ws(' ', area_code, item, 'at the end of', month || ':', 'below the straight way') AS example
           FROM figure WHERE measure = 'on_track' AND value IS NOT NULL""",
        "A target that is missed is seen in its last year; one that is being missed can still be helped (S11, S15).",
        "figure",
        ("measure", "item"),
        "look at what is required a year, and ask the bureau what it will do to reach it",
    )


SURVEY = "core.household_income"

OF_PSU_TOTAL = (figures_of_rows("psu_total", SURVEY),)
OF_INCOME_LEVEL = (
    figures_of_rows("income_level", SURVEY),
    areas_as_before("income_level"),
    coverage_kept("income_level"),
    mean_in_band("income_level", "mean_per_person", "f.leaf = 'net_income'"),
    outlier("income_level", "mean_per_person", ("domain", "leaf"), "mean_per_person_se ** 2"),
    published_agrees(),
)
OF_INCOME_SHARE = (
    figures_of_rows("income_share", SURVEY),
    areas_as_before("income_share"),
    coverage_kept("income_share"),
)
OF_POVERTY = (areas_as_before("poverty"), coverage_kept("poverty"))
OF_INEQUALITY = (figures_of_rows("inequality", SURVEY), areas_as_before("inequality"), coverage_kept("inequality"))
OF_LABOUR_EXPORT = (
    figures_of_rows("labour_export", "core.labour_export"),
    areas_as_before("labour_export"),
    outlier("labour_export", "persons", ("channel",), "persons"),
    wages_agree(),
)
OF_TARGET_PROGRESS = (on_track(),)
OF_FUND_FLOW = (
    figures_of_rows("fund_flow", "core.fund_transaction"),
    outlier("fund_flow", "amount", ("station",), "CAST(amount AS DOUBLE) ** 2 / lines", "line_type = 'item'"),
)
