"""Inequality measures: golden values, small tables, properties."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from indicators.inequality import (
    atkinson,
    atkinson_by_group,
    coefficient_of_variation,
    entropy_by_group,
    generalized_entropy,
    gini,
    gini_by_group,
    lerman_yitzhaki,
    lorenz,
    quantile,
    quantile_shares,
    ricci_schutz,
    shorrocks,
    theil_l,
    theil_t,
    theil_within_between,
)
from indicators.survey import SurveyDesign

LEAVES = ["farming_rev", "other_rev", "self_employment_rev", "wage"]


def equal(n: int) -> SurveyDesign:
    return SurveyDesign(np.ones(n))


def test_golden_indices(income_golden):
    """R package ineq on its own example; Gini_corr is G n/(n - 1)."""
    golden = income_golden("golden_ineq")
    x = golden["ineq_doc_vec"]
    design = equal(len(x))
    assert gini(x, design).value == pytest.approx(golden["Gini"], rel=1e-9)
    assert gini(x, design).value * 10 / 9 == pytest.approx(golden["Gini_corr"], rel=1e-9)
    assert theil_t(x, design).value == pytest.approx(golden["Theil_T"], rel=1e-9)
    assert theil_l(x, design).value == pytest.approx(golden["Theil_L"], rel=1e-9)
    assert atkinson(x, design, 0.5).value == pytest.approx(golden["Atk05"], rel=1e-9)
    assert ricci_schutz(x, design).value == pytest.approx(golden["RS"], rel=1e-9)
    assert coefficient_of_variation(x, design).value == pytest.approx(golden["var_coef"], rel=1e-9)
    assert generalized_entropy(x, design, 0.5).value == pytest.approx(golden["entropy05"], rel=1e-9)


def test_gini_by_hand(drawn):
    """Half the mean difference over the mean: people 1, 1, 3 with 3: pairs differ by 2 four times in nine."""
    sample = drawn("""
        weight | income
        2      | 1
        1      | 3
    """)
    estimate = gini(sample.income, SurveyDesign(sample.weight))
    assert estimate.value == pytest.approx(4 * 2 / 9 / (2 * 5 / 3))
    assert estimate.variant == "rank=mid"


def test_rank_variants_by_the_formulas(drawn):
    """methods.md section 4, R the cumulative weight including the record's own."""
    sample = drawn("""
        weight | income | cumulated
        2      | 10     | 2
        3      | 20     | 5
        5      | 40     | 10
    """)
    w, y, r = (sample[name].to_numpy() for name in ("weight", "income", "cumulated"))
    design = SurveyDesign(sample.weight)
    base = w.sum() * (w * y).sum()
    mid = (2 * (w * r * y).sum() - (w**2 * y).sum()) / base - 1
    upper = (2 * (w * r * y).sum() - (w * y).sum()) / base - 1
    assert gini(y, design).value == pytest.approx(mid)
    assert gini(y, design, rank="upper").value == pytest.approx(upper)
    with pytest.raises(ValueError, match="rank is 'lower'; choose one of mid, upper"):
        gini(y, design, rank="lower")


def test_negative_and_zero_incomes():
    """Gini needs a positive mean only; the entropy family leaves out, and counts, incomes not above zero."""
    incomes = [-10, 0, 20, 50]
    assert gini(incomes, equal(4)).value == pytest.approx((10 + 30 + 60 + 20 + 50 + 30) * 2 / (2 * 16 * 15))
    estimate = theil_t(incomes, equal(4))
    assert estimate.n_excluded == 2
    assert estimate.value == pytest.approx(theil_t([20, 50], equal(2)).value)
    for nothing in ([0, 0, 0, 0], [-5, 1, 1, 1]):
        estimate = gini(nothing, equal(4))
        assert math.isnan(estimate.value)
        assert math.isnan(estimate.se)
        assert estimate.reason == "mean income is not positive"
    zero = theil_l([0, 0, 0, 0], equal(4))
    assert math.isnan(zero.value)
    assert zero.n_excluded == 4
    assert zero.reason == "no household has positive income"
    by_group = entropy_by_group([0, 0, 20, 50], equal(4), list("aabb"), 1)
    assert by_group.estimate("a").reason == "no household has positive income"
    assert math.isnan(quantile_shares([0, 0, 0, 0], equal(4)).value[0])


def test_everybody_equal():
    design = equal(5)
    for measure in (gini, theil_t, theil_l, atkinson, ricci_schutz, coefficient_of_variation):
        estimate = measure([7] * 5, design)
        assert estimate.value == pytest.approx(0, abs=1e-15)
        assert estimate.se == pytest.approx(0, abs=1e-15)


def test_empty_domain_and_one_household():
    nobody = gini([1, 2, 3], equal(3), domain=[False] * 3)
    assert math.isnan(nobody.value)
    assert nobody.reason == "no household in the domain"
    alone = gini([5], SurveyDesign([2.0], lonely_psu="remove"))
    assert (alone.value, alone.se) == (0, 0)


def test_quantile_shares(drawn):
    """Incomes 10, 20, 30, 40: the poorer half has 30 of 100; a third of the people, 10 + 20/3."""
    incomes = [40, 10, 30, 20]
    assert quantile_shares(incomes, equal(4), groups=2).value.tolist() == pytest.approx([0.3, 0.7])
    assert lorenz(incomes, equal(4), 1 / 3).value == pytest.approx((10 + 20 / 3) / 100)
    assert lorenz(incomes, equal(4), np.array([0, 1])).value.tolist() == pytest.approx([0, 1])
    assert quantile(incomes, equal(4), 0.5) == 20
    assert quantile(incomes, equal(4), np.array([0.51, 1])).tolist() == [30, 40]
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile(incomes, equal(4), 50)


def test_groups_at_once_are_domains_one_by_one():
    generator = np.random.default_rng(2)
    n = 300
    design = SurveyDesign(generator.uniform(1, 5, n), np.arange(n) // 150, np.arange(n) // 5)
    income, group = generator.lognormal(3, 1, n).round() - 2, generator.choice(list("abc"), n)
    tables = {
        "gini": (gini_by_group(income, design, group), gini),
        "theil": (entropy_by_group(income, design, group, 1), theil_t),
        "atkinson": (atkinson_by_group(income, design, group), atkinson),
    }
    for table, measure in tables.values():
        for label in "abc":
            one, alone = table.estimate(label), measure(income, design, domain=group == label)
            assert one.value == pytest.approx(alone.value, rel=1e-12)
            assert one.se == pytest.approx(alone.se, rel=1e-9)
            assert (one.df, one.n_psu, one.n_households) == (alone.df, alone.n_psu, alone.n_households)
            assert one.n_excluded == alone.n_excluded


@pytest.mark.parametrize("weighted", [False, True])
def test_golden_lerman_yitzhaki(weighted, income_sample, income_golden):
    """R package GiniDecompLY, which ranks ties in the order of the records."""
    golden = income_golden("GiniDecompLY_golden")
    weight = income_sample.sample_wgt if weighted else np.ones(len(income_sample))
    components = {leaf: income_sample[leaf] for leaf in LEAVES}
    parts = lerman_yitzhaki(components, SurveyDesign(weight), ties="record")
    check_sources(parts, golden["weighted" if weighted else "unweighted"])
    if weighted:
        for row in golden["elasticity_weighted"]:
            k = parts.sources.index(row["income_source"])
            assert parts.elasticity[k] == pytest.approx(row["Elasticity"], rel=1e-9)
            assert parts.marginal[k] == pytest.approx(row["Marginal_Impact"], rel=1e-9)


@pytest.mark.parametrize("region", ["Rural", "Urban"])
def test_golden_lerman_yitzhaki_by_region(region, income_sample, income_golden):
    components = {leaf: income_sample[leaf] for leaf in LEAVES}
    design = SurveyDesign(income_sample.sample_wgt)
    parts = lerman_yitzhaki(components, design, income_sample.region == region, ties="record")
    golden = income_golden("GiniDecompLY_golden")
    check_sources(parts, [row for row in golden["by_region_weighted"] if row["region"] == region])
    assert set(golden) == {"unweighted", "weighted", "by_region_weighted", "elasticity_weighted"}


def check_sources(parts, golden):
    for row in golden:
        k = parts.sources.index(row["income_source"])
        assert parts.share[k] == pytest.approx(row["Share"], rel=1e-9)
        assert parts.gini[k] == pytest.approx(row["Gini"], rel=1e-9)
        assert parts.correlation[k] == pytest.approx(row["Gini_corr"], rel=1e-9)
        assert parts.absolute[k] == pytest.approx(row["Absolute_Contribution"], rel=1e-9)
        assert parts.relative[k] == pytest.approx(row["Relative_Contribution"], rel=1e-9)


def test_a_source_that_mirrors_income_explains_its_share(drawn):
    """Two sources in fixed proportion: each explains its share, and growing it changes nothing."""
    sample = drawn("""
        crop | wage
        10   | 30
        20   | 60
        40   | 120
    """)
    parts = lerman_yitzhaki({"crop": sample.crop, "wage": sample.wage}, equal(3))
    assert parts.share.tolist() == pytest.approx([0.25, 0.75])
    assert parts.relative.tolist() == pytest.approx([0.25, 0.75])
    assert parts.marginal.tolist() == pytest.approx([0, 0], abs=1e-15)
    assert parts.correlation.tolist() == pytest.approx([1, 1])
    assert shorrocks({"crop": sample.crop, "wage": sample.wage}, equal(3)) == pytest.approx(
        {"crop": 0.25, "wage": 0.75}
    )


def test_shorrocks_by_hand(drawn):
    """Income is 4, 4, 10; crop 4, 0, 2 deviates by 2, -2, 0: covariance with -2, -2, 4 is zero."""
    sample = drawn("""
        crop | wage
        4    | 0
        0    | 4
        2    | 8
    """)
    assert shorrocks({"crop": sample.crop, "wage": sample.wage}, equal(3)) == pytest.approx(
        {"crop": 0, "wage": 1}, abs=1e-15
    )


def test_theil_between_groups_only(drawn):
    """Nobody differs within a group: means 10 and 30 around 20, half the people each."""
    sample = drawn("""
        area  | income
        rural | 10
        rural | 10
        urban | 30
        urban | 30
    """)
    t = theil_within_between(sample.income, equal(4), sample.area, "T")
    assert (t.within, t.between) == (
        pytest.approx(0, abs=1e-15),
        pytest.approx(0.25 * math.log(0.5) + 0.75 * math.log(1.5)),
    )
    index_l = theil_within_between(sample.income, equal(4), sample.area, "L")
    assert index_l.between == pytest.approx(0.5 * math.log(2) + 0.5 * math.log(2 / 3))
    assert t.income_share.tolist() == [0.25, 0.75]


@settings(max_examples=80)
@given(seed=st.integers(0, 10**6), scale=st.floats(1e-3, 1e6))
def test_properties_of_the_gini(seed, scale):
    """Scale does not matter; nor the order of records; nor splitting a record (mid rank); error included."""
    generator = np.random.default_rng(seed)
    n = int(generator.integers(2, 40))
    income = generator.integers(-2, 9, n).astype(float)  # many ties, some losses
    weight = generator.uniform(1, 9, n)
    assume((weight * income).sum() > 1)
    design = SurveyDesign(weight)
    order = generator.permutation(n)
    shuffled = SurveyDesign(weight[order])
    for rank in ("mid", "upper"):
        estimate = gini(income, design, rank)
        scaled = gini(income * scale, design, rank)
        assert scaled.value == pytest.approx(estimate.value, rel=1e-9, abs=1e-12)
        assert scaled.se == pytest.approx(estimate.se, rel=1e-9, abs=1e-12)
        again = gini(income[order], shuffled, rank)
        assert again.value == pytest.approx(estimate.value, rel=1e-9, abs=1e-12)
        assert again.se == pytest.approx(estimate.se, rel=1e-9, abs=1e-12)
    halves = SurveyDesign(np.repeat(weight / 2, 2), None, np.repeat(np.arange(n), 2))
    split = gini(np.repeat(income, 2), halves)
    assert split.value == pytest.approx(gini(income, design).value, rel=1e-9, abs=1e-12)
    assert split.se == pytest.approx(gini(income, design).se, rel=1e-9, abs=1e-12)


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6))
def test_decompositions_add_up(seed):
    generator = np.random.default_rng(seed)
    n = int(generator.integers(3, 50))
    design = SurveyDesign(generator.uniform(1, 9, n))
    components = {leaf: generator.integers(0, 5, n).astype(float) for leaf in LEAVES}
    income = np.sum(list(components.values()), axis=0)
    assume(np.ptp(income) > 0)
    parts = lerman_yitzhaki(components, design)
    assert parts.gini_total == pytest.approx(gini(income, design).value)
    assert parts.relative.sum() == pytest.approx(1)
    assert parts.share.sum() == pytest.approx(1)
    assert parts.marginal.sum() == pytest.approx(0, abs=1e-12)
    assert np.nansum(parts.share * parts.gini * parts.correlation) == pytest.approx(parts.gini_total)
    assert sum(shorrocks(components, design).values()) == pytest.approx(1)
    assert quantile_shares(income, design).value.sum() == pytest.approx(1)
    group = generator.integers(0, 3, n)
    for index, whole in (("T", theil_t), ("L", theil_l)):
        split = theil_within_between(income, design, group, index)
        assert split.within + split.between == pytest.approx(split.total, abs=1e-12)
        assert split.total == pytest.approx(whole(income, design).value, abs=1e-12)
        assert split.within_part.sum() == pytest.approx(split.within)
        assert split.n_excluded == (income <= 0).sum()


def test_refusals():
    with pytest.raises(ValueError, match=r"income is missing .NaN. or infinite for 1 of 3"):
        gini([1, math.nan, 3], equal(3))
    with pytest.raises(ValueError, match="epsilon is 0; inequality aversion must be above zero"):
        atkinson([1, 2, 3], equal(3), 0)
    with pytest.raises(ValueError, match="choose one of mid, record"):
        lerman_yitzhaki({"crop": [1, 2, 3]}, equal(3), ties="upper")
    with pytest.raises(ValueError, match="groups is 1"):
        quantile_shares([1, 2, 3], equal(3), groups=1)
