"""Contributions to growth, shift-share, trends and price indices."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.change import (
    chain_monthly,
    chain_yearly,
    contribution,
    contribution_from_totals,
    decimal_year,
    deflate,
    rebase,
    shift_share,
    trend,
)
from indicators.survey import LonelyPsuError, PsuTotals, SurveyDesign, mean, ratio


def test_growth_of_rural_income_in_2001(drawn):
    """NBS: of the rise from 2,253.42 to 2,366.40 yuan, wages made 61.60 %."""
    table = drawn("""
        source   | income_2000 | income_2001 | percent
        wages    | 702.30      | 771.90      | 61.60
        business | 1427.27     | 1459.63     | 28.64
        rest     | 123.85      | 134.87      | 9.75
    """).set_index("source")
    result = contribution(dict(table.income_2000), dict(table.income_2001))
    assert {source: round(100 * rate, 2) for source, rate in result.rate.items()} == dict(table.percent)
    assert sum(result.points.values()) == pytest.approx(2366.40 / 2253.42 - 1)
    assert result.growth == pytest.approx(2366.40 / 2253.42 - 1)
    printed = contribution([702.30, 1427.27], [771.90, 1459.63], total_before=2253.42, total_after=2366.40)
    assert printed.rate.tolist() == pytest.approx([0.6160, 0.2864], abs=5e-5)


def test_growth_of_rural_income_in_2010(drawn):
    """China 2010: of 766 yuan more, wages gave 370 = 48.3 % and household business 306 = 40 %."""
    table = drawn("""
        source   | rise | percent | digits
        wages    | 370  | 48.3    | 1
        business | 306  | 40      | 0
    """)
    result = contribution(np.zeros(2), table.rise, total_before=5153, total_after=5153 + 766)
    for rate, percent, digits in zip(result.rate, table.percent, table.digits, strict=True):
        assert round(100 * rate, digits) == percent


def test_standstill_is_null_with_a_reason():
    """Totals printed to 0.01 that differ by less may be the same number."""
    still = contribution({"wage": 500.0, "crop": 500.0}, {"wage": 510.0, "crop": 490.0})
    assert math.isnan(still.rate["wage"])
    assert still.points["wage"] == 10 / 1000
    assert "less than rounding can explain (0.01)" in still.reason
    moved = contribution({"wage": 500.0, "crop": 500.0}, {"wage": 510.0, "crop": 490.01})
    assert moved.reason is None
    assert moved.rate["wage"] == pytest.approx(10 / 0.01, rel=1e-9)
    assert math.isnan(contribution(5.0, 5.0, 100.0, 100.5, tolerance=1).rate)


def test_points_need_a_positive_base():
    result = contribution([0.0, 0.0], [3.0, 1.0])
    assert result.rate.tolist() == [0.75, 0.25]
    assert np.isnan(result.points).all()
    assert result.reason == "the former total is not positive"


def test_labelled_columns_are_matched_by_label():
    before = pd.Series({"crop": 10.0, "wage": 30.0})
    after = pd.Series({"wage": 36.0, "crop": 12.0})
    assert contribution(before, after).rate.to_dict() == {"crop": 0.25, "wage": 0.75}
    assert contribution(dict(before), dict(after)).rate == {"crop": 0.25, "wage": 0.75}
    moved = shift_share(before / 2, before, after[["crop", "wage"]] / 3, after)
    assert moved.areas == ("crop", "wage")
    assert moved.between.tolist() == [0, 0]


def test_contribution_refusals():
    with pytest.raises(ValueError, match="sources in one period only: fish"):
        contribution({"crop": 1}, {"crop": 1, "fish": 2})
    with pytest.raises(ValueError, match="before has 2 sources and after 3"):
        contribution([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="after is missing"):
        contribution([1, 2], [1, math.nan])


def test_shift_share(drawn):
    """Shares 0.5 and 0.2; the poor area's weight falls from 1/2 to 2/5 and its share to 0.4."""
    areas = drawn("""
        area | crop_before | income_before | crop_after | income_after
        hill | 50          | 100           | 40         | 100
        town | 20          | 100           | 30         | 150
    """)
    result = shift_share(areas.crop_before, areas.income_before, areas.crop_after, areas.income_after)
    assert result.change == pytest.approx(70 / 250 - 70 / 200)
    assert result.within.tolist() == pytest.approx([0.45 * -0.1, 0.55 * 0])
    assert result.between.tolist() == pytest.approx([0.45 * -0.1, 0.2 * 0.1])


def test_shift_share_with_an_area_that_begins():
    result = shift_share({"a": 10, "b": 0}, {"a": 40, "b": 0}, {"a": 10, "b": 30}, {"a": 40, "b": 60})
    assert result.areas == ("a", "b")
    assert result.within[1] == 0
    assert result.within.sum() + result.between.sum() == pytest.approx(40 / 100 - 10 / 40)


@settings(max_examples=50)
@given(seed=st.integers(0, 10**6))
def test_identities_of_change(seed):
    generator = np.random.default_rng(seed)
    k = int(generator.integers(1, 9))
    before, after = generator.uniform(1, 90, (2, k))
    result = contribution(before, after)
    if result.reason is None:
        assert result.rate.sum() == pytest.approx(1)
        assert result.points.sum() == pytest.approx(result.growth)
    shifted = shift_share(before * generator.random(k), before, after * generator.random(k), after)
    assert shifted.within.sum() + shifted.between.sum() == pytest.approx(shifted.change, abs=1e-12)
    links = generator.uniform(90, 110, 30)
    index = chain_monthly(links)
    moved = rebase(index, slice(3, 15))
    assert moved[1:] / moved[:-1] == pytest.approx(links / 100)
    assert moved[3:15].mean() == pytest.approx(100)
    yearly = chain_yearly(100 * index[12:] / index[:-12], index[:12])
    assert yearly == pytest.approx(index)


def test_trend_by_hand(drawn):
    """Shares 0.50, 0.48, 0.47, 0.43: slope Σ (t - 1.5) s / 5 = -0.022; residuals give the error."""
    series = drawn("""
        year | share
        2000 | 0.50
        2001 | 0.48
        2002 | 0.47
        2003 | 0.43
    """)
    estimate = trend(series.year, series.share)
    slope = (-1.5 * 0.50 - 0.5 * 0.48 + 0.5 * 0.47 + 1.5 * 0.43) / 5
    fitted = 0.47 + slope * np.array([-1.5, -0.5, 0.5, 1.5])
    assert estimate.value == pytest.approx(slope)
    assert estimate.se == pytest.approx(math.sqrt(((series.share - fitted) ** 2).sum() / 2 / 5))
    assert estimate.df == 2


def test_trend_with_sampling_errors():
    """Two periods 2 years apart: the slope's variance is the sum of both over 4."""
    estimate = trend(["2010", "2012"], [0.40, 0.36], se=[0.03, 0.04])
    assert estimate.value == pytest.approx(-0.02)
    assert estimate.se == pytest.approx(0.05 / 2)
    assert estimate.ci()[1] == pytest.approx(-0.02 + 1.959964 * 0.025, rel=1e-6)


def test_trend_weights_and_gaps():
    weighted = trend([1, 2, 3, 3], [1, 5, 2, 4], weight=[1, 1, 1, 1])
    merged = trend([1, 2, 3], [1, 5, 3], weight=[1, 1, 2])
    assert merged.value == pytest.approx(weighted.value)
    gap = trend([2000, 2001, 2002, 2003], [1, math.nan, 3, 4.5])
    assert (gap.n_excluded, gap.df) == (1, 1)
    alone = trend([2000, 2000], [1, 2])
    assert math.isnan(alone.value)
    assert alone.reason == "a slope needs two different periods"
    assert decimal_year(["2010", "2010-Q3", "2010-S2", "2010-07"]).tolist() == [2010, 2010.5, 2010.5, 2010.5]
    with pytest.raises(ValueError, match="period '2010-13' is not SDMX"):
        decimal_year(["2010-13"])


def test_price_indices(drawn):
    prices = drawn("""
        month | link | level
        1     | 102  | 102
        2     | 100  | 102
        3     | 95   | 96.9
    """)
    assert chain_monthly(prices.link).tolist() == pytest.approx([100, *prices.level])
    assert rebase(prices.level, 2).tolist() == pytest.approx([102 / 0.969, 102 / 0.969, 100])
    assert deflate([510, 96.9], [102, 96.9]).tolist() == pytest.approx([500, 100])
    with pytest.raises(ValueError, match="month_on_month is missing or not positive in 1 periods"):
        chain_monthly([100, math.nan])
    with pytest.raises(ValueError, match="index is missing or not positive"):
        deflate([1], [0])


# Errors of contributions: two rounds of the same or of other PSUs.

LEAVES = ["crop", "wage"]


def two_rounds(seed, n=60):
    """Two rounds of the same households, with the columns of both."""
    generator = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"stratum": np.arange(n) // 20, "psu": np.arange(n) // 4, "weight": generator.uniform(2, 9, n)}
    )
    for name in LEAVES:
        frame[f"{name}_0"] = generator.lognormal(4, 0.5, n)
        frame[f"{name}_1"] = frame[f"{name}_0"] * generator.uniform(0.9, 1.6, n)
    return frame


def totals(frame, t, fpc=None, **options):
    design = SurveyDesign(frame.weight, frame.stratum, frame.psu, fpc, **options)
    return PsuTotals.from_microdata({name: frame[f"{name}_{t}"] for name in LEAVES}, design)


@pytest.mark.parametrize("fpc", [None, 25])
def test_a_panel_has_the_error_of_its_differences(fpc):
    """Same households and weights: the rate is the ratio of Σ w Δy_k to Σ w Δy, with that ratio's error."""
    frame = two_rounds(1)
    result = contribution_from_totals(totals(frame, 0, fpc), totals(frame, 1, fpc), LEAVES)
    design = SurveyDesign(frame.weight, frame.stratum, frame.psu, fpc)
    before = frame.crop_0 + frame.wage_0
    change = {name: frame[f"{name}_1"] - frame[f"{name}_0"] for name in LEAVES}
    for name in LEAVES:
        by_rate = ratio(change[name], change["crop"] + change["wage"], design)
        by_points = ratio(change[name], before, design)
        assert result.rate.estimate("all", name).value == pytest.approx(by_rate.value)
        assert result.rate.estimate("all", name).se == pytest.approx(by_rate.se)
        assert result.points.estimate("all", name).se == pytest.approx(by_points.se)
    growth = ratio(change["crop"] + change["wage"], before, design)
    assert result.growth.estimate("all").value == pytest.approx(growth.value)
    assert result.growth.estimate("all").se == pytest.approx(growth.se)
    assert (result.rate.df[0], result.n_shared_psu[0]) == (growth.df, 15)
    assert result.rate.value.sum() == pytest.approx(1)


def test_new_psus_have_the_sum_of_both_variances():
    frame, other = two_rounds(2), two_rounds(3)
    other["psu"] += 1000
    result = contribution_from_totals(totals(frame, 0), totals(other, 1), LEAVES)
    first = mean(frame.crop_0 + frame.wage_0, SurveyDesign(frame.weight, frame.stratum, frame.psu))
    second = mean(other.crop_1 + other.wage_1, SurveyDesign(other.weight, other.stratum, other.psu))
    growth = second.value / first.value - 1
    variance = (second.se**2 + (1 + growth) ** 2 * first.se**2) / first.value**2
    assert result.growth.estimate("all").value == pytest.approx(growth)
    assert result.growth.estimate("all").se == pytest.approx(math.sqrt(variance))
    assert result.n_shared_psu[0] == 0


def growth_error(before, after, policy="fail"):
    """docs/methods/change.md, one PSU at a time: both rounds' scaled deviations are added, then squared."""
    levels = {}
    for t, part in ((0, before), (1, after)):
        levels[t] = part.weight @ (part[f"crop_{t}"] + part[f"wage_{t}"]) / part.weight.sum()
    growth = levels[1] / levels[0] - 1
    deviations = dict.fromkeys([*before.psu, *after.psu], 0.0)
    for t, part, factor in ((0, before, -(1 + growth)), (1, after, 1.0)):
        income = part[f"crop_{t}"] + part[f"wage_{t}"]
        z = factor * part.weight * (income - levels[t]) / part.weight.sum() / levels[0]
        sizes = part.groupby("stratum").psu.nunique()
        inflation = len(sizes) / (sizes > 1).sum() if policy == "average" else 1
        for stratum, n in sizes.items():
            sums = z[part.stratum == stratum].groupby(part.psu).sum()
            if n > 1:
                scaled = math.sqrt(inflation * n / (n - 1)) * (sums - sums.mean())
            else:  # deviations of all PSUs add to zero, so the grand mean of `adjust` is zero
                scaled = sums if policy == "adjust" else 0 * sums
            for psu, value in scaled.items():
                deviations[psu] += value
    return math.sqrt(sum(d * d for d in deviations.values()))


def test_partly_shared_psus_by_the_formula():
    frame = two_rounds(4)
    before, after = frame[frame.psu % 5 != 0], frame[frame.psu % 5 != 3]
    result = contribution_from_totals(totals(before, 0), totals(after, 1), LEAVES)
    assert result.growth.estimate("all").se == pytest.approx(growth_error(before, after))
    assert result.n_shared_psu[0] == 9


def test_domains_of_two_rounds():
    """A domain absent in one round is null; PSUs outside a domain count as zero in both."""
    frame = two_rounds(5)
    design = SurveyDesign(frame.weight, frame.stratum, frame.psu)
    area = np.where(np.arange(60) % 3 == 0, "urban", "rural")
    tables = [PsuTotals.from_microdata({name: frame[f"{name}_{t}"] for name in LEAVES}, design, area) for t in (0, 1)]
    whole = tables[1].roll_up({"urban": ["urban"], "new": ["rural"]})
    result = contribution_from_totals(tables[0], whole, LEAVES)
    change = {name: frame[f"{name}_1"] - frame[f"{name}_0"] for name in LEAVES}
    expected = ratio(change["crop"], change["crop"] + change["wage"], design, area == "urban")
    assert result.rate.estimate("urban", "crop").se == pytest.approx(expected.se)
    for label in ("new", "rural"):
        nothing = result.rate.estimate(label, "crop")
        assert math.isnan(nothing.value)
        assert math.isnan(nothing.se)
        assert nothing.reason == "no household in the domain"


def test_totals_and_means_per_person_are_levels_too():
    frame = two_rounds(6)
    design = SurveyDesign(frame.weight, frame.stratum, frame.psu)
    size = np.arange(60) % 5 + 1
    tables = [
        PsuTotals.from_microdata({name: frame[f"{name}_{t}"] for name in LEAVES}, design, size=size) for t in (0, 1)
    ]
    per_person = contribution_from_totals(*tables, LEAVES, per="persons")
    of_totals = contribution_from_totals(*tables, LEAVES, per=None)
    assert per_person.rate.value == pytest.approx(of_totals.rate.value)  # the same persons in both rounds
    assert per_person.rate.se == pytest.approx(of_totals.rate.se)


def test_standstill_between_rounds():
    frame = two_rounds(7)
    result = contribution_from_totals(totals(frame, 0), totals(frame, 0), LEAVES)
    assert np.isnan(result.rate.value).all()
    assert result.rate.estimate("all", "crop").reason == "the total moved by less than the tolerance 0.01"
    assert result.growth.value[0, 0] == 0
    assert result.growth.se[0, 0] == pytest.approx(0, abs=1e-12)


def test_lonely_psus_between_rounds():
    frame = two_rounds(8)
    thin = frame[(frame.stratum > 0) | (frame.psu == 0)]
    with pytest.raises(LonelyPsuError, match="stratum 0 has a single PSU"):
        contribution_from_totals(totals(frame, 0), totals(thin, 1), LEAVES)
    for policy in ("remove", "certainty", "adjust", "average"):
        tables = totals(frame, 0, lonely_psu=policy), totals(thin, 1, lonely_psu=policy)
        result = contribution_from_totals(*tables, LEAVES)
        assert result.growth.estimate("all").se == pytest.approx(growth_error(frame, thin, policy))
        assert (result.rate.lonely_psu, result.rate.n_lonely_strata.tolist()) == (policy, [1])


def test_households_drawn_by_themselves_are_never_shared():
    """Without PSU labels the rows of two rounds have nothing to be matched by."""
    frame = two_rounds(9)
    design = SurveyDesign(frame.weight)
    tables = [PsuTotals.from_microdata({name: frame[f"{name}_{t}"] for name in LEAVES}, design) for t in (0, 1)]
    assert contribution_from_totals(*tables, LEAVES).n_shared_psu.tolist() == [0]
