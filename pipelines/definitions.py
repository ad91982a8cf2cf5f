"""What Dagster loads: assets, generated checks, the monthly job, its schedule and the landing sensor."""

from dagster import (
    AssetSelection,
    Definitions,
    build_schedule_from_partitioned_job,
    define_asset_job,
    in_process_executor,
)

from pipelines.office import Office, Settings, from_environment
from pipelines.rule_checks import all_checks
from pipelines.sensors import landing_sensor
from pipelines.tables import all_assets

JOB = "monthly"


def build(settings: Settings) -> Definitions:
    """Definitions for an installation; its jurisdiction decides which checks there are."""
    office = Office(jurisdiction=settings.jurisdiction, home=settings.home, landing=settings.landing)
    job = define_asset_job(
        JOB,
        selection=AssetSelection.all(),
        description="Files to release: intake, core, checks, marts, quality pages, release.",
    )
    schedule = build_schedule_from_partitioned_job(
        job,
        name="monthly_schedule",
        description="The month before, on the fifth at six in the morning.",
        day_of_month=5,
        hour_of_day=6,
    )
    return Definitions(
        assets=all_assets(settings.jurisdiction),
        asset_checks=all_checks(settings.jurisdiction),
        jobs=[job],
        schedules=[schedule],
        sensors=[landing_sensor(JOB)],
        resources={"office": office, "settings": settings},
        executor=in_process_executor,
    )


defs = build(from_environment())
