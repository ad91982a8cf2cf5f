"""The gate for the household survey: what may be published of one period's levels, shares, poverty and inequality.

Ties rows that give each other away into figures, and lets `linked` decide which figures must be withheld besides those
that fail a rule. No I/O; judging single rows is `gate`'s business. Method: docs/methods/disclosure.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from assets.gate.linked import PROTECTS, Decision, Verdict, Vintage, decide, own_parts
from assets.marts.income import MEAN, RATIO, View
from assets.marts.sampled import Cell, Label, cells_of_labels
from indicators.disclosure import FEW, FREE, UNRELIABLE, PublicationRules
from warehouse.contracts import LEAVES

RATE_FLOOR = 0.001
"""Least protection level of a rate or index: a tenth of a point."""

TIED: Mapping[str, str] = {
    **dict.fromkeys(("fgt0", "fgt1", "sen", "sst", "gini_poor"), "poor"),
    **dict.fromkeys(("gini", "gini_upper"), "gini"),
    **dict.fromkeys(("theil_l", "atkinson_1"), "theil_l"),
}
"""measure -> family of measures that can be worked out from each other, and so go together"""
SHARES_OF_ONE = ("fgt0", "fgt1", "fgt2", "sen", "sst", "gini_poor", "gini", "gini_upper")
FARMERS_FIRST = ("rural", "all", "urban")
"""Domains by importance: the monitor is about farmers' income"""
Contributors = Callable[[], Mapping[Cell, Sequence[int]]]
"""Households that have income from each leaf, by area and area type; called when PSU totals do not tell"""


def family_of(measure: str, line_id: str) -> str:
    """What a measure goes together with; "" for the parts of the Gini coefficient by source, which follow others."""
    return "" if measure.startswith("ly_") else f"{TIED.get(measure, measure)}|{line_id}"


@dataclass(frozen=True)
class Survey:
    """One period as one release has it.

    psu: by area_code and area_type n_households, households, persons, <leaf>_net and psus_<leaf> (PSUs that have any).
    The others are rows of the marts with `failed`, the rules a row fails, or of an earlier release `conf_status` and
    `conf_note`; measures: poverty and inequality together, with `family`.
    """

    psu: pd.DataFrame
    levels: pd.DataFrame
    shares: pd.DataFrame
    measures: pd.DataFrame


@dataclass(frozen=True)
class Notes:
    """Why each row is withheld, "" where it is published; and how many figures nothing can protect any more."""

    levels: np.ndarray
    shares: np.ndarray
    measures: np.ndarray
    unprotected: int


def judge(
    now: Survey,
    earlier: Sequence[Survey],
    members: Sequence[tuple[str, str]],
    definitions: Sequence[View],
    rules: PublicationRules,
    contributors: Contributors,
) -> Notes:
    """The notes of `now`, given the releases of the period before it; members: (area or set, code of the rows)."""
    places = [_Place(now, members), *(_Place(_known(survey, members), members) for survey in earlier)]
    return _Gate(places, definitions, rules, contributors).notes()


def _known(survey: Survey, members: Sequence[tuple[str, str]]) -> Survey:
    """The rows of an earlier release whose area or set still says what it is made of."""
    codes = {code for code, _ in members}
    tables = {name: getattr(survey, name) for name in ("levels", "shares", "measures")}
    return replace(survey, **{name: rows[rows["area_code"].isin(codes)] for name, rows in tables.items()})


class _Place:
    """The areas and domains of a survey as sums of its elementary cells."""

    def __init__(self, survey: Survey, members: Sequence[tuple[str, str]]) -> None:
        psu = survey.psu
        self.survey = survey
        self.cells: list[Cell] = list(zip(psu["area_code"], psu["area_type"], strict=True))
        shown = {*zip(survey.levels["area_code"], survey.levels["domain"], strict=True), *self.cells}
        every = cells_of_labels(set(self.cells), members)
        groups = {label: cells for label, cells in every.items() if label in shown}
        place = {cell: at for at, cell in enumerate(self.cells)}
        self.at: dict[Label, int] = {label: at for at, label in enumerate(groups)}
        self.members = np.zeros((len(groups), len(place)), bool)
        for row, cells in enumerate(groups.values()):
            self.members[row, [place[cell] for cell in cells]] = True
        self.own = [self.at[cell] for cell in self.cells]
        totals = self.members @ psu[["n_households", "households", "persons"]].to_numpy(float)
        self.n_households, self.households, self.persons = totals.T
        width = {area: int(self.members[at].sum()) for (area, domain), at in self.at.items() if domain == "all"}
        rank = [(-width[area], area, FARMERS_FIRST.index(domain)) for area, domain in self.at]
        self.by_size = sorted(range(len(groups)), key=lambda at: rank[at])
        """Areas of most cells first, and of each area farmers first"""

    def of(self, rows: pd.DataFrame) -> np.ndarray:
        """Place of each row's area and domain, (rows,)."""
        return np.array([self.at[label] for label in zip(rows["area_code"], rows["domain"], strict=True)], int)

    def parts(self, figures: np.ndarray) -> np.ndarray:
        """What each cell adds to figures (areas and domains, items), (cells, items)."""
        return own_parts(self.members[self.own], figures[self.own])


class _Sets:
    """Sets of leaves that figures add up: leaves, net income, and those of the shares."""

    def __init__(self, definitions: Sequence[View]) -> None:
        self.views = {view.name: view for view in definitions}
        wanted: dict[frozenset[str], None] = {frozenset(LEAVES): None}
        for view in definitions:
            above = [self.above(view.name, sector) for sector in view.sectors]
            wanted |= dict.fromkeys([frozenset(view.denominator), *above])
        wanted |= dict.fromkeys(frozenset([leaf]) for leaf in LEAVES)
        self.at = {leaves: at for at, leaves in enumerate(leaves for leaves in wanted if leaves)}
        """In order of importance: net income, shares as their definitions stand, leaves"""
        self.matrix = np.array([[leaf in leaves for leaf in LEAVES] for leaves in self.at])

    def above(self, definition: str, sector: str) -> frozenset[str]:
        """Leaves above the line of a share."""
        view = self.views[definition]
        return frozenset(view.sectors[sector]) & frozenset(view.denominator)

    def of_level(self, rows: pd.DataFrame) -> np.ndarray:
        """Set of each row of levels."""
        names = rows["leaf"]
        return np.array([self.at[frozenset(LEAVES if n == "net_income" else [n])] for n in names], int)

    def of_share(self, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Sets above and below the line of each row of shares."""
        keys = list(zip(rows["share_definition"], rows["sector"], strict=True))
        below = [self.at[frozenset(self.views[definition].denominator)] for definition, _ in keys]
        return np.array([self.at[self.above(*key)] for key in keys], int), np.array(below, int)


class _Gate:
    """`places[0]` is the release in the making; the others stand for the releases before it."""

    def __init__(
        self,
        places: Sequence[_Place],
        definitions: Sequence[View],
        rules: PublicationRules,
        contributors: Contributors,
    ) -> None:
        self.places, self.now, self.rules, self.contributors = places, places[0], rules, contributors
        self.sets = _Sets(definitions)
        self.unprotected = 0

    def notes(self) -> Notes:
        survey = self.now.survey
        whole = self._whole_labels()
        income = self._income(whole)
        levels = income[self.now.of(survey.levels), self.sets.of_level(survey.levels)]
        return Notes(
            _notes(survey.levels, levels),
            _notes(survey.shares, self._shares(whole, income)),
            _notes(survey.measures, self._measures(whole, income)),
            self.unprotected,
        )

    def _decide(
        self,
        vintages: Sequence[tuple[Vintage, Verdict]],
        sets: np.ndarray,
        order: Sequence[Sequence[tuple[int, int]]],
    ) -> np.ndarray:
        decision: Decision = decide(vintages, sets, order, self.rules.protection)
        self.unprotected += int(decision.unprotected.sum())
        return decision.published

    def _whole_labels(self) -> np.ndarray:
        """Which areas and domains may be shown at all, (areas and domains,): by the number of their households."""
        vintages = []
        for place in self.places:
            verdict = Verdict.of((len(place.at), 1))
            verdict.guarded[:, 0] = place.n_households < self.rules.least_households
            verdict.withheld[:] = verdict.guarded
            if place is not self.now:
                survey = place.survey
                seen = [rows[rows["conf_status"] == FREE] for rows in (survey.levels, survey.shares, survey.measures)]
                verdict.known[np.concatenate([place.of(rows) for rows in seen]), 0] = True
                verdict.withheld[:] = ~verdict.known
            counts = place.survey.psu[["n_households"]].to_numpy(float)
            vintages.append((Vintage(place.cells, counts, place.members, np.ones(len(place.at))), verdict))
        order = [[(label, 0)] for label in self.now.by_size]
        return self._decide(vintages, np.ones((1, 1)), order)[:, 0]

    def _income(self, whole: np.ndarray) -> np.ndarray:
        """Which sums of leaves are published, (areas and domains, sets)."""
        vintages = []
        for place in self.places:
            values = place.survey.psu[[f"{leaf}_net" for leaf in LEAVES]].to_numpy(float)
            verdict = self._judged(place, whole) if place is self.now else self._remembered(place)
            vintages.append((Vintage(place.cells, values, place.members, place.households), verdict))
        order = [[(label, position)] for position in self.sets.at.values() for label in self.now.by_size]
        return self._decide(vintages, self.sets.matrix, order)

    def _judged(self, place: _Place, whole: np.ndarray) -> Verdict:
        verdict = Verdict.of((len(place.at), len(self.sets.at)))
        verdict.withheld[~whole] = True
        verdict.guarded[place.n_households < self.rules.least_households] = True
        levels, shares = place.survey.levels, _by(RATIO, place.survey.shares)
        for rows, position in ((levels, self.sets.of_level(levels)), (shares, self.sets.of_share(shares)[0])):
            self._withhold(verdict, place.of(rows), position, rows["failed"])
        few = self._few_contributors(place, verdict.withheld & verdict.guarded)
        verdict.withheld[few] = verdict.guarded[few] = True
        return verdict

    def _withhold(self, verdict: Verdict, label: np.ndarray, position: np.ndarray, reasons: Iterable[str]) -> None:
        """Withholds every figure that has a reason, and guards those whose reason asks for it."""
        reason = np.array(list(reasons), object)
        unreliable = self.rules.protects_unreliable
        primary = np.array([FEW in text or (unreliable and UNRELIABLE in text) for text in reason], bool)
        verdict.withheld[label[reason != ""], position[reason != ""]] = True
        verdict.guarded[label[primary], position[primary]] = True

    def _remembered(self, place: _Place) -> Verdict:
        """What an earlier release showed: a share shows both its sums; withheld, it hides one if the other is seen."""
        verdict = Verdict.of((len(place.at), len(self.sets.at)))
        levels, shares = place.survey.levels, _by(RATIO, place.survey.shares)
        (above, below), of_share = self.sets.of_share(shares), place.of(shares)
        seen = (shares["conf_status"] == FREE).to_numpy(bool)
        verdict.known[of_share[seen], above[seen]] = verdict.known[of_share[seen], below[seen]] = True
        self._remember(verdict, levels, place.of(levels), self.sets.of_level(levels))
        told = verdict.known[of_share, below]
        self._remember(verdict, shares[told], of_share[told], above[told])
        return verdict

    def _remember(self, verdict: Verdict, rows: pd.DataFrame, label: np.ndarray, position: np.ndarray) -> None:
        seen = (rows["conf_status"] == FREE).to_numpy(bool)
        verdict.known[label[seen], position[seen]] = True
        notes = rows["conf_note"][~seen].fillna(PROTECTS)
        self._withhold(verdict, label[~seen], position[~seen], notes)

    def _few_contributors(self, place: _Place, settled: np.ndarray) -> np.ndarray:
        """Sums to which too few households contribute, but not none, (areas and domains, sets); but for the settled.

        There are at least as many contributors as PSUs that have any: households are counted only where that is few.
        """
        counts = place.members @ place.survey.psu[[f"psus_{leaf}" for leaf in LEAVES]].to_numpy(float)
        few = self._few(counts)
        if (few & ~settled).any():
            exact = self.contributors()
            few = self._few(place.members @ np.array([exact[cell] for cell in place.cells], float))
        return few & ~settled

    def _few(self, counts: np.ndarray) -> np.ndarray:
        """By contributors to leaves (areas and domains, leaves): a set has at least as many as its leaf with most."""
        most = np.where(self.sets.matrix[None], counts[:, None, :], 0).max(axis=2)
        few: np.ndarray = (most > 0) & (most < self.rules.least_contributors)
        return few

    def _shares(self, whole: np.ndarray, income: np.ndarray) -> np.ndarray:
        """A share goes with the sums above and below its line; a mean of shares must pass by its own errors, too."""
        rows = self.now.survey.shares
        label, (above, below) = self.now.of(rows), self.sets.of_share(rows)
        shown: np.ndarray = income[label, above] & income[label, below]
        mean = (rows["estimator"] == MEAN).to_numpy(bool)
        for denominator in np.unique(below[mean]):
            here = mean & (below == denominator)
            shown[here] &= self._means(int(denominator), whole, income)[label[here], above[here]]
        return shown

    def _means(self, denominator: int, whole: np.ndarray, income: np.ndarray) -> np.ndarray:
        """Which sums of leaves may be shown as means of shares over a denominator, (areas and domains, sets).

        Means of shares add up as sums of leaves do, over sets, areas and domains; sums lend them their size. What is
        below the line is known: the weights of the households.
        """
        vintages, wanted = [], np.zeros(0, int)
        for place in self.places:
            rows = _by(MEAN, place.survey.shares)
            above, below = self.sets.of_share(rows)
            rows, above = rows[below == denominator], above[below == denominator]
            label = place.of(rows)
            verdict = Verdict.of((len(place.at), len(self.sets.at)))
            if place is self.now:
                wanted = above
                verdict.withheld[:] = ~whole[:, None] | ~income
                few = place.n_households[label] < self.rules.least_households
                verdict.guarded[label[few], above[few]] = True
                self._withhold(verdict, label, above, rows["failed"])
            else:
                self._remember(verdict, rows, label, above)
            verdict.known[:, denominator] = True
            values = place.survey.psu[[f"{leaf}_net" for leaf in LEAVES]].to_numpy(float)
            vintages.append((Vintage(place.cells, values, place.members, place.households), verdict))
        order = [[(label, position)] for position in dict.fromkeys(wanted.tolist()) for label in self.now.by_size]
        return self._decide(vintages, self.sets.matrix, order)

    def _measures(self, whole: np.ndarray, income: np.ndarray) -> np.ndarray:
        """Families of measures by their errors; the Gini's parts by source with it, their leaf and net income."""
        rows = self.now.survey.measures
        label, family = self.now.of(rows), rows["family"].to_numpy(object)
        published = np.ones(len(rows), bool)
        for name in sorted(set(family) - {""}):
            weight = _incomes if name.startswith("theil_t") else _persons
            here = family == name
            published[here] = self._family(name, whole, weight)[label[here]]
        parts = family == ""
        if parts.any():
            gini = {at: shown for at, shown, name in zip(label, published, family, strict=True) if "gini|" in name}
            leaf = self.sets.of_level(rows[parts])
            published[parts] = [gini[at] for at in label[parts]]
            published[parts] &= income[label[parts], leaf] & income[label[parts], self.sets.at[frozenset(LEAVES)]]
        return published

    def _family(
        self,
        name: str,
        whole: np.ndarray,
        weight: Callable[[_Place], np.ndarray],
    ) -> np.ndarray:
        """Which areas and domains show a family of measures, all of it or nothing; (areas and domains,).

        A value times its weight is additive over areas and domains, but for terms that published levels tell.
        """
        keys = pd.Index(_of_family(self.now.survey.measures, name)["measure"].unique())
        bounded = np.array([measure in SHARES_OF_ONE for measure in keys], bool)
        vintages = []
        for place in self.places:
            rows = _of_family(place.survey.measures, name)
            rows = rows[rows["measure"].isin(keys)]
            label, position, scale = place.of(rows), keys.get_indexer(rows["measure"]), weight(place)
            value = np.zeros((len(place.at), len(keys)))
            value[label, position] = np.nan_to_num(rows["value"].to_numpy(float)) * scale[label]
            verdict = Verdict.of(value.shape)
            if place is self.now:
                verdict.withheld[~whole] = True
                verdict.guarded[place.n_households < self.rules.least_households] = True
                self._withhold(verdict, label, position, rows["failed"])
            else:
                self._remember(verdict, rows, label, position)
            parts = place.parts(value)
            upper = np.where(bounded, np.maximum(scale[place.own][:, None], parts), np.inf)
            vintages.append((Vintage(place.cells, parts, place.members, RATE_FLOOR * scale, upper), verdict))
        order = [[(label, position) for position in range(len(keys))] for label in self.now.by_size]
        return np.asarray(self._decide(vintages, np.eye(len(keys)), order).all(axis=1))


def _by(estimator: str, shares: pd.DataFrame) -> pd.DataFrame:
    return shares[shares["estimator"] == estimator]


def _notes(rows: pd.DataFrame, published: np.ndarray) -> np.ndarray:
    failed = rows["failed"].to_numpy(object)
    return np.where(published, "", np.where(failed == "", PROTECTS, failed)).astype(object)


def _of_family(measures: pd.DataFrame, name: str) -> pd.DataFrame:
    return measures[measures["family"] == name]


def _persons(place: _Place) -> np.ndarray:
    return place.persons


def _incomes(place: _Place) -> np.ndarray:
    income = place.survey.psu[[f"{leaf}_net" for leaf in LEAVES]].to_numpy(float).sum(axis=1)
    return np.maximum(place.members @ income, 0.0)
