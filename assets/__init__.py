"""What is made: intake, core tables, results, release; the thin Dagster assets are in `pipelines`."""
