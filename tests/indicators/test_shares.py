"""The share of agriculture, by estimator and by policy on negative components."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.replicates import jkn
from indicators.shares import mean_of_shares, ratio_of_aggregates, share_identity, specialised_share
from indicators.survey import SurveyDesign

HOUSEHOLDS = """
household | weight | crop | wage | rent
grower    | 10     | 80   | 0    | 20
mixed     | 10     | 30   | 50   | 20
loss      | 20     | -40  | 90   | 50
nothing   | 10     | 0    | 0    | 0
"""
THREE_WAY = {"crop": "agriculture", "wage": "non_agricultural", "rent": "non_productive"}
PRODUCTIVE = {"crop": "agriculture", "wage": "non_agricultural", "rent": None}
LEAVES = ["farming_rev", "wage", "self_employment_rev", "other_rev"]
FARMING = {leaf: "farming" if leaf == "farming_rev" else "other" for leaf in LEAVES}


@pytest.fixture
def households(drawn):
    return drawn(HOUSEHOLDS)


@pytest.fixture
def design(households):
    return SurveyDesign(households.weight)


@pytest.fixture
def components(households):
    return {leaf: households[leaf] for leaf in ("crop", "wage", "rent")}


def test_ratio_of_aggregates_keeps_losses(components, design):
    """Agriculture 10*80 + 10*30 - 20*40 = 300 of 10*100 + 10*100 + 20*100 = 4000."""
    shares = ratio_of_aggregates(components, THREE_WAY, design)
    assert shares["agriculture"].value == 300 / 4000
    assert shares["non_agricultural"].value == (500 + 1800) / 4000
    assert shares["non_productive"].value == (200 + 200 + 1000) / 4000
    assert (shares.n_households, shares.n_negative, shares.n_clipped, shares.n_excluded) == (4, 1, 0, 0)
    assert shares.negative_policy == "keep"


def test_clipping_raises_losses_to_zero(components, design):
    """The loss becomes 0, in the numerator and in the sum of components that is the denominator."""
    shares = ratio_of_aggregates(components, THREE_WAY, design, negative_policy="clip_components")
    assert shares["agriculture"].value == (800 + 300) / (1000 + 1000 + 20 * 140)
    assert (shares.n_negative, shares.n_clipped, shares.n_excluded) == (1, 1, 0)


def test_excluding_leaves_the_household_out(components, design):
    shares = ratio_of_aggregates(components, THREE_WAY, design, negative_policy="exclude")
    assert shares["agriculture"].value == (800 + 300) / 2000
    assert (shares.n_households, shares.n_negative, shares.n_excluded) == (3, 1, 1)


def test_mean_of_shares_needs_positive_income(components, design):
    """Shares 0.8, 0.3 and -0.4 weighted 10, 10, 20; the household without income is counted, not used."""
    shares = mean_of_shares(components, THREE_WAY, design)
    assert shares["agriculture"].value == pytest.approx((10 * 0.8 + 10 * 0.3 - 20 * 0.4) / 40)
    assert (shares.n_households, shares.n_excluded) == (3, 1)
    assert sum(shares[sector].value for sector in shares.estimates) == pytest.approx(1)


def test_a_leaf_outside_the_view_leaves_both_sides(components, design):
    shares = ratio_of_aggregates(components, PRODUCTIVE, design)
    assert shares["agriculture"].value == 300 / (300 + 2300)
    assert set(shares.estimates) == {"agriculture", "non_agricultural"}


def test_household_operations_and_primary_industry_of_2000(drawn):
    """NBS 2000: 1,090.67 yuan = 48.40 % and 1,125.34 yuan = 49.94 % of the same net income.

    The income that both percentages imply is 2,253.42 yuan, printed as the base of 2001.
    """
    table = drawn("""
        definition | farming | wage_agri | rest    | percent
        operations | 1090.67 | 0         | 1162.75 | 48.40
        primary    | 1090.67 | 34.67     | 1128.08 | 49.94
    """)
    view = {"farming": "agriculture", "wage_agri": "agriculture", "rest": "rest"}
    for row in table.itertuples():
        components = {"farming": [row.farming], "wage_agri": [row.wage_agri], "rest": [row.rest]}
        shares = ratio_of_aggregates(components, view, SurveyDesign([1.0], lonely_psu="remove"))
        assert round(100 * shares["agriculture"].value, 2) == row.percent


def test_identity_between_the_estimators(households, design):
    """R - M = cov_w(y, s) / mean_w(y) over the households with positive income."""
    income = households.crop + households.wage + households.rent
    identity = share_identity(households.crop, income, design)
    assert identity.ratio_of_aggregates == 300 / 4000
    assert identity.mean_of_shares == pytest.approx(0.075)
    assert identity.covariance_term == pytest.approx(0)  # everybody with income has 100
    assert identity.n_excluded == 1


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6))
def test_shares_add_to_one_and_the_identity_holds(seed):
    generator = np.random.default_rng(seed)
    n = int(generator.integers(2, 60))
    design = SurveyDesign(generator.uniform(1, 9, n))
    components = {leaf: generator.lognormal(3, 1, n) - 5 for leaf in THREE_WAY}
    for policy in ("keep", "clip_components", "exclude"):
        for estimator in (ratio_of_aggregates, mean_of_shares):
            shares = estimator(components, THREE_WAY, design, negative_policy=policy)
            values = [estimate.value for estimate in shares.estimates.values()]
            assert math.isnan(values[0]) or sum(values) == pytest.approx(1)
    income = np.sum(list(components.values()), axis=0)
    identity = share_identity(components["crop"], income, design)
    assert identity.residual == pytest.approx(0, abs=1e-12)


def test_refusals(components, design):
    with pytest.raises(ValueError, match="leaves without a sector: rent"):
        ratio_of_aggregates(components, {"crop": "a", "wage": "b"}, design)
    with pytest.raises(ValueError, match="choose one of keep, clip_components, exclude"):
        ratio_of_aggregates(components, THREE_WAY, design, negative_policy="drop")
    with pytest.raises(ValueError, match="leaves out every leaf"):
        ratio_of_aggregates(components, dict.fromkeys(components), design)
    with pytest.raises(ValueError, match=r"agriculture is missing .NaN. or infinite for 1 of 4"):
        mean_of_shares({**components, "crop": [1, 2, math.nan, 4]}, THREE_WAY, design)


def test_nobody_with_income(design):
    nothing = {leaf: np.zeros(4) for leaf in THREE_WAY}
    assert math.isnan(ratio_of_aggregates(nothing, THREE_WAY, design)["agriculture"].value)
    shares = mean_of_shares(nothing, THREE_WAY, design)
    assert math.isnan(shares["agriculture"].value)
    assert shares.n_excluded == 4
    assert shares["agriculture"].reason == "no household kept has positive income"


def test_golden_farming_share(income_sample, income_golden):
    """Stratified by region, every estimator and policy against R survey."""
    golden = income_golden("farming_share_definitions_golden")
    design = SurveyDesign(income_sample.sample_wgt, income_sample.region)
    components = {leaf: income_sample[leaf] for leaf in LEAVES}

    def agrees(estimate, expected):
        assert (estimate.value, estimate.se) == pytest.approx(tuple(expected[:2]), rel=1e-9)

    agrees(ratio_of_aggregates(components, FARMING, design)["farming"], golden["ratio_of_aggregates"])
    clipped = ratio_of_aggregates(components, FARMING, design, negative_policy="clip_components")
    agrees(clipped["farming"], golden["ratio_of_aggregates_clipped"])
    raw = mean_of_shares(components, FARMING, design)
    agrees(raw["farming"], golden["mean_of_shares_raw_tot_gt0"])
    assert raw.n_households == golden["mean_of_shares_raw_tot_gt0"][2]
    clipped = mean_of_shares(components, FARMING, design, negative_policy="clip_components")
    agrees(clipped["farming"], golden["mean_of_shares_clipped"])
    assert clipped.n_households == golden["mean_of_shares_clipped"][2]
    agrees(specialised_share(components, FARMING, design)["farming"], golden["specialised75"])
    by_region = golden["ratio_by_region"]
    for region, value, se in zip(by_region["names"], by_region["est"], by_region["se"], strict=True):
        shares = ratio_of_aggregates(components, FARMING, design, income_sample.region == region)
        agrees(shares["farming"], (value, se))
    income = income_sample[LEAVES].sum(axis=1)
    agrees(jkn(design).ratio(income_sample.farming_rev, income), golden["ratio_JKn"])
    assert set(golden) == {
        "ratio_of_aggregates",
        "ratio_of_aggregates_clipped",
        "mean_of_shares_raw_tot_gt0",
        "mean_of_shares_clipped",
        "ratio_by_region",
        "ratio_JKn",
        "specialised75",
    }
