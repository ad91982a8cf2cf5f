"""Replicate weights against linearisation, and their own rules."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.replicates import bootstrap, jk1, jkn
from indicators.survey import LonelyPsuError, SurveyDesign, mean, ratio, total

SAMPLE = """
stratum | psu | weight | income
hills   | a   | 1      | 100
hills   | b   | 1      | 200
hills   | c   | 1      | 300
plain   | d   | 2      | 150
plain   | e   | 2      | 250
"""


def test_jkn_multipliers(drawn):
    """Leaving out one of three raises the others by 3/2; of two, by 2."""
    sample = drawn(SAMPLE)
    replicates = jkn(SurveyDesign(sample.weight, sample.stratum, sample.psu))
    half = 3 / 2
    assert replicates.multiplier.T.tolist() == [
        [0, half, half, 1, 1],
        [half, 0, half, 1, 1],
        [half, half, 0, 1, 1],
        [1, 1, 1, 0, 2],
        [1, 1, 1, 2, 0],
    ]
    assert replicates.scale.tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 1 / 2, 1 / 2])
    assert replicates.weights()[4].tolist() == [2, 2, 2, 4, 0]


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6))
def test_jackknife_of_linear_statistics_is_linearisation(seed):
    """For totals always, for means when all PSUs weigh the same."""
    generator = np.random.default_rng(seed)
    n_psu, size = int(generator.integers(2, 12)), int(generator.integers(1, 5))
    psu = np.repeat(np.arange(n_psu), size)
    y = generator.lognormal(3, 1, len(psu))
    design = SurveyDesign(np.full(len(psu), 7.0), None, psu, fpc=40)
    for estimate, reference in (
        (jk1(design).mean(y), mean(y, design)),
        (jk1(design).total(y), total(y, design)),
        (jkn(design).total(y), total(y, design)),
    ):
        assert estimate.value == pytest.approx(reference.value)
        assert estimate.se == pytest.approx(reference.se, rel=1e-9)
        assert estimate.df == reference.df


def test_bootstrap_approaches_linearisation(drawn):
    """4,000 replicates are within some per cent, with and without finite population correction."""
    generator = np.random.default_rng(11)
    stratum, psu = np.repeat(np.arange(6), 40), np.repeat(np.arange(60), 4)
    y, x = generator.lognormal(4, 0.8, 240), generator.uniform(1, 6, 240)
    for fpc in (None, 20):
        design = SurveyDesign(generator.uniform(5, 15, 240), stratum, psu, fpc)
        replicates = bootstrap(design, 4000, np.random.default_rng(5))
        assert replicates.total(y).se == pytest.approx(total(y, design).se, rel=0.05)
        assert replicates.ratio(y, x).se == pytest.approx(ratio(y, x, design).se, rel=0.05)
        again = bootstrap(design, 4000, np.random.default_rng(5))
        assert again.total(y).se == replicates.total(y).se


def test_any_statistic_of_the_weights(drawn):
    sample = drawn(SAMPLE)
    design = SurveyDesign(sample.weight, sample.stratum, sample.psu)
    income = sample.income.to_numpy()
    by_hand = jkn(design).estimate(lambda weight: float(weight @ income / weight.sum()))
    assert by_hand.se == pytest.approx(jkn(design).mean(income).se)
    rural = np.array([True, True, True, True, False])
    domain = jkn(design).estimate(lambda weight: float(weight @ income), rural)
    assert domain.se == pytest.approx(jkn(design).total(income, rural).se)
    assert domain.n_psu == 4


def test_refusals(drawn):
    sample = drawn(SAMPLE)
    design = SurveyDesign(sample.weight, sample.stratum, sample.psu)
    with pytest.raises(ValueError, match="JK1 is for one stratum, the design has 2; use jkn"):
        jk1(design)
    with pytest.raises(ValueError, match="ask for some hundreds"):
        bootstrap(design, 1, np.random.default_rng(0))
    with pytest.raises(ValueError, match="y is missing"):
        jkn(design).total([1, 2, math.nan, 4, 5])
    calibrated = design.post_stratify(sample.stratum, {"hills": 9, "plain": 8})
    with pytest.raises(ValueError, match="post-stratified"):
        jkn(calibrated)


def test_lonely_psu_gives_no_replicate_or_fails(drawn):
    sample = drawn(SAMPLE)[:4]
    for policy in ("fail", "adjust", "average"):
        with pytest.raises(LonelyPsuError, match="'plain' has a single PSU"):
            jkn(SurveyDesign(sample.weight, sample.stratum, sample.psu, lonely_psu=policy))
    design = SurveyDesign(sample.weight, sample.stratum, sample.psu, lonely_psu="remove")
    estimate = jkn(design).total(sample.income)
    assert estimate.se == pytest.approx(total(sample.income, design).se)
    assert estimate.lonely_strata == ("plain",)


def test_empty_domain():
    estimate = jkn(SurveyDesign([1, 1, 1])).mean([1, 2, 3], [False, False, False])
    assert math.isnan(estimate.value)
    assert estimate.reason == "no household in the domain"
