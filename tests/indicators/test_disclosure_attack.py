"""Disclosure control against an attacker of another make, on random tables: docs/methods/disclosure.md."""

import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from indicators import disclosure, disclosure_search
from indicators.disclosure import Levels, Table


def naive_intervals(table: Table, is_hidden: np.ndarray) -> np.ndarray:
    """An attacker of another make: true values as unknowns, dense, one program a cell; (cells, 2)."""
    equations = table.equations.toarray()
    hidden = is_hidden.ravel()
    bounds = np.column_stack(
        [np.where(hidden, table.lower_bound, table.value), np.where(hidden, table.upper_bound, table.value)]
    )
    found = np.column_stack([table.value, table.value])
    for cell in np.flatnonzero(hidden):
        for side, sign in enumerate((1, -1)):
            goal = np.zeros(len(hidden))
            goal[cell] = sign
            solved = linprog(goal, A_eq=equations, b_eq=equations @ table.value, bounds=bounds)
            assert solved.status in (0, 3), solved.message  # solved, or unbounded
            found[cell, side] = sign * solved.fun if solved.status == 0 else -sign * np.inf
    return found


def too_tight(table: Table, is_hidden: np.ndarray, levels: Levels) -> list[int]:
    """Suppressed cells that the naive attacker bounds more tightly than their level."""
    interval = naive_intervals(table, is_hidden)
    low, high = interval.T
    slack = 1e-6 * np.maximum(1.0, np.abs(table.value))
    keeps = (
        (low <= table.value - levels.lower.ravel() + slack)
        & (high >= table.value + levels.upper.ravel() - slack)
        & (high - low >= levels.width.ravel() - slack)
    )
    return np.flatnonzero(is_hidden.ravel() & ~keeps).tolist()


def cheapest_by_trying_all(table: Table, levels: Levels) -> int:
    """Least number of suppressed cells, by trying every pattern in order of size with the naive attacker."""
    free = np.flatnonzero(~table.is_primary)
    for number in range(len(free) + 1):
        for added in itertools.combinations(free, number):
            hidden = table.is_primary.copy()
            hidden[list(added)] = True
            if not too_tight(table, hidden, levels):
                return int(hidden.sum())
    raise AssertionError("no pattern protects")


@pytest.mark.parametrize("seed", range(3))
def test_no_pattern_is_smaller(seed):
    random = np.random.default_rng(seed)
    interior = random.integers(0, 12, (2, 3)).astype(float)
    table = disclosure.from_interior(interior, primary=interior <= np.sort(interior.ravel())[0])
    done = disclosure.suppress(table)
    assert done.is_optimal
    assert done.is_suppressed.sum() == cheapest_by_trying_all(table, done.levels)


@settings(max_examples=25)
@given(
    counts=st.lists(st.integers(0, 500), min_size=9, max_size=9),
    marks=st.lists(st.booleans(), min_size=16, max_size=16),
    public=st.integers(0, 15),
)
def test_any_table_any_primary_cells(counts, marks, public):
    primary = np.reshape(marks, (4, 4))
    table = disclosure.from_interior(np.reshape(counts, (3, 3)), primary=primary)
    known = np.zeros((4, 4), dtype=bool)
    known.flat[public] = not primary.flat[public]
    done = disclosure.suppress(table, known=known, on_unprotectable="report", time_limit=5)
    assert (done.is_suppressed >= primary).all()
    assert not (done.is_suppressed & known).any()
    given_up = {table.index(label) for label in done.unprotectable}
    assert set(too_tight(table, done.is_suppressed, done.levels)) == given_up
    for cell in given_up:  # even with everything else hidden it cannot be protected
        assert cell in too_tight(table, ~known, done.levels)


def random_interior(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Counts as tables of districts have them: many small, few large, one in ten zero."""
    return np.round(np.exp(random.normal(3, 1.5, shape))) * (random.random(shape) > 0.1)


def random_table(random: np.random.Generator, number: int) -> Table:
    """Of ten tables seven are two-way, one is three-way, and two are linked pairs."""
    kind = number % 10
    shape = tuple(random.integers(3, 6, 2)) if kind < 7 else (2, 2, 2) if kind == 7 else (3, 3)
    interior = random_interior(random, shape)
    primary = (interior < 5) & (random.random(shape) < 0.5)
    if kind > 7:
        return linked_pair(random, interior, primary)
    return disclosure.from_interior(interior, primary=primary)


def linked_pair(random: np.random.Generator, sources: np.ndarray, primary: np.ndarray) -> Table:
    """Area x source and area x channel with the same area totals."""
    totals = sources.sum(axis=1).astype(int)
    channels = np.array([random.multinomial(total, random.dirichlet([1, 1, 1])) for total in totals])
    tables = []
    for name, interior in (("source", sources), ("channel", channels)):
        full = disclosure.from_interior(interior, primary=primary if name == "source" else channels < 2)
        areas, items = full.shape
        row = [*range(areas - 1), "all"]
        column = [*((name, j) for j in range(items - 1)), "all"]
        labels = list(itertools.product(row, column))
        value = dict(zip(labels, full.value, strict=True))
        marks = dict(zip(labels, full.is_primary, strict=True))
        trees = [{"all": row[:-1]}, {"all": column[:-1]}]
        tables.append(disclosure.from_hierarchies(value, trees, primary=marks))
    return disclosure.link(*tables)


def heuristic_pattern(table: Table) -> np.ndarray:
    """The sequential heuristic, thinned out: what one gets without the integer program."""
    problem = disclosure._problem(table, None, "cells", table.mask(None), table.mask(None), "all")
    first = disclosure_search.sequential(problem, problem.must)
    return disclosure_search.thin_out(problem, first, time.monotonic() + 10)


def test_attack_on_500_random_tables(capsys):
    random = np.random.default_rng(20240501)
    cells = lost = lost_by_heuristic = primary = optimal = 0
    violations = []
    for number in range(500):
        table = random_table(random, number)
        done = disclosure.suppress(table, time_limit=5)
        violations += [(number, cell) for cell in too_tight(table, done.is_suppressed, done.levels)]
        cells += len(table.value)
        primary += int(table.is_primary.sum())
        lost += int(done.is_suppressed.sum())
        lost_by_heuristic += int(heuristic_pattern(table).sum())
        optimal += done.is_optimal
    with capsys.disabled():
        print(
            f"\n500 tables, {cells} cells, {primary / cells:.1%} primary; suppressed {lost / cells:.2%} "
            f"(best heuristic {lost_by_heuristic / cells:.2%}), proven least in {optimal}; "
            f"{len(violations)} cells bounded too tightly"
        )
    assert violations == []
    assert lost <= lost_by_heuristic


def test_cells_without_any_bound_are_bounded_by_the_equations_all_the_same() -> None:
    """a + b = 10 and a >= 0, b >= 0 hold a total without bounds of its own: t = a + b lies at 0 or above."""
    table = disclosure.from_cells(
        ["t", "a", "b"], [10.0, 4.0, 6.0], [("t", ["a", "b"])], lower_bound=[-np.inf, 0.0, 0.0], upper_bound=np.inf
    )
    free = disclosure.attack(table, np.array([False, False, False]))
    assert free.low.tolist() == pytest.approx([0, 0, 0])
    assert np.isinf(free.high).all()
    fixed = disclosure.attack(table, np.array([False, True, True]))
    assert (fixed.low[0], fixed.high[0]) == pytest.approx((10, 10))
