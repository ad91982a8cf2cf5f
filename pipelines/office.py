"""The office as a Dagster resource: where its home and landing folder are, and which jurisdiction it monitors."""

import os
from pathlib import Path

from dagster import AssetExecutionContext, ConfigurableResource

from assets.steps import Run, make_run


class Office(ConfigurableResource):  # type: ignore[type-arg]
    """Settings of an installation; set from POVMON_HOME, POVMON_LANDING and POVMON_JURISDICTION."""

    jurisdiction: str
    home: str
    landing: str

    def run(self, context: AssetExecutionContext) -> Run:
        """The run for the partitions that Dagster asks for."""
        return make_run(
            Path(self.home), self.jurisdiction, Path(self.landing), context.partition_keys, context.run.run_id
        )


def from_environment() -> Office:
    """The office as the environment describes it."""
    home = os.environ.get("POVMON_HOME", "povmon-home")
    return Office(
        jurisdiction=os.environ.get("POVMON_JURISDICTION", "wuzhong"),
        home=home,
        landing=os.environ.get("POVMON_LANDING", str(Path(home) / "landing")),
    )
