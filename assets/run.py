"""What a run is about: home, place, months, the private warehouse file, and the reference tables that hold in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from assets.marts import prices
from assets.marts.frame import accepted_rows
from assets.places.areas import PlaceAreas
from assets.places.known import areas_of
from assets.reference import Reference, Rows
from checks import decisions, ledger
from jurisdictions import load
from warehouse.contracts import AREA_HISTORY, CONTRACTS
from warehouse.engine import fetch_table, table
from warehouse.layouts import Jurisdiction
from warehouse.store import Home


@dataclass(frozen=True)
class Run:
    """What a run is about. `months` are the partitions asked for; those without a change are left alone."""

    home: Home
    jurisdiction: Jurisdiction
    landing: Path
    months: tuple[str, ...]
    run_id: str
    started_at: dt.datetime
    engine: sa.Engine
    """The private warehouse file"""

    def read(self, query: str, values: list[object]) -> pa.Table:
        """The answer of the private warehouse file."""
        with self.engine.connect() as connection:
            return fetch_table(connection, query, values)

    @property
    def places(self) -> PlaceAreas:
        """Areas, their events and sets, by the latest accepted edition of the history, if any."""
        return areas_of(self.home, self.jurisdiction.id, self._refused_editions())

    def _refused_editions(self) -> list[str]:
        """Months of the history that have rows in quarantine: what is not whole is nobody's reference."""
        refused = table(CONTRACTS["audit.quarantine"]).c
        of_place = sa.and_(
            refused.jurisdiction == self.jurisdiction.id, refused.source == AREA_HISTORY.name, refused.status == "open"
        )
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(refused.time_period).where(of_place).distinct()).scalars())

    @cached_property
    def decisions(self) -> decisions.Decisions:
        """What holds of the place's decisions on the day of the run: that of its first judgement, once there is one."""
        with self.engine.connect() as connection:
            day = ledger.began(connection, self.run_id) or self.started_at
            return decisions.standing(connection, self.jurisdiction.id, day.astimezone(dt.UTC).date())

    @cached_property
    def lines(self) -> tuple[prices.PovertyLine, ...]:
        """Poverty lines of the place."""
        return prices.poverty_lines(self.reference.poverty_line, self.jurisdiction.currency)

    @cached_property
    def reference(self) -> Reference:
        """Reference tables without price links, since a run stores new ones."""
        return Reference.of(self.jurisdiction.id, self.places)

    def price_links(self) -> Rows:
        """All accepted links of the price index, whatever months this run is about."""
        parts = self.home.partitions("core.price_index", self.jurisdiction.id)
        links = accepted_rows(parts).select(*prices.LINK) if parts else None
        return links.order_by(*prices.LINK).to_pyarrow().to_pylist() if links is not None else []

    def price_levels(self) -> list[prices.PriceLevels]:
        """Levels chained from them."""
        return prices.price_levels(self.price_links(), self.lines)


def make_run(
    home: Home, jurisdiction: str, landing: Path, months: Sequence[str], run_id: str, engine: sa.Engine
) -> Run:
    """A run, starting now, in a home whose private file is open."""
    return Run(home, load(jurisdiction), landing, tuple(months), run_id, dt.datetime.now(dt.UTC), engine)
