"""The office as a Dagster resource: where its home and landing folder are, and which jurisdiction it monitors."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster import AssetExecutionContext, ConfigurableResource, InitResourceContext

from assets.steps import Run, make_run
from warehouse.store import Home


class Settings(ConfigurableResource):  # type: ignore[type-arg]
    """Settings of an installation; set from POVMON_HOME, POVMON_LANDING and POVMON_JURISDICTION."""

    jurisdiction: str
    home: str
    landing: str


class Office(Settings):
    """An office at work: it holds the lock of its home for the whole run, so that no two runs interleave."""

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator["Office"]:
        """Lock the home; HomeBusy when another run has it."""
        with Home.at(self.home).locked():
            yield self

    @contextmanager
    def run(self, context: AssetExecutionContext) -> Iterator[Run]:
        """The run for the partitions that Dagster asks for; the private warehouse file is let go at its end."""
        home, landing = Path(self.home), Path(self.landing)
        run = make_run(home, self.jurisdiction, landing, context.partition_keys, context.run.run_id)
        try:
            yield run
        finally:
            run.engine.dispose()


def from_environment() -> Settings:
    """The settings that the environment describes."""
    home = os.environ.get("POVMON_HOME", "povmon-home")
    return Settings(
        jurisdiction=os.environ.get("POVMON_JURISDICTION", "wuzhong"),
        home=home,
        landing=os.environ.get("POVMON_LANDING", str(Path(home) / "landing")),
    )
