"""Ledgers of funds: double entry, conservation, earmarks, lots. Whole cents, NumPy arrays, no I/O.

A ledger is columns of lines in any order. Ratios made from it are in `indicators.fund_ratios`. Method:
docs/methods/funds.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

NO_SOURCE = -1
UNKNOWN_SOURCE = -2
OWED = ("commitment", "accrual")
"""Stations of what is owed: beside the money that is handed over, against the same budget"""


class Account(NamedTuple):
    """Where money stands; the station `source` is where the money of a channel comes from."""

    station: str
    channel: str
    purpose: str


class Entry(NamedTuple):
    """Both sides of an account, in cents."""

    debit: int
    credit: int


class Earmark(NamedTuple):
    """Money of a project that was given for one purpose by one channel."""

    project: str
    channel: str
    purpose: str


class Overdrawn(NamedTuple):
    """A line from which more left than came to it, in cents."""

    line: int
    came: int
    left: int


class Spent(NamedTuple):
    """What came in and was used of an earmark, in cents."""

    earmark: Earmark
    came: int
    used: int

    @property
    def off_purpose(self) -> int:
        """Use beyond what came in."""
        return max(0, self.used - self.came)


class Lot(NamedTuple):
    """What is left of what came in on a day, in cents."""

    earmark: Earmark
    day: int
    cents: int


@dataclass(frozen=True)
class Moves:
    """What comes in to projects (positive) and is used (negative), by earmark."""

    earmarks: Sequence[Earmark]
    of: np.ndarray
    """Index of each move's earmark"""
    is_use: np.ndarray
    cents: np.ndarray
    day: np.ndarray


@dataclass(frozen=True)
class Ledger:
    """Lines: texts as object arrays ("" for none), amounts in whole cents, days as whole numbers.

    `stations` are all stations in the order in which money passes them. Raises ValueError for a station that is not
    among them, or columns of unequal length.
    """

    number: np.ndarray
    source: np.ndarray
    """The number of the line that the money came from"""
    station: np.ndarray
    channel: np.ndarray
    purpose: np.ndarray
    project: np.ndarray
    cents: np.ndarray
    day: np.ndarray
    stations: Sequence[str]

    def __post_init__(self) -> None:
        lengths = {len(column) for column in self._columns}
        if len(lengths) != 1:
            raise ValueError(f"columns of a ledger have {sorted(lengths)} lines: expected as many in each")
        if strange := sorted(set(self.station.tolist()) - set(self.stations)):
            raise ValueError(f"no stations of this ledger: {', '.join(strange)}; there are {', '.join(self.stations)}")

    @property
    def _columns(self) -> tuple[np.ndarray, ...]:
        texts = (self.number, self.source, self.station, self.channel, self.purpose, self.project)
        return (*texts, self.cents, self.day)

    def __len__(self) -> int:
        return len(self.number)

    def of(self, rows: np.ndarray) -> Ledger:
        """The ledger of some of the lines; what they name among the others is unknown to it."""
        names = [field.name for field in fields(self) if field.name != "stations"]
        some = replace(self, **{name: getattr(self, name)[rows] for name in names})
        if (named := self._named) is not None:
            place = np.full(len(self) + 1, -1, np.int64)
            place[:-1][rows] = np.arange(len(some))
            vars(some)["_named"] = place[named[rows]]  # found among all: not to be looked up again in every part
        return some

    @cached_property
    def rank(self) -> np.ndarray:
        """Place of each line's station on the way."""
        codes, kinds = coded(self.station)
        return np.array([self.stations.index(kind) for kind in kinds], np.int64)[codes]

    def at(self, *stations: str) -> np.ndarray:
        """Lines of these stations."""
        return np.isin(self.rank, [place for place, station in enumerate(self.stations) if station in stations])

    @cached_property
    def upstream(self) -> np.ndarray:
        """Index of the line that each line names, NO_SOURCE or UNKNOWN_SOURCE."""
        if self._named is not None:
            return self._of_unique(self._named)
        found = np.full(len(self), NO_SOURCE, np.int64)
        at: dict[str, list[int]] = {}
        for line, number in enumerate(self.number):
            at.setdefault(number, []).append(line)
        for below in np.flatnonzero(self.source != ""):
            found[below] = self._source_of(int(below), at.get(self.source[below], []))
        return found

    @cached_property
    def _named(self) -> np.ndarray | None:
        """Index of the line of the number that each line names, or -1; None where lines share a number."""
        numbers = pd.Index(self.number)
        return numbers.get_indexer(pd.Index(self.source)) if numbers.is_unique else None

    def _of_unique(self, named: np.ndarray) -> np.ndarray:
        """`upstream` at once, where every line has a number of its own; `named`: see `_named`."""
        above = np.maximum(named, 0)
        owed = self.at(*OWED) & self.at("release")[above]
        before = (self.rank[above] < self.rank) & ~owed
        corrects = (self.cents < 0) & (self.rank[above] == self.rank) & (above != np.arange(len(self)))
        found = np.where((named >= 0) & (before | corrects), named, UNKNOWN_SOURCE)
        return np.where(self.source == "", NO_SOURCE, found)

    def _source_of(self, line: int, named: Sequence[int]) -> int:
        rank, is_owed = self.rank, self.station[line] in OWED
        before = [
            other for other in named if rank[other] < rank[line] and not (is_owed and self.station[other] == "release")
        ]
        if before:
            return max(before, key=lambda other: (rank[other], -other))
        own = [other for other in named if self.cents[line] < 0 and rank[other] == rank[line] and other != line]
        return min(own) if own else UNKNOWN_SOURCE

    @cached_property
    def is_correction(self) -> np.ndarray:
        """Lines that correct another of their own station."""
        linked = self.upstream >= 0
        return linked & (self.rank[np.where(linked, self.upstream, 0)] == self.rank)

    @cached_property
    def moves(self) -> Moves:
        """What comes in to projects and is used of it, earmarks in their order."""
        project, projects = coded(self.project)
        channel, channels = coded(self.channel)
        purpose, purposes = coded(self.purpose)
        at_project, is_use = self.at("project"), self.at("use")
        booked = np.zeros(len(projects), bool)
        booked[project[at_project]] = True
        enters = at_project | (self.at("release") & ~booked[project])
        is_named = np.array([name != "" for name in projects], bool)
        lines = np.flatnonzero(is_named[project] & (enters | is_use))
        key = (project[lines] * len(channels) + channel[lines]) * len(purposes) + purpose[lines]
        known, of = np.unique(key, return_inverse=True)
        at_channel, at_purpose = np.divmod(known, max(1, len(purposes)))
        at_place, at_channel = np.divmod(at_channel, max(1, len(channels)))
        places = zip(at_place.tolist(), at_channel.tolist(), at_purpose.tolist(), strict=True)
        marks = [Earmark(projects[one], channels[two], purposes[three]) for one, two, three in places]
        order = sorted(range(len(marks)), key=marks.__getitem__)
        rank = np.empty(len(marks), np.int64)
        rank[order] = np.arange(len(marks))
        cents = self.cents[lines].astype(np.int64)
        is_use = np.asarray(is_use[lines], bool)
        signed = np.where(is_use, -cents, cents)
        return Moves([marks[place] for place in order], rank[of], is_use, signed, self.day[lines].astype(np.int64))


def coded(texts: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """A whole number for each text, and the texts by their numbers, as they come; far cheaper than to sort them."""
    codes, kinds = pd.factorize(texts)
    return codes.astype(np.int64), kinds.tolist()


def trial_balance(ledger: Ledger) -> dict[Account, Entry]:
    """Debit and credit of every account; over all accounts they are equal."""
    sides: dict[Account, list[int]] = {}
    for line in range(len(ledger)):
        upstream, cents = int(ledger.upstream[line]), int(ledger.cents[line])
        own = _account(ledger, line)
        if ledger.is_correction[line]:
            upstream = int(ledger.upstream[upstream])
        other = _account(ledger, upstream) if upstream >= 0 else Account("source", own.channel, own.purpose)
        sides.setdefault(own, [0, 0])[0] += cents
        sides.setdefault(other, [0, 0])[1] += cents
    return {account: Entry(*both) for account, both in sorted(sides.items())}


def _account(ledger: Ledger, line: int) -> Account:
    return Account(ledger.station[line], ledger.channel[line], ledger.purpose[line])


def unknown_sources(ledger: Ledger) -> np.ndarray:
    """Lines that name a line which is not in the ledger at a station before."""
    return np.flatnonzero(ledger.upstream == UNKNOWN_SOURCE)


def changed_earmarks(ledger: Ledger) -> np.ndarray:
    """Lines of another channel or purpose than the line that they name."""
    linked = np.flatnonzero(ledger.upstream >= 0)
    above = ledger.upstream[linked]
    differs = (ledger.channel[linked] != ledger.channel[above]) | (ledger.purpose[linked] != ledger.purpose[above])
    return linked[differs]


def overdrawn(ledger: Ledger) -> list[Overdrawn]:
    """Lines from which more left than came to them, by index."""
    came = ledger.cents.astype(np.int64)
    linked, correction = ledger.upstream >= 0, ledger.is_correction
    np.add.at(came, ledger.upstream[correction], ledger.cents[correction])
    taken, is_owed = linked & ~correction & ~ledger.at("modified"), ledger.at(*OWED)
    found: dict[int, Overdrawn] = {}
    for track in (taken & is_owed, taken & ~is_owed):
        left, is_source = np.zeros(len(ledger), np.int64), np.zeros(len(ledger), bool)
        np.add.at(left, ledger.upstream[track], ledger.cents[track])
        is_source[ledger.upstream[track]] = True
        for line in np.flatnonzero(is_source & (left > came)):
            found[int(line)] = Overdrawn(int(line), int(came[line]), int(left[line]))
    return [found[line] for line in sorted(found)]


def spent(ledger: Ledger) -> list[Spent]:
    """What came in and was used of every earmark of every project; a negative use is one that is corrected."""
    moves = ledger.moves
    came, used = np.zeros(len(moves.earmarks), np.int64), np.zeros(len(moves.earmarks), np.int64)
    np.add.at(came, moves.of[~moves.is_use], moves.cents[~moves.is_use])
    np.add.at(used, moves.of[moves.is_use], -moves.cents[moves.is_use])
    return [Spent(mark, int(came[i]), int(used[i])) for i, mark in enumerate(moves.earmarks)]


def lowest_balances(ledger: Ledger) -> dict[Earmark, tuple[int, int]]:
    """Earmark -> (lowest balance at the end of a day, that day), for those whose balance was ever below zero."""
    moves = ledger.moves
    found: dict[Earmark, tuple[int, int]] = {}
    order = np.lexsort([moves.day, moves.of])
    of, day, cents = moves.of[order], moves.day[order], moves.cents[order]
    total = np.cumsum(cents)
    is_last = np.append((of[1:] != of[:-1]) | (day[1:] != day[:-1]), True) if len(of) else np.zeros(0, bool)
    starts = np.searchsorted(of, np.arange(len(moves.earmarks)))
    before = np.where(starts > 0, total[starts - 1], 0) if len(of) else np.zeros(0, np.int64)
    for place in np.flatnonzero(is_last):
        balance, mark = int(total[place] - before[of[place]]), moves.earmarks[of[place]]
        if balance < min(0, found.get(mark, (0, 0))[0]):
            found[mark] = balance, int(day[place])
    return found


def lots(ledger: Ledger, day: int) -> list[Lot]:
    """What is left of what came in until a day, first in first out, by earmark and day of coming in.

    Use beyond what came in leaves nothing; it is not carried over to money that comes later.
    """
    moves = ledger.moves
    is_use, seen = moves.is_use, moves.day <= day
    used, came = seen & is_use, seen & ~is_use
    spent_of = np.zeros(len(moves.earmarks), np.int64)
    np.add.at(spent_of, moves.of[used], -moves.cents[used])
    order = np.lexsort([moves.day[came], moves.of[came]])
    of, on, cents = moves.of[came][order], moves.day[came][order], moves.cents[came][order]
    first = np.flatnonzero(np.append(True, (of[1:] != of[:-1]) | (on[1:] != on[:-1]))[: len(of)])
    of, on, cents = of[first], on[first], np.add.reduceat(cents, first) if len(first) else cents
    found = []
    for mark, came_on, amount in zip(of.tolist(), on.tolist(), cents.tolist(), strict=True):
        taken = min(int(spent_of[mark]), amount)
        spent_of[mark] -= taken
        if amount > taken:
            found.append(Lot(moves.earmarks[mark], came_on, amount - taken))
    return found


def waits(ledger: Ledger, source: str, station: str) -> tuple[np.ndarray, np.ndarray]:
    """Lines of a station whose money is traced to another station along the lines named, and the days between."""
    lines, is_source = np.flatnonzero(ledger.at(station) & (ledger.cents > 0)), ledger.at(source)
    above = ledger.upstream[lines]
    for _ in ledger.stations:
        going = (above >= 0) & ~is_source[np.maximum(above, 0)]
        above = np.where(going, ledger.upstream[np.maximum(above, 0)], above)
    traced = (above >= 0) & is_source[np.maximum(above, 0)]
    return lines[traced], ledger.day[lines[traced]] - ledger.day[above[traced]]


def days_between(ledger: Ledger, source: str, station: str) -> tuple[int, int, int]:
    """Σ cents × days, Σ cents and number of the lines of a station whose money is traced to another station."""
    lines, days = waits(ledger, source, station)
    cents = ledger.cents[lines]
    return int(cents @ days), int(cents.sum()), len(lines)
