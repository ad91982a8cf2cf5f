"""What is made: intake, core tables, results, release. Pure functions; the thin Dagster assets are in `pipelines`."""
