"""What an explanation is read from: the published file and the Parquet partitions of a home, never the private ledger.

`Evidence` knows one figure: its row, its place and month, the rows behind it. What is told of it is
`assets.explain.figure`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from assets.core.tallies import refused_by_area
from assets.marts import prices
from assets.marts.families import FAMILIES
from assets.marts.family import Family, Making
from assets.marts.formula import Formula, Sums
from assets.marts.frame import Membership
from assets.marts.sampled import DOMAINS
from assets.places.known import areas_of
from assets.reference import Reference
from assets.release.standing import standing
from jurisdictions import load
from warehouse.contracts import AREA_HISTORY, MART_CONTRACTS, SOURCE_CONTRACTS, Contract
from warehouse.contracts.figures import HEADLINE, QUANTITIES
from warehouse.periods import closing_month, first_day, months_between, months_of
from warehouse.store import Home

_USUAL = {**HEADLINE, "domain": "all", "leaf": "net_income", "line_type": "item", "item": "_T"}
"""What is meant where a key column is not given and several values of it are there"""
_FIRST_MEANT = {"income_level": "mean_per_person", "psu_total": "net_income"}


class NoSuchFigure(LookupError):
    """No figure, or several, fit what was asked; the message says what to give."""


def query(connection: duckdb.DuckDBPyConnection, sql: str, given: Sequence[object] = ()) -> list[dict[str, Any]]:
    """Rows of a query as dictionaries."""
    cursor = connection.execute(sql, list(given))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Evidence:
    """A figure and where it comes from. `release` is the one that the figure is of, `standing` its month's latest."""

    home: Home
    connection: duckdb.DuckDBPyConnection
    contract: Contract
    row: Mapping[str, Any]
    quantity: str
    release: Mapping[str, Any]
    standing: int

    @property
    def place(self) -> str:
        """The jurisdiction."""
        return str(self.row["jurisdiction"])

    @property
    def period(self) -> str:
        """The period of the figure."""
        return str(self.row["time_period"])

    @property
    def month(self) -> str:
        """The month (partition) that closes its period."""
        return closing_month(self.period)

    @property
    def is_standing(self) -> bool:
        """Whether the rows that it was made of are still those of the month."""
        return self.release["release_id"] == self.standing

    @cached_property
    def family(self) -> Family:
        """The family that makes it."""
        return next(family for family in FAMILIES.values() if self.contract.name in family.marts)

    @property
    def key(self) -> dict[str, Any]:
        """The columns that tell it from others of its release."""
        return {name: self.row[name] for name in self.contract.key if name != "release_id"}

    @cached_property
    def making(self) -> Making:
        """What its month's marts are made from, as it stands."""
        place = load(self.place)
        refused = "SELECT DISTINCT time_period FROM audit.quarantine WHERE jurisdiction = ? AND source = ?"
        editions = [row["time_period"] for row in query(self.connection, refused, [self.place, AREA_HISTORY.name])]
        areas = areas_of(self.home, self.place, editions)
        links = [
            row
            for part in self.home.partitions("core.price_index", self.place)
            for row in query(
                self.connection,
                f"SELECT {', '.join(prices.LINK)} FROM read_parquet(?, hive_partitioning = false) ORDER BY ALL",
                [str(part)],
            )
        ]
        tables = Reference.of(self.place, areas, links)
        reported = query(self.connection, "SELECT * FROM raw.reporting WHERE jurisdiction = ?", [self.place])
        lines = prices.poverty_lines(tables.poverty_line, place.currency)
        number = int(self.release["release_id"])
        months = (self.month,)
        missing = refused_by_area(self.home, self.place, months_of(self.period))
        stands = partial(standing, self._read, self.place, number, months)
        return Making(self.home, place, tables, areas, lines, reported, missing, months, number, stands)

    def _read(self, sql: str, given: list[object]) -> pa.Table:
        return self.connection.execute(sql, given).to_arrow_table()

    @cached_property
    def formula(self) -> Formula:
        """How it is made."""
        return self.family.formula_of(self.contract.name)(self.row, self.quantity, self.making.reference)

    @cached_property
    def members(self) -> list[str]:
        """The areas whose rows count for it."""
        area = str(self.row["area_code"])
        pairs = Membership(self.making.places).everything(self.period)
        return sorted({member for code, member in pairs if code == area}) or [area]

    def rows_of(self, source: str, period: str) -> tuple[str, list[object]]:
        """SQL, with its values, of the accepted rows of a source table behind the figure in a period."""
        parts = self._parts(source, period)
        if not parts:
            return f"(SELECT * FROM {source} WHERE false)", []
        columns = {column.name for column in SOURCE_CONTRACTS[source].columns}
        own_area = getattr(self.formula, "own_area", False)
        where: list[str] = ["true"]
        given: list[object] = []
        if isinstance(self.formula, Sums):
            where, given = ["time_period = ?"], [period]
        if "area_code" in columns:
            where.append("area_code IN (SELECT unnest(?))")
            given.append([str(self.row["area_code"])] if own_area else self.members)
        for name in self.contract.key:
            if name in columns and name not in ("jurisdiction", "time_period", "area_code", "measure", "item"):
                where.append(f"{name} IS NOT DISTINCT FROM ?")
                given.append(self.row[name])
        if self.row.get("domain") in DOMAINS and "area_type" in columns:
            where.append("area_type IN (SELECT unnest(?))")
            given.append(list(DOMAINS[self.row["domain"]]))
        filtered = f"(SELECT * FROM read_parquet(?, hive_partitioning = false) WHERE {' AND '.join(where)})"
        return filtered, [[str(part) for part in parts], *given]

    def _parts(self, source: str, period: str) -> list[Path]:
        """Partitions that a figure of the period is made of: all before where its family looks back at the source."""
        last = closing_month(period)
        first = f"{first_day(period):%Y-%m}"
        if isinstance(self.formula, Sums):
            first = last
        elif source in self.family.looks_back:
            return self.making.parts_until(source, last)
        paths = [self.home.partition(source, self.place, month) for month in months_between(first, last)]
        return [path for path in paths if path.exists()]

    def again(self) -> float | None:
        """The figure as its family makes it from the accepted rows now; None when it makes none."""
        for mart, rows in self.family.make(self.making):
            if mart == self.contract.name:
                for row in rows.filter(_equal(rows, self.key)).to_pylist():
                    return None if row[self.quantity] is None else float(row[self.quantity])
        return None


def _equal(rows: pa.Table, key: Mapping[str, Any]) -> pa.Array:
    columns = zip(*(rows[name].to_pylist() for name in key), strict=True)
    wanted = tuple(key.values())
    return pa.array([values == wanted for values in columns], pa.bool_())


def find(
    home: Home,
    connection: duckdb.DuckDBPyConnection,
    mart: str,
    given: Mapping[str, str],
    release: int | None = None,
    quantity: str | None = None,
) -> Evidence:
    """The one figure that is meant. Raises NoSuchFigure, which says what is there to choose from."""
    contract = MART_CONTRACTS.get(mart if mart.startswith("mart.") else f"mart.{mart}")
    if contract is None:
        raise NoSuchFigure(f"{mart} is no mart; expected one of {', '.join(MART_CONTRACTS)}")
    if unknown := sorted(given.keys() - set(contract.key)):
        raise NoSuchFigure(f"{contract.name} has no {', '.join(unknown)}; its figures are told apart by "
                           f"{', '.join(name for name in contract.key if name != 'release_id')}")  # fmt: skip
    where = " AND ".join([f"{name} = ?" for name in given] + (["release_id = ?"] if release is not None else []))
    values = [*given.values(), *([release] if release is not None else [])]
    rows = query(connection, f"SELECT * FROM {contract.name} WHERE {where or 'true'}", values)
    row = _meant(contract, rows, given)
    latest = """SELECT max(release_id) AS release_id FROM audit.release
        WHERE jurisdiction = ? AND list_contains(string_split(periods, ' '), ?)"""
    (standing,) = query(connection, latest, [row["jurisdiction"], closing_month(row["time_period"])])
    (made,) = query(connection, "SELECT * FROM audit.release WHERE release_id = ?", [row["release_id"]])
    return Evidence(home, connection, contract, row, _quantity(contract, quantity), made, standing["release_id"])


def _meant(contract: Contract, rows: list[dict[str, Any]], given: Mapping[str, str]) -> dict[str, Any]:
    if not rows:
        said = ", ".join(f"{name} {value}" for name, value in given.items())
        raise NoSuchFigure(f'{contract.name} has no figure of {said}; see povmon sql "SELECT * FROM {contract.name}"')
    for name in contract.key:
        values = {row[name] for row in rows}
        if len(values) == 1:
            continue
        if name == "release_id":
            chosen = max(values)
        elif name not in given and _USUAL.get(name) in values:
            chosen = _USUAL[name]
        else:
            shown = ", ".join(sorted(map(str, values))[:20])
            raise NoSuchFigure(f"{contract.name} has several figures of that; give --{_option(name)}, one of: {shown}")
        rows = [row for row in rows if row[name] == chosen]
    return rows[0]


def _option(name: str) -> str:
    return {"time_period": "period", "area_code": "area"}.get(name, name.replace("_", "-"))


def _quantity(contract: Contract, quantity: str | None) -> str:
    known = QUANTITIES.get(contract.table, ())
    numbers = [c.name for c in contract.columns if c.type in ("number", "integer", "money") and c.name != "release_id"]
    chosen = quantity or _FIRST_MEANT.get(contract.table) or (known or ("value",))[0]
    if chosen not in (known or numbers):
        raise NoSuchFigure(f"{contract.name} has no figure {chosen}; expected {', '.join(known or numbers)}")
    return chosen
