"""Which cells to suppress besides the primary ones, so that the attacker cannot undo the primary ones.

Here: the exact search (integer program with cuts from the attacker) and the sequential heuristic that starts
it and stands in for it when time is up. Not here: the attacker's programs (`disclosure_attack`).
Field's terms: secondary suppression, cell suppression problem, capacity constraints.
"""

import time
from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize, sparse

from indicators.arrays import BoolArray, FloatArray, IntArray
from indicators.disclosure_attack import TOLERANCE, SolverError, deviations
from indicators.disclosure_table import Levels

GLIMPSE = 1e-3  # room lent to published cells while a cut is made: the dual then avoids needless cells
ZERO = 1e-9


@dataclass(frozen=True)
class Problem:
    """The cell suppression problem: rooms of movement, levels, costs, and what is settled beforehand.

    All arrays (cells,). `below`, `above` are 0 for cells the attacker knows. `must` are suppressed whatever
    the cost, `may` can be; `is_guarded` marks cells whose level counts when they are suppressed.
    """

    equations: sparse.csr_array
    below: FloatArray
    above: FloatArray
    cost: FloatArray
    must: BoolArray
    may: BoolArray
    is_guarded: BoolArray
    levels: Levels

    def cost_of(self, hidden: BoolArray) -> float:
        """Cost of the cells suppressed beyond those that must be."""
        return float(self.cost[hidden & ~self.must].sum())


@dataclass(frozen=True)
class Answer:
    """A pattern that protects, the least cost any such pattern can have, and whether the two meet.

    `draft` is the last pattern of the integer program: near the optimum, but not protecting yet.
    """

    hidden: BoolArray
    bound: float
    is_optimal: bool
    draft: BoolArray


@dataclass(frozen=True)
class Demands:
    """What an attacker's interval must reach: `target` for `cell`, by the programs that add up to it.

    A level above or below is one program (`sign` +1 or -1); a width is two, one each way.
    """

    cell: IntArray
    target: FloatArray
    program: IntArray
    sign: IntArray

    def only(self, keep: BoolArray) -> "Demands":
        """The demands marked in `keep` (demands,)."""
        number = np.cumsum(keep) - 1
        chosen = keep[self.program]
        return Demands(self.cell[keep], self.target[keep], number[self.program[chosen]], self.sign[chosen])


def demands_of(problem: Problem, cells: BoolArray) -> Demands:
    """The demands of the guarded cells among `cells`, were they suppressed."""
    levels = problem.levels
    guarded = cells & problem.is_guarded
    kinds = [(levels.upper, (1,)), (levels.lower, (-1,)), (levels.width, (1, -1))]
    cell, target, program, sign = [], [], [], []
    count = 0
    for level, signs in kinds:
        chosen = np.flatnonzero(guarded & (level > 0))
        cell.append(chosen)
        target.append(level[chosen])
        for one in signs:
            program.append(count + np.arange(len(chosen)))
            sign.append(np.full(len(chosen), one))
        count += len(chosen)
    return Demands(*(np.concatenate(parts) for parts in (cell, target, program, sign)))


def _reach(problem: Problem, demands: Demands, below: FloatArray, above: FloatArray) -> tuple[BoolArray, FloatArray]:
    """Which demands fall short in the given rooms, and the capacity cut (demands x cells) that proves it.

    The cut is linear-program duality: whatever pattern x is chosen, the target moves at most
    sum_i coefficient_i x_i, in units of the demand, so that this sum must reach 1 if the cell is suppressed.
    """
    targets, unit = demands.cell[demands.program], demands.target[demands.program]
    found = deviations(problem.equations, below, above, targets, demands.sign, unit, stops_at_scale=True)
    attained = np.bincount(demands.program, found.distance, minlength=len(demands.cell))
    price = np.where(np.abs(found.reduced_cost) < ZERO, 0.0, found.reduced_cost)
    rooms = np.where(price < 0, problem.above, problem.below) / unit[:, None]
    rows = np.arange(len(targets))
    rooms[rows, targets] = np.minimum(rooms[rows, targets], 1.0)
    cut = np.zeros((len(demands.cell), len(problem.cost)))
    np.add.at(cut, demands.program, np.minimum(rooms, 1e9) * np.abs(price))
    return attained < demands.target * (1 - TOLERANCE), np.minimum(cut, 1.0)


def _rooms(problem: Problem, hidden: BoolArray) -> tuple[FloatArray, FloatArray]:
    return np.where(hidden, problem.below, 0.0), np.where(hidden, problem.above, 0.0)


def unmet(problem: Problem, hidden: BoolArray) -> IntArray:
    """Guarded cells of a pattern that an attacker bounds more tightly than their level."""
    demands = demands_of(problem, hidden)
    short, _ = _reach(problem, demands, *_rooms(problem, hidden))
    return np.unique(demands.cell[short])


def _violated_cuts(problem: Problem, hidden: BoolArray) -> sparse.csr_array:
    """Capacity cuts that the pattern breaks, one row per demand it does not meet; no rows if it protects."""
    demands = demands_of(problem, hidden)
    short, plain = _reach(problem, demands, *_rooms(problem, hidden))
    demands, plain = demands.only(short), plain[short]
    unit = demands.target[demands.program][:, None]
    below = np.where(hidden, problem.below, GLIMPSE * np.minimum(problem.below, unit))
    above = np.where(hidden, problem.above, GLIMPSE * np.minimum(problem.above, unit))
    _, steered = _reach(problem, demands, below, above)
    breaks = steered @ hidden < 1 - TOLERANCE
    return _as_rows(np.where(breaks[:, None], steered, plain), demands.cell)


def _as_rows(cut: FloatArray, cell: IntArray) -> sparse.csr_array:
    """Rows a with a x >= 0: the cut must reach 1 when its cell is suppressed."""
    row = cut.copy()
    row[np.arange(len(cell)), cell] -= 1.0
    return sparse.csr_array(row)


def _equation_cuts(problem: Problem) -> sparse.csr_array:
    """Capacity cuts of single equations: what one cell of a sum moves, the others must make up for."""
    demands = demands_of(problem, problem.may | problem.must)
    by_cell = problem.equations.tocsc()
    signs = np.zeros((len(demands.cell), 2), dtype=int)  # programs of a demand, 0 for none
    np.add.at(signs, (demands.program, (demands.sign < 0).astype(int)), demands.sign)
    entries: list[FloatArray] = []
    columns: list[IntArray] = []
    for cell, target, both in zip(demands.cell, demands.target, signs, strict=True):
        for equation in by_cell.indices[by_cell.indptr[cell] : by_cell.indptr[cell + 1]]:
            start, stop = problem.equations.indptr[equation : equation + 2]
            members, coefficients = problem.equations.indices[start:stop], problem.equations.data[start:stop]
            is_own = members == cell
            room = np.zeros(len(members))
            for sign in both[both != 0]:
                rises = -coefficients[is_own][0] * sign * coefficients > 0
                room += np.where(rises, problem.above[members], problem.below[members])
            entries.append(np.where(is_own, -1.0, np.minimum(room / target, 1.0)))
            columns.append(members)
    if not entries:
        return sparse.csr_array((0, len(problem.cost)))
    bounds = np.cumsum([0, *(len(members) for members in columns)])
    shape = (len(entries), len(problem.cost))
    return sparse.csr_array((np.concatenate(entries), np.concatenate(columns), bounds), shape=shape)


def exact(problem: Problem, start: BoolArray, deadline: float) -> Answer:
    """Least-cost pattern, by an integer program that learns one capacity cut per unmet level and round.

    `start` is a pattern that protects; it, or a better one, is returned when `deadline` (time.monotonic)
    passes first. Fischetti and Salazar (2000), with the cuts generated between rounds.
    """
    best, bound, draft = start, 0.0, problem.must
    cuts = _equation_cuts(problem)
    while time.monotonic() < deadline:
        pattern, bound_now, is_solved = _master(problem, cuts, deadline - time.monotonic())
        bound = max(bound, bound_now)
        if bound >= problem.cost_of(best) * (1 - TOLERANCE):
            return Answer(best, problem.cost_of(best), True, best)
        if pattern is None:
            break
        draft = pattern
        broken = _violated_cuts(problem, pattern)
        if broken.shape[0]:
            cuts = sparse.csr_array(sparse.vstack([cuts, broken]))
            continue
        if problem.cost_of(pattern) < problem.cost_of(best):
            best = pattern
        if is_solved:
            return Answer(best, problem.cost_of(best), True, best)
    return Answer(best, bound, False, draft)


def _master(problem: Problem, cuts: sparse.csr_array, seconds: float) -> tuple[BoolArray | None, float, bool]:
    """Cheapest pattern that keeps all cuts so far, a bound on its cost, and whether it is proven cheapest."""
    cost = np.where(problem.must, 0.0, problem.cost)
    limits = optimize.Bounds(problem.must.astype(float), (problem.must | problem.may).astype(float))
    solved = optimize.milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=limits,
        constraints=optimize.LinearConstraint(cuts, lb=0.0) if cuts.shape[0] else None,
        options={"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0},
    )
    pattern = None if solved.x is None else solved.x > 0.5
    bound = solved.mip_dual_bound if solved.mip_dual_bound is not None else 0.0
    return pattern, float(bound), solved.status == 0


class UnmetLevelError(ValueError):
    """A level that suppressing everything that may be suppressed cannot meet; `cell` is its position."""

    def __init__(self, cell: int) -> None:
        super().__init__(f"cell {cell} cannot be protected by suppressing other cells")
        self.cell = cell


def sequential(problem: Problem, start: BoolArray) -> BoolArray:
    """A pattern that protects: each unmet level in turn is met at the least added cost, until none is left.

    The linear programs of Kelly, Golden and Assad (1992) for any set of equations; in a two-way table their
    answers are the alternating cycles of the network heuristics. An added cell that cannot keep its own level
    is taken out again and barred. Raises UnmetLevelError for a cell that must be suppressed.
    """
    while True:
        try:
            return _all_met(problem, (start & problem.may) | problem.must)
        except UnmetLevelError as error:
            if problem.must[error.cell]:
                raise
            may = problem.may.copy()
            may[error.cell] = False
            problem = replace(problem, may=may)


def _all_met(problem: Problem, start: BoolArray) -> BoolArray:
    hidden = start.copy()
    while len(cells := unmet(problem, hidden)):
        largest = np.maximum(np.maximum(problem.levels.lower, problem.levels.upper), problem.levels.width)
        for cell in cells[np.argsort(-largest[cells], kind="stable")]:
            hidden |= _cheapest_partners(problem, hidden, int(cell))
    return hidden


def _cheapest_partners(problem: Problem, hidden: BoolArray, cell: int) -> BoolArray:
    """Cells to suppress so that `cell` can move as far as its level asks, up and down."""
    size = len(problem.cost)
    levels = problem.levels
    lower, upper, width = levels.lower[cell], levels.upper[cell], levels.width[cell]
    unit = max(lower, upper, width)
    allowed = hidden | problem.may
    above, below = (np.where(allowed, room, 0.0) / unit for room in (problem.above, problem.below))
    price = np.where(hidden, 0.0, problem.cost)
    per_move = [price / np.clip(room, ZERO, 1.0) for room in (above, below)] * 2
    equations = sparse.hstack([problem.equations, -problem.equations])
    wish = sparse.lil_array((3, 4 * size))
    wish[0, [cell, size + cell]] = [-1, 1]  # the upward answer moves the cell up by `upper`
    wish[1, [2 * size + cell, 3 * size + cell]] = [1, -1]  # the downward one down by `lower`
    wish[2, [cell, size + cell, 2 * size + cell, 3 * size + cell]] = [-1, 1, 1, -1]
    solved = optimize.linprog(
        np.concatenate(per_move),
        A_eq=sparse.block_diag([equations, equations], format="csc"),
        b_eq=np.zeros(2 * problem.equations.shape[0]),
        A_ub=wish.tocsc(),
        b_ub=-np.array([upper, lower, width]) / unit,
        bounds=np.column_stack([np.zeros(4 * size), np.concatenate([above, below] * 2)]),
        method="highs-ds",
    )
    if solved.status == 2:
        raise UnmetLevelError(cell)
    if solved.status != 0:
        raise SolverError(f"HiGHS found no partners for a suppressed cell: {solved.message}")
    moved: BoolArray = (solved.x.reshape(4, size) > ZERO).any(axis=0)
    return moved


def improved(problem: Problem, answer: Answer, seconds: float) -> BoolArray:
    """The better of the answer and its draft made protecting, thinned out within `seconds`."""
    repaired = sequential(problem, answer.draft | problem.must)
    cheaper = min(answer.hidden, repaired, key=problem.cost_of)
    return thin_out(problem, cheaper, time.monotonic() + seconds)


def thin_out(problem: Problem, hidden: BoolArray, deadline: float) -> BoolArray:
    """Publishes again, dearest first, every added cell that the pattern can do without, until `deadline`."""
    kept = hidden.copy()
    added = np.flatnonzero(hidden & ~problem.must)
    for cell in added[np.argsort(-problem.cost[added], kind="stable")]:
        if time.monotonic() > deadline:
            break
        kept[cell] = False
        kept[cell] = bool(len(unmet(problem, kept)))
    return kept
