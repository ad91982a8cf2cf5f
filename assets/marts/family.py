"""A family of marts: made together from the same source tables; and what it is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import ibis
import pyarrow as pa

from assets.marts.formula import FormulaOf, of_indicator
from assets.marts.frame import Membership, accepted_rows
from assets.marts.prices import PovertyLine, PriceLevels, price_levels
from assets.places.areas import PlaceAreas
from assets.reference import Reference, Rows
from warehouse.contracts import MART_CONTRACTS
from warehouse.layouts import Jurisdiction
from warehouse.store import Home

SAMPLED = ("core.household_income", "core.published_income", "core.price_index")
"""Source tables of samples, and of what others have estimated from theirs"""


@dataclass(frozen=True)
class Making:
    """What marts of some months are made from: accepted rows of a home, and reference tables."""

    home: Home
    jurisdiction: Jurisdiction
    reference: Reference
    """With all accepted price links"""
    places: PlaceAreas
    poverty_lines: tuple[PovertyLine, ...]
    reported: Rows
    """Rows of raw.reporting of the place"""
    refused: Rows
    """(source, time_period, area_code, records): records in quarantine of all months of the periods that are made"""
    months: tuple[str, ...]
    release_id: int
    standing: Callable[[str, Sequence[str]], pa.Table]
    """(mart, months) -> its rows that close in them: of this release where it makes the month, else of the latest"""

    @cached_property
    def members(self) -> Membership:
        """Who is counted under which code."""
        return Membership(self.places)

    @cached_property
    def levels(self) -> list[PriceLevels]:
        """Price levels chained from all links, whatever months are made."""
        return price_levels(self.reference.price_links, self.poverty_lines)

    def parts(self, table: str) -> list[Path]:
        """Partitions of a source table in the months that are made."""
        paths = [self.home.partition(table, self.jurisdiction.id, month) for month in self.months]
        return [path for path in paths if path.exists()]

    def parts_until(self, table: str, month: str) -> list[Path]:
        """Partitions of a source table up to the month, for a family that looks back."""
        last = self.home.partition(table, self.jurisdiction.id, month)
        return [part for part in self.home.partitions(table, self.jurisdiction.id) if part <= last]

    def parts_begun(self, table: str, month: str) -> list[Path]:
        """Partitions that can hold periods begun by the end of a month: a year is stored in December."""
        return self.parts_until(table, f"{month[:4]}-12")

    def rows(self, table: str) -> ibis.Table | None:
        """Accepted rows of the months that are made, lazily; None when there are none."""
        parts = self.parts(table)
        return accepted_rows(parts) if parts else None


@dataclass(frozen=True)
class Family:
    """Marts that are made together. `make` yields (mart, rows) for all of them, in any number of pieces."""

    name: str
    marts: Mapping[str, tuple[str, ...]]
    """mart -> the source tables that it is made of"""
    make: Callable[[Making], Iterator[tuple[str, pa.Table]]]
    causes: tuple[str, ...]
    """What can revise its figures, besides the program: causes of `audit.revision`"""
    looks_back: tuple[str, ...] = ()
    """Source tables of which it reads the months before as well: stocks, flows and returns have a past"""

    made_of: tuple[str, ...] = ()
    """Marts that it reads, of this release and of those before; they are made first"""

    looks_at: tuple[str, ...] = ()
    """Source tables of which it reads all periods that have begun, as rules do: yearly registers come late"""
    formulas: Mapping[str, FormulaOf] = field(default_factory=dict)
    """mart -> how its figures are made; the long marts of the programme hold theirs in their own columns"""

    @property
    def others(self) -> tuple[str, ...]:
        """The tables that it reads beyond the months that are made, and the marts made before it."""
        return (*self.looks_back, *self.looks_at, *self.made_of)

    def formula_of(self, mart: str) -> FormulaOf:
        """The formula of a mart's figures. KeyError: nobody has said how they are made."""
        if mart not in self.formulas and "numerator" in {column.name for column in MART_CONTRACTS[mart].columns}:
            return of_indicator(self.marts[mart][0])
        return self.formulas[mart]

    def adds_up(self, mart: str) -> tuple[str, ...]:
        """The source tables whose lines its figures add up: what is missing there is missing in them."""
        sources = dict.fromkeys((*self.marts[mart], *self.looks_back))
        return tuple(source for source in sources if source not in SAMPLED)

    @property
    def sources(self) -> tuple[str, ...]:
        """The source tables of all its marts."""
        return tuple(dict.fromkeys(source for tables in self.marts.values() for source in tables))
