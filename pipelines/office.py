"""The office as a Dagster resource: where its home and landing folder are, and which jurisdiction it monitors."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster import AssetExecutionContext, ConfigurableResource, InitResourceContext
from pydantic import PrivateAttr
from sqlalchemy import Engine

from assets.steps import Run, make_run
from warehouse.engine import open_ledger
from warehouse.store import Home


class Settings(ConfigurableResource):  # type: ignore[type-arg]
    """Settings of an installation; set from POVMON_HOME, POVMON_LANDING and POVMON_JURISDICTION."""

    jurisdiction: str
    home: str
    landing: str


class Office(Settings):
    """An office at work: it holds the lock of its home for the whole run, so that no two runs interleave."""

    _engine: Engine | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator["Office"]:
        """Lock the home and open its private warehouse file; HomeBusy when another run has it."""
        home = Home.at(self.home)
        with home.locked():
            self._engine = open_ledger(home)
            try:
                yield self
            finally:
                self._engine.dispose()

    @property
    def engine(self) -> Engine:
        """The private warehouse file, open while the office is at work."""
        assert self._engine is not None, "the office is not at work"
        return self._engine

    def run(self, context: AssetExecutionContext) -> Run:
        """The run for the partitions that Dagster asks for."""
        home, landing = Home.at(self.home), Path(self.landing)
        return make_run(home, self.jurisdiction, landing, context.partition_keys, context.run.run_id, self.engine)


def from_environment() -> Settings:
    """The settings that the environment describes."""
    home = os.environ.get("POVMON_HOME", "povmon-home")
    return Settings(
        jurisdiction=os.environ.get("POVMON_JURISDICTION", "wuzhong"),
        home=home,
        landing=os.environ.get("POVMON_LANDING", str(Path(home) / "landing")),
    )
