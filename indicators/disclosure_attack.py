"""The attacker of cell suppression: what can be worked out about each suppressed cell from what is published.

Here: the linear programs that bound a suppressed cell, solved by HiGHS through scipy, many cells at a time.
Not here: which cells to suppress (`disclosure_search`).
Field's terms: disclosure audit, feasibility interval.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, sparse

from indicators.arrays import BoolArray, FloatArray, IntArray
from indicators.disclosure_table import Levels, Table, protection_levels

BLOCK_COLUMNS = 4000  # cells x programs solved in one call: larger calls save overhead, smaller ones pivots
TOLERANCE = 1e-6  # of the protection level; HiGHS keeps constraints to 1e-7
VALUE_TOLERANCE = 1e-8  # of the cell, for the arithmetic of large cells with small levels
WIDEST = 1e6  # wider rooms upset the solver; to cut them can only make an attacker look stronger


class SolverError(RuntimeError):
    """HiGHS gave no answer where there is one; carries its message."""


@dataclass(frozen=True)
class Attack:
    """Interval of every cell for one who knows the published cells, the equations and the a-priori bounds.

    Arrays have the table's shape. A published cell has `low` = `high` = its value. `is_protected` is True
    where a suppressed cell keeps its protection level, and where a published cell needed none.
    """

    low: FloatArray
    high: FloatArray
    is_suppressed: BoolArray
    is_protected: BoolArray

    @property
    def holds(self) -> bool:
        """No cell is bounded more tightly than its protection level."""
        return bool(self.is_protected.all())


def attack(
    table: Table, is_published: ArrayLike, levels: Levels | None = None, known: ArrayLike | None = None
) -> Attack:
    """Bounds each suppressed cell by two linear programs, and says whether its protection level is kept.

    `is_published` is a mask in the table's shape; `known` marks cells that the attacker has from elsewhere
    (an earlier release), published here or not. Levels default to `protection_levels(table)`. The programs
    are those of Fischetti and Salazar (2000).
    """
    wanted = protection_levels(table) if levels is None else levels
    published = table.mask(is_published)
    suppressed = ~published
    seen = published | table.mask(known)
    low, high = feasibility_intervals(table, ~seen)
    lower, upper, width = (np.ravel(level) for level in (wanted.lower, wanted.upper, wanted.width))
    slack = TOLERANCE * np.maximum(np.maximum(lower, upper), width) + VALUE_TOLERANCE * np.abs(table.value)
    keeps = (low <= table.value - lower + slack) & (high >= table.value + upper - slack) & (high - low >= width - slack)
    is_protected = np.where(seen, ~table.is_primary, keeps)
    return Attack(
        low.reshape(table.shape),
        high.reshape(table.shape),
        suppressed.reshape(table.shape),
        is_protected.reshape(table.shape),
    )


def feasibility_intervals(table: Table, is_hidden: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Least and greatest value of each cell (cells,) given all that are not hidden; infinite if unbounded."""
    below = np.where(is_hidden, table.value - table.lower_bound, 0.0)
    above = np.where(is_hidden, table.upper_bound - table.value, 0.0)
    hidden = np.flatnonzero(is_hidden)
    reach = {}
    for sign in (-1, 1):
        endless = _endless(table.equations, below, above, sign)
        finite = hidden[~endless[hidden]]
        distance = np.zeros(len(table.value))
        distance[endless] = np.inf
        scale = np.maximum(np.abs(table.value[finite]), 1e-6 * (np.abs(table.value).max(initial=0.0) or 1.0))
        # A cell without a finite bound of its own still has a finite answer here, so no cap is needed.
        found = deviations(table.equations, below, above, finite, np.full(len(finite), sign), scale)
        distance[finite] = found.distance
        reach[sign] = distance
    return table.value - reach[-1], table.value + reach[1]


def _endless(equations: sparse.csr_array, below: FloatArray, above: FloatArray, sign: int) -> BoolArray:
    """Cells that can move without end in one direction: the support of the recession cone, by one program.

    Maximises sum t over moves z = sign (t + s) with 0 <= t <= 1: because z may be scaled up at will, the
    best answer has t = 1 for every cell of the support. A cell without any bound could have t = 1 and s = -1 and
    stay where it is; it is asked about on its own.
    """
    forward, backward = (above, below) if sign > 0 else (below, above)
    free = np.isinf(forward) | np.isinf(backward)
    cells = np.flatnonzero(free)
    result = np.zeros(len(below), dtype=bool)
    if not np.isinf(forward).any():
        return result
    part = equations[:, cells]
    runs = np.isinf(forward[cells])
    returns = np.isinf(backward[cells])
    lower = np.concatenate([np.zeros(len(cells)), np.where(returns, -np.inf, 0.0)])
    upper = np.concatenate([runs.astype(float), np.where(runs, np.inf, 0.0)])
    cost = np.concatenate([-np.ones(len(cells)), np.zeros(len(cells))])
    solved = _linear_program(cost, sparse.hstack([part, part], format="csc"), lower, upper)
    result[cells] = solved.x[: len(cells)] > 0.5
    lowest, highest = np.where(returns, -np.inf, 0.0), np.where(runs, np.inf, 0.0)
    for place in np.flatnonzero(runs & returns):
        bounds = np.column_stack([lowest, highest])
        bounds[place] = 1.0
        nothing = np.zeros(len(cells))
        ray = optimize.linprog(nothing, A_eq=part, b_eq=np.zeros(part.shape[0]), bounds=bounds, method="highs-ds")
        if ray.status not in (0, 2):
            raise SolverError(f"HiGHS could not tell whether a cell has a bound: {ray.message}")
        result[cells[place]] = ray.status == 0
    return result


@dataclass(frozen=True)
class Deviations:
    """Answers of the attacker's programs: how far each target can move, and the dual prices behind it.

    `distance` (programs,) in the table's unit; `reduced_cost` (programs x cells) of every cell of the table,
    per unit of the target's movement.
    """

    distance: FloatArray
    reduced_cost: FloatArray


def deviations(
    equations: sparse.csr_array,
    below: FloatArray,
    above: FloatArray,
    targets: IntArray,
    signs: IntArray,
    scale: FloatArray,
    *,
    stops_at_scale: bool = False,
) -> Deviations:
    """Furthest movement of each target in its direction (+1 up, -1 down), all other cells adjusting.

    `below` and `above` are the room of each cell, (cells,) or (programs x cells); the equations stay true.
    Each program is solved in units of its own `scale`, so that a level of 1 beside a cell of 1e9 is judged to
    the level's precision; `stops_at_scale` lets the target move no further than that, and other cells no
    further than WIDEST times that.
    """
    size = equations.shape[1]
    below, above = (np.broadcast_to(room, (len(targets), size)) for room in (below, above))
    distance, reduced = np.zeros(len(targets)), np.zeros((len(targets), size))
    cells = np.flatnonzero(((below > 0) | (above > 0)).any(axis=0))
    touched = np.diff(equations[:, cells].indptr) > 0
    part, rest = equations[touched][:, cells], equations[touched].T
    column = np.full(size, -1)
    column[cells] = np.arange(len(cells))
    step = max(1, BLOCK_COLUMNS // max(len(cells), 1))
    for start in range(0, len(targets) if len(cells) else 0, step):
        block = slice(start, start + step)
        unit = scale[block, None]
        lower, upper = -below[block, cells] / unit, above[block, cells] / unit
        cost = np.zeros(lower.shape)
        inside = column[targets[block]] >= 0  # a target without room stays where it is
        at = np.flatnonzero(inside), column[targets[block]][inside]
        cost[at] = -signs[block][inside]
        if stops_at_scale:
            lower, upper = np.maximum(lower, -WIDEST), np.minimum(upper, WIDEST)
            upper[at] = np.minimum(upper[at], 1.0)
            lower[at] = np.maximum(lower[at], -1.0)
        matrix = sparse.kron(sparse.eye_array(len(unit)), part, format="csc")
        solved = _linear_program(cost.ravel(), matrix, lower.ravel(), upper.ravel())
        distance[block] = -(cost * solved.x.reshape(cost.shape)).sum(axis=1) * scale[block]
        full = np.zeros((len(unit), size))
        full[:, cells] = cost
        reduced[block] = full - (rest @ solved.eqlin.marginals.reshape(len(unit), -1).T).T
    return Deviations(distance, reduced)


def _linear_program(
    cost: FloatArray, matrix: sparse.csc_array, lower: FloatArray, upper: FloatArray
) -> optimize.OptimizeResult:
    solved = optimize.linprog(
        cost,
        A_eq=matrix,
        b_eq=np.zeros(matrix.shape[0]),
        bounds=np.column_stack([lower, upper]),
        method="highs-ds",
    )
    if solved.status != 0:
        raise SolverError(f"HiGHS could not bound the suppressed cells: {solved.message}")
    return solved
