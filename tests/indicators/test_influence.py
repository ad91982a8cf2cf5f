"""Linearised errors of every non-linear measure against derivatives taken by moving each weight a little."""

from functools import partial

import numpy as np
import pytest

from indicators.inequality import (
    atkinson,
    coefficient_of_variation,
    generalized_entropy,
    gini,
    lorenz,
    quantile_shares,
    ricci_schutz,
    theil_l,
    theil_t,
)
from indicators.poverty import fgt, sen, sen_shorrocks_thon, time_to_exit, watts
from indicators.survey import SurveyDesign, linearised_variance

MEASURES = {
    "gini mid": gini,
    "gini upper": partial(gini, rank="upper"),
    "theil t": theil_t,
    "theil l": theil_l,
    "entropy 2": partial(generalized_entropy, alpha=2),
    "entropy -1": partial(generalized_entropy, alpha=-1),
    "atkinson 0.5": atkinson,
    "atkinson 1": partial(atkinson, epsilon=1),
    "atkinson 2": partial(atkinson, epsilon=2),
    "ricci-schutz": ricci_schutz,
    "variation": coefficient_of_variation,
    "lorenz": partial(lorenz, p=0.37),
    "fifths": quantile_shares,
    "fgt 2": lambda y, design, domain: fgt(y, 70, 2, design, domain=domain),
    "watts": lambda y, design, domain: watts(y, 70, design, domain),
    "sen": lambda y, design, domain: sen(y, 70, design, domain=domain),
    "sen-shorrocks-thon": lambda y, design, domain: sen_shorrocks_thon(y, 70, design, domain),
    "time to exit": lambda y, design, domain: time_to_exit(y, 70, 0.05, design, domain, among="poor"),
}


@pytest.mark.parametrize("name", MEASURES)
def test_errors_are_those_of_numerical_derivatives(name):
    generator = np.random.default_rng(7)
    n = 40
    income = np.round(generator.lognormal(4.2, 0.7, n), -1) + 5  # rounding makes ties
    weight = generator.uniform(2, 9, n)
    psu, stratum = np.arange(n) // 4, np.arange(n) // 20
    domain = generator.random(n) < 0.8
    domain[:2] = True
    measure = MEASURES[name]

    def value(w):
        return np.atleast_1d(measure(income, SurveyDesign(w, stratum, psu), domain=domain).value)

    step = 1e-6
    z = np.array(
        [
            (value(weight + step * (np.arange(n) == i)) - value(weight - step * (np.arange(n) == i))) / (2 * step)
            for i in range(n)
        ]
    )
    design = SurveyDesign(weight, stratum, psu)
    numerical = np.sqrt(np.diag(np.atleast_2d(linearised_variance(z, design))))
    assert np.atleast_1d(measure(income, design, domain=domain).se) == pytest.approx(numerical, rel=1e-5)
