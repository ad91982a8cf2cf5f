"""PSU totals: the small table gives what the microdata give."""

import math
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.survey import LonelyPsuError, PsuTotals, SurveyDesign, mean, ratio, total

SAMPLE = """
stratum | psu | weight | persons | crop | wage | area
hills   | a   | 10     | 4       | 60   | 40   | rural
hills   | a   | 10     | 2       | -20  | 220  | urban
hills   | b   | 10     | 5       | 300  | 0    | rural
plain   | c   | 20     | 3       | 50   | 100  | rural
plain   | d   | 20     | 1       | 0    | 250  | urban
"""
TOTALS = """
stratum | psu | area  | n | weight | persons | crop | wage
hills   | a   | rural | 1 | 10     | 40      | 600  | 400
hills   | a   | urban | 1 | 10     | 20      | -200 | 2200
hills   | b   | rural | 1 | 10     | 50      | 3000 | 0
plain   | c   | rural | 1 | 20     | 60      | 1000 | 2000
plain   | d   | urban | 1 | 20     | 20      | 0    | 5000
"""
INCOME = ("crop", "wage")


@pytest.fixture
def sample(drawn):
    return drawn(SAMPLE)


@pytest.fixture
def design(sample):
    return SurveyDesign(sample.weight, sample.stratum, sample.psu)


@pytest.fixture
def table(sample, design):
    return PsuTotals.from_microdata(sample[list(INCOME)], design, sample.area, size=sample.persons)


def same(estimate, reference):
    assert estimate.value == pytest.approx(reference.value, rel=1e-12, nan_ok=True)
    assert estimate.se == pytest.approx(reference.se, rel=1e-9, nan_ok=True)
    assert (estimate.df, estimate.n_psu, estimate.n_households) == (
        reference.df,
        reference.n_psu,
        reference.n_households,
    )


def test_database_and_microdata_make_the_same_table(drawn, table):
    t = drawn(TOTALS)
    other = PsuTotals.from_arrays(t.stratum, t.psu, t.n, t.weight, t[list(INCOME)], domain=t.area, persons=t.persons)
    assert other.variables == table.variables == ("weight", "persons", "crop", "wage")
    assert other.values.tolist() == table.values.tolist()
    same(other.means(["crop"]).estimate("urban"), table.means(["crop"]).estimate("urban"))


def test_views_are_functionals(sample, design, table):
    """A view is a sum of leaves chosen after the table was made."""
    shares = table.ratios({"agriculture": "crop", "half": {"crop": 0.5, "wage": 0.5}}, INCOME)
    rural = sample.area == "rural"
    income = sample.crop + sample.wage
    same(shares.estimate("rural", "agriculture"), ratio(sample.crop, income, design, rural))
    assert shares.estimate("rural", "half").value == 0.5
    assert shares.estimate("rural", "half").se == pytest.approx(0, abs=1e-15)
    same(table.totals({"income": INCOME}).estimate("urban"), total(income, design, ~rural))
    same(table.means({"income": INCOME}).estimate("rural"), mean(income, design, rural))
    same(
        table.means({"income": INCOME}, per="persons").estimate("rural"),
        ratio(income, sample.persons, design, rural),
    )
    by_name = table.ratios({"crop": "crop", "wage": "wage"}, {"crop": "weight", "wage": "persons"})
    same(by_name.estimate("rural", "wage"), ratio(sample.wage, sample.persons, design, rural))


def test_roll_up(sample, design, table):
    whole = table.roll_up({"all": ["rural", "urban"], "countryside": ["rural"], "coast": ["island"]})
    same(whole.means(["crop"]).estimate("all"), mean(sample.crop, design))
    twice = table.roll_up({"all": ["rural", "urban", "rural"]})
    same(twice.totals(["crop"]).estimate("all"), total(sample.crop, design))
    same(whole.means(["crop"]).estimate("countryside"), table.means(["crop"]).estimate("rural"))
    empty = whole.means(["crop"]).estimate("coast")
    assert math.isnan(empty.value)
    assert math.isnan(empty.se)
    assert empty.reason == "no household in the domain"
    assert math.isnan(whole.totals(["crop"]).estimate("coast").value)


def test_difference_between_domains_has_their_covariance(sample, design, table):
    """Rural minus urban mean by hand: linearised values of both, added per household."""
    gap = table.contrast("wage", "weight", {"rural": 1, "urban": -1})
    rural = (sample.area == "rural").to_numpy()
    means = [mean(sample.wage, design, part).value for part in (rural, ~rural)]
    z = np.where(rural, (sample.wage - means[0]) / 40, -(sample.wage - means[1]) / 30)
    assert gap.value == pytest.approx(means[0] - means[1])
    assert gap.se == pytest.approx(total(z, design).se)
    assert (gap.df, gap.n_psu, gap.n_households) == (2, 4, 5)


def test_records_are_one_row_per_domain_and_figure(table):
    records = pd.DataFrame(table.means(["crop", "wage"]).records())
    assert records[["domain", "column"]].to_numpy().tolist() == [
        ["rural", "crop"],
        ["rural", "wage"],
        ["urban", "crop"],
        ["urban", "wage"],
    ]
    assert records.value[0] == (600 + 3000 + 1000) / 40
    assert (records.n_households[0], records.n_psu[0], records.df[0]) == (3, 3, 1)
    assert {"se", "ci_low", "ci_high", "cv", "n_lonely_strata", "n_excluded", "reason"} <= set(records)


def test_lonely_psus_are_counted_where_they_matter(drawn):
    t = drawn(TOTALS)
    t = t[t.psu != "c"]  # the plain is left with PSU d, which is urban
    arrays = (t.stratum, t.psu, t.n, t.weight, t[list(INCOME)])
    with pytest.raises(LonelyPsuError, match="'plain'"):
        PsuTotals.from_arrays(*arrays, domain=t.area).means(["crop"])
    means = PsuTotals.from_arrays(*arrays, domain=t.area, lonely_psu="remove").means(["crop"])
    assert means.lonely_psu == "remove"
    assert means.n_lonely_strata.tolist() == [0, 1]


def test_refused_tables(sample, design):
    with pytest.raises(ValueError, match=r"crop is missing .NaN. or infinite for 1 of 5"):
        PsuTotals.from_microdata({"crop": [1, 2, np.nan, 4, 5]}, design)
    with pytest.raises(KeyError, match="no variable 'fishery'; the table has weight, crop"):
        PsuTotals.from_microdata({"crop": sample.crop}, design).means(["fishery"])
    with pytest.raises(ValueError, match="the table makes weight itself"):
        PsuTotals.from_microdata({"weight": sample.crop}, design)
    calibrated = design.post_stratify(sample.area, {"rural": 50, "urban": 60})
    with pytest.raises(ValueError, match="post-stratified design need microdata"):
        PsuTotals.from_microdata({"crop": sample.crop}, calibrated)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10**6),
    policy=st.sampled_from(["remove", "certainty", "adjust", "average"]),
    stages=st.integers(0, 2),
)
def test_psu_totals_equal_microdata(seed, policy, stages):
    """Any design, any policy, every domain: both paths agree on value, error, df and counts."""
    generator = np.random.default_rng(seed)
    n = int(generator.integers(1, 80))
    stratum, psu = generator.integers(0, 4, n), generator.integers(0, 5, n)
    weight = generator.uniform(0, 50, n) * (generator.random(n) < 0.9) + 1e-3
    fpc = 12 if stages else None
    second = {"ssu": generator.integers(0, 4, n), "fpc2": 9} if stages == 2 else {}
    design = SurveyDesign(weight, stratum, psu, fpc, policy, **second)
    y, x = generator.normal(50, 80, n), generator.uniform(0, 9, n)
    domain = generator.integers(0, 3, n)
    table = PsuTotals.from_microdata({"y": y, "x": x}, design, domain)
    rows = PsuTotals.from_arrays(
        stratum,
        psu,
        np.ones(n),
        weight,
        {"y": weight * y, "x": weight * x},
        domain,
        None,
        fpc,
        policy,
        **second,
    )
    for label in np.unique(domain):
        mask = domain == label
        for path in (table, rows):
            same(path.totals(["y"]).estimate(label), total(y, design, mask))
            same(path.means(["y"]).estimate(label), mean(y, design, mask))
            same(path.ratios(["y"], "x").estimate(label), ratio(y, x, design, mask))
    both = np.column_stack([y, x])
    assert table.covariance(["y", "x"], 0 if 0 in domain else domain[0]) == pytest.approx(
        total(both, design, domain == (0 if 0 in domain else domain[0])).covariance, rel=1e-9, nan_ok=True
    )


def test_a_whole_mart_is_one_call():
    """120 counties, three domains each, 18 leaves and their share: well under a second."""
    generator = np.random.default_rng(1)
    n_psu, leaves = 500, [f"leaf{k}" for k in range(18)]
    stratum = np.sort(generator.integers(0, 30, n_psu))
    county = generator.integers(0, 120, n_psu)
    cells = [(c, kind) for c in range(120) for kind in ("rural", "urban")]
    rows = np.repeat(np.arange(n_psu), 2)
    kind = np.tile(["rural", "urban"], n_psu)
    labels = np.array([f"{county[psu]} {k}" for psu, k in zip(rows, kind, strict=True)], dtype=object)
    values = {leaf: generator.lognormal(8, 1, len(rows)) for leaf in leaves}
    weight = generator.uniform(100, 900, len(rows))
    table = PsuTotals.from_arrays(stratum[rows], rows, np.full(len(rows), 5), weight, values, labels)
    started = time.perf_counter()
    members = {f"{c} {k}": [f"{c} {k}"] for c, k in cells}
    members |= {f"{c} all": [f"{c} rural", f"{c} urban"] for c in range(120)}
    mart = table.roll_up(members)
    means, shares = mart.means(leaves), mart.ratios(leaves, leaves)
    elapsed = time.perf_counter() - started
    assert means.value.shape == shares.se.shape == (360, 18)
    held = means.n_households > 0
    assert shares.value[held].sum(axis=1) == pytest.approx(1)
    assert elapsed < 1
