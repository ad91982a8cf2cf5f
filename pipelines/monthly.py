"""The monthly job executed in this process: the same job that the schedule runs, with the home locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets import steps
from assets.intake import registry
from assets.run import make_run
from checks.aside import aside
from pipelines import unlogged
from pipelines.definitions import JOB, build
from pipelines.office import Settings
from warehouse.engine import open_ledger
from warehouse.periods import months_between
from warehouse.store import Home

_SHOWN = 10
"""Files of which it is told why they could not be taken, where none could"""
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


class NothingToDo(LookupError):
    """No file is there for any of the months asked for."""


class RunFailed(RuntimeError):
    """A step failed or the gate refused; the message is for the data engineer."""


@dataclass(frozen=True)
class Done:
    """What came of a run."""

    run_id: str
    release_id: int | None
    months: tuple[str, ...]
    """Months asked for that have files"""
    without_files: tuple[str, ...]


def run_months(settings: Settings, months: Sequence[str] | None) -> Done:
    """Run the job for the months (all that have files when None).

    Raises NothingToDo, RunFailed, warehouse.store.HomeBusy, NotADirectoryError (landing).
    """
    with aside.beside():
        return _run(settings, Home.at(settings.home), months)


def _run(settings: Settings, home: Home, months: Sequence[str] | None) -> Done:
    with home.locked():
        engine = open_ledger(home)
        look = make_run(home, settings.jurisdiction, Path(settings.landing), (), "look", engine)
        steps.intake(look)
        with engine.connect() as connection:
            available = registry.months_with_files(connection, look.jurisdiction)
            files = registry.files(connection, look.jurisdiction.id)
        asked = available if months is None else list(months)
        have = [month for month in asked if month in available]
        if not have:
            steps.publish_register(look)
            raise NothingToDo(_nothing(settings, asked, available, files))
        engine.dispose()
    run_id, release_id = _execute(settings, home, months_between(have[0], have[-1]))
    return Done(
        run_id,
        release_id,
        tuple(have),
        tuple(month for month in asked if month not in available),
    )


def _execute(settings: Settings, home: Home, months: Sequence[str]) -> tuple[str, int | None]:
    with unlogged.instance(str(home.root / "private")) as instance:
        result = (
            build(settings)
            .resolve_job_def(JOB)
            .execute_in_process(
                instance=instance,
                raise_on_error=False,
                tags={RANGE_START: months[0], RANGE_END: months[-1]},
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
        )
        if not result.success:
            raise RunFailed(_why([event.step_failure_data.error for event in result.get_step_failure_events()]))
        released = [
            value.metadata["release_id"].value
            for value in (event.materialization for event in result.get_asset_materialization_events())
            if value.asset_key.path == ["audit", "release"]
        ]
    return result.run_id, next((number for number in released if isinstance(number, int)), None)


def _why(errors: Sequence[Any]) -> str:
    """What each failed step said: below the words of Dagster, above what made it say so."""
    lines = []
    for error in errors:
        said = error
        while said is not None and said.cause is not None and str(said.cls_name).startswith("Dagster"):
            said = said.cause
        lines.append(said.message.strip() if said is not None else "")
    return "\n".join(filter(None, dict.fromkeys(lines))) or "the run failed; see the Dagster event log"


def _nothing(
    settings: Settings, asked: Sequence[str], available: Sequence[str], files: Sequence[Mapping[str, Any]]
) -> str:
    known = f"there are files for {available[0]} to {available[-1]}" if available else "no file there could be taken"
    wanted = f"{asked[0]} to {asked[-1]}" if asked else "any month"
    not_taken = [row for row in files if row["status"] in ("refused", "waiting")]
    reasons = [f"  {row['status']} {row['original_name']}: {row['reason']}" for row in not_taken[:_SHOWN]]
    all_of_them = f"all files: povmon status {settings.jurisdiction} --home {settings.home}"
    return "\n".join([f"no file in {settings.landing} is for {wanted}: {known}", *reasons, all_of_them])
