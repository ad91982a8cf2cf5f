"""Do 95 % intervals contain the truth 95 times in a hundred? A thousand samples of a finite population.

Each sample is a domain with strata and PSUs of its own, so that one call estimates all of them.
"""

import numpy as np
import pytest

from indicators.inequality import gini_by_group
from indicators.survey import PsuTotals, SurveyDesign

STRATA, PSUS, HOUSEHOLDS, SAMPLED, SAMPLES = 5, 120, 10, 30, 1000


@pytest.fixture(scope="module")
def population():
    """Incomes (PSU, household): skewed, alike within a PSU, richer by stratum; farms may lose."""
    generator = np.random.default_rng(2010)
    shape = (STRATA * PSUS, HOUSEHOLDS)
    level = np.repeat(np.linspace(6.2, 7.0, STRATA), PSUS)[:, None] + generator.normal(0, 0.35, (shape[0], 1))
    farm = generator.lognormal(level - 1, 0.9, shape) - 60
    wage = generator.lognormal(level, 0.8, shape) * (generator.random(shape) < 0.8)
    return {"farm": farm, "income": farm + wage, "poor": (farm + wage < 500).astype(float)}


@pytest.fixture(scope="module")
def samples():
    """PSU numbers drawn without replacement, (samples, strata * sampled)."""
    generator = np.random.default_rng(95)
    order = generator.random((SAMPLES, STRATA, PSUS)).argsort(axis=2)[:, :, :SAMPLED]
    return (order + PSUS * np.arange(STRATA)[:, None]).reshape(SAMPLES, -1)


def covered(table, truth) -> np.ndarray:
    low, high = table.ci(0.95)
    return ((low <= truth) & (truth <= high)).mean(axis=0)


def test_coverage_of_linear_figures(population, samples):
    psu = samples.ravel()
    sample = np.repeat(np.arange(SAMPLES), samples.shape[1])
    weight = np.full(len(psu), HOUSEHOLDS * PSUS / SAMPLED)
    sums = {name: values[psu].sum(axis=1) * PSUS / SAMPLED for name, values in population.items()}
    table = PsuTotals.from_arrays(
        sample * STRATA + psu // PSUS,
        psu,
        np.full(len(psu), HOUSEHOLDS),
        weight,
        sums,
        sample,
        fpc=float(PSUS),
    )
    assert (table.means(["income"]).df == STRATA * (SAMPLED - 1)).all()
    households = STRATA * PSUS * HOUSEHOLDS
    truth = {name: values.sum() for name, values in population.items()}
    figures = {
        "mean income": covered(table.means(["income"]), truth["income"] / households),
        "total income": covered(table.totals(["income"]), truth["income"]),
        "share of farming": covered(table.ratios(["farm"], "income"), truth["farm"] / truth["income"]),
        "headcount": covered(table.means(["poor"]), truth["poor"] / households),
    }
    for name, share in figures.items():
        assert 0.93 <= share[0] <= 0.97, f"{name}: {share[0]:.3f}"


def test_coverage_of_the_gini(population, samples):
    psu = np.repeat(samples.ravel(), HOUSEHOLDS)
    sample = np.repeat(np.arange(SAMPLES), samples.shape[1] * HOUSEHOLDS)
    income = population["income"][samples.ravel()].ravel()
    design = SurveyDesign(np.full(len(psu), PSUS / SAMPLED), sample * STRATA + psu // PSUS, psu, fpc=float(PSUS))
    everyone = SurveyDesign(np.ones(population["income"].size))
    truth = gini_by_group(population["income"].ravel(), everyone, np.zeros(population["income"].size))
    share = covered(gini_by_group(income, design, sample), truth.value)
    assert 0.93 <= share[0] <= 0.97, f"{share[0]:.3f}"
