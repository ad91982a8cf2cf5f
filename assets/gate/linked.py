"""Linked tables of one period, over all its releases, as figures that are sums of parts: what the gate decides on.

A part is the value of one item in one elementary area (and area type) as one release has it; a figure is a sum over
elements and items. A part that a later release did not revise is the same part. Deciding is
`indicators.disclosure_linked`; which rows of which mart a figure stands for is `gate`'s business.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from indicators.disclosure_linked import Figures, Release, levels_of, publish

PROTECTS = "protects another figure"
"""Why a figure is withheld that passes every rule itself."""

UNREVISED = 1e-9
"""Relative difference up to which a value is the one that an earlier release had."""


@dataclass(frozen=True)
class Vintage:
    """The elements of a period as one release has them.

    values: (elements, items); upper: what a value cannot exceed, the same shape. members: (areas, elements), 0 or 1:
    what each area and domain is made of; two that are made of the same are one. floor: (areas,) least protection level.
    """

    elements: Sequence[Hashable]
    values: np.ndarray
    members: np.ndarray
    floor: np.ndarray
    upper: np.ndarray | None = None


@dataclass(frozen=True)
class Verdict:
    """What the rules say of the figures of one vintage, masks (areas, sets).

    withheld: never to be published. guarded: of these, to be protected against being worked out. known: published by
    an earlier release. A vintage's figures are judged by their own release.
    """

    withheld: np.ndarray
    guarded: np.ndarray
    known: np.ndarray

    @classmethod
    def of(cls, shape: tuple[int, int]) -> Verdict:
        """Nothing withheld, nothing known."""
        return cls(*(np.zeros(shape, bool) for _ in range(3)))


@dataclass(frozen=True)
class Decision:
    """Masks (areas, sets): what is published of the vintage in the making, and what nothing can protect any more."""

    published: np.ndarray
    unprotected: np.ndarray


def decide(
    vintages: Sequence[tuple[Vintage, Verdict]],
    sets: np.ndarray,
    order: Sequence[Sequence[tuple[int, int]]],
    share: float,
) -> Decision:
    """What may be published of the first vintage, given the others that were published before it.

    sets: (sets, items), 0 or 1. order: groups of (area, set), most important first; a group goes together.
    """
    (now, verdict), earlier = vintages[0], vintages[1:]
    shape = verdict.withheld.shape
    if not any(v.withheld.any() for _, v in vintages):
        return Decision(np.ones(shape, bool), np.zeros(shape, bool))
    linked = _Linked(sets)
    rows = linked.add(now)
    flags = linked.flags(rows, verdict)
    for vintage, judged in earlier:
        flags.update_from(linked.flags(linked.add(vintage), judged))
    figures = linked.figures(share)
    withheld, guarded, known = flags.masks(figures.sums.shape[0])
    groups = [np.array([rows[area, position] for area, position in group]) for group in order]
    release: Release = publish(figures, groups, withheld, guarded, known)
    return Decision(release.is_published[rows], release.is_unprotected[rows])


@dataclass
class _Flags:
    """Rows by what is said of them."""

    withheld: set[int] = field(default_factory=set)
    guarded: set[int] = field(default_factory=set)
    known: set[int] = field(default_factory=set)

    def update_from(self, earlier: _Flags) -> None:
        """Adds what an earlier release hid or showed; what one showed is known, whatever another hid."""
        self.withheld |= earlier.withheld
        self.guarded |= earlier.guarded
        self.known |= earlier.known

    def masks(self, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """withheld, guarded and known, each (figures,)."""
        masks = np.zeros((3, size), bool)
        for mask, rows in zip(masks, (self.withheld, self.guarded, self.known), strict=True):
            mask[list(rows)] = True
        return masks[0], masks[1], masks[2]


class _Linked:
    """Parts and figures of all vintages, each once."""

    def __init__(self, sets: np.ndarray) -> None:
        self.sets = sets.astype(bool)
        self.value: list[float] = []
        self.upper: list[float] = []
        self.known_parts: dict[tuple[Hashable, int], list[int]] = {}
        self.row_of: dict[bytes, int] = {}
        self.parts_of: list[np.ndarray] = []
        self.floor: list[float] = []

    def add(self, vintage: Vintage) -> np.ndarray:
        """Row of every figure of a vintage, (areas, sets)."""
        part = np.array(
            [
                [self._part(element, item, vintage, at) for item in range(vintage.values.shape[1])]
                for at, element in enumerate(vintage.elements)
            ]
        ).reshape(vintage.values.shape)
        rows = np.zeros((len(vintage.members), len(self.sets)), int)
        for area, inside in enumerate(vintage.members.astype(bool)):
            of_area = part[inside]
            for position, items in enumerate(self.sets):
                rows[area, position] = self._row(np.sort(of_area[:, items].ravel()), float(vintage.floor[area]))
        return rows

    def _part(self, element: Hashable, item: int, vintage: Vintage, at: int) -> int:
        value = float(vintage.values[at, item])
        same = self.known_parts.setdefault((element, item), [])
        for part in same:
            if abs(self.value[part] - value) <= UNREVISED * max(abs(value), abs(self.value[part])):
                return part
        self.value.append(value)
        self.upper.append(np.inf if vintage.upper is None else float(vintage.upper[at, item]))
        same.append(len(self.value) - 1)
        return same[-1]

    def _row(self, parts: np.ndarray, floor: float) -> int:
        row = self.row_of.setdefault(parts.tobytes(), len(self.parts_of))
        if row == len(self.parts_of):
            self.parts_of.append(parts)
            self.floor.append(floor)
        return row

    def flags(self, rows: np.ndarray, verdict: Verdict) -> _Flags:
        """What a verdict says, by row."""
        masks = (verdict.withheld, verdict.withheld & verdict.guarded, verdict.known)
        return _Flags(*(set(rows[mask].tolist()) for mask in masks))

    def figures(self, share: float) -> Figures:
        """All figures so far. A part may be anything down to nothing, a loss down to twice itself."""
        value = np.array(self.value)
        below = np.abs(value)
        above = np.maximum(np.array(self.upper) - value, 0.0)
        ends = np.cumsum([0, *(len(parts) for parts in self.parts_of)])
        column = np.concatenate(self.parts_of)
        sums = sparse.csr_array((np.ones(len(column)), column, ends), shape=(len(self.parts_of), len(value)))
        level = levels_of(sums, value, below, above, share, np.array(self.floor))
        return Figures(sums, value, below, above, level)


def own_parts(members: np.ndarray, values: np.ndarray) -> np.ndarray:
    """What each area adds of its own: values (areas, items) less those of the areas inside; members: (areas, areas)."""
    own: np.ndarray = np.linalg.solve(members.astype(float), np.nan_to_num(values))
    noise = UNREVISED * np.abs(values).max(axis=0, initial=0.0)
    return np.where(np.abs(own) <= noise, 0.0, own)
