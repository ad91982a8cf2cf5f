"""Poverty measures: textbook tables, golden values, identities."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.inequality import gini
from indicators.poverty import (
    fgt,
    fgt_by_group,
    poverty_depth,
    sen,
    sen_shorrocks_thon,
    time_to_exit,
    watts,
    watts_depth,
)
from indicators.survey import PsuTotals, SurveyDesign, total

COUNTRY_A = """
income | poor | gap  | gap_squared | log_gap
100    | 1    | 0.20 | 0.0400      | 0.223143551
110    | 1    | 0.12 | 0.0144      | 0.127833372
150    | 0    | 0    | 0           | 0
160    | 0    | 0    | 0           | 0
"""


@pytest.fixture
def country(drawn):
    return drawn(COUNTRY_A)


@pytest.fixture
def equal():
    return SurveyDesign(np.ones(4))


def test_haughton_and_khandker(country, equal):
    """Handbook on Poverty and Inequality, chapter 4: line 125."""
    assert fgt(country.income, 125, 0, equal).value == 2 / 4
    assert fgt(country.income, 125, 1, equal).value == pytest.approx((0.20 + 0.12) / 4)
    assert fgt(country.income, 125, 2, equal).value == pytest.approx((0.04 + 0.0144) / 4)
    assert watts(country.income, 125, equal).value == pytest.approx(0.0877442307)
    assert poverty_depth(country.income, 125, 1).tolist() == pytest.approx(country.gap.tolist())
    assert poverty_depth(country.income, 125, 2).tolist() == pytest.approx(country.gap_squared.tolist())
    assert watts_depth(country.income, 125).tolist() == pytest.approx(country.log_gap.tolist())


def test_golden_values(income_golden):
    """R package ineq, whose Foster parameter is alpha + 1, and the handbook's own figures."""
    golden = income_golden("golden_ineq")
    x, design = golden["ineq_doc_vec"], SurveyDesign(np.ones(10))
    hk, four = golden["hk"], SurveyDesign(np.ones(4))
    for value, expected in (
        (fgt(x, 5000, 0, design), golden["Foster_1"]),
        (fgt(x, 5000, 1, design), golden["Foster_2"]),
        (fgt(x, 5000, 2, design), golden["Foster_3"]),
        (watts(x, 5000, design), golden["Watts_5000"]),
        (sen(x, 5000, design), golden["Sen_5000"]),
        (sen_shorrocks_thon(x, 5000, design), golden["SST_5000"]),
        (fgt(hk["x"], hk["z"], 0, four), hk["P0"]),
        (fgt(hk["x"], hk["z"], 1, four), hk["P1"]),
        (fgt(hk["x"], hk["z"], 2, four), hk["P2"]),
        (watts(hk["x"], hk["z"], four), hk["watts"]),
        (sen(hk["x"], hk["z"], four), hk["Sen"]),
        (sen_shorrocks_thon(hk["x"], hk["z"], four), hk["SST"]),
    ):
        assert value.value == pytest.approx(expected, rel=1e-9)


def test_sen_is_headcount_gap_and_gini_of_the_poor(country, equal):
    """H (I + (1 - I) G): H = 1/2, I = 0.16, G of 100 and 110 = 10 / (2 * 2 * 105)."""
    assert sen(country.income, 125, equal).value == pytest.approx(0.5 * (0.16 + 0.84 * 10 / (4 * 105)))
    poor = gini(country.income, equal, domain=country.poor == 1)
    assert poor.value == pytest.approx(10 / (4 * 105))


def test_boundary(drawn):
    """A household exactly on the line is poor by the Chinese wording only."""
    sample = drawn("""
        weight | income
        1      | 90
        2      | 100
        3      | 110
    """)
    design = SurveyDesign(sample.weight)
    strict, inclusive = fgt(sample.income, 100, 0, design), fgt(sample.income, 100, 0, design, boundary="<=")
    assert (strict.value, strict.variant) == (1 / 6, "boundary=<")
    assert (inclusive.value, inclusive.variant) == (3 / 6, "boundary=<=")
    assert fgt(sample.income, 100, 1, design).value == fgt(sample.income, 100, 1, design, "<=").value
    with pytest.raises(ValueError, match="boundary is '>'; choose one of <, <="):
        fgt(sample.income, 100, 0, design, boundary=">")


def test_incomes_of_zero_or_less(drawn):
    """A loss makes the gap exceed 1; Watts has no logarithm for it and says how many."""
    sample = drawn("""
        income
        -50
        0
        50
        200
    """)
    design = SurveyDesign(np.ones(4))
    assert fgt(sample.income, 100, 1, design).value == (1.5 + 1 + 0.5) / 4
    estimate = watts(sample.income, 100, design)
    assert (estimate.value, estimate.n_excluded) == (pytest.approx(math.log(2) / 4), 2)
    assert sen(sample.income, 100, design).value == pytest.approx(
        0.75 * (1 + 4 / 18)
    )  # gaps 1.5, 1, 0.5: G = Σ|d| / (2 n² mean)
    assert fgt(np.zeros(4), 100, 2, design).value == 1


def test_nobody_poor(equal):
    for estimate in (
        fgt([9, 9, 9, 9], 5, 0, equal),
        watts([9, 9, 9, 9], 5, equal),
        sen([9, 9, 9, 9], 5, equal),
        sen_shorrocks_thon([9, 9, 9, 9], 5, equal),
    ):
        assert (estimate.value, estimate.se) == (0, 0)


def test_time_to_exit(country, equal):
    """At 5 % a year: ln(125/100)/0.05 and ln(125/110)/0.05 years, over everyone or over the two poor."""
    years = (country.log_gap / 0.05).tolist()
    everyone = time_to_exit(country.income, 125, 0.05, equal)
    poor = time_to_exit(country.income, 125, 0.05, equal, among="poor")
    assert everyone.value == pytest.approx(sum(years) / 4, rel=1e-8)
    assert poor.value == pytest.approx(sum(years) / 2, rel=1e-8)
    with pytest.raises(ValueError, match="only a positive growth rate"):
        time_to_exit(country.income, 125, 0, equal)


def test_lines_may_differ_between_households(equal):
    assert fgt([50, 50, 50, 50], [40, 60, 100, 100], 1, equal).value == pytest.approx((10 / 60 + 0.5 + 0.5) / 4)


def test_persons_are_counted_through_the_design(drawn):
    sample = drawn("""
        weight | persons | income_per_head
        10     | 6       | 50
        10     | 2       | 150
    """)
    households = SurveyDesign(sample.weight)
    assert fgt(sample.income_per_head, 100, 0, households).value == 1 / 2
    assert fgt(sample.income_per_head, 100, 0, households.for_persons(sample.persons)).value == 6 / 8


def test_subgroups(drawn):
    """Of 4 rural persons 2 are poor, of 6 urban 1: contributions 2/3 and 1/3."""
    sample = drawn("""
        area  | weight | income
        rural | 2      | 50
        rural | 2      | 150
        urban | 1      | 50
        urban | 5      | 150
    """)
    groups = fgt_by_group(sample.income, 100, 0, SurveyDesign(sample.weight), sample.area)
    assert groups.groups.tolist() == ["rural", "urban"]
    assert groups.fgt.value[:, 0].tolist() == pytest.approx([2 / 4, 1 / 6])
    assert groups.population_share.tolist() == [0.4, 0.6]
    assert groups.contribution.tolist() == pytest.approx([2 / 3, 1 / 3])
    assert groups.total.value == pytest.approx(3 / 10)
    alone = fgt(sample.income, 100, 0, SurveyDesign(sample.weight), domain=sample.area == "rural")
    assert groups.fgt.estimate("rural").se == pytest.approx(alone.se)


def test_refusals(equal):
    with pytest.raises(ValueError, match=r"income is missing .NaN. or infinite for 1 of 4 households"):
        fgt([1, 2, math.nan, 4], 3, 0, equal)
    with pytest.raises(ValueError, match="line is missing or not positive for 4 households"):
        fgt([1, 2, 3, 4], 0, 0, equal)
    with pytest.raises(ValueError, match="line has 2 values but income 4"):
        watts([1, 2, 3, 4], [1, 2], equal)
    with pytest.raises(ValueError, match="alpha is -1"):
        fgt([1, 2, 3, 4], 3, -1, equal)
    empty = fgt([1, 2, math.nan, 4], 3, 0, equal, domain=[False] * 4)
    assert math.isnan(empty.value)
    assert empty.reason == "no household in the domain"


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), alpha=st.sampled_from([0, 1, 2, 3.5]))
def test_additivity_and_psu_totals(seed, alpha):
    """FGT = Σ population share * FGT of the group, and the depths give the same from PSU totals."""
    generator = np.random.default_rng(seed)
    n = int(generator.integers(4, 80))
    design = SurveyDesign(generator.uniform(1, 9, n), None, generator.integers(0, 9, n), lonely_psu="remove")
    income, group = generator.lognormal(4, 1, n) - 10, generator.integers(0, 4, n)
    groups = fgt_by_group(income, 60, alpha, design, group)
    assert groups.population_share @ groups.fgt.value[:, 0] == pytest.approx(groups.total.value, abs=1e-12)
    if groups.total.value > 0:
        assert groups.contribution.sum() == pytest.approx(1)
    table = PsuTotals.from_microdata({"depth": poverty_depth(income, 60, alpha)}, design, group)
    means = table.means(["depth"])
    assert means.value[:, 0] == pytest.approx(groups.fgt.value[:, 0])
    assert means.se[:, 0] == pytest.approx(groups.fgt.se[:, 0], rel=1e-9, abs=1e-15)


def test_error_of_a_poverty_total_is_that_of_its_indicator(country):
    design = SurveyDesign([10, 20, 30, 40])
    poor = total(country.poor, design)
    assert poor.value == 30
    share = fgt(country.income, 125, 0, design)
    z = (country.poor - 0.3) / 100
    assert share.se == pytest.approx(total(z, design).se)
