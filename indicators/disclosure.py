"""What may be published: the publication gate (primary suppression) and cell suppression.

Here: the rules of the gate, `suppress` and the published face of a table. `disclosure_table` builds tables,
`disclosure_attack` audits a pattern, `disclosure_search` finds one; all are reached from here.
Field's terms: primary and secondary suppression, threshold rule, SDMX OBS_STATUS and CONF_STATUS.
"""

import time
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators import disclosure_search as search
from indicators.arrays import BoolArray, FloatArray, as_floats
from indicators.disclosure_attack import Attack, SolverError, attack
from indicators.disclosure_table import (
    Levels,
    Table,
    TableError,
    Vintages,
    from_array,
    from_cells,
    from_hierarchies,
    from_interior,
    link,
    link_vintages,
    protection_levels,
)

__all__ = [
    "FEW",
    "FREE",
    "LOW_RELIABILITY",
    "NORMAL",
    "NOT_FOR_PUBLICATION",
    "UNRELIABLE",
    "Attack",
    "Gate",
    "Levels",
    "PublicationRules",
    "Published",
    "SolverError",
    "Suppression",
    "Table",
    "TableError",
    "UnprotectableError",
    "Vintages",
    "attack",
    "from_array",
    "from_cells",
    "from_hierarchies",
    "from_interior",
    "link",
    "link_vintages",
    "primary",
    "protection_levels",
    "published",
    "suppress",
]

# SDMX CL_OBS_STATUS and CL_CONF_STATUS (cross-domain code lists)
NORMAL, LOW_RELIABILITY, SUPPRESSED = "A", "U", "Q"
FREE, NOT_FOR_PUBLICATION = "F", "N"


class Columns(Protocol):
    """Anything with named columns: a mapping of arrays or a data frame."""

    def __getitem__(self, name: str, /) -> ArrayLike: ...
    def __contains__(self, name: object, /) -> bool: ...


@dataclass(frozen=True)
class PublicationRules:
    """Thresholds of docs/methods/disclosure.md; a cell at a threshold passes it.

    `protection` is the protection level as a share of the figure. `protects_unreliable`: a figure withheld for its CV
    alone is protected against being worked out, too. `open_tables` names marts that hold public records: not judged.
    """

    least_households: int = 20
    flagged_below_households: int = 50
    greatest_cv: float = 0.25
    flagged_from_cv: float = 0.15
    least_contributors: int = 3
    protection: float = 0.10
    protects_unreliable: bool = True
    open_tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gate:
    """The gate's judgement, one entry per cell.

    `reason` names every rule that a suppressed cell failed ("" when none): for the auditor, never published.
    """

    is_primary: BoolArray
    is_flagged: BoolArray
    obs_status: NDArray[np.str_]
    conf_status: NDArray[np.str_]
    reason: NDArray[np.str_]


FEW, UNRELIABLE = "fewer than", "cv above"
"""What the reason of a confidential and of an unreliable cell begins with."""

_DEFAULT_RULES = PublicationRules()


def primary(cells: Columns, rules: PublicationRules = _DEFAULT_RULES) -> Gate:
    """Primary suppression from the columns `n_households`, `cv` and `n_contributors`, those that are there.

    A missing number (NaN) in a column that is there is unknown and fails its rule. Raises ValueError when no
    column is there, and for negative numbers: nothing examined is not a pass.
    """
    names = [name for name in ("n_households", "cv", "n_contributors") if name in cells]
    if not names:
        raise ValueError("found none of the columns n_households, cv, n_contributors; the gate has nothing to judge")
    column = {name: as_floats(cells[name], name) for name in names}
    for name, numbers in column.items():
        if (numbers < 0).any():
            raise ValueError(f"{name} is negative in {int((numbers < 0).sum())} cells; counts and CVs cannot be")
    size = len(column[names[0]])
    failed, flagged = {}, np.zeros(size, dtype=bool)
    if "n_households" in column:
        count = column["n_households"]
        failed[f"{FEW} {rules.least_households} households"] = ~(count >= rules.least_households)
        flagged |= count < rules.flagged_below_households
    if "cv" in column:
        failed[f"{UNRELIABLE} {rules.greatest_cv:g}"] = ~(column["cv"] <= rules.greatest_cv)
        flagged |= column["cv"] >= rules.flagged_from_cv
    if "n_contributors" in column:
        failed[f"{FEW} {rules.least_contributors} contributors"] = ~(
            column["n_contributors"] >= rules.least_contributors
        )
    is_primary = np.logical_or.reduce(list(failed.values()))
    which = sum((mask.astype(np.int64) << bit for bit, mask in enumerate(failed.values())), np.zeros(size, np.int64))
    texts = ["; ".join(text for bit, text in enumerate(failed) if code >> bit & 1) for code in range(1 << len(failed))]
    obs, conf = _statuses(is_primary, flagged)
    return Gate(is_primary, flagged & ~is_primary, obs, conf, np.array(texts, dtype=str)[which])


def _statuses(is_suppressed: BoolArray, is_flagged: BoolArray) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    obs = np.where(is_suppressed, SUPPRESSED, np.where(is_flagged, LOW_RELIABILITY, NORMAL))
    return obs, np.where(is_suppressed, NOT_FOR_PUBLICATION, FREE)


class UnprotectableError(ValueError):
    """Primary cells that stay disclosed whatever is suppressed besides; `labels` names them."""

    def __init__(self, labels: list[Hashable]) -> None:
        super().__init__(
            f"{len(labels)} cells cannot be protected by suppressing others: {labels[:5]!r}. What is already "
            "public, or the bounds known beforehand, give them away. Merge categories, lower their level, or "
            "pass on_unprotectable='report' and record the decision"
        )
        self.labels = labels


@dataclass(frozen=True)
class Suppression:
    """A suppression pattern with its proof; masks have the table's shape.

    `is_secondary` are the cells added to the primary ones and to those kept back before. `cost` counts the
    added cells in the measure that was minimised, `bound` the least that any protecting pattern costs.
    `unprotectable` and `exposed` list cells that no pattern protects and primary cells already public: both
    empty unless asked to report. `attack` is the proof.
    """

    is_suppressed: BoolArray
    is_secondary: BoolArray
    levels: Levels
    attack: Attack
    cost: float
    bound: float
    is_optimal: bool
    unprotectable: tuple[Hashable, ...]
    exposed: tuple[Hashable, ...]


def suppress(
    table: Table | ArrayLike,
    *,
    primary: ArrayLike | None = None,
    levels: Levels | None = None,
    cost: Literal["cells", "value"] | ArrayLike = "cells",
    known: ArrayLike | None = None,
    hidden_before: ArrayLike | None = None,
    protect: Literal["all", "primary"] = "all",
    on_unprotectable: Literal["raise", "report"] = "raise",
    time_limit: float = 60.0,
) -> Suppression:
    """Secondary suppression so that no suppressed cell is bounded more tightly than its level, with proof.

    `table` is a Table, or an array whose last place along each axis is the total; masks have its shape.
    `primary` adds to the table's own primary cells. `cost`: number of cells (ties by value), value, or a
    positive number per cell. `known`: public already; `hidden_before`: kept back in an earlier vintage.
    `protect="primary"` asks nothing for the secondary cells. After `time_limit` seconds the best pattern so
    far is thinned out and returned (`is_optimal` False), protected all the same. Raises UnprotectableError
    and TableError. Method: docs/methods/disclosure.md.
    """
    stop = time.monotonic() + time_limit
    whole = table if isinstance(table, Table) else from_array(table)
    whole = replace(whole, is_primary=whole.is_primary | whole.mask(primary))
    problem = _problem(whole, levels, cost, whole.mask(known), whole.mask(hidden_before), protect)
    problem, start, lost = _first_pattern(problem)
    exposed = np.flatnonzero(whole.is_primary & whole.mask(known))
    if len(lost) + len(exposed) and on_unprotectable == "raise":
        raise UnprotectableError([whole.labels[i] for i in [*exposed, *lost]])
    answer = search.exact(problem, start, stop)
    hidden = answer.hidden if answer.is_optimal else search.improved(problem, answer, 0.25 * time_limit)
    proof = attack(whole, ~hidden, problem.levels, known)
    allowed = np.zeros(len(hidden), dtype=bool)
    allowed[[*exposed, *lost]] = True
    if not (proof.is_protected.ravel() | allowed).all():
        raise SolverError("the pattern found does not pass its own audit; nothing may be published from this table")
    return Suppression(
        is_suppressed=hidden.reshape(whole.shape),
        is_secondary=(hidden & ~problem.must).reshape(whole.shape),
        levels=problem.levels,
        attack=proof,
        cost=problem.cost_of(hidden),
        bound=answer.bound,
        is_optimal=answer.is_optimal,
        unprotectable=tuple(whole.labels[i] for i in lost),
        exposed=tuple(whole.labels[i] for i in exposed),
    )


def _problem(
    table: Table,
    levels: Levels | None,
    cost: str | ArrayLike,
    known: BoolArray,
    hidden_before: BoolArray,
    protect: str,
) -> search.Problem:
    guarded = ~known & (table.is_primary | (protect == "all"))
    given = protection_levels(table) if levels is None else levels
    own = (np.where(guarded, np.ravel(level), 0.0) for level in (given.lower, given.upper, given.width))
    return search.Problem(
        equations=table.equations,
        below=np.where(known, 0.0, table.value - table.lower_bound),
        above=np.where(known, 0.0, table.upper_bound - table.value),
        cost=_cost(table, cost),
        must=table.is_primary | (hidden_before & ~known),
        may=~known,
        is_guarded=guarded,
        levels=Levels(*own),
    )


def _cost(table: Table, cost: str | ArrayLike) -> FloatArray:
    size: FloatArray = np.abs(table.value)
    if isinstance(cost, str):
        if cost == "cells":  # ties weigh less than one cell together, so they never cost a cell
            return np.asarray(1.0 + 0.5 * size / max(size.sum(), 1e-300))
        if cost == "value":  # a zero costs as much as the smallest figure, or every zero would go
            least = float(size[size > 0].min()) if size.any() else 1.0
            return np.asarray(np.where(size > 0, size, least))
        raise ValueError(f"cost is {cost!r}; expected 'cells', 'value' or one positive number per cell")
    weights: FloatArray = np.ravel(np.asarray(cost, dtype=float))
    if weights.shape != size.shape or not (weights > 0).all():
        raise ValueError(f"cost needs {size.size} positive numbers, one per cell; found {weights.size}")
    return weights


def _first_pattern(problem: search.Problem) -> tuple[search.Problem, BoolArray, list[int]]:
    """A pattern that protects, with the cells that none can protect taken out of the demands and listed."""
    lost: list[int] = []
    while True:
        try:
            return problem, search.sequential(problem, problem.must), lost
        except search.UnmetLevelError as error:
            lost.append(error.cell)
            keep = problem.is_guarded.copy()
            keep[error.cell] = False
            problem = replace(problem, is_guarded=keep)


@dataclass(frozen=True)
class Published:
    """A table as readers see it: `value` is NaN where suppressed, whatever it was, zero included."""

    value: FloatArray
    obs_status: NDArray[np.str_]
    conf_status: NDArray[np.str_]


def published(value: ArrayLike, is_suppressed: ArrayLike, is_flagged: ArrayLike = False) -> Published:
    """The published face: all suppressed cells look alike, primary or secondary, zero or not."""
    number = np.asarray(value, dtype=float)
    hidden = np.broadcast_to(np.asarray(is_suppressed, dtype=bool), number.shape)
    obs, conf = _statuses(hidden, np.broadcast_to(np.asarray(is_flagged, dtype=bool), number.shape))
    return Published(np.where(hidden, np.nan, number), obs, conf)
