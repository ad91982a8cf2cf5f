"""The landing sensor: a run for the months of files that are new or changed since the last look.

Edge-triggered: a file that stays refused is reported once, not every minute.
"""

import datetime as dt
import hashlib
import json
from pathlib import Path

from dagster import RunRequest, SensorDefinition, SensorEvaluationContext, SensorResult, sensor

from assets.intake.taking import months_of, unarchived
from jurisdictions import load
from pipelines.office import Settings

SECONDS = 30
"""Between two looks; a file is taken when its size and time stood still between them."""


def landing_sensor(job_name: str) -> SensorDefinition:
    """The sensor for a job that is partitioned by month."""

    @sensor(job_name=job_name, name="landing_sensor", minimum_interval_seconds=SECONDS)
    def watch(context: SensorEvaluationContext, settings: Settings) -> SensorResult:
        """Ask for a run of every month that files new since the last look are about."""
        seen = json.loads(context.cursor or '{"taken": {}, "moving": {}}')
        landing = Path(settings.landing)
        now = {file.name: [file.archived.stat().st_mtime, file.size_bytes] for file in unarchived(landing)}
        settled = {name: mark for name, mark in now.items() if seen["moving"].get(name) == mark}
        fresh = {name: mark for name, mark in settled.items() if seen["taken"].get(name) != mark}
        last_month = f"{dt.datetime.now(dt.UTC):%Y-%m}"
        months = months_of(landing, fresh, load(settings.jurisdiction), last_month) if fresh else []
        edge = hashlib.sha256(json.dumps(fresh, sort_keys=True).encode()).hexdigest()[:16]
        taken = {name: mark for name, mark in seen["taken"].items() if name in now} | settled
        return SensorResult(
            run_requests=[RunRequest(partition_key=month, run_key=f"{month}:{edge}") for month in months],
            cursor=json.dumps({"taken": taken, "moving": now}, sort_keys=True),
        )

    return watch
