"""Agreement with the independent package `svy` on random designs.

The one difference, `certainty`, is explained in docs/methods/survey-estimation.md.
"""

import numpy as np
import polars
import pytest
import svy
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.survey import SurveyDesign, design_effect, mean, ratio, total

RELATIVE = 1e-9


def random_sample(seed: int, smallest_stratum: int, smallest_psu: int) -> polars.DataFrame:
    """Strata of 2 to 6 PSUs (one stratum may have fewer), PSUs of some households, finite populations."""
    generator = np.random.default_rng(seed)
    rows = []
    for stratum in range(int(generator.integers(1, 5))):
        least = smallest_stratum if stratum == 0 and seed % 2 else 2
        n_psu = least if least == 1 else int(generator.integers(2, 7))
        population = float(n_psu + generator.integers(1, 30))
        for psu in range(n_psu):
            size = int(generator.integers(smallest_psu, 6))
            units = float(size + generator.integers(1, 9))
            rows += [(f"s{stratum}", f"s{stratum}p{psu}", f"h{len(rows) + i}", population, units) for i in range(size)]
    names = ["stratum", "psu", "ssu", "psus", "ssus"]
    sample = polars.DataFrame(rows, schema=names, orient="row")
    n = len(sample)
    return sample.with_columns(
        weight=polars.Series(generator.uniform(3, 90, n)),
        y=polars.Series(generator.lognormal(5, 1, n) - 60),
        x=polars.Series(generator.uniform(1, 9, n)),
        rural=polars.Series(np.append(generator.random(n - 1) < 0.6, True)),
    )


def compare(sample, theirs: svy.Design, ours: SurveyDesign) -> None:
    """Totals, means and ratios of the whole and of a domain: value, error, df and interval."""
    estimation = svy.Sample(sample, theirs).estimation
    y, x, rural = (sample[name].to_numpy() for name in ("y", "x", "rural"))
    for domain, where in ((None, None), (rural, svy.col("rural"))):
        pairs = [
            (total(y, ours, domain), estimation.total("y", where=where)),
            (mean(y, ours, domain), estimation.mean("y", where=where)),
            (ratio(y, x, ours, domain), estimation.ratio("y", "x", where=where)),
        ]
        for estimate, result in pairs:
            reference = result.estimates[0]
            assert estimate.value == pytest.approx(reference.est, rel=RELATIVE)
            assert estimate.se == pytest.approx(reference.se, rel=RELATIVE, abs=1e-9 * abs(estimate.value))
            assert estimate.df == max(reference.df, 0)


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6))
def test_stratified_clusters_with_and_without_correction(seed):
    sample = random_sample(seed, 2, 1)
    labels = (sample["weight"].to_numpy(), sample["stratum"].to_numpy(), sample["psu"].to_numpy())
    parts = {"stratum": "stratum", "psu": "psu", "wgt": "weight"}
    compare(sample, svy.Design(**parts), SurveyDesign(*labels))
    compare(sample, svy.Design(**parts, pop_size="psus"), SurveyDesign(*labels, sample["psus"].to_numpy()))


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6))
def test_two_stages(seed):
    sample = random_sample(seed, 2, 2)
    theirs = svy.Design(
        stratum="stratum", psu="psu", ssu="ssu", wgt="weight", pop_size=svy.PopSize(psu="psus", ssu="ssus")
    )
    weight, stratum, psu, ssu, psus, ssus = (
        sample[name].to_numpy() for name in ("weight", "stratum", "psu", "ssu", "psus", "ssus")
    )
    compare(sample, theirs, SurveyDesign(weight, stratum, psu, psus, ssu=ssu, fpc2=ssus))


@pytest.mark.parametrize(("theirs", "ours"), [("center", "adjust"), ("scale", "average"), ("skip", "remove")])
@settings(max_examples=12)
@given(seed=st.integers(0, 10**6).map(lambda number: 2 * number + 1))
def test_lonely_psu(theirs, ours, seed):
    sample = random_sample(seed, 1, 1)
    if sample["stratum"].n_unique() < 2:
        return
    labels = (sample["weight"].to_numpy(), sample["stratum"].to_numpy(), sample["psu"].to_numpy())
    design = SurveyDesign(*labels, lonely_psu=ours)
    estimation = svy.Sample(sample, svy.Design(stratum="stratum", psu="psu", wgt="weight", singleton=theirs)).estimation
    y = sample["y"].to_numpy()
    for estimate, result in (
        (total(y, design), estimation.total("y")),
        (mean(y, design), estimation.mean("y")),
    ):
        assert estimate.lonely_strata == ("s0",)
        assert estimate.se == pytest.approx(result.estimates[0].se, rel=RELATIVE)


@settings(max_examples=10)
@given(seed=st.integers(0, 10**6))
def test_design_effects(seed):
    sample = random_sample(seed, 2, 1)
    design = SurveyDesign(*(sample[name].to_numpy() for name in ("weight", "stratum", "psu")))
    estimation = svy.Sample(sample, svy.Design(stratum="stratum", psu="psu", wgt="weight")).estimation
    for replacement, reference in ((False, "wor"), (True, "wr")):
        for statistic, result in (
            ("mean", estimation.mean("y", deff=reference)),
            ("total", estimation.total("y", deff=reference)),
        ):
            effect = design_effect(sample["y"].to_numpy(), design, None, statistic, replacement=replacement)
            assert effect == pytest.approx(result.estimates[0].deff, rel=RELATIVE)
