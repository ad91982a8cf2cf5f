"""Survey estimation by hand: five households, four PSUs, two strata."""

import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import stats

from indicators.survey import (
    LonelyPsuError,
    SurveyDesign,
    design_effect,
    linearised_variance,
    mean,
    ratio,
    total,
)

SAMPLE = """
stratum | psu | psus_in_stratum | weight | persons | income | area
hills   | a   |  4              | 10     | 4       | 100    | rural
hills   | a   |  4              | 10     | 2       | 200    | urban
hills   | b   |  4              | 10     | 5       | 300    | rural
plain   | c   |  8              | 20     | 3       | 150    | rural
plain   | d   |  8              | 20     | 1       | 250    | urban
"""


@pytest.fixture
def sample(drawn):
    return drawn(SAMPLE)


@pytest.fixture
def design(sample):
    return SurveyDesign(sample.weight, sample.stratum, sample.psu)


def test_total(sample, design):
    """PSU totals 3000 and 3000 in the hills, 3000 and 5000 in the plain."""
    estimate = total(sample.income, design)
    assert estimate.value == 10 * (100 + 200 + 300) + 20 * (150 + 250)
    hills, plain = 2 / 1 * 0, 2 / 1 * (1000**2 + 1000**2)
    assert estimate.se == pytest.approx(math.sqrt(hills + plain))
    assert estimate.df == 4 - 2
    assert (estimate.n_households, estimate.n_psu) == (5, 4)
    half = stats.t.ppf(0.975, 2) * estimate.se
    assert estimate.ci() == pytest.approx((14000 - half, 14000 + half))
    assert estimate.cv == pytest.approx(2000 / 14000)


def test_mean(sample, design):
    """Linearised PSU totals are -1000, 1000, -1000, 1000 over the 70 households they stand for."""
    estimate = mean(sample.income, design)
    assert estimate.value == 14000 / 70
    assert estimate.se == pytest.approx(math.sqrt(2 * 2 * (1000 / 70) ** 2 + 2 * 2 * (1000 / 70) ** 2))


def test_ratio(sample, design):
    """Income per person: residuals y - R x summed to PSUs, over the total of x."""
    estimate = ratio(sample.income, sample.persons, design)
    r = 14000 / 190
    assert estimate.value == pytest.approx(r)
    a, b, c, d = 10 * (300 - 6 * r), 10 * (300 - 5 * r), 20 * (150 - 3 * r), 20 * (250 - r)
    variance = 2 * 2 * ((a - b) / 2 / 190) ** 2 + 2 * 2 * ((c - d) / 2 / 190) ** 2
    assert estimate.se == pytest.approx(math.sqrt(variance))
    assert estimate.value == pytest.approx(
        mean(sample.income / sample.persons, design.for_persons(sample.persons)).value
    )


def test_domain_keeps_every_psu_with_zeros(sample, design):
    """Urban totals by PSU are 2000, 0, 0, 5000: b and c have no urban household and count as zero."""
    estimate = total(sample.income, design, sample.area == "urban")
    assert estimate.value == 2000 + 5000
    assert estimate.se == pytest.approx(math.sqrt(2 * 2 * 1000**2 + 2 * 2 * 2500**2))
    assert (estimate.n_households, estimate.n_psu, estimate.df) == (2, 2, 0)
    assert all(math.isnan(limit) for limit in estimate.ci())


def test_finite_population(sample):
    """Two of 4 PSUs and two of 8: V = (1 - 2/4) 0 + (1 - 2/8) 2000²; fractions say the same."""
    counts = SurveyDesign(sample.weight, sample.stratum, sample.psu, sample.psus_in_stratum)
    fractions = SurveyDesign(sample.weight, sample.stratum, sample.psu, 2 / sample.psus_in_stratum)
    assert total(sample.income, counts).se == pytest.approx(math.sqrt(0.75) * 2000)
    assert total(sample.income, fractions).se == total(sample.income, counts).se
    census = SurveyDesign(sample.weight, sample.stratum, sample.psu, 1.0)
    assert total(sample.income, census).se == 0


def test_second_stage_adds_the_first_fraction_of_the_variance_within(sample):
    """Only PSU a has two households, 1000 and 2000 expanded, of four there: f1 (1 - f2) 2/1 Σ(500²)."""
    households = np.array([4, 4, 1, 1, 1])
    design = SurveyDesign(sample.weight, sample.stratum, sample.psu, sample.psus_in_stratum, fpc2=households)
    first = 0.75 * 2000**2
    second = (2 / 4) * (1 - 2 / 4) * 2 * (500**2 + 500**2)
    assert total(sample.income, design).se == pytest.approx(math.sqrt(first + second))


def test_unstratified_element_sample():
    estimate = mean([1, 2, 3, 6], SurveyDesign([1, 1, 1, 1]))
    assert estimate.value == 3
    assert estimate.se == pytest.approx(math.sqrt((4 + 1 + 0 + 9) / 3 / 4))
    assert estimate.df == 3


def test_several_variables_at_once(sample, design):
    both = total(sample[["income", "persons"]], design)
    assert both.value.tolist() == [14000, 190]
    assert both.se[0] == pytest.approx(total(sample.income, design).se)
    assert both.covariance.shape == (2, 2)
    # PSU totals of persons are 60, 50, 60, 20; of income 3000, 3000, 3000, 5000
    assert both.covariance[0, 1] == pytest.approx(2 * 2 * (-1000 * 20))


LONELY = """
stratum | psu | weight | income
one     | a   | 1      | 10
one     | b   | 1      | 14
two     | c   | 1      | 30
"""


@pytest.mark.parametrize(
    ("policy", "variance"),
    [
        ("remove", 2 * (2**2 + 2**2)),
        ("certainty", 2 * (2**2 + 2**2)),
        ("adjust", 2 * (2**2 + 2**2) + (30 - (10 + 14 + 30) / 3) ** 2),
        ("average", 2 * (2**2 + 2**2) * 2 / 1),
    ],
)
def test_lonely_psu_policies(policy, variance, drawn):
    sample = drawn(LONELY)
    estimate = total(sample.income, SurveyDesign(sample.weight, sample.stratum, sample.psu, lonely_psu=policy))
    assert estimate.se == pytest.approx(math.sqrt(variance))
    assert (estimate.lonely_psu, estimate.lonely_strata) == (policy, ("two",))
    assert estimate.df == 3 - 2


def test_lonely_psu_fails_by_default(drawn):
    sample = drawn(LONELY)
    design = SurveyDesign(sample.weight, sample.stratum, sample.psu)
    with pytest.raises(LonelyPsuError, match=r"'two' has a single PSU.*lonely_psu="):
        total(sample.income, design)
    elsewhere = total(sample.income, design, sample.stratum == "one")
    assert (elsewhere.value, elsewhere.lonely_strata) == (24, ())
    census = SurveyDesign(sample.weight, sample.stratum, sample.psu, [4, 4, 1])
    assert total(sample.income, census).se == pytest.approx(math.sqrt((1 - 2 / 4) * 16))


def test_every_stratum_lonely_leaves_nothing_to_average():
    design = SurveyDesign([1, 1], ["a", "b"], lonely_psu="average")
    assert math.isnan(total([1, 2], design).se)


def test_lonely_second_stage_unit():
    """PSU a: households 1 and 3 of 4; PSU b: one household of 2, whose spread within is unknown."""
    layout = {"weight": [1, 1, 1], "psu": ["a", "a", "b"], "fpc": 4, "fpc2": [4, 4, 2]}
    y = [1, 3, 8]
    first = (1 - 2 / 4) * 2 * (2**2 + 2**2)
    within_a = (2 / 4) * (1 - 2 / 4) * 2 * (1 + 1)
    with pytest.raises(LonelyPsuError, match="single second-stage unit"):
        total(y, SurveyDesign(**layout))
    removed = total(y, SurveyDesign(**layout, lonely_psu="remove"))
    assert removed.se**2 == pytest.approx(first + within_a)
    average = total(y, SurveyDesign(**layout, lonely_psu="average"))
    assert average.se**2 == pytest.approx(first + within_a * 2)
    adjusted = total(y, SurveyDesign(**layout, lonely_psu="adjust"))
    assert adjusted.se**2 == pytest.approx(first + within_a + (2 / 4) * (1 - 1 / 2) * (8 - 12 / 3) ** 2)


def test_empty_domain_is_null_with_a_reason(sample, design):
    nobody = np.zeros(5, dtype=bool)
    for estimate in (
        total(sample.income, design, nobody),
        mean(sample.income, design, nobody),
        ratio(sample.income, sample.persons, design, nobody),
    ):
        assert math.isnan(estimate.value)
        assert math.isnan(estimate.se)
        assert (estimate.n_households, estimate.n_psu, estimate.df) == (0, 0, 0)
        assert estimate.reason == "no household in the domain"


def test_zero_denominator_is_null_with_a_reason(sample, design):
    estimate = ratio(sample.income, np.zeros(5), design)
    assert math.isnan(estimate.value)
    assert math.isnan(estimate.se)
    assert estimate.reason == "the denominator is zero"


def test_all_zero_incomes(design):
    estimate = mean(np.zeros(5), design)
    assert (estimate.value, estimate.se) == (0, 0)
    assert math.isnan(estimate.cv)


def test_one_household():
    design = SurveyDesign([5.0], lonely_psu="remove")
    estimate = mean([100], design)
    assert (estimate.value, estimate.se, estimate.df) == (100, 0, 0)
    with pytest.raises(LonelyPsuError):
        mean([100], SurveyDesign([5.0]))


def test_zero_weight_stays_in_its_psu_and_adds_nothing(sample):
    weight = sample.weight.to_numpy(copy=True)
    weight[2] = 0
    estimate = total(sample.income, SurveyDesign(weight, sample.stratum, sample.psu))
    assert estimate.value == 3000 + 8000
    assert estimate.se == pytest.approx(math.sqrt(2 * 2 * 1500**2 + 2 * 2 * 1000**2))
    assert estimate.n_households == 4


@pytest.mark.parametrize(
    "convert",
    [
        list,
        np.asarray,
        pd.Series,
        pa.array,
        lambda values: pa.chunked_array([values]),
        lambda values: [Decimal(int(v)) for v in values],
        lambda values: np.asarray(values, dtype=np.float32),
        lambda values: np.asarray(values, dtype=np.int16),
    ],
)
def test_any_kind_of_array(convert, sample, design):
    weight, income = sample.weight.tolist(), sample.income.tolist()
    other = SurveyDesign(convert(weight), pa.array(sample.stratum.tolist()), sample.psu.astype("category"))
    assert mean(convert(income), other).se == pytest.approx(mean(sample.income, design).se, rel=1e-12)


def test_psu_labels_count_within_strata(sample, design):
    """PSU 1 of the hills is not PSU 1 of the plain, unless the caller says labels are unique."""
    labels = [1, 1, 2, 1, 2]
    same = SurveyDesign(sample.weight, sample.stratum, labels)
    assert total(sample.income, same).se == total(sample.income, design).se
    with pytest.raises(ValueError, match="PSU 1 occurs in 2 strata"):
        SurveyDesign(sample.weight, sample.stratum, labels, nest=False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weight": [1, -1, 1]}, "weight is negative for 1 of 3 households .first at position 1"),
        ({"weight": [1, math.nan, 1]}, "weight is missing .NaN. or infinite for 1 of 3"),
        ({"weight": [1, math.inf, 1]}, "infinite for 1 of 3"),
        ({"weight": []}, "at least one household"),
        ({"weight": ["1", "2", "3"]}, "weight must be numbers"),
        ({"weight": [1, 1, 1], "stratum": ["a", "b"]}, "stratum has 2 labels but 3 are needed"),
        (
            {"weight": [1, 1, 1], "stratum": ["a", None, "b"]},
            "stratum is missing in 1 rows .first at position 1",
        ),
        ({"weight": [1, 1, 1], "psu": [[1], [2], [3]]}, "psu must be one column"),
        ({"weight": [1, 1, 1], "fpc": [2, 2, 2]}, "has 2 units, but 3 were sampled"),
        ({"weight": [1, 1, 1], "fpc": [5, 5, 6]}, "fpc differs within"),
        (
            {"weight": [1, 1, 1], "stratum": list("aab"), "fpc": [0.5, 0.5, 9]},
            "fpc mixes fractions and counts",
        ),
        ({"weight": [1, 1, 1], "fpc": 0}, "fpc must be positive"),
        (
            {"weight": [1, 1, 1], "lonely_psu": "ignore"},
            "choose one of fail, remove, certainty, adjust, average",
        ),
    ],
)
def test_refused_designs(arguments, message):
    with pytest.raises(ValueError, match=message):
        SurveyDesign(**arguments)


def test_refused_variables(sample, design):
    with pytest.raises(ValueError, match=r"y is missing \(NaN\) or infinite for 2 of 5 households.*position 1"):
        mean([1, math.nan, 3, math.nan, 5], design)
    with pytest.raises(ValueError, match="y has 4 values but the design has 5 households"):
        total([1, 2, 3, 4], design)
    with pytest.raises(ValueError, match=r"5 values are not .first at position 0: 'rural'"):
        total(sample.income, design, sample.area)
    with pytest.raises(ValueError, match="domain has shape"):
        total(sample.income, design, [True, False])
    outside = mean([1, math.nan, 3, 4, 5], design, [True, False, True, True, True])
    assert outside.value == (10 * 1 + 10 * 3 + 20 * 4 + 20 * 5) / 60


def test_post_strata(sample, design):
    """Weights 40 urban... rescaled to known totals: the error of a total known in every group is zero."""
    calibrated = design.post_stratify(sample.area, {"rural": 50, "urban": 60})
    assert calibrated.weight.tolist() == pytest.approx([12.5, 20, 12.5, 25, 40])
    known = total(sample.area == "urban", calibrated)
    assert (known.value, known.se) == (pytest.approx(60), pytest.approx(0, abs=1e-12))
    with pytest.raises(ValueError, match=r"without a known population: .'urban'.; without a household: .'town'."):
        design.post_stratify(sample.area, {"rural": 50, "town": 60})


def test_linearised_variance_of_totals(sample, design):
    both = sample[["income", "persons"]].to_numpy(dtype=float)
    assert linearised_variance(sample.income, design) == pytest.approx(2000**2)
    assert linearised_variance(both, design) == pytest.approx(total(both, design).covariance)


def test_design_effect_of_a_simple_random_sample_is_one():
    """Sampled as the comparison assumes, 4 of 40 with and without correction."""
    y, x = [1, 2, 3, 6], [2, 3, 3, 9]
    corrected, plain = SurveyDesign([10.0] * 4, fpc=40), SurveyDesign([10.0] * 4)
    for statistic in ("mean", "total", "ratio"):
        assert design_effect(y, corrected, statistic=statistic, x=x) == pytest.approx(1)
        assert design_effect(y, plain, statistic=statistic, x=x, replacement=True) == pytest.approx(1)
    assert math.isnan(mean(y, SurveyDesign([1.0] * 4)).deff)
    assert ratio(y, x, corrected).deff == pytest.approx(1)
