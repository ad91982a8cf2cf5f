"""Statistical tables for cell suppression: cells, the equations that tie them, and their levels.

Here: the table model, its builders (arrays, hierarchies, linked tables, vintages) and protection levels.
Not here: the attacker (`disclosure_attack`) and the choice of suppressions (`disclosure_search`).
Field's terms: additive table, margin, linked tables, a-priori bounds, protection level.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from indicators.arrays import BoolArray, FloatArray


class TableError(ValueError):
    """The table is not what it says: a margin does not add up, a cell is missing or out of its bounds."""


@dataclass(frozen=True)
class Table:
    """Cells and the linear equations an attacker knows to hold among them.

    `value` holds one number per cell, all in one unit; row r of `equations` (equations x cells) says that
    the cells with +1 add up to the cell with -1. `is_primary` marks the cells that may not be published.
    `lower_bound` and `upper_bound` are what anyone knows of a cell beforehand; a cell is known not to be
    negative unless a lower bound is given. `shape` is the array shape that the cells came in, if any.
    """

    labels: tuple[Hashable, ...]
    value: FloatArray
    equations: sparse.csr_array
    is_primary: BoolArray
    lower_bound: FloatArray
    upper_bound: FloatArray
    shape: tuple[int, ...]

    def index(self, label: Hashable) -> int:
        """Position of a cell; KeyError when the table has no such label."""
        try:
            return self.labels.index(label)
        except ValueError:
            raise KeyError(f"no cell {label!r} in this table; it has {len(self.labels)} others") from None

    def mask(self, cells: ArrayLike | None) -> BoolArray:
        """A mask over the cells from a boolean array in the table's shape; all False for None."""
        if cells is None:
            return np.zeros(len(self.value), dtype=bool)
        given = np.asarray(cells)
        if given.dtype != bool or given.size != self.value.size:
            raise TableError(
                f"expected a boolean mask of {self.value.size} cells, found {given.dtype} of {given.size}; "
                "mark each cell True or False"
            )
        return given.reshape(-1).copy()


def from_cells(
    labels: Sequence[Hashable],
    value: ArrayLike,
    equations: Sequence[tuple[Hashable, Sequence[Hashable]]],
    *,
    primary: ArrayLike | None = None,
    lower_bound: ArrayLike = 0.0,
    upper_bound: ArrayLike = np.inf,
    tolerance: float = 1e-9,
    shape: tuple[int, ...] | None = None,
) -> Table:
    """Any additive table: a list of cells and equations, each (total, parts) by label.

    `tolerance` is relative to the largest number in the equation; give more (0.01, say) for figures that
    were rounded before they were added. Raises TableError naming the equation or the cell that is wrong.
    """
    position = {label: i for i, label in enumerate(labels)}
    if len(position) != len(labels):
        raise TableError("two cells carry the same label; give every cell its own")
    rows, columns, signs = [], [], []
    for row, (total, parts) in enumerate(equations):
        for label, sign in [(total, -1.0), *((part, 1.0) for part in parts)]:
            if label not in position:
                raise TableError(f"the equation of {total!r} names {label!r}, which is not a cell of the table")
            rows.append(row)
            columns.append(position[label])
            signs.append(sign)
    matrix = sparse.csr_array((signs, (rows, columns)), shape=(len(equations), len(labels)))
    return _checked(tuple(labels), np.ravel(value), matrix, primary, lower_bound, upper_bound, tolerance, shape)


def _checked(
    labels: tuple[Hashable, ...],
    value: ArrayLike,
    matrix: sparse.csr_array,
    primary: ArrayLike | None,
    lower_bound: ArrayLike,
    upper_bound: ArrayLike,
    tolerance: float,
    shape: tuple[int, ...] | None,
) -> Table:
    number = np.array(value, dtype=float)
    if number.shape != (len(labels),):
        raise TableError(f"{len(labels)} labels but {number.size} values; give one value per cell")
    lower = np.broadcast_to(np.ravel(np.asarray(lower_bound, dtype=float)), number.shape).copy()
    upper = np.broadcast_to(np.ravel(np.asarray(upper_bound, dtype=float)), number.shape).copy()
    empty = np.zeros(len(number), dtype=bool)
    table = Table(labels, number, matrix, empty, lower, upper, shape or number.shape)
    noise = tolerance * np.abs(number).max(initial=0.0)
    _refuse_wrong_cells(table, noise)
    # A zero that subtraction left at -1e-17 is a zero: the bound gives way, not the figure.
    table = replace(table, lower_bound=np.minimum(lower, number), upper_bound=np.maximum(upper, number))
    _refuse_wrong_sums(table, tolerance)
    return replace(table, is_primary=table.mask(primary))


def _refuse_wrong_cells(table: Table, noise: float) -> None:
    if not np.isfinite(table.value).all():
        label = table.labels[int(np.flatnonzero(~np.isfinite(table.value))[0])]
        raise TableError(f"cell {label!r} has no value; suppression needs the true table, before publication")
    below, above = table.lower_bound - table.value, table.value - table.upper_bound
    outside = np.flatnonzero((below > noise) | (above > noise))
    if outside.size:
        i = int(outside[0])
        raise TableError(
            f"cell {table.labels[i]!r} is {table.value[i]:g}, outside its a-priori bounds, "
            f"{table.lower_bound[i]:g} to {table.upper_bound[i]:g}; give lower_bound if cells may be negative"
        )


def _refuse_wrong_sums(table: Table, tolerance: float) -> None:
    gap = table.equations @ table.value
    largest = np.maximum(abs(table.equations) @ np.abs(table.value), 1e-300)
    wrong = np.flatnonzero(np.abs(gap) > tolerance * largest)
    if wrong.size:
        row = int(wrong[0])
        start, stop = table.equations.indptr[row : row + 2]
        cells = table.equations.indices[start:stop]
        total = table.labels[int(cells[table.equations.data[start:stop] < 0][0])]
        raise TableError(
            f"the parts of {total!r} miss it by {gap[row]:g}; an array's last place along each axis is the "
            "total (from_interior adds margins); give a tolerance for rounded figures"
        )


def from_array(
    value: ArrayLike,
    *,
    primary: ArrayLike | None = None,
    lower_bound: ArrayLike = 0.0,
    upper_bound: ArrayLike = np.inf,
    tolerance: float = 1e-9,
) -> Table:
    """A table of one, two or three dimensions (or more) whose last place along each axis is the total.

    An axis of length 1 has no total.
    """
    array = np.asarray(value, dtype=float)
    if array.ndim == 0 or max(array.shape) < 2:
        raise TableError(f"shape {array.shape} leaves no room for parts and a total along an axis")
    positions = np.arange(array.size).reshape(array.shape)
    lines = [np.moveaxis(positions, axis, -1).reshape(-1, n) for axis, n in enumerate(array.shape) if n > 1]
    equations = [(int(line[-1]), line[:-1].tolist()) for block in lines for line in block]
    numbered = from_cells(
        range(array.size),
        array,
        equations,
        primary=primary,
        lower_bound=lower_bound,
        upper_bound=upper_bound,
        tolerance=tolerance,
        shape=array.shape,
    )
    return replace(numbered, labels=tuple(np.ndindex(array.shape)))


def from_interior(value: ArrayLike, *, primary: ArrayLike | None = None, **bounds: ArrayLike) -> Table:
    """Adds the margins to an array of parts; `primary` may mark the interior only or the whole table."""
    table = np.asarray(value, dtype=float)
    interior = table.shape
    for axis in range(table.ndim):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    mark = np.zeros(table.shape, dtype=bool)
    if primary is not None:
        given = np.asarray(primary, dtype=bool)
        mark[tuple(slice(n) for n in given.shape)] = given
        if given.shape not in (interior, table.shape):
            raise TableError(f"primary has shape {given.shape}; expected {interior} or {table.shape}")
    return from_array(table, primary=mark, **bounds)  # type: ignore[arg-type]


def from_hierarchies(
    value: Mapping[tuple[Hashable, ...], float],
    hierarchies: Sequence[Mapping[Hashable, Sequence[Hashable]]],
    *,
    primary: Mapping[tuple[Hashable, ...], bool] | None = None,
    **bounds: float,
) -> Table:
    """A table whose axes are trees: hierarchies[d] maps a code of axis d to the codes that add up to it.

    Keys of `value` hold one code per axis. A parent's equation is written when any of its parts is there,
    and refused when only some are: a missing part is unknown, not zero.
    """
    labels = list(value)
    equations: list[tuple[Hashable, list[Hashable]]] = []
    for axis, tree in enumerate(hierarchies):
        for key in labels:
            parts = [(*key[:axis], child, *key[axis + 1 :]) for child in tree.get(key[axis], ())]
            present = [part for part in parts if part in value]
            if present and len(present) < len(parts):
                missing = next(part for part in parts if part not in value)
                raise TableError(f"{key!r} has parts but {missing!r} is not in the table; give its value, 0 if none")
            if present:
                equations.append((key, list(present)))
    marks = np.array([bool(primary and primary.get(key, False)) for key in labels], dtype=bool)
    return from_cells(labels, [value[key] for key in labels], equations, primary=marks, **bounds)  # type: ignore[arg-type]


def link(*tables: Table, tolerance: float = 1e-9) -> Table:
    """One table from several that share cells: a label met twice is one cell.

    Primary in one is primary in all; the tighter a-priori bound holds. TableError when a shared cell has
    two values: linked tables must be computed from the same records.
    """
    position: dict[Hashable, int] = {}
    for table in tables:
        for label in table.labels:
            position.setdefault(label, len(position))
    size = len(position)
    value = np.full(size, np.nan)
    mark, lower, upper = np.zeros(size, dtype=bool), np.full(size, -np.inf), np.full(size, np.inf)
    blocks = []
    for table in tables:
        place = np.array([position[label] for label in table.labels], dtype=int)
        clash = ~np.isnan(value[place]) & (
            np.abs(value[place] - table.value) > tolerance * np.maximum(np.abs(table.value), 1.0)
        )
        if clash.any():
            label = table.labels[int(np.flatnonzero(clash)[0])]
            raise TableError(f"linked tables disagree on {label!r}; compute them from the same records")
        value[place] = table.value
        mark[place] |= table.is_primary
        lower[place] = np.maximum(lower[place], table.lower_bound)
        upper[place] = np.minimum(upper[place], table.upper_bound)
        coo = table.equations.tocoo()
        blocks.append(sparse.csr_array((coo.data, (coo.row, place[coo.col])), shape=(coo.shape[0], size)))
    matrix = sparse.csr_array(sparse.vstack(blocks))
    return Table(tuple(position), value, matrix, mark, lower, upper, (size,))


@dataclass(frozen=True)
class Vintages:
    """Successive vintages as one linked table, with what the earlier ones gave away or kept.

    `is_known`: published before. `is_hidden`: kept back before, and to be kept back again.
    """

    table: Table
    is_known: BoolArray
    is_hidden: BoolArray


def link_vintages(current: Table, earlier: Sequence[tuple[Table, ArrayLike]], tolerance: float = 1e-9) -> Vintages:
    """Links a release to earlier ones, each with its mask of published cells, to protect all together.

    A figure that was not revised is one cell in both vintages; a revised one is a cell of its own, labelled
    ("vintage", number, label). The earlier mask must have the earlier table's shape.
    """
    now = dict(zip(current.labels, current.value, strict=True))
    tables = [current]
    known: set[Hashable] = set()
    hidden: set[Hashable] = set()
    for number, (table, is_published) in enumerate(earlier):
        names = tuple(
            label
            if label in now and abs(now[label] - value) <= tolerance * max(abs(value), 1.0)
            else ("vintage", number, label)
            for label, value in zip(table.labels, table.value, strict=True)
        )
        public = table.mask(is_published)
        known.update(name for name, shown in zip(names, public, strict=True) if shown)
        hidden.update(name for name, shown in zip(names, public, strict=True) if not shown)
        tables.append(replace(table, labels=names))
    linked = link(*tables, tolerance=tolerance)
    is_known = np.array([label in known for label in linked.labels], dtype=bool)
    is_hidden = np.array([label in hidden for label in linked.labels], dtype=bool) & ~is_known
    return Vintages(linked, is_known, is_hidden)


@dataclass(frozen=True)
class Levels:
    """Protection levels, one per cell, in the table's unit, for the cell when it is suppressed.

    An attacker's interval must reach `lower` below and `upper` above the true value, and be `width` wide.
    """

    lower: FloatArray
    upper: FloatArray
    width: FloatArray


def protection_levels(table: Table, share: float = 0.10, floor: float = 1.0) -> Levels:
    """Default levels: max(share x |value|, floor) to each side of a primary cell, as a width elsewhere.

    Cut to the room that the a-priori bounds leave: no interval can reach below zero for a count. A floor of
    1 keeps a suppressed count from being the only whole number in its interval; give the floor in the table's
    unit.
    """
    level = np.maximum(share * np.abs(table.value), floor)
    below, above = table.value - table.lower_bound, table.upper_bound - table.value
    zero = np.zeros_like(level)
    return Levels(
        lower=np.where(table.is_primary, np.minimum(level, below), zero),
        upper=np.where(table.is_primary, np.minimum(level, above), zero),
        width=np.where(table.is_primary, zero, np.minimum(level, below + above)),
    )
