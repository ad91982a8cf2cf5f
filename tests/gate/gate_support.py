"""Runs for the tests of the gate, and an outsider who works out withheld figures from published ones.

The outsider has every `published` view of every release, the tree of areas and the share definitions, which are public,
and a solver. What nobody would doubt of a single elementary figure (no wage below zero, a share of persons no more than
all) comes with the true values, so that the outsider is stronger than any real one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pandas as pd
from installation import Installation, released, run
from scipy import linalg, optimize, sparse

from assets.marts.frame import Membership
from assets.marts.sampled import DOMAINS
from assets.places.known import areas_of
from jurisdictions import reference
from warehouse import published
from warehouse.contracts import LEAVES
from warehouse.store import Home

NET = "net_income"
VIEWS = tuple(name for name in published.VIEWS if not name.startswith("revision"))
"""Views of figures"""
Part = tuple[object, ...]


@dataclass(frozen=True)
class Office(Installation):
    """A home of Wuzhong with releases in it."""

    def run(self) -> int | None:
        """What `povmon run` does; the number of the release."""
        return released(run("wuzhong", self.landing, self.home))

    def published(self) -> dict[str, pd.DataFrame]:
        """All that an outsider sees of the latest release."""
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as warehouse:
            return {view: warehouse.sql(f"SELECT * FROM published.{view}").df() for view in VIEWS}

    def households(self, release_id: int) -> pd.DataFrame:
        """Households of the release just made, as the office sees them."""
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as warehouse:
            return warehouse.sql("SELECT * FROM core.household_income").df().assign(release_id=release_id)

    def members(self, period: str) -> list[tuple[str, str]]:
        """What areas and sets of Wuzhong are made of."""
        return Membership(areas_of(Home(self.home), "wuzhong")).everything(period)

    def mart(self, name: str) -> pd.DataFrame:
        """A mart whole, as the office sees it."""
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as warehouse:
            return warehouse.sql(f"SELECT * FROM mart.{name}").df()


@dataclass
class System:
    """Linear equations that an outsider holds: sums of unknown parts, with weights, that equal known numbers."""

    value: dict[Part, float] = field(default_factory=dict)
    """True values, for the rooms of movement and to see that every equation is true"""
    lower: dict[Part, float] = field(default_factory=dict)
    upper: dict[Part, float] = field(default_factory=dict)
    rows: list[dict[Part, float]] = field(default_factory=list)

    def know(self, weights: dict[Part, float], total: float) -> None:
        """One equation; it must hold for the true values."""
        found = sum(weight * self.value[part] for part, weight in weights.items())
        scale = max(sum(abs(weight * self.value[part]) for part, weight in weights.items()), abs(total), 1e-9)
        assert abs(found - total) <= 1e-8 * scale, (weights, found, total)
        self.rows.append(weights)

    def intervals(self, targets: Sequence[dict[Part, float]]) -> np.ndarray:
        """(targets, 2): how far each sum can fall and rise, given all that is known."""
        parts = list(self.value)
        place = {part: at for at, part in enumerate(parts)}
        size = np.array([max(abs(self.value[part]), 1e-3) for part in parts])
        below = np.array([self.value[part] - self.lower.get(part, 0.0) for part in parts])
        above = np.array([self.upper.get(part, np.inf) - self.value[part] for part in parts])

        def vector(weights: dict[Part, float]) -> np.ndarray:
            row = np.zeros(len(parts))
            for part, weight in weights.items():
                row[place[part]] = weight
            return row * size

        known = np.array([vector(row) for row in self.rows]).reshape(-1, len(parts))
        norm = np.sqrt((known**2).sum(axis=1))
        known = known[norm > 0] / norm[norm > 0][:, None]
        _, triangle, order = linalg.qr(known.T, mode="economic", pivoting=True)
        size_of = np.abs(np.diag(triangle))
        known = sparse.csr_array(known[order[: int((size_of > 1e-11).sum())]])  # the others follow from these
        bounds = np.column_stack([-below / size, above / size])
        reach = np.zeros((len(targets), 2))
        for at, target in enumerate(targets):
            objective = vector(target)
            unit = max(np.abs(objective).max(), 1e-12)
            for side, sign in enumerate((1.0, -1.0)):
                solved = optimize.linprog(
                    sign * objective / unit, A_eq=known, b_eq=np.zeros(known.shape[0]), bounds=bounds, method="highs"
                )
                assert solved.status in (0, 3), solved.message
                reach[at, side] = np.inf if solved.status == 3 else abs(solved.fun) * unit
        return reach


@dataclass(frozen=True)
class Outsider:
    """What an outsider knows of one period from all releases; `truth` is the office's side, for bounds and checks."""

    jurisdiction: str
    releases: Sequence[dict[str, pd.DataFrame]]
    psu: pd.DataFrame
    """mart.psu_total"""
    members: Sequence[tuple[str, str]]
    """(area or set, code of the rows): public"""
    revised: frozenset[str] = frozenset()
    """Areas that sent a correction, which everybody knows"""
    known_cells: dict[int, dict[tuple[str, str], pd.Series]] = field(default_factory=dict)

    def cells(self, number: int) -> dict[tuple[str, str], pd.Series]:
        """PSU totals by area and area type as a release has them."""
        if number in self.known_cells:
            return self.known_cells[number]
        rows = self.psu[self.psu["release_id"] == number]
        names = ["n_households", "households", "persons", *(f"{leaf}_net" for leaf in LEAVES)]
        self.known_cells[number] = dict(rows.groupby(["area_code", "area_type"])[names].sum().iterrows())
        return self.known_cells[number]

    def inside(self, area: str, domain: str, number: int) -> list[tuple[str, str]]:
        """Elementary cells of an area and domain."""
        below = {member for ancestor, member in self.members if ancestor == area}
        return [cell for cell in self.cells(number) if cell[0] in below and cell[1] in DOMAINS[domain]]

    def _name(self, number: int, cell: tuple[str, str], item: object) -> Part:
        return (number if cell[0] in self.revised else 1, *cell, item)

    def sums(self, number: int, area: str, domain: str, items: Iterable[object]) -> dict[Part, float]:
        """A figure as parts with weight 1."""
        items = list(items)
        return {self._name(number, cell, item): 1.0 for cell in self.inside(area, domain, number) for item in items}

    def _system(self, items: Sequence[object], value: Callable[[pd.Series, object], float]) -> System:
        system = System()
        for number in range(1, len(self.releases) + 1):
            for cell, totals in self.cells(number).items():
                for item in items:
                    part = self._name(number, cell, item)
                    system.value[part] = value(totals, item)
                    system.lower[part] = min(0.0, 2 * system.value[part])
        return system

    def incomes(self) -> System:
        """Levels, shares of every definition that are ratios of sums, and the parts of the Gini by source."""
        system = self._system(list(LEAVES), lambda totals, leaf: totals[f"{leaf}_net"])
        views = self.definitions()
        for number, seen in enumerate(self.releases, start=1):
            for view in ("income_level", "income_level_real"):
                for row in seen[view].dropna(subset=["total"]).itertuples():
                    leaves = LEAVES if row.leaf == NET else [row.leaf]
                    system.know(self.sums(number, row.area_code, row.domain, leaves), row.total)
            shares = seen["income_share"].dropna(subset=["value"])
            same = (shares["negative_policy"] == "keep") | (
                (shares["negative_policy"] == "exclude") & (shares["n_excluded"] == 0)
            )
            for row in shares[same & (shares["estimator"] == "ratio_of_aggregates")].itertuples():
                below = views[row.share_definition, None]
                above = views[row.share_definition, row.sector] & below
                self._ratio(system, number, row, above, below)
            parts = seen["inequality"].dropna(subset=["value"])
            for row in parts[parts["measure"] == "ly_share"].itertuples():
                self._ratio(system, number, row, {row.leaf}, set(LEAVES))
        return system

    def _ratio(self, system: System, number: int, row: object, above: set[str], below: set[str]) -> None:
        weights = dict.fromkeys(self.sums(number, row.area_code, row.domain, below), -row.value)
        for part in self.sums(number, row.area_code, row.domain, above):
            weights[part] += 1.0
        system.know(weights, 0.0)

    def definitions(self) -> dict[tuple[str, str | None], set[str]]:
        """(definition, sector) -> leaves; sector None is the denominator."""
        found: dict[tuple[str, str | None], set[str]] = {}
        for row in reference(self.jurisdiction, "income_source"):
            found.setdefault((row["share_definition"], row["sector"]), set()).add(row["leaf"])
            if row["in_denominator"] == "true":
                found.setdefault((row["share_definition"], None), set()).add(row["leaf"])
        return found

    def households(self) -> System:
        """Numbers of households behind figures."""
        system = self._system(["n"], lambda totals, _: totals["n_households"])
        for number, seen in enumerate(self.releases, start=1):
            for view in ("income_level", "income_share", "poverty", "inequality"):
                known = seen[view].dropna(subset=["n_households"]).drop_duplicates(["area_code", "domain"])
                for row in known.itertuples():
                    system.know(self.sums(number, row.area_code, row.domain, ["n"]), row.n_households)
        return system

    def headcounts(self, truth: pd.DataFrame, measure: str, line: str) -> System:
        """A poverty measure times the persons, who are known from published levels."""
        own = truth[(truth["measure"] == measure) & (truth["line_id"] == line)]
        of_cell = {(r.release_id, r.area_code, r.domain): r.value for r in own.itertuples()}
        system = System()
        for number, seen in enumerate(self.releases, start=1):
            persons = {cell: totals["persons"] for cell, totals in self.cells(number).items()}
            for cell, count in persons.items():
                part = self._name(number, cell, measure)
                system.value[part], system.upper[part] = of_cell[number, *cell] * count, float(count)
            rows = seen["poverty"].dropna(subset=["value"])
            for row in rows[(rows["measure"] == measure) & (rows["line_id"] == line)].itertuples():
                whole = sum(persons[cell] for cell in self.inside(row.area_code, row.domain, number))
                system.know(self.sums(number, row.area_code, row.domain, [measure]), row.value * whole)
        return system

    def means(self, core: pd.DataFrame) -> System:
        """Means of shares of net income, times the households that are known from published levels."""
        system, views = System(), self.definitions()
        share = core[[f"{leaf}_net" for leaf in LEAVES]].to_numpy(float) / core["net_income"].to_numpy(float)[:, None]
        mass = pd.DataFrame(share * core["weight"].to_numpy(float)[:, None], columns=list(LEAVES))
        keys = [core[name].to_numpy() for name in ("release_id", "area_code", "area_type")]
        for (number, *cell), row in mass.groupby(keys).sum().iterrows():
            for leaf in LEAVES:
                part = self._name(number, (cell[0], cell[1]), leaf)
                system.value[part], system.lower[part] = row[leaf], min(0.0, 2 * row[leaf])
        for number, seen in enumerate(self.releases, start=1):
            shares = seen["income_share"].dropna(subset=["value"])
            plain = shares[(shares["estimator"] == "mean_of_shares") & (shares["negative_policy"] == "keep")]
            for row in plain[plain["n_excluded"] == 0].itertuples():
                if views[row.share_definition, None] == set(LEAVES):
                    weight = self.weight(row.area_code, row.domain, number)
                    leaves = views[row.share_definition, row.sector]
                    system.know(self.sums(number, row.area_code, row.domain, leaves), row.value * weight)
                    system.know(self.sums(number, row.area_code, row.domain, LEAVES), weight)
        return system

    def weight(self, area: str, domain: str, number: int) -> float:
        """Households of an area and domain, in the population."""
        cells = self.cells(number)
        return float(sum(cells[cell].households for cell in self.inside(area, domain, number)))
