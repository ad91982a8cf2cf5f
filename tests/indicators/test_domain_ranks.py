"""Indices of many overlapping domains at once: a table by hand, and the same as one domain at a time."""

import numpy as np
import pytest

from indicators import index_totals as index
from indicators.domain_ranks import DomainLayers, Pairs, ranked, with_columns
from indicators.inequality import atkinson, gini, lerman_yitzhaki, theil_l, theil_t
from indicators.poverty import fgt, poverty_depth, sen, sen_shorrocks_thon
from indicators.psu_totals import PsuTotals
from indicators.source_ranks import GiniBySourceTable, gini_by_source
from indicators.survey import Estimate, EstimateTable, SurveyDesign

LINE = 6.0
MEMBERS = {"all": [0, 1, 2], "hills": [0, 1], "hills rural": [0], "plain": [2]}


class Survey:
    """Households in three cells with ties, zeros and losses; every PSU is in one cell, strata cross cells."""

    def __init__(self, seed: int, n: int = 400) -> None:
        random = np.random.default_rng(seed)
        crop = np.round(random.normal(4, 6, n))
        wage = np.where(random.random(n) < 0.4, np.round(random.gamma(2, 3, n)), 0.0)
        order = np.argsort(crop + wage, kind="stable")
        self.crop, self.wage = crop[order], wage[order]
        self.income = self.crop + self.wage
        self.weight = random.integers(1, 5, n).astype(float)
        self.psu = random.integers(0, 24, n)
        self.cell = self.psu % 3
        self.design = SurveyDesign(self.weight, self.psu // 12, self.psu)

    def totals(self, **columns: np.ndarray) -> tuple[PsuTotals, DomainLayers]:
        finest = PsuTotals.from_microdata(columns, self.design, self.cell)
        totals = finest.roll_up(dict(MEMBERS))
        return totals, DomainLayers.of(list(MEMBERS.values()), 3)

    def pairs(self) -> Pairs:
        """Cell and PSU of each household; a PSU is in one cell."""
        return Pairs(np.arange(24) % 3, np.arange(24), self.psu)

    def inside(self, name: str) -> np.ndarray:
        return np.isin(self.cell, MEMBERS[name])


def inequality_table(survey: Survey) -> EstimateTable:
    totals, layers = survey.totals(
        income=survey.income,
        square=survey.weight * survey.income,
        **index.positive_columns(survey.income, (0.5, 1.0)),
    )
    ranks = ranked(totals, layers, survey.pairs(), survey.weight, survey.income)
    return index.index_table(
        with_columns(totals, {"ranked": ranks.column}),
        {
            "mid": index.gini_formula("mid"),
            "upper": index.gini_formula("upper"),
            "theil_t": index.theil_formula("T"),
            "theil_l": index.theil_formula("L"),
            "atkinson_05": index.atkinson_formula(0.5),
            "atkinson_1": index.atkinson_formula(1.0),
        },
    )


def poverty_table(survey: Survey, boundary: str = "<") -> EstimateTable:
    depth = {f"fgt{alpha}": poverty_depth(survey.income, LINE, alpha, boundary) for alpha in (0, 1)}
    totals, layers = survey.totals(**depth)
    poor = depth["fgt0"] > 0
    ranks = ranked(
        totals,
        layers,
        survey.pairs().of(np.flatnonzero(poor)[::-1]),
        survey.weight[poor][::-1],
        depth["fgt1"][poor][::-1],
    )
    return index.index_table(
        with_columns(totals, {"ranked": ranks.column}),
        {
            "sen": index.sen_formula("fgt0", "ranked"),
            "sst": index.sen_shorrocks_thon_formula("fgt0", "fgt1", "ranked"),
            "gini_poor": index.gini_of_poor_formula("fgt0", "fgt1", "ranked"),
        },
    )


def sources_table(survey: Survey) -> GiniBySourceTable:
    totals, layers = survey.totals(income=survey.income)
    ranks = ranked(totals, layers, survey.pairs(), survey.weight, survey.income)
    components = [("crop", [survey.crop]), ("wage", [survey.wage[:150], survey.wage[150:]])]
    return gini_by_source(components, layers, survey.pairs(), survey.weight, ranks.middle)


def test_domains_are_laid_out_without_overlap_inside_a_layer() -> None:
    layers = DomainLayers.of(list(MEMBERS.values()), 3)
    assert layers.domain.tolist() == [[0, 0, 0], [1, 1, 3], [2, -1, -1]]
    assert layers.sums(np.array([1.0, 10.0, 100.0])).tolist() == [111, 11, 1, 100]


def test_three_households_by_hand() -> None:
    """Incomes 1, 2 and 5 of weights 1, 1, 2: below + ties 1, 2, 4; q = y (below + ties) + income above."""
    design = SurveyDesign([1, 1, 2], None, ["a", "b", "c"])
    cell, income, weight = np.zeros(3, dtype=int), np.array([1.0, 2.0, 5.0]), np.array([1.0, 1.0, 2.0])
    totals = PsuTotals.from_microdata({"income": income}, design, cell)
    ranks = ranked(totals, DomainLayers.of([[0]], 1), Pairs(cell, design.unit, np.arange(3)), weight, income)
    assert ranks.column.tolist() == [1 * 1 + 12, 2 * 2 + 10, 2 * 5 * 4]
    assert ranks.middle.tolist() == [[0.5 / 4, 1.5 / 4, 3 / 4]]
    table = index.index_table(with_columns(totals, {"ranked": ranks.column}), {"gini": index.gini_formula()})
    # Σ w y (2·below + ties) = 1·1 + 2·3 + 2·5·(4 + 2) = 67 over Σw Σwy = 4 · 13
    assert table.value[0, 0] == pytest.approx(67 / 52 - 1, rel=1e-15)


def test_households_may_come_in_any_order() -> None:
    survey = Survey(5)
    totals, layers = survey.totals(income=survey.income)
    ranks = ranked(totals, layers, survey.pairs(), survey.weight, survey.income)
    order = np.random.default_rng(5).permutation(len(survey.income))
    mixed = ranked(totals, layers, survey.pairs().of(order), survey.weight[order], survey.income[order])
    assert mixed.column == pytest.approx(ranks.column, rel=1e-13)
    assert mixed.middle == pytest.approx(ranks.middle[:, order], rel=1e-13, nan_ok=True)


def same(table: EstimateTable, domain: str, column: str, expected: Estimate) -> None:
    found = table.estimate(domain, column)
    assert found.value == pytest.approx(expected.value, rel=1e-11, abs=1e-14), (domain, column)
    assert found.se == pytest.approx(expected.se, rel=1e-9, abs=1e-14), (domain, column)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("domain", MEMBERS)
def test_inequality_is_that_of_one_domain_at_a_time(seed: int, domain: str) -> None:
    survey = Survey(seed)
    table, inside, income, design = inequality_table(survey), survey.inside(domain), survey.income, survey.design
    same(table, domain, "mid", gini(income, design, domain=inside))
    same(table, domain, "upper", gini(income, design, rank="upper", domain=inside))
    same(table, domain, "theil_t", theil_t(income, design, domain=inside))
    same(table, domain, "theil_l", theil_l(income, design, domain=inside))
    same(table, domain, "atkinson_05", atkinson(income, design, 0.5, domain=inside))
    same(table, domain, "atkinson_1", atkinson(income, design, 1.0, domain=inside))


@pytest.mark.parametrize("boundary", ["<", "<="])
@pytest.mark.parametrize("domain", MEMBERS)
def test_poverty_is_that_of_one_domain_at_a_time(boundary: str, domain: str) -> None:
    survey = Survey(7)
    table, inside, income, design = poverty_table(survey, boundary), survey.inside(domain), survey.income, survey.design
    same(table, domain, "sen", sen(income, LINE, design, boundary, domain=inside))
    if boundary == "<":
        same(table, domain, "sst", sen_shorrocks_thon(income, LINE, design, domain=inside))


@pytest.mark.parametrize("domain", MEMBERS)
def test_gini_of_the_poor_is_the_third_part_of_sen(domain: str) -> None:
    """Sen = H (I + (1 - I) G) over incomes without losses; G is the Gini of the poor alone."""
    survey = Survey(11)
    survey.income = np.maximum(survey.income, 0.0)
    inside = survey.inside(domain) & (survey.income < LINE)
    expected = gini(survey.income, survey.design, domain=inside)
    table = poverty_table(survey)
    same(table, domain, "gini_poor", expected)
    head = fgt(survey.income, LINE, 0, survey.design, domain=survey.inside(domain)).value
    gap = fgt(survey.income, LINE, 1, survey.design, domain=survey.inside(domain)).value / head
    assert table.estimate(domain, "sen").value == pytest.approx(head * (gap + (1 - gap) * expected.value), rel=1e-12)


def test_nobody_poor_is_no_poverty_and_no_gini_of_the_poor() -> None:
    survey = Survey(3)
    survey.income = survey.income - survey.income.min() + LINE
    table = poverty_table(survey)
    assert table.value[:, :2].tolist() == [[0.0, 0.0]] * 4
    assert np.isnan(table.value[:, 2]).all()


@pytest.mark.parametrize("seed", range(3))
def test_sources_are_those_of_one_domain_at_a_time(seed: int) -> None:
    survey = Survey(seed)
    table = sources_table(survey)
    for number, domain in enumerate(MEMBERS):
        expected = lerman_yitzhaki(
            {"crop": survey.crop, "wage": survey.wage}, survey.design, domain=survey.inside(domain)
        )
        assert table.total[number] == pytest.approx(expected.gini_total, rel=1e-11)
        for found, wanted in (
            (table.share, expected.share),
            (table.gini, expected.gini),
            (table.correlation, expected.correlation),
            (table.contribution, expected.relative),
            (table.marginal, expected.marginal),
        ):
            assert found[number] == pytest.approx(wanted, rel=1e-9, abs=1e-12, nan_ok=True), domain
        assert table.contribution[number].sum() == pytest.approx(1, rel=1e-12)
        assert table.marginal[number].sum() == pytest.approx(0, abs=1e-12)
