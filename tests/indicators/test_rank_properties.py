"""Ranks and sources of overlapping domains against their definitions, pair by pair, on small surveys of every shape."""

from collections.abc import Iterator
from threading import Event

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import arrays
from indicators.arrays import ascending
from indicators.domain_ranks import DomainLayers, Pairs, ranked
from indicators.parallel import in_order
from indicators.psu_totals import PsuTotals
from indicators.source_ranks import gini_by_source
from indicators.survey import SurveyDesign

N_CELLS = 4
AMOUNTS = st.sampled_from([-3.0, -0.5, 0.0, 0.0, 0.0, 0.1, 1 / 3, 2.0, 2.0, 7.25, 1e6])


@pytest.fixture(params=[1, 3, 1000], autouse=True)
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks smaller than the survey, of one household, and larger."""
    monkeypatch.setattr(arrays, "_BLOCK", request.param)


@st.composite
def surveys(draw: st.DrawFn) -> dict[str, np.ndarray]:
    """Households with ties, zeros, losses, some without persons (weight zero); cells may be empty."""
    size = draw(st.integers(1, 14))

    def column(values: st.SearchStrategy) -> np.ndarray:
        return np.array(draw(st.lists(values, min_size=size, max_size=size)))

    return {
        "crop": column(AMOUNTS),
        "wage": column(AMOUNTS),
        "weight": column(st.sampled_from([0.0, 0.25, 1.0, 1.0, 3.0])),
        "psu": column(st.integers(0, 7)),
    }


MEMBERS = st.lists(st.lists(st.integers(0, N_CELLS - 1), min_size=0, max_size=N_CELLS), min_size=1, max_size=6)


def prepared(survey: dict[str, np.ndarray], members: list[list[int]]) -> tuple[PsuTotals, DomainLayers, np.ndarray]:
    """PSU totals of the domains, their layers, and the cell of each household: a PSU lies in one."""
    cell = survey["psu"] % N_CELLS
    design = SurveyDesign(survey["weight"], None, survey["psu"])
    finest = PsuTotals.from_microdata({}, design, cell)
    place = {label: number for number, label in enumerate(finest.domains.tolist())}
    labels = {number: [place[one] for one in cells if one in place] for number, cells in enumerate(members)}
    names = {number: [finest.domains[one] for one in cells] for number, cells in labels.items()}
    return finest.roll_up(names), DomainLayers.of(members, N_CELLS), cell


@settings(max_examples=60)
@given(surveys(), MEMBERS)
def test_ranks_are_those_of_all_pairs(survey: dict[str, np.ndarray], members: list[list[int]]) -> None:
    totals, layers, cell = prepared(survey, members)
    design = SurveyDesign(survey["weight"], None, survey["psu"])
    y, w = survey["crop"] + survey["wage"], survey["weight"]
    found = ranked(totals, layers, Pairs(cell, design.unit, np.arange(len(y))), w, y)
    expected = {(int(domain), int(unit)): 0.0 for domain, unit in zip(totals.domain, totals.unit, strict=True)}
    for number, cells in enumerate(members):
        inside = np.flatnonzero(np.isin(cell, cells))
        (layer,) = {row for row in range(len(layers.domain)) if number in layers.domain[row]} or {None}
        for one in inside:
            lower, equal, higher = (
                inside[test] for test in (y[inside] < y[one], y[inside] == y[one], y[inside] > y[one])
            )
            q = y[one] * (w[lower].sum() + w[equal].sum()) + (w[higher] * y[higher]).sum()
            expected[number, int(design.unit[one])] += w[one] * q
            if w[inside].sum() > 0:
                middle = (w[lower].sum() + w[equal].sum() / 2) / w[inside].sum()
                assert found.middle[layer, one] == pytest.approx(middle, rel=1e-12, abs=1e-14)
    assert found.column == pytest.approx(np.array(list(expected.values())), rel=1e-12, abs=1e-6)


@settings(max_examples=60)
@given(surveys(), MEMBERS)
def test_sources_are_covariances_with_ranks_of_all_pairs(
    survey: dict[str, np.ndarray], members: list[list[int]]
) -> None:
    totals, layers, cell = prepared(survey, members)
    design = SurveyDesign(survey["weight"], None, survey["psu"])
    w, sources = survey["weight"], {"crop": survey["crop"], "wage": survey["wage"]}
    income = survey["crop"] + survey["wage"]
    pairs = Pairs(cell, design.unit, np.arange(len(w)))
    middle = ranked(totals, layers, pairs, w, income).middle
    pieces = [(name, [values[:2], values[2:2], values[2:]]) for name, values in sources.items()]
    found = gini_by_source(pieces, layers, pairs, w, middle)
    for number, cells in enumerate(members):
        inside = np.isin(cell, cells)
        own = w[inside]
        if own.sum() == 0:
            assert np.isnan(found.share[number]).all()
            continue
        mean = float(own @ income[inside] / own.sum())
        for place, values in enumerate(sources.values()):
            y, source_mean = values[inside], float(own @ values[inside] / own.sum())
            if mean > 1e-3:
                assert found.share[number, place] == pytest.approx(source_mean / mean, rel=1e-9, abs=1e-9)
            elif mean < -1e-3:
                assert np.isnan(found.share[number, place])
            if source_mean > 1e-3:
                gini = 2 * covariance_with_rank(y, y, own) / source_mean
                assert found.gini[number, place] == pytest.approx(gini, rel=1e-9, abs=1e-9)
            elif source_mean < -1e-3:
                assert np.isnan(found.gini[number, place])
        if mean > 1e-3:
            total = 2 * covariance_with_rank(income[inside], income[inside], own) / mean
            assert found.total[number] == pytest.approx(total, rel=1e-9, abs=1e-9)
        elif mean < -1e-3:
            assert np.isnan(found.total[number])


def covariance_with_rank(y: np.ndarray, ranked_by: np.ndarray, w: np.ndarray) -> float:
    """Weighted covariance with the middle of each household's stretch, pair by pair."""
    x = ranked_by
    below = (w * (x[None, :] < x[:, None])).sum(axis=1) + (w * (x[None, :] == x[:, None])).sum(axis=1) / 2
    middle, share = below / w.sum(), w / w.sum()
    return float(share @ ((y - share @ y) * (middle - share @ middle)))


@settings(max_examples=200)
@given(st.lists(st.floats(allow_nan=False), max_size=40), st.integers(0, 3))
def test_ascending_is_the_stable_order(values: list[float], repeats: int) -> None:
    given_values = np.array(values * (repeats + 1), dtype=float)
    order, found = ascending(given_values)
    assert order.tolist() == np.argsort(given_values, kind="stable").tolist()
    assert found.tolist() == given_values[order].tolist()


def test_ascending_tells_neighbours_apart() -> None:
    """Floats that differ in the last bit, among many, in falling order."""
    values = 1 + np.arange(5000)[::-1] * np.finfo(float).eps
    assert ascending(values)[0].tolist() == list(range(4999, -1, -1))


def test_results_come_in_the_order_of_the_work() -> None:
    """The first piece waits for the second; a piece is drawn only when a thread is about to be free."""
    second, drawn = Event(), []

    def work(number: int) -> int:
        if number == 0:
            assert second.wait(10)
        if number == 1:
            second.set()
        return number * number

    def numbers() -> Iterator[int]:
        for number in range(10):
            drawn.append(number)
            yield number

    results = in_order(work, numbers())
    assert next(results) == 0
    assert len(drawn) < 5
    assert list(results) == [number**2 for number in range(1, 10)]


def test_an_error_in_a_thread_is_the_callers() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_order(lambda number: 1 // number, [1, 0, 2]))
