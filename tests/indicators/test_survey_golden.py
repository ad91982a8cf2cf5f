"""Every value of golden/survey: R survey 4.5 on the samples that come with it."""

import numpy as np
import pytest

from indicators.inequality import quantile
from indicators.replicates import jk1, jkn
from indicators.survey import Estimate, SurveyDesign, mean, ratio, total

RELATIVE = 1e-9
DESIGNS = ["dstrat", "dstratwr", "dclus1", "dclus1wr", "dclus2", "dclus2wr"]


@pytest.fixture(scope="module")
def designs(survey_sample):
    """R's designs, each with its sample: `wr` means without finite population correction."""
    strat, clus1, clus2 = (survey_sample(name) for name in ("apistrat", "apiclus1", "apiclus2"))
    return {
        "dstrat": (strat, SurveyDesign(strat.pw, strat.stype, None, strat.fpc)),
        "dstratwr": (strat, SurveyDesign(strat.pw, strat.stype)),
        "dclus1": (clus1, SurveyDesign(clus1.pw, None, clus1.dnum, clus1.fpc)),
        "dclus1wr": (clus1, SurveyDesign(clus1.pw, None, clus1.dnum)),
        "dclus2": (
            clus2,
            SurveyDesign(clus2.pw, None, clus2.dnum, clus2.fpc1, ssu=clus2.snum, fpc2=clus2.fpc2),
        ),
        "dclus2wr": (clus2, SurveyDesign(clus2.pw, None, clus2.dnum, ssu=clus2.snum)),
    }


def agrees(estimate: Estimate, golden: dict, df: float | None = None) -> None:
    """Value, standard error and, where R printed them, interval and degrees of freedom."""
    assert estimate.value == pytest.approx(golden["est"], rel=RELATIVE)
    assert estimate.se == pytest.approx(golden["se"], rel=RELATIVE)
    if "df" in golden:
        assert (df or estimate.df) == golden["df"]
    if "ci" in golden:
        assert estimate.ci(df=df) == pytest.approx(golden["ci"], rel=RELATIVE)


@pytest.mark.parametrize("name", DESIGNS)
def test_means_totals_and_ratios(name, designs, survey_golden):
    sample, design = designs[name]
    known = sample.enroll.notna()  # R drops missing enrolments but keeps the whole design's df
    agrees(mean(sample.api00, design), survey_golden[f"{name}:mean:api00"])
    agrees(total(sample.enroll, design, known), survey_golden[f"{name}:total:enroll"], design.df)
    agrees(
        ratio(sample["api.stu"], sample.enroll, design, known),
        survey_golden[f"{name}:ratio:api.stu/enroll"],
        design.df,
    )


@pytest.mark.parametrize("name", DESIGNS)
def test_domains_keep_the_whole_design(name, designs, survey_golden):
    sample, design = designs[name]
    golden_mean, golden_ratio = (
        survey_golden[f"{name}:by stype:mean:api00"],
        survey_golden[f"{name}:by stype:ratio"],
    )
    for position, stype in enumerate(golden_mean["names"]):
        domain = sample.stype == stype
        by_mean = mean(sample.api00, design, domain)
        by_ratio = ratio(sample["api.stu"], sample.enroll, design, domain & sample.enroll.notna())
        for estimate, golden in ((by_mean, golden_mean), (by_ratio, golden_ratio)):
            assert estimate.value == pytest.approx(golden["est"][position], rel=RELATIVE)
            assert estimate.se == pytest.approx(golden["se"][position], rel=RELATIVE)


@pytest.mark.parametrize("name", DESIGNS)
def test_design_effects_and_quantiles(name, designs, survey_golden):
    sample, design = designs[name]
    assert mean(sample.api00, design).deff == pytest.approx(survey_golden[f"{name}:deff:api00"], rel=RELATIVE)
    quartiles = quantile(sample.api00, design, np.array([0.25, 0.5, 0.75]))
    assert quartiles.tolist() == survey_golden[f"{name}:quantile:api00"]["est"]


@pytest.mark.parametrize(
    ("name", "of"), [("jk1", "dclus1"), ("jk1wr", "dclus1wr"), ("jkn", "dstrat"), ("jknwr", "dstratwr")]
)
def test_jackknives(name, of, designs, survey_golden):
    sample, design = designs[of]
    replicates = jk1(design) if name.startswith("jk1") else jkn(design)
    agrees(replicates.mean(sample.api00), survey_golden[f"{name}:mean:api00"])
    agrees(replicates.total(sample.enroll), survey_golden[f"{name}:total:enroll"])
    agrees(replicates.ratio(sample["api.stu"], sample.enroll), survey_golden[f"{name}:ratio:api.stu/enroll"])


def test_post_stratified(designs, survey_golden):
    sample, design = designs["dclus1"]
    calibrated = design.post_stratify(sample.stype, {"E": 4421, "H": 755, "M": 1018})
    agrees(mean(sample.api00, calibrated), survey_golden["dclus1 postStratified:mean:api00"])
    agrees(total(sample.enroll, calibrated), survey_golden["dclus1 postStratified:total:enroll"])


def test_finite_population_correction(survey_sample, survey_golden):
    sample = survey_sample("fpc")
    corrected = SurveyDesign(sample.weight, sample.stratid, sample.psuid, sample.Nh)
    by_fraction = SurveyDesign(sample.weight, sample.stratid, sample.psuid, sample.nh / sample.Nh)
    plain = SurveyDesign(sample.weight, sample.stratid, sample.psuid)
    agrees(mean(sample.x, corrected), survey_golden["fpc:with:mean:x"])
    agrees(mean(sample.x, by_fraction), survey_golden["fpc:with:mean:x"])
    agrees(total(sample.x, corrected), survey_golden["fpc:with:total:x"])
    agrees(mean(sample.x, plain), survey_golden["fpc:without:mean:x"])


def test_two_stages(survey_sample, survey_golden):
    """Five of 50 clusters, then three municipalities of n2 (Särndal, Swensson, Wretman: MU284)."""
    sample = survey_sample("mu284")
    weight = sample.n1 / 5 * sample.n2 / 3
    design = SurveyDesign(weight, None, sample.id1, sample.n1, ssu=sample.id2, fpc2=sample.n2)
    agrees(total(sample.y1, design), survey_golden["mu284:total:y1"])
    agrees(mean(sample.y1, design), survey_golden["mu284:mean:y1"])


@pytest.mark.parametrize("policy", ["remove", "certainty", "adjust", "average"])
def test_lonely_psu(policy, survey_sample, survey_golden):
    toy, schools = survey_sample("lonely_toy"), survey_sample("apiclus1")
    design = SurveyDesign(toy.W, toy.Stratum, toy.PSU, lonely_psu=policy)
    variance = total(toy.Age, design).se ** 2
    assert variance == pytest.approx(survey_golden[f"lonely_toy:{policy}:var total Age"], rel=RELATIVE)
    for estimate, figure in (
        (mean(toy.Age, design), "mean Age"),
        (ratio(toy.Age, toy.Height, design), "ratio Age/Height"),
    ):
        golden = survey_golden[f"lonely_toy:{policy}:{figure}"]
        assert (estimate.value, estimate.se) == pytest.approx(golden, rel=RELATIVE)
    by_district = SurveyDesign(schools.pw, schools.dnum, lonely_psu=policy)
    estimate = mean(schools.api00, by_district)
    golden = survey_golden[f"apiclus1 strata=dnum lonely 413:{policy}:mean api00 se"]
    assert estimate.se == pytest.approx(golden, rel=RELATIVE)
    assert estimate.lonely_strata == (413,)


def test_every_golden_value_is_used(survey_golden):
    """A name added to the golden file must find its test."""
    tested = {
        *(f"{d}:{s}" for d in DESIGNS for s in ("mean:api00", "total:enroll", "ratio:api.stu/enroll")),
        *(f"{d}:{s}" for d in DESIGNS for s in ("by stype:mean:api00", "by stype:ratio", "quantile:api00")),
        *(f"{d}:deff:api00" for d in DESIGNS),
        *(
            f"{d}:{s}"
            for d in ("jk1", "jk1wr", "jkn", "jknwr")
            for s in ("mean:api00", "total:enroll", "ratio:api.stu/enroll")
        ),
        *("fpc:with:mean:x", "fpc:without:mean:x", "fpc:with:total:x", "mu284:total:y1", "mu284:mean:y1"),
        *("dclus1 postStratified:mean:api00", "dclus1 postStratified:total:enroll"),
        *(
            name
            for policy in ("remove", "certainty", "adjust", "average")
            for name in (
                f"lonely_toy:{policy}:var total Age",
                f"lonely_toy:{policy}:mean Age",
                f"lonely_toy:{policy}:ratio Age/Height",
                f"apiclus1 strata=dnum lonely 413:{policy}:mean api00 se",
            )
        ),
    }
    assert set(survey_golden) - {"session"} == tested
