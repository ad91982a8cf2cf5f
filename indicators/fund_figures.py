"""Figures of funds of some area at a day: ratios of `indicators.fund_ratios` on a ledger and its projects. No I/O.

Amounts become units of money here, and nowhere before. Method: docs/methods/funds.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from indicators import fund_ratios
from indicators.ledger import Ledger, Lot, Spent, coded, lots, spent, waits

FUND, OWN, WHOLE = "poverty_fund", "own", "_T"
TINY = 1_000_00
"""Cents below which a grant is tiny"""
YEAR = 365
KINDS = ("farmer", "base", "enterprise", "service", "village")
"""Kinds of payees"""


@dataclass(frozen=True)
class Project:
    """What the register says of a project; days since 1970, money in cents."""

    payee_kind: str
    village: str
    finished: int | None
    linked_households: int
    income_gain: int | None
    jobs: int | None


@dataclass(frozen=True)
class Figure:
    """One figure; `unit` names money as such. months: known of the twelve that a flow is of."""

    measure: str
    item: str
    value: float | None
    numerator: float | None
    denominator: float | None
    n_units: int
    unit: str
    months: int | None = None
    ci_low: float | None = None
    ci_high: float | None = None


@dataclass(frozen=True)
class Terms:
    """A ledger up to a day, with payees and projects: what figures of all areas have in common."""

    ledger: Ledger
    payee: np.ndarray
    projects: Mapping[str, Project]
    end: int

    @cached_property
    def spent(self) -> dict[str, list[Spent]]:
        """Project -> what came in and was used of each of its earmarks."""
        found: dict[str, list[Spent]] = {}
        for one in spent(self.ledger):
            found.setdefault(one.earmark.project, []).append(one)
        return found

    @cached_property
    def numbers(self) -> tuple[list[str], np.ndarray]:
        """Project numbers in order, and the place of each line's among them."""
        codes, names = coded(self.ledger.project)
        order = sorted(range(len(names)), key=names.__getitem__)
        rank = np.empty(len(names), np.int64)
        rank[order] = np.arange(len(names))
        return [names[place] for place in order], rank[codes]

    @cached_property
    def grant(self) -> np.ndarray:
        """A number for each line's project and payee; -1 without a project."""
        names, place = self.numbers
        paid, payees = coded(self.payee)
        is_named = np.array([name != "" for name in names], bool)
        return np.where(is_named[place], place * len(payees) + paid, -1)

    @cached_property
    def released(self) -> np.ndarray:
        """Lines of money released."""
        return self.ledger.at("release")

    @cached_property
    def used(self) -> np.ndarray:
        """Lines of money used."""
        return self.ledger.at("use")

    @cached_property
    def of_fund(self) -> np.ndarray:
        """Lines of the programme's own channel."""
        return np.asarray(self.ledger.channel == FUND)

    @cached_property
    def left(self) -> dict[str, list[Lot]]:
        """Project -> every lot of it that is left."""
        found: dict[str, list[Lot]] = {}
        for lot in lots(self.ledger, self.end):
            found.setdefault(lot.earmark.project, []).append(lot)
        return found

    @cached_property
    def waits(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """measure -> lines and the days that their money waited."""
        steps = {"days_allocation_to_release": ("allocation", "release"), "days_release_to_use": ("release", "use")}
        return {measure: waits(self.ledger, *step) for measure, step in steps.items()}

    @cached_property
    def first(self) -> int:
        """The first day of the ledger."""
        return int(self.ledger.day.min()) if len(self.ledger) else self.end


def figures(terms: Terms, own: np.ndarray) -> Iterator[Figure]:
    """The figures of the lines for which `own` is true; those that have nothing to measure are left out."""
    ledger = terms.ledger
    months = min(12, max(1, round((terms.end - terms.first) / 30.44)))
    year = own & (ledger.day > terms.end - YEAR)
    before = own & (ledger.day > terms.end - 2 * YEAR) & ~year
    released, used = terms.released, terms.used
    channels = _sums(ledger.channel, ledger.cents, year & released)
    found = [
        *_channels(channels, _sums(ledger.channel, ledger.cents, before & released), terms, year & released),
        *_purposes(_sums(ledger.purpose, ledger.cents, year & released), int((year & released).sum())),
        *_grants(terms, year & used),
        *_payees(terms, year & used),
        *_villages(terms, year & released),
        *_days(terms, year),
    ]
    for one in found:
        yield Figure(**{**one.__dict__, "months": months})
    names, place = terms.numbers
    yield from _stocks(terms, [names[at] for at in np.unique(place[own])])


def _sums(names: np.ndarray, cents: np.ndarray, rows: np.ndarray) -> dict[str, int]:
    at = np.flatnonzero(rows)
    kinds, place = np.unique(names[at].astype(str), return_inverse=True)
    totals = np.zeros(len(kinds), np.int64)
    np.add.at(totals, place, cents[at])
    return {str(kind): int(total) for kind, total in zip(kinds, totals, strict=True)}


def _ratio(measure: str, item: str, numerator: int, denominator: int, n: int, unit: str = "0-1") -> Iterator[Figure]:
    if denominator:
        value = float(Fraction(numerator, denominator))
        yield Figure(measure, item, value, numerator / 100, denominator / 100, n, unit)


def _channels(amounts: dict[str, int], before: dict[str, int], terms: Terms, rows: np.ndarray) -> Iterator[Figure]:
    whole, fund, n = sum(amounts.values()), amounts.get(FUND, 0), int(rows.sum())
    for channel, amount in amounts.items():
        yield from _ratio("channel_share", channel, amount, whole, n)
    yield from _ratio("own_share", WHOLE, amounts.get(OWN, 0), whole, n)
    yield from _ratio("leverage", WHOLE, whole - fund, fund, n)
    if terms.end - terms.first >= 2 * YEAR - 31:
        change = fund - before.get(FUND, 0)
        others = whole - fund - sum(before.values()) + before.get(FUND, 0)
        yield from _ratio("marginal_leverage", WHOLE, others, change, n)


def _purposes(amounts: dict[str, int], n: int) -> Iterator[Figure]:
    whole = sum(amounts.values())
    for purpose, amount in amounts.items():
        yield from _ratio("purpose_share", purpose, amount, whole, n)
    index = fund_ratios.concentration(amounts)
    if index is not None:
        yield Figure("concentration", WHOLE, float(index), None, None, n, "0-1")


def _grants(terms: Terms, rows: np.ndarray) -> Iterator[Figure]:
    at = np.flatnonzero(rows & (terms.grant >= 0))
    kinds, place = np.unique(terms.grant[at], return_inverse=True)
    totals = np.zeros(len(kinds), np.int64)
    np.add.at(totals, place, terms.ledger.cents[at])
    amounts = totals[totals > 0].tolist()
    middle, tiny = fund_ratios.median(amounts), fund_ratios.tiny_share(amounts, TINY)
    if middle is not None and tiny is not None:
        yield Figure("median_grant", WHOLE, float(middle / 100), None, None, len(amounts), "money")
        yield Figure("tiny_share", WHOLE, float(tiny), None, None, len(amounts), "0-1")


def _by_project(terms: Terms, rows: np.ndarray) -> Iterator[tuple[str, Project, int]]:
    """Number, project and cents of the rows, for projects that the register knows."""
    names, place = terms.numbers
    totals = np.zeros(len(names), np.int64)
    np.add.at(totals, place[rows], terms.ledger.cents[rows])
    for at in np.unique(place[rows]):
        project = terms.projects.get(names[at])
        if project is not None:
            yield names[at], project, int(totals[at])


def _payees(terms: Terms, rows: np.ndarray) -> Iterator[Figure]:
    """By the register: what projects that it does not know have used is in no kind."""
    kinds = dict.fromkeys(KINDS, 0)
    for _, project, cents in _by_project(terms, rows):
        kinds[project.payee_kind] += cents
    n, whole = int(rows.sum()), sum(kinds.values())
    for kind, amount in kinds.items():
        yield from _ratio("payee_share", kind, amount, whole, n)
    of_fund = list(_by_project(terms, rows & terms.of_fund))
    helped = [(project, cents) for _, project, cents in of_fund if project.payee_kind == "enterprise"]
    subsidy, households = sum(cents for _, cents in helped), sum(project.linked_households for project, _ in helped)
    if households:
        value = subsidy / 100 / households
        yield Figure("subsidy_per_household", WHOLE, value, subsidy / 100, households, len(helped), "money")


def _villages(terms: Terms, rows: np.ndarray) -> Iterator[Figure]:
    placed = [(project.village, cents) for _, project, cents in _by_project(terms, rows) if project.village]
    villages, total = {village for village, _ in placed}, sum(cents for _, cents in placed)
    if villages:
        value = total / 100 / len(villages)
        yield Figure("released_per_village", WHOLE, value, total / 100, len(villages), int(rows.sum()), "money")


def _days(terms: Terms, rows: np.ndarray) -> Iterator[Figure]:
    for measure, (lines, days) in terms.waits.items():
        inside = rows[lines]
        cents = terms.ledger.cents[lines[inside]]
        weighted, weight = int(cents @ days[inside]), int(cents.sum())
        yield from _ratio(measure, WHOLE, weighted, weight, int(inside.sum()), "days")


def _stocks(terms: Terms, projects: Sequence[str]) -> Iterator[Figure]:
    inside = [one for number in projects for one in terms.spent.get(number, ())]
    used, off = sum(one.used for one in inside), sum(one.off_purpose for one in inside)
    yield from _ratio("off_purpose_share", WHOLE, off, used, len(inside))
    if inside:
        yield from _left(terms, projects, sorted({one.earmark.channel for one in inside}))
    done = [
        (project, sum(one.used for one in terms.spent.get(number, ())))
        for number in projects
        if (project := terms.projects.get(number)) and project.finished is not None and project.finished <= terms.end
    ]
    money = [cents / 100 for _, cents in done]
    gains = [(project.income_gain or 0) / 100 for project, _ in done]
    jobs = [float(project.jobs or 0) for project, _ in done]
    per_unit = (("income_gain_per_unit", gains, "money per money"), ("jobs_per_unit", jobs, "persons per money"))
    for measure, gain, unit in per_unit:
        ratio = fund_ratios.per_yuan(gain, money)
        if ratio is not None:
            totals = sum(gain), sum(money)
            yield Figure(measure, WHOLE, ratio.value, *totals, ratio.n, unit, ci_low=ratio.low, ci_high=ratio.high)


def _left(terms: Terms, projects: Sequence[str], channels: Sequence[str]) -> Iterator[Figure]:
    ages = {"balance": -1, "idle_over_one_year": YEAR, "idle_over_two_years": 2 * YEAR}
    mine = [lot for number in projects for lot in terms.left.get(number, ())]
    for measure, age in ages.items():
        old = [lot for lot in mine if terms.end - lot.day > age]
        for item in (WHOLE, *channels):
            cents = [lot.cents for lot in old if item in (WHOLE, lot.earmark.channel)]
            yield Figure(measure, item, sum(cents) / 100, None, None, len(cents), "money")
