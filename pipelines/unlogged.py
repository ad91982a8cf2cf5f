"""Where the events of a run on the command line go: nowhere. What happened is in our own ledger.

Dagster writes several events per asset, check and month; keeping those of 36 months would take longer than the work.
Runs of the schedule and the sensor keep theirs, in the storage of the installation.
"""

from typing import Any

from dagster import DagsterInstance, EventRecordsResult

# Dagster has no public names for the parts of an instance.
from dagster._core.instance.types import InstanceType
from dagster._core.launcher.sync_in_memory_run_launcher import SyncInMemoryRunLauncher
from dagster._core.run_coordinator import DefaultRunCoordinator
from dagster._core.storage.event_log import InMemoryEventLogStorage
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from dagster._core.storage.root import LocalArtifactStorage
from dagster._core.storage.runs import InMemoryRunStorage


class Unlogged(InMemoryEventLogStorage):
    """An event log that forgets, and does not look for what it cannot have."""

    def store_event(self, event: Any) -> None:
        """Let it go."""

    def get_asset_records(self, asset_keys: Any = None) -> list[Any]:
        """None: every step asks for those of all its inputs, to compare their versions."""
        return []

    def fetch_observations(
        self, records_filter: Any, limit: int, cursor: str | None = None, ascending: bool = False
    ) -> EventRecordsResult:
        """None, as for materializations in memory."""
        return EventRecordsResult(records=[], cursor=cursor or "", has_more=False)


def instance(folder: str) -> DagsterInstance:
    """What `DagsterInstance.ephemeral` makes, but for the event log; its few files are in `folder`."""
    return DagsterInstance(
        instance_type=InstanceType.EPHEMERAL,
        local_artifact_storage=LocalArtifactStorage(folder),
        run_storage=InMemoryRunStorage(),
        event_storage=Unlogged(),
        compute_log_manager=NoOpComputeLogManager(),
        run_coordinator=DefaultRunCoordinator(),
        run_launcher=SyncInMemoryRunLauncher(),
    )
