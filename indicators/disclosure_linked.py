"""Cell suppression for many linked figures at once: which may be published, decided in order of importance.

Here: figures as sums of parts, and `publish`, which needs no solver where plain linear algebra proves protection.
Not here: the least-cost search (`disclosure_search`) and the attacker's programs (`disclosure_attack`).
Field's terms: secondary suppression, linked tables, feasible direction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from indicators.arrays import BoolArray, FloatArray, IntArray
from indicators.disclosure_attack import TOLERANCE, SolverError, deviations
from indicators.disclosure_table import Levels, Table

DETERMINED = 1e-9  # of a figure's norm: what is left of it is arithmetic noise, so it follows from the others
NOISE = 1e-11  # of a figure's norm: a movement that changes it by no more leaves it as it is
FADED = 1e-3  # of a level: a movement that reaches no further is sought anew, lest noise grow with it
AT_ONCE = 16  # movements sought together: when one of the first is not found, the rest need not be sought
INSIDE = 0.98  # of a part's room: cut a little deeper, the turns end sooner
FEWEST, MOST, WORK = 4, 60, 3_000_000  # turns, by the size of a turn


@dataclass(frozen=True)
class Figures:
    """Figures that are sums of parts nobody is told.

    `sums` (figures x parts) holds 0 and 1. `part` (parts,) are the true values; `below` and `above` say how far anyone
    would believe each could be from them. `level` (figures,) is the protection level: see `levels_of`.
    """

    sums: sparse.csr_array
    part: FloatArray
    below: FloatArray
    above: FloatArray
    level: FloatArray

    @property
    def value(self) -> FloatArray:
        """True values of the figures, (figures,)."""
        value: FloatArray = self.sums @ self.part
        return value

    def table(self, is_primary: BoolArray) -> Table:
        """The same as a `Table` for the attacker: figures first, then parts, each figure the sum of its parts."""
        figures, parts = self.sums.shape
        equations = sparse.csr_array(sparse.hstack([-sparse.eye_array(figures), self.sums]))
        return Table(
            labels=tuple([("figure", i) for i in range(figures)] + [("part", i) for i in range(parts)]),
            value=np.concatenate([self.value, self.part]),
            equations=equations,
            is_primary=np.concatenate([is_primary, np.zeros(parts, dtype=bool)]),
            lower_bound=np.concatenate([np.full(figures, -np.inf), self.part - self.below]),
            upper_bound=np.concatenate([np.full(figures, np.inf), self.part + self.above]),
            shape=(figures + parts,),
        )

    def levels(self, is_primary: BoolArray) -> Levels:
        """Levels of `table`: to each side of a primary figure, nothing for the others and the parts."""
        none = np.zeros(len(self.part))
        primary = np.where(is_primary, self.level, 0.0)
        return Levels(
            lower=np.concatenate([np.minimum(primary, self.sums @ self.below), none]),
            upper=np.concatenate([np.minimum(primary, self.sums @ self.above), none]),
            width=np.zeros(len(self.level) + len(self.part)),
        )


def levels_of(
    sums: sparse.csr_array, part: FloatArray, below: FloatArray, above: FloatArray, share: float, floor: FloatArray
) -> FloatArray:
    """max(share of the size, floor), no more than the size, cut to the room of the narrower side; (figures,).

    A figure that can move to one side only, a zero for instance, has the floor. `floor` (figures,) in its unit.
    """
    size = np.abs(sums @ part)
    rooms = np.sort(np.column_stack([sums @ below, sums @ above]), axis=1)
    room = np.where(rooms[:, 0] > 0, rooms[:, 0], rooms[:, 1])
    level = np.maximum(share * size, np.where(size > 0, np.minimum(floor, size), floor))
    least: FloatArray = np.minimum(level, room)
    return least


@dataclass(frozen=True)
class Release:
    """Which figures may be published, and what none of that can protect; masks (figures,).

    `is_unprotected`: figures to be guarded that what is public already gives away, whatever is withheld now.
    """

    is_published: BoolArray
    is_unprotected: BoolArray


def publish(
    figures: Figures,
    order: Sequence[IntArray],
    withheld: BoolArray,
    guarded: BoolArray,
    known: BoolArray,
) -> Release:
    """Publishes group after group of `order`, each whole or not at all, as long as every level is kept.

    `withheld` are never published; those of them that are `guarded` keep their protection levels for one who knows all
    that is published and all that is `known` already. A figure of no group is not published. Deterministic; nothing
    depends on time. Method: docs/methods/disclosure.md.
    """
    state = _State(figures)
    for row in np.flatnonzero(known):
        state.show(int(row))
    primary = withheld & guarded
    lost = [*np.flatnonzero(primary & known), *state.watch(np.flatnonzero(primary & ~known))]
    published, unprotected = np.zeros(len(withheld), dtype=bool), np.zeros(len(withheld), dtype=bool)
    waiting = [group for group in order if not withheld[group].any()]
    refused = [group for group in waiting if not state.add(group)]
    # What was refused may follow from what was published after it; then to show it tells nothing.
    refused = [group for group in refused if not (state.follows(group) and state.add(group))]
    state.prove()
    published[[row for group in waiting for row in group]] = True
    published[[row for group in refused for row in group]] = False
    unprotected[lost] = True
    return Release(published, unprotected)


class _Watch:
    """Figures watched, with their movements, one row each; rows are added within room set aside.

    target (watched,): figures. move (watched, free parts): takes the figure as far as its level. push (watched,
    figures): what the lone part of a one-sided figure adds to every figure, none for the others.
    """

    def __init__(self, figures: int, parts: int) -> None:
        self.target, self.push = np.zeros(0, dtype=int), np.zeros((0, figures))
        self._move = np.zeros((figures, parts))

    @property
    def move(self) -> FloatArray:
        """Movements, (watched, free parts)."""
        return self._move[: len(self.target)]

    def append(self, target: IntArray, move: FloatArray, push: FloatArray | None = None) -> None:
        """Watches more figures."""
        self._move[len(self.target) : len(self.target) + len(target)] = move
        self.target = np.append(self.target, target)
        if push is not None:
            self.push = np.vstack([self.push, push])


class _State:
    """What is public so far, and for every figure watched a movement of the parts that proves its level.

    A movement is in units of each part's room, changes nothing public and takes its figure as far as its level: it is
    possible, and its opposite too, while none of its entries exceeds 1. A part without room on one side stays put,
    but for the one that a one-sided figure consists of.
    """

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        room = np.minimum(figures.below, figures.above)
        free = np.flatnonzero(room > 0)
        self.gradient = figures.sums[:, free].toarray() * room[free]
        self.norm = np.sqrt((self.gradient**2).sum(axis=1))
        self.basis = np.zeros((len(free), len(free)))
        self.rank = 0
        """The first `rank` rows of `basis` are orthonormal and span what is public, over the free parts"""
        self.public: list[int] = []
        self.two_sided, self.one_sided = (_Watch(len(self.norm), len(free)) for _ in range(2))

    def show(self, row: int) -> None:
        """Makes a figure public before anything is watched."""
        self._span(row)
        self.public.append(row)

    def add(self, group: IntArray) -> bool:
        """Makes figures public; False, and nothing done, when a level would be lost."""
        rank, count = self.rank, len(self.public)
        saved = [watch.move.copy() for watch in (self.two_sided, self.one_sided)] if len(group) > 1 else []
        for row in group:
            if not self._keeps_all(int(row)):
                self.rank = rank
                del self.public[count:]
                for watch, move in zip((self.two_sided, self.one_sided), saved, strict=False):
                    watch.move[:] = move
                return False
            self.public.append(int(row))
        return True

    def follows(self, group: IntArray) -> bool:
        """Whether the figures can be worked out from what is public."""
        return all(self._new(int(row)) is None for row in group)

    def _new(self, row: int) -> FloatArray | None:
        """Unit vector of what a figure says beyond the public ones; None when it says nothing."""
        left = self._left(self.gradient[row])
        size = float(np.sqrt(left @ left))
        if size <= DETERMINED * self.norm[row] or size == 0.0:
            return None
        left = self._left(left)
        return left / np.sqrt(left @ left)

    def _span(self, row: int) -> bool:
        """Adds a figure to what is public; False when it follows from that."""
        pinned = self._new(row)
        if pinned is not None:
            self.basis[self.rank] = pinned
            self.rank += 1
        return pinned is not None

    def _left(self, moves: FloatArray) -> FloatArray:
        """What of movements (…, free parts) changes nothing public."""
        shown = self.basis[: self.rank]
        left: FloatArray = moves - (moves @ shown.T) @ shown
        return left

    def _keeps_all(self, row: int) -> bool:
        """Adjusts the movements to one more public figure; False when one cannot be."""
        gradient, one, two = self.gradient[row], self.one_sided, self.two_sided
        off = one.move @ gradient + one.push[:, row]
        if not self._span(row):  # it follows from what is public, unless a part without room is in it
            return bool((np.abs(off) <= TOLERANCE * self.figures.level[one.target]).all())
        pinned = self.basis[self.rank - 1]
        step = pinned / float(pinned @ gradient)
        moved = self._within(one.move - np.outer(off, step), None)
        residual = two.move @ gradient
        touched = np.flatnonzero(np.abs(residual) > NOISE * self.norm[row])
        if moved is None or (changed := self._restored(touched, np.outer(residual[touched], step))) is None:
            return False
        one.move[:], two.move[touched] = moved, changed
        return True

    def _restored(self, touched: IntArray, lost: FloatArray) -> FloatArray | None:
        """Movements less what is lost of them, made to reach their levels again; None when one cannot."""
        target, move = self.two_sided.target[touched], self.two_sided.move[touched] - lost
        gradient, level = self.gradient[target], self.figures.level[target]
        reach = np.einsum("rp,rp->r", gradient, move)
        faded = reach < FADED * level
        move[~faded] *= (level[~faded] / reach[~faded])[:, None]
        weak = np.flatnonzero(faded | (np.abs(move).max(axis=1, initial=0.0) > 1 + NOISE))
        for start in range(0, len(weak), AT_ONCE):
            some = weak[start : start + AT_ONCE]
            found = self._reaching(gradient[some], level[some], np.where(faded[some, None], np.nan, move[some]))
            if found is None:
                return None
            move[some] = found
        return move

    def _reaching(self, gradient: FloatArray, level: FloatArray, begin: FloatArray) -> FloatArray | None:
        """Movements that take figures as far as their levels; None when one is not found. `begin` may be unknown."""
        own = self._left(self._left(gradient))
        size = (own**2).sum(axis=1)
        if (np.sqrt(size) <= DETERMINED * np.sqrt((gradient**2).sum(axis=1))).any():
            return None
        if (np.abs(own).sum(axis=1) < level * (1 - TOLERANCE)).any():  # no movement within 1 goes further than that
            return None
        anew = own * (level / size)[:, None]
        moves = np.where(np.isnan(begin), anew, begin)
        return self._within(moves, own / np.sqrt(size)[:, None])

    def _within(self, moves: FloatArray, own: FloatArray | None) -> FloatArray | None:
        """The movements, changed so that no entry exceeds 1 and they do what they did; None when that is not found.

        Douglas-Rachford turns between the box and the movements that change nothing public nor, along `own`, the
        figure itself.
        """
        begin, point = moves, moves
        for _ in range(max(FEWEST, min(MOST, WORK // max(self.rank * moves.shape[1], 1)))):
            wide = np.abs(moves).max(axis=1, initial=0.0) > 1 + NOISE
            if not wide.any():
                return moves
            beside = point[wide] + np.clip(2 * moves[wide] - point[wide], -INSIDE, INSIDE) - moves[wide]
            change = self._left(beside - begin[wide])
            if own is not None:
                change -= own[wide] * np.einsum("rp,rp->r", own[wide], change)[:, None]
            point, moves = point.copy(), moves.copy()
            point[wide], moves[wide] = beside, begin[wide] + change
        return None

    def watch(self, rows: IntArray) -> list[int]:
        """Watches figures from now on; returns those whose level is lost already, which are not watched."""
        rows = rows[self.figures.level[rows] > 0]
        lost = []
        for row in rows[self.norm[rows] > 0]:
            gradient, level = self.gradient[[row]], self.figures.level[[row]]
            alike = self._left((gradient > 0).astype(float))  # all its parts in the measure of their rooms
            reach = float((alike * gradient).sum())
            begin = alike * level / reach if reach > FADED * gradient.sum() else np.full(alike.shape, np.nan)
            found = self._reaching(gradient, level, begin)
            if found is None:
                lost.append(int(row))
            else:
                self.two_sided.append(np.array([row]), found)
        return [*lost, *self._watch_one_sided(rows[self.norm[rows] == 0])]

    def _watch_one_sided(self, rows: IntArray) -> list[int]:
        """A figure whose parts have room on one side only: the part with most room moves, free parts make up for it."""
        if not len(rows):
            return []
        figures, level = self.figures, self.figures.level[rows]
        room = np.maximum(figures.above, figures.below)
        of_row = [figures.sums.indices[slice(*figures.sums.indptr[row : row + 2])] for row in rows]
        lone = np.array([parts[np.argmax(room[parts])] for parts in of_row])
        sign = np.where(figures.above[lone] > 0, 1.0, -1.0)
        push = figures.sums.tocsc()[:, lone].toarray().T * (sign * level)[:, None]
        given, wanted = self.gradient[self.public], -push[:, self.public].T
        move = np.linalg.lstsq(given, wanted, rcond=None)[0].T if len(given) else np.zeros((len(rows), given.shape[1]))
        off = np.abs(given @ move.T - wanted).max(axis=0, initial=0.0)
        keeps = (off <= TOLERANCE * level) & (np.abs(move).max(axis=1, initial=0.0) <= 1)
        self.one_sided.append(rows[keeps], move[keeps], push[keeps])
        return rows[~keeps].tolist()

    def prove(self) -> None:
        """Raises SolverError unless every movement leaves all that is public as it is and goes as far as it must.

        A movement that arithmetic has blurred is replaced by the attacker's two programs.
        """
        level, norm = self.figures.level, self.norm[self.public]
        doubtful = []
        for watch in (self.two_sided, self.one_sided):
            off = watch.move @ self.gradient[self.public].T
            size = np.abs(watch.move).max(axis=1, initial=0.0)[:, None] * norm
            if watch is self.one_sided:
                off, size = off + watch.push[:, self.public], np.broadcast_to(level[watch.target][:, None], off.shape)
                far = np.ones(len(watch.target), dtype=bool)
            else:
                reach = np.einsum("rp,rp->r", self.gradient[watch.target], watch.move)
                far = reach >= level[watch.target] * (1 - TOLERANCE)
            inside = np.abs(watch.move).max(axis=1, initial=0.0) <= 1 + TOLERANCE
            doubtful += watch.target[~((np.abs(off) <= TOLERANCE * size).all(axis=1) & far & inside)].tolist()
        if doubtful and not _is_protected(self.figures, np.array(doubtful), np.array(self.public)).all():
            raise SolverError("the pattern found does not pass its own audit; nothing may be published from this table")


def _is_protected(figures: Figures, rows: IntArray, public: IntArray) -> BoolArray:
    """Whether figures keep their levels for the attacker, by two linear programs each."""
    primary = np.zeros(len(figures.level), dtype=bool)
    primary[rows] = True
    table, levels = figures.table(primary), figures.levels(primary)
    hidden = np.ones(len(table.value), dtype=bool)
    hidden[public] = False
    protected = np.ones(len(rows), dtype=bool)
    for sign, wanted in ((1, levels.upper[rows]), (-1, levels.lower[rows])):
        asked = np.flatnonzero(wanted > 0)
        found = deviations(
            table.equations,
            np.where(hidden, table.value - table.lower_bound, 0.0),
            np.where(hidden, table.upper_bound - table.value, 0.0),
            rows[asked],
            np.full(len(asked), sign),
            wanted[asked],
            stops_at_scale=True,
        )
        protected[asked] &= found.distance >= wanted[asked] * (1 - TOLERANCE)
    return protected
